// Why a profile is used only partly, or not at all: each reason with file and line.
import { useTranslation } from 'react-i18next'
import type { ProfileFileRow } from '#shared/http/site-config.ts'
import { ApiFailure, send } from '../api/client.ts'
import { Icon } from '../ui/icons.tsx'
import { useFailureWords } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { configPath } from './site-queries.ts'
import css from './sites.module.css'

/** More reasons than these are folded away. */
const SHOWN = 3

export function ProfileProblems({ name, problems }: Pick<ProfileFileRow, 'name' | 'problems'>) {
  const { t } = useTranslation()
  const lines = problems.map(({ line, message }) => (
    <div key={`${line} ${message}`} className={css.reason}>
      <span className="mono">
        {name}:{line}
      </span>{' '}
      {message}
    </div>
  ))
  return (
    <>
      {lines.slice(0, SHOWN)}
      {lines.length <= SHOWN ? null : (
        <details className={css.reason}>
          <summary>{t('profiles.moreProblems', { count: lines.length - SHOWN })}</summary>
          {lines.slice(SHOWN)}
        </details>
      )}
    </>
  )
}

export interface RefusedProfile {
  readonly file: string
  readonly failure: unknown
}

/** One after the other; resolves with those that were refused. */
export async function uploadProfiles(site: string, files: readonly File[]): Promise<readonly RefusedProfile[]> {
  const refused: RefusedProfile[] = []
  for (const file of files) {
    const path = `${configPath(site)}/profiles/${encodeURIComponent(file.name.toLowerCase())}`
    try {
      await send('PUT', path, { text: await file.text() })
    } catch (failure) {
      refused.push({ file: file.name, failure })
    }
  }
  return refused
}

export function RefusedProfiles({ refused, all }: { refused: readonly RefusedProfile[]; all: number }) {
  const { t } = useTranslation()
  const words = useFailureWords()
  return (
    <div className={page.body}>
      <p className={page.notice} data-tone={refused.length === 0 ? 'good' : 'warn'} role="status">
        <Icon name={refused.length === 0 ? 'check' : 'close'} />
        <span>{t('profiles.uploaded', { good: all - refused.length, all })}</span>
      </p>
      {refused.map(({ file, failure }) => {
        const details = failure instanceof ApiFailure ? failure.details : []
        return (
          <div key={file} data-refused={file}>
            <b className="mono">{file}</b>
            {details.length === 0 ? <div className={css.wrong}>{words(failure).cause}</div> : null}
            {details.slice(0, 20).map(({ path, message }) => (
              <div key={path + message} className={css.wrong}>
                <span className="mono">{path.replace(/^text:/, `${file}:`)}</span> {message}
              </div>
            ))}
          </div>
        )
      })}
    </div>
  )
}
