// Who was told of this incident, what became of each message, and why others were not told.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'
import { AlarmWhy } from '../alarms/alarm-why.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { Empty, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { FormProblem } from '../ui/problems.tsx'
import { Time } from '../ui/time.tsx'
import css from './incident.module.css'
import { deliveriesOfQuery } from './incident-queries.ts'

export const DELIVERY_TONE: Readonly<Record<NotificationRow['state'], Tone>> = {
  queued: 'busy',
  sent: 'good',
  failed: 'bad',
  suppressed: 'plain',
}

export function WhoWasTold({ incident }: { incident: IncidentDetail }) {
  const { t } = useTranslation()
  const query = useQuery(deliveriesOfQuery(incident.id))
  const rows = query.data?.items ?? []
  const byRecipient = [...Map.groupBy(rows, (row) => row.recipient)]
  return (
    <Panel
      title={t('whoTold.title')}
      aside={
        <Link to="/notifications" search={{ view: 'log', incident: incident.id }}>
          {t('whoTold.log')}
        </Link>
      }
    >
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <FormProblem failure={query.error} /> : null}
      {query.data && rows.length === 0 ? <Empty icon="send" title={t('whoTold.nobody')} small /> : null}
      <ul className={css.told}>
        {byRecipient.map(([recipient, messages]) => (
          <li key={recipient}>
            <b>{recipient}</b>
            <ul>
              {messages.map((message) => (
                <li key={message.key} className={css.toldLine}>
                  <Time at={message.at} />
                  <span>{t(`transition.${message.transition}`, { defaultValue: message.transition })}</span>
                  <State
                    tone={DELIVERY_TONE[message.state]}
                    shape={message.state === 'sent' ? 'dot' : 'ring'}
                    word={t(`delivery.${message.state}`)}
                  />
                  {message.answer ? <span className={css.answer}>{message.answer}</span> : null}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {incident.causeAlarm === null ? null : (
        <details className={css.why}>
          <summary>{t('whoTold.why')}</summary>
          <AlarmWhy alarm={incident.causeAlarm} />
        </details>
      )}
    </Panel>
  )
}
