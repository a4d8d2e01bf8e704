import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { incidentsQuery } from '../api/queries.ts'
import { IncidentStateMark } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import css from './device.module.css'

export function DeviceIncidents({ query }: { query: ReturnType<typeof incidentsQuery> }) {
  const { t } = useTranslation()
  const incidents = useInfiniteQuery(query)
  if (incidents.isError) return <Failed failure={incidents.error} retry={() => void incidents.refetch()} />
  if (incidents.isPending) return <SkeletonRows count={3} />
  const rows = incidents.data.pages.flatMap((page) => page.items)
  if (rows.length === 0) return <Empty icon="incidents" title={t('device.noIncidents')} small />
  return (
    <ol className={css.events}>
      {rows.slice(0, 20).map((row) => (
        <li key={row.id} style={{ gridTemplateColumns: '76px 92px minmax(0, 1fr)' }}>
          <span className="quiet">
            <Time at={row.openedAt} />
          </span>
          <IncidentStateMark state={row.state} />
          <Link to="/incidents/$id" params={{ id: row.id }}>
            #{row.number} {row.title}
          </Link>
        </li>
      ))}
    </ol>
  )
}
