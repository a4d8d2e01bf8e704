// What one looks for first: the telling figures, one chart, what is wrong and what happened lately.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { deviceAlarmsQuery, incidentsQuery } from '../api/queries.ts'
import { useMaySee } from '../api/role.ts'
import { IncidentAlarms } from '../incidents/incident-alarms.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { useNow } from '../ui/time.tsx'
import css from './device.module.css'
import { DeviceChart } from './device-chart.tsx'
import { DeviceEvents } from './device-events.tsx'
import { DeviceIdentity } from './device-identity.tsx'
import { DeviceIncidents } from './device-incidents.tsx'
import type { PartProps } from './device-screen.tsx'
import { HeadlineTiles } from './headline-tiles.tsx'
import { headlinesOf } from './headlines.ts'

/** A value that missed this many polls is no longer the present. */
const STALE_INTERVALS = 4

export function OverviewPart({ device, search, show }: PartProps) {
  const { t } = useTranslation()
  const chart = useRef<HTMLDivElement>(null)
  const maySee = useMaySee()
  const alarms = useQuery(deviceAlarmsQuery(device.id))
  const now = useNow()
  const freshAfter =
    device.state === 'unknown' ? Number.POSITIVE_INFINITY : now - STALE_INTERVALS * (device.interval ?? 60) * 1000
  const headlines = useMemo(() => headlinesOf(device.series), [device.series])

  function showInChart(metric: string, resource: string) {
    show({ metric, resource: resource || undefined })
    chart.current?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <>
      <HeadlineTiles of={headlines} freshAfter={freshAfter} onOpen={showInChart} />
      <div className={css.columns}>
        <div className={css.stack}>
          <div ref={chart} style={{ minWidth: 0 }}>
            <Panel
              title={t('device.chart')}
              aside={
                <button type="button" className={css.asLink} onClick={() => show({ part: 'charts' })}>
                  {t('device.moreCharts')}
                </button>
              }
            >
              <DeviceChart device={device} search={search} onChange={show} />
            </Panel>
          </div>
          {maySee ? (
            <Panel
              title={t('device.events')}
              aside={
                <Link to="/events" search={{ device: device.id }}>
                  {t('device.allEvents')}
                </Link>
              }
            >
              <DeviceEvents device={device.id} />
            </Panel>
          ) : null}
        </div>
        <div className={css.stack}>
          <Panel title={t('device.alarms')} className={device.openAlarms > 0 ? css.urgent : undefined}>
            {alarms.isError ? (
              <Failed failure={alarms.error} retry={() => void alarms.refetch()} />
            ) : alarms.data === undefined ? (
              <SkeletonRows count={3} />
            ) : alarms.data.items.length === 0 ? (
              <Empty icon="alarms" title={t('device.noAlarms')} small />
            ) : (
              <IncidentAlarms rows={alarms.data.items} narrow />
            )}
          </Panel>
          <Panel title={t('nav.incidents')}>
            <DeviceIncidents query={incidentsQuery({ device: device.id })} />
          </Panel>
          <DeviceIdentity device={device} />
        </div>
      </div>
    </>
  )
}
