// The worst alarms and the newest open incidents of a customer.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { statusOf } from '../alarms/alarm-view.ts'
import { AlarmStatusMark, IncidentStateMark, PriorityMark, SeverityMark } from '../ui/marks.tsx'
import { Panel } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'
import { customerAlarmsQuery, customerIncidentsQuery } from './customer-queries.ts'
import css from './customers.module.css'

export function CustomerAlarms({ customer }: { customer: string }) {
  const { t } = useTranslation()
  const query = useQuery(customerAlarmsQuery(customer))
  const rows = query.data?.items ?? []
  if (query.isError) return <FormProblem failure={query.error} />
  if (rows.length === 0) return null
  return (
    <Panel
      title={t('customers.alarms')}
      aside={
        <Link to="/alarms" search={{ customer }}>
          {t('customers.all')}
        </Link>
      }
    >
      <ul className={css.lines}>
        {rows.map((row) => (
          <li key={row.id}>
            <SeverityMark severity={row.perceivedSeverity} short />
            <Link to="/alarms" search={{ customer, alarm: row.id }} className={css.text}>
              <b>{row.deviceName ?? row.siteName}</b> {row.text}
            </Link>
            <AlarmStatusMark status={statusOf(row)} />
            <Time at={row.raisedAt} site={row.site} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

export function CustomerIncidents({ customer }: { customer: string }) {
  const { t } = useTranslation()
  const query = useQuery(customerIncidentsQuery(customer))
  const rows = query.data?.items ?? []
  if (query.isError) return <FormProblem failure={query.error} />
  if (rows.length === 0) return null
  return (
    <Panel title={t('customers.newestIncidents')}>
      <ul className={css.cards}>
        {rows.map((row) => (
          <li key={row.id}>
            <Link to="/incidents/$id" params={{ id: row.id }}>
              #{row.number} {row.title}
            </Link>
            <span>
              <PriorityMark priority={row.priority} />
              <IncidentStateMark state={row.state} />
              <span className="quiet">{row.assignee ?? t('overview.unassigned')}</span>
              <Time at={row.openedAt} site={row.site} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
