import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { deviceEventsQuery } from '../api/queries.ts'
import { EventText } from '../events/event-marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import css from './device.module.css'

export function DeviceEvents({ device }: { device: string }) {
  const { t } = useTranslation()
  const query = useQuery(deviceEventsQuery(device))
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={4} />
  if (query.data.items.length === 0) return <Empty icon="note" title={t('device.noEvents')} small />
  return (
    <ol className={css.events}>
      {query.data.items.map((row) => (
        <li key={row.id}>
          <span className="quiet">
            <Time at={row.at} />
          </span>
          <span className="quiet">{t(`eventKind.${row.kind}`)}</span>
          <EventText row={row} />
        </li>
      ))}
    </ol>
  )
}
