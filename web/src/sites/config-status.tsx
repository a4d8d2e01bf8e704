// One agent's configuration from the collector: wanted, in use, and what it could not use.
import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { AgentConfigStatus } from '#shared/http/site-config.ts'
import { send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { withUnit } from '../ui/format.ts'
import { State, type Tone } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { Facts } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'
import { configPath } from './site-queries.ts'
import css from './sites.module.css'

const TONE: Readonly<Record<AgentConfigStatus['state'], Tone>> = {
  none: 'plain',
  waiting: 'busy',
  applied: 'good',
  partly: 'warn',
  'rolled-back': 'bad',
  refused: 'bad',
}

export function ConfigStateMark({ state }: { state: AgentConfigStatus['state'] }) {
  const { t } = useTranslation()
  return <State tone={TONE[state]} shape={state === 'applied' ? 'dot' : 'ring'} word={t(`configState.${state}`)} />
}

export function ConfigStatus({ of: status, site }: { of: AgentConfigStatus; site: string }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const said = useSaid()
  const queries = useQueryClient()
  const push = useMutation({
    mutationFn: () => send('POST', `${configPath(site)}/push`, { agent: status.agent }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['site-config', site, 'status'] }),
  })
  return (
    <>
      <Facts
        of={[
          [t('column.state'), <ConfigStateMark key="s" state={status.state} />],
          [
            t('config.version'),
            status.wanted === 0 && !status.applied ? null : (
              <span key="v" className="num">
                {versions(t, status)}
              </span>
            ),
          ],
          [
            t('config.size'),
            status.wanted === 0
              ? null
              : `${t('config.devices', { count: status.devices })} · ${withUnit(status.bytes, 'By')}`,
          ],
          [t('config.sentAt'), status.sentAt === null ? null : <Time key="t" at={status.sentAt} />],
          [t('config.reportedAt'), status.reportedAt === null ? null : <Time key="r" at={status.reportedAt} />],
        ]}
      />
      {status.blocked === null ? null : (
        <p className={`${page.notice} ${css.inset}`} data-tone="bad">
          <span>
            {t('config.blocked')} {said(status.blocked)}
          </span>
        </p>
      )}
      {status.canReceiveSecrets ? null : (
        <p className={`${page.notice} ${css.inset}`} data-tone="warn">
          <span>{t('config.noSecrets')}</span>
        </p>
      )}
      {['rolled-back', 'refused'].includes(status.state) ? (
        <p className={`${page.notice} ${css.inset}`} data-tone="bad">
          <span>{t(`configHint.${status.state}`)}</span>
        </p>
      ) : null}
      {status.problems.length === 0 ? null : (
        <div className={css.problems}>
          <h3>{t('config.problems', { count: status.problems.length + status.more })}</h3>
          <ul>
            {status.problems.map((problem) => (
              <li key={`${problem.device} ${problem.path} ${problem.message}`}>
                <b>{problem.device ?? t('config.whole')}</b>{' '}
                {problem.path === '' ? null : <code className="mono">{problem.path}</code>} {said(problem.message)}
              </li>
            ))}
          </ul>
          {status.more > 0 ? <p className="quiet">{t('config.more', { count: status.more })}</p> : null}
        </div>
      )}
      {may && AGAIN.has(status.state) ? (
        <div className={css.again}>
          <Button variant="default" loading={push.isPending} onClick={() => push.mutate()}>
            {t('config.again')}
          </Button>
          <FormProblem failure={push.error} />
        </div>
      ) : null}
    </>
  )
}

/** What it should use and what it uses, where they differ. */
export function versions(t: TFunction, { wanted, applied }: AgentConfigStatus): string {
  return wanted === applied
    ? t('config.versionOne', { version: wanted })
    : t('config.versions', { wanted, applied: applied ?? '?' })
}

/** States in which nothing more happens by itself. */
const AGAIN: ReadonlySet<string> = new Set(['rolled-back', 'refused', 'partly'])
