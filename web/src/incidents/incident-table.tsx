import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentRow } from '#shared/http/incidents.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { IncidentStateMark, PriorityMark } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import css from './board.module.css'
import { type IncidentFilter, incidentListQuery } from './incident-queries.ts'
import { type IncidentSearch, isFiltered } from './incident-search.ts'
import { ServiceClock } from './service-clock.tsx'

/** A page at a time, in the order the collector gives. */
export function IncidentTable({ filter, search }: { filter: IncidentFilter; search: IncidentSearch }) {
  const { t } = useTranslation()
  const navigate = useNavigate({ from: '/incidents' })
  const query = useInfiniteQuery(incidentListQuery(filter))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = useColumns()
  const none = isFiltered(search) ? 'noneFiltered' : (search.view ?? 'open') === 'open' ? 'noneOpen' : 'none'
  return (
    <div className={css.table}>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="incidents" title={t(`incidents.${none}`)}>
            {t(isFiltered(search) ? 'incidents.noneFilteredNext' : 'incidents.noneNext')}
          </Empty>
        }
        onOpen={(row) => void navigate({ to: '/incidents/$id', params: { id: row.id } })}
      />
    </div>
  )
}

function useColumns(): readonly DataColumn<IncidentRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'number',
        label: t('column.number'),
        width: 66,
        wideOnly: true,
        cell: (row) => (
          <Link to="/incidents/$id" params={{ id: row.id }} className="num" onClick={(e) => e.stopPropagation()}>
            #{row.number}
          </Link>
        ),
      },
      {
        id: 'priority',
        label: t('column.priority'),
        width: 60,
        cell: (row) => <PriorityMark priority={row.priority} />,
      },
      { id: 'state', label: t('column.state'), width: 104, cell: (row) => <IncidentStateMark state={row.state} /> },
      {
        id: 'title',
        label: t('column.title'),
        cell: (row) => (
          <>
            <Link
              to="/incidents/$id"
              params={{ id: row.id }}
              onClick={(e) => e.stopPropagation()}
              className={`${css.titleLink} ${css.title}`}
              title={row.title}
            >
              {row.title}
            </Link>
            <div className={css.titleMore}>
              <span className="num">#{row.number}</span> · {row.siteName}
              {row.assignee ? ` · ${row.assignee}` : ''}
            </div>
          </>
        ),
      },
      {
        id: 'site',
        label: t('column.site'),
        wideOnly: true,
        cell: (row) => (
          <span className={css.name} title={`${row.siteName} · ${row.customerName}`}>
            {row.siteName} <span className="quiet">· {row.customerName}</span>
          </span>
        ),
      },
      {
        id: 'device',
        label: t('column.device'),
        wideOnly: true,
        cell: (row) =>
          row.deviceName === null ? (
            <span className="quiet">–</span>
          ) : (
            <span className={css.name} title={row.deviceName}>
              {row.deviceName}
            </span>
          ),
      },
      {
        id: 'alarms',
        label: t('column.openAlarms'),
        right: true,
        wideOnly: true,
        cell: (row) => <span className="num">{row.openAlarms}</span>,
      },
      {
        id: 'tier',
        label: t('incident.tierShort'),
        width: 56,
        wideOnly: true,
        cell: (row) => (
          <span className="num" title={t('incident.tierOf', { tier: row.tier })}>
            {t('incident.tierMark', { tier: row.tier })}
          </span>
        ),
      },
      {
        id: 'assignee',
        label: t('column.assignee'),
        wideOnly: true,
        cell: (row) => row.assignee ?? <span className="quiet">{t('incident.nobody')}</span>,
      },
      {
        id: 'opened',
        label: t('column.opened'),
        wideOnly: true,
        width: 108,
        cell: (row) => <Time at={row.openedAt} site={row.site} />,
      },
      {
        id: 'clock',
        label: t('clock.column'),
        head: <span title={t('clock.noContract')}>{t('clock.column')}</span>,
        width: 180,
        wideOnly: true,
        cell: (row) => <ServiceClock of={row} />,
      },
    ],
    [t],
  )
}
