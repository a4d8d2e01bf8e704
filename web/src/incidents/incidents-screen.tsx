import { SegmentedControl } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { type IncidentFilter, incidentsQuery, sessionQuery } from '../api/queries.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { IncidentStateMark, PriorityMark } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { Elapsed, Time } from '../ui/time.tsx'
import { INCIDENT_VIEWS, type IncidentSearch, type IncidentView } from './incident-search.ts'

export function IncidentsScreen() {
  const { t } = useTranslation()
  const search = useSearch({ from: '/signed-in/incidents' })
  const navigate = useNavigate({ from: '/incidents' })
  const session = useQuery(sessionQuery)
  const view = search.view ?? 'open'
  const query = useInfiniteQuery(incidentsQuery(filterOf(view, search.q, session.data?.user)))
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const columns = useColumns()
  const setSearch = useCallback(
    (change: IncidentSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true }),
    [navigate],
  )
  return (
    <>
      <ScreenTitle title={t('nav.incidents')} />
      <ListBar q={search.q} placeholder={t('incidents.search')} onSearch={(q) => setSearch({ q })}>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={(value) => setSearch({ view: value === 'open' ? undefined : (value as IncidentView) })}
          data={INCIDENT_VIEWS.map((value) => ({ value, label: t(`incidentView.${value}`) }))}
        />
      </ListBar>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="incidents" title={t(view === 'open' ? 'incidents.noneOpen' : 'incidents.none')}>
            {t('incidents.noneNext')}
          </Empty>
        }
        onOpen={(row) => void navigate({ to: '/incidents/$id', params: { id: row.id } })}
      />
    </>
  )
}

function filterOf(view: IncidentView, q: string | undefined, user: string | undefined): IncidentFilter {
  if (view === 'open') return { open: true, q }
  if (view === 'mine') return { open: true, assignee: user, q }
  if (view === 'resolved') return { state: ['resolved', 'closed'], q }
  return { q }
}

function useColumns(): readonly DataColumn<IncidentRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'number',
        label: t('column.number'),
        width: 70,
        wideOnly: true,
        value: (row) => row.number,
        cell: (row) => (
          <Link to="/incidents/$id" params={{ id: row.id }} className="num" onClick={(e) => e.stopPropagation()}>
            #{row.number}
          </Link>
        ),
      },
      {
        id: 'priority',
        label: t('column.priority'),
        width: 80,
        value: (row) => row.priority,
        cell: (row) => <PriorityMark priority={row.priority} />,
      },
      {
        id: 'state',
        label: t('column.state'),
        width: 104,
        value: (row) => row.state,
        cell: (row) => <IncidentStateMark state={row.state} />,
      },
      {
        id: 'title',
        label: t('column.title'),
        cell: (row) => (
          <Link
            to="/incidents/$id"
            params={{ id: row.id }}
            onClick={(e) => e.stopPropagation()}
            style={{ fontWeight: 600, color: 'inherit' }}
          >
            {row.title}
          </Link>
        ),
      },
      {
        id: 'site',
        label: t('column.site'),
        wideOnly: true,
        value: (row) => row.siteName,
        cell: (row) => (
          <>
            {row.siteName} <span className="quiet">· {row.customerName}</span>
          </>
        ),
      },
      {
        id: 'device',
        label: t('column.device'),
        wideOnly: true,
        value: (row) => row.deviceName ?? '',
        cell: (row) => row.deviceName ?? <span className="quiet">–</span>,
      },
      {
        id: 'alarms',
        label: t('column.openAlarms'),
        right: true,
        wideOnly: true,
        value: (row) => row.openAlarms,
        cell: (row) => <span className="num">{row.openAlarms}</span>,
      },
      {
        id: 'assignee',
        label: t('column.assignee'),
        wideOnly: true,
        value: (row) => row.assignee ?? '',
        cell: (row) => row.assignee ?? <span className="quiet">–</span>,
      },
      {
        id: 'opened',
        label: t('column.opened'),
        wideOnly: true,
        width: 110,
        value: (row) => row.openedAt,
        cell: (row) => <Time at={row.openedAt} site={row.site} />,
      },
      {
        id: 'duration',
        label: t('column.duration'),
        width: 90,
        wideOnly: true,
        cell: (row) => <Elapsed from={row.openedAt} to={row.resolvedAt} />,
      },
    ],
    [t],
  )
}
