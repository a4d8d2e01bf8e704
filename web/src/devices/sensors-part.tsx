// Sensors with their limits, and below them every value there is.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { LatestSample } from '#shared/http/inventory.ts'
import { Empty } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import type { PartProps } from './device-screen.tsx'
import { LatestTable } from './latest-table.tsx'
import { SensorTable } from './sensor-table.tsx'
import { sensorsOf } from './sensors.ts'

export function SensorsPart({ device, show }: PartProps) {
  const { t } = useTranslation()
  const rows = useMemo(() => sensorsOf(device.series), [device.series])
  const open = ({ metric, resource }: LatestSample) => show({ part: 'charts', metric, resource: resource || undefined })
  return (
    <>
      <Panel title={t('device.sensors', { count: rows.length })}>
        {rows.length === 0 ? (
          <Empty icon="devices" title={t('device.noSensors')} small />
        ) : (
          <SensorTable rows={rows} onOpen={open} />
        )}
      </Panel>
      <Panel title={t('device.latest', { count: device.series.length })}>
        <LatestTable series={device.series} onOpen={open} />
      </Panel>
    </>
  )
}
