// Agents that ask to join: each as a card with all that a decision needs; the decided ones below, as a record.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnrolmentRow } from '#shared/http/enrolment.ts'
import { sitesQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Fingerprint } from '../ui/fingerprint.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { RequestFacts } from './decision-dialog.tsx'
import css from './enrolment.module.css'
import { enrolmentsQuery } from './enrolment-queries.ts'

const DecisionDialog = lazy(async () => ({ default: (await import('./decision-dialog.tsx')).DecisionDialog }))

export function RequestList() {
  const { t } = useTranslation()
  const query = useQuery({ ...enrolmentsQuery, refetchInterval: 5_000 })
  const siteName = useSiteNames()
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={5} />
  const waiting = query.data.items.filter((row) => row.state === 'waiting')
  const decided = query.data.items.filter((row) => row.state !== 'waiting')
  return (
    <div className={page.page}>
      {waiting.length === 0 ? (
        <Panel>
          <Empty icon="agents" title={t('join.noneWaiting')}>
            <p>{t('join.noneWaitingNext')}</p>
          </Empty>
        </Panel>
      ) : (
        <div className={css.cards}>
          {waiting.map((row) => (
            <RequestCard key={row.id} request={row} siteName={siteName(row.site)} />
          ))}
        </div>
      )}
      {decided.length === 0 ? null : (
        <Panel title={t('join.decided')}>
          <Decided rows={decided} siteName={siteName} />
        </Panel>
      )}
    </div>
  )
}

export function RequestCard({ request, siteName }: { request: EnrolmentRow; siteName: string }) {
  const { t } = useTranslation()
  return (
    <article className={css.card} data-request={request.id}>
      <header>
        <h2>{request.host}</h2>
        <span className="quiet">
          {siteName} · <Time at={request.at} site={request.site} />
        </span>
      </header>
      <div className={css.print}>
        <span className="quiet">{t('join.fingerprint')}</span>
        <Fingerprint value={request.fingerprint} />
      </div>
      <RequestFacts request={request} />
      <Decide request={request} siteName={siteName} />
    </article>
  )
}

/** The two buttons and their dialog; words instead for who may not decide. */
export function Decide({ request, siteName }: { request: EnrolmentRow; siteName: string }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const [decision, setDecision] = useState<'approve' | 'reject' | null>(null)
  if (!may) return <p className={page.hint}>{t('join.adminDecides')}</p>
  return (
    <>
      <div className={page.buttons}>
        <Button onClick={() => setDecision('approve')}>{t('join.approve')}</Button>
        <Button variant="default" onClick={() => setDecision('reject')}>
          {t('join.reject')}
        </Button>
      </div>
      {decision === null ? null : (
        <Suspense>
          <DecisionDialog request={request} siteName={siteName} decision={decision} onClose={() => setDecision(null)} />
        </Suspense>
      )}
    </>
  )
}

const TONE: Readonly<Record<EnrolmentRow['state'], Tone>> = {
  waiting: 'busy',
  granted: 'good',
  rejected: 'bad',
  expired: 'plain',
}

function Decided({ rows, siteName }: { rows: readonly EnrolmentRow[]; siteName(id: string): string }) {
  const { t } = useTranslation()
  const columns = useMemo<readonly DataColumn<EnrolmentRow>[]>(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 160,
        cell: (row) => (
          <>
            <State
              tone={TONE[row.state]}
              word={t(`requestState.${row.state}`)}
              shape={row.state === 'granted' ? 'dot' : 'ring'}
            />
            {row.reason === null ? null : <div className={`quiet ${css.reason}`}>{row.reason}</div>}
          </>
        ),
      },
      {
        id: 'agent',
        label: t('column.agent'),
        cell: (row) =>
          row.agent === null ? (
            <span className="quiet">–</span>
          ) : (
            <Link to="/agents/$id" params={{ id: row.agent }}>
              {row.agent}
            </Link>
          ),
      },
      { id: 'host', label: t('column.host'), cell: (row) => row.host },
      { id: 'site', label: t('column.site'), wideOnly: true, cell: (row) => siteName(row.site) },
      {
        id: 'address',
        label: t('join.remoteAddress'),
        wideOnly: true,
        cell: (row) => <span className="num">{row.remoteAddress}</span>,
      },
      {
        id: 'by',
        label: t('join.decidedBy'),
        wideOnly: true,
        cell: (row) => row.decidedBy ?? <span className="quiet">–</span>,
      },
      {
        id: 'at',
        label: t('join.decidedAt'),
        width: 110,
        cell: (row) => <Time at={row.decidedAt ?? row.at} site={row.site} />,
      },
    ],
    [t, siteName],
  )
  return <DataTable rows={rows} columns={columns} keyOf={(row) => row.id} />
}

/** The name of a site by its id; the id itself while names are unknown. */
export function useSiteNames(): (id: string) => string {
  const sites = useQuery(sitesQuery)
  return useMemo(() => {
    const names = new Map(sites.data?.items.map((site) => [site.id, site.name]))
    return (id) => names.get(id) ?? id
  }, [sites.data])
}
