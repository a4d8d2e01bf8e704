// After the token is made: shown once, the commands, and the agent on its way in.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { EnrolmentRow, EnrolmentTokenRow, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { agentQuery, healthQuery } from '../api/queries.ts'
import { CopyBlock } from '../ui/copy.tsx'
import { Fingerprint } from '../ui/fingerprint.tsx'
import { duration } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Facts, Panel } from '../ui/panel.tsx'
import { Time, useNow } from '../ui/time.tsx'
import type { Way } from './add-agent-search.ts'
import css from './enrolment.module.css'
import { enrolmentsQuery, firstSampleQuery, tokensQuery, WATCH_MS } from './enrolment-queries.ts'
import { InstallWays } from './install-ways.tsx'
import { grantedAt, hasMet, progressOf, requestsOf } from './progress.ts'
import { ProgressLine } from './progress-line.tsx'
import { Decide, useSiteNames } from './request-list.tsx'

export interface JoinPageProps {
  readonly token: string
  /** With the token itself; null when this page did not make it. */
  readonly made: MadeEnrolmentToken | null
  readonly way: Way
  onWay(way: Way): void
}

export function JoinPage({ token, made, way, onWay }: JoinPageProps) {
  const { t } = useTranslation()
  const tokens = useQuery({ ...tokensQuery, refetchInterval: WATCH_MS * 2 })
  const requests = useQuery({ ...enrolmentsQuery, refetchInterval: WATCH_MS })
  const version = useQuery(healthQuery).data?.version ?? ''
  const row = tokens.data?.items.find((one) => one.id === token) ?? made ?? undefined
  if (tokens.isError && row === undefined) return <Failed failure={tokens.error} retry={() => void tokens.refetch()} />
  if (row === undefined && tokens.isPending) return <SkeletonRows count={8} />
  if (row === undefined) return <p className={page.notice}>{t('join.noToken')}</p>
  const came = requestsOf(token, requests.data?.items ?? [])
  return (
    <div className={page.columns}>
      <div className={page.stack}>
        <Panel title={t('join.token')}>
          <div className={page.body}>
            {made === null ? (
              <p className={page.hint}>{t('join.tokenGone')}</p>
            ) : (
              <>
                <p className={page.notice} data-tone="warn">
                  <Icon name="key" />
                  <span>{t('join.tokenOnce')}</span>
                </p>
                <div data-token>
                  <CopyBlock text={made.token} label={t('join.token')} />
                </div>
              </>
            )}
            <TokenFacts token={row} />
          </div>
        </Panel>
        {made === null ? null : (
          <InstallWays url={made.url} token={made.token} version={version} way={way} onWay={onWay} />
        )}
      </div>
      <div className={`${page.stack} ${css.beside}`}>
        {came.length === 0 ? (
          <Joining request={undefined} />
        ) : (
          came.map((request) => <Joining key={request.id} request={request} several={came.length > 1} />)
        )}
        {came.length > 0 && row.state === 'open' && row.uses > row.used ? (
          <p className={page.hint}>{t('join.moreUses', { count: row.uses - row.used })}</p>
        ) : null}
      </div>
    </div>
  )
}

function TokenFacts({ token }: { token: EnrolmentTokenRow }) {
  const { t } = useTranslation()
  const siteName = useSiteNames()
  const now = useNow()
  const left =
    token.state === 'open'
      ? `${t(`tokenState.${token.state}`)} · ${t('join.left', { time: duration(token.expiresAt - now) })}`
      : t(`tokenState.${token.state}`)
  return (
    <Facts
      flush
      of={[
        [t('column.site'), siteName(token.site)],
        [t('column.state'), left],
        [t('token.used'), <span key="u" className="num">{`${token.used} / ${token.uses}`}</span>],
        [t('join.approval'), t(token.preApproved ? 'join.approvalBefore' : 'join.approvalByHand')],
        [t('join.note'), token.note],
      ]}
    />
  )
}

function Joining({ request, several }: { request: EnrolmentRow | undefined; several?: boolean }) {
  const { t } = useTranslation()
  const siteName = useSiteNames()
  const id = request?.state === 'granted' ? request.agent : null
  const agent = useQuery({ ...agentQuery(id ?? ''), refetchInterval: WATCH_MS, retry: false, enabled: id !== null })
  const met = hasMet(request, agent.data)
  const sample = useQuery({ ...firstSampleQuery(id ?? '', grantedAt(request) ?? 0), enabled: id !== null && met })
  const progress = progressOf(request, agent.data, sample.data?.device != null)
  const link =
    id === null ? null : (
      <Link to="/agents/$id" params={{ id }}>
        {id}
      </Link>
    )
  return (
    <Panel title={several && request ? t('join.watchOf', { host: request.host }) : t('join.watch')}>
      <div aria-live="polite" data-joining={request?.id ?? ''}>
        <ProgressLine
          progress={progress}
          say={{
            asked: request === undefined ? t('join.waitingHint') : <Asked request={request} />,
            approved:
              request?.state === 'waiting' ? (
                <Decide request={request} siteName={siteName(request.site)} />
              ) : request?.state === 'rejected' || request?.state === 'expired' ? (
                <>
                  {t(`join.ended.${request.state}`)}
                  {request.reason === null ? null : <div className="quiet">{request.reason}</div>}
                </>
              ) : request?.decidedBy ? (
                <span>
                  {request.decidedBy} · <Time at={request.decidedAt} site={request.site} />
                </span>
              ) : null,
            certificate: link,
            contact:
              met && agent.data ? (
                <Time at={agent.data.connectedAt} site={agent.data.site} />
              ) : progress.current === 'contact' ? (
                t('join.startHint')
              ) : null,
            sample: met ? <FirstSample of={sample.data} site={agent.data?.site ?? ''} /> : null,
          }}
        />
        {progress.done.has('sample') && id !== null ? (
          <p className={page.notice} data-tone="good" style={{ margin: '0 14px 14px' }}>
            <Icon name="check" />
            <span>
              {t('join.allDone')} {link}
            </span>
          </p>
        ) : null}
      </div>
    </Panel>
  )
}

function Asked({ request }: { request: EnrolmentRow }) {
  const { t } = useTranslation()
  return (
    <>
      <span>
        <b>{request.host}</b> <span className="num">({request.remoteAddress})</span> ·{' '}
        <Time at={request.at} site={request.site} />
      </span>
      <div>
        <div className="quiet">{t('join.fingerprint')}</div>
        <Fingerprint value={request.fingerprint} />
      </div>
    </>
  )
}

function FirstSample({
  of,
  site,
}: {
  of: { devices: number; device: { name: string; at: number } | null } | undefined
  site: string
}) {
  const { t } = useTranslation()
  if (of === undefined) return null
  if (of.device !== null)
    return (
      <span>
        {of.device.name} · <Time at={of.device.at} site={site} />
      </span>
    )
  if (of.devices > 0) return t('join.measuring')
  return (
    <span>
      {t('join.noDevices')}{' '}
      <Link to="/sites/$id" params={{ id: site }} search={{}}>
        {t('join.addDevices')}
      </Link>
    </span>
  )
}
