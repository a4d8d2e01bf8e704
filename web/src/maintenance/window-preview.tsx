// Before a window is kept: when it will be, in its zone and the reader's, and what it is about.
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Occurrence, WindowBody } from '#shared/http/maintenance.ts'
import { fullTime } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { readerZone } from '../ui/zone.ts'
import css from './maintenance.module.css'
import { windowPreviewQuery } from './maintenance-queries.ts'

export function WindowPreviewBox({ body }: { body: WindowBody | null }) {
  const { t } = useTranslation()
  const say = useSaid()
  const [settled] = useDebouncedValue(body, 300)
  const query = useQuery(windowPreviewQuery(settled))
  if (body === null) return null
  if (query.isError) return <FormProblem failure={query.error} />
  const preview = query.data
  if (preview === undefined) return <div className={css.preview} aria-busy="true" />
  const times = [...(preview.active ? [preview.active] : []), ...preview.next].slice(0, 5)
  return (
    <section className={css.preview} aria-live="polite" data-window-preview={preview.selects}>
      <div className={page.line}>
        <b>{t('maintenance.reaches', { count: preview.devices })}</b>
        {preview.alarms > 0 ? <span>{t('maintenance.holds', { count: preview.alarms })}</span> : null}
      </div>
      {preview.selects === 'some' ? null : (
        <p className={page.notice} data-tone={preview.selects === 'nothing' ? 'bad' : 'warn'}>
          <Icon name="note" />
          <span>{t(`maintenance.selects.${preview.selects}`)}</span>
        </p>
      )}
      {preview.examples.length === 0 ? null : (
        <div className={`quiet mono ${css.examples}`}>
          {preview.examples.join(', ')}
          {preview.devices > preview.examples.length ? ' …' : ''}
        </div>
      )}
      {preview.warnings.map((warning) => (
        <p key={warning} className={page.notice} data-tone="warn">
          <Icon name="note" />
          <span>{say(warning)}</span>
        </p>
      ))}
      <Occurrences of={times} zone={body.zone} />
    </section>
  )
}

/** Each in the zone of the window; and in the reader's, where that is another. */
export function Occurrences({ of, zone }: { of: readonly Occurrence[]; zone: string }) {
  const { t } = useTranslation()
  const isSame = zone === readerZone()
  if (of.length === 0) return <p className={page.hint}>{t('maintenance.never')}</p>
  return (
    <table className={css.times}>
      <thead>
        <tr>
          <th>{zone}</th>
          {isSame ? null : <th>{t('maintenance.yourTime', { zone: readerZone() })}</th>}
        </tr>
      </thead>
      <tbody className="num">
        {of.map((one) => (
          <tr key={one.start}>
            <td>{span(one, zone)}</td>
            {isSame ? null : <td>{span(one, readerZone())}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** `2026-03-01 22:00 – 23:30`; with the day of the end where it is another. */
function span({ start, end }: Occurrence, zone: string): string {
  try {
    const [from, to] = [fullTime(start, zone).slice(0, 16), fullTime(end, zone).slice(0, 16)]
    return `${from} – ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to.slice(5)}`
  } catch {
    return ''
  }
}
