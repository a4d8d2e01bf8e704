// A device's measured values over time: choose what and how far back.
import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { samplesQuery } from '../api/queries.ts'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import css from './device.module.css'
import { firstMetric, metricsOf, withBits } from './metrics.ts'

const SeriesChart = lazy(async () => ({ default: (await import('../ui/series-chart.tsx')).SeriesChart }))

export const RANGES = [1, 6, 24, 168, 720] as const
/** More lines than this in one chart cannot be told apart. */
const LINES = 8

export interface DeviceChartProps {
  readonly device: DeviceDetail
  readonly metric: string | undefined
  readonly resource: string | undefined
  readonly hours: number
  onChange(change: { metric?: string | undefined; resource?: string | undefined; hours?: number }): void
}

export function DeviceChart({ device, hours, onChange, ...asked }: DeviceChartProps) {
  const { t } = useTranslation()
  const metrics = useMemo(() => metricsOf(device.series), [device.series])
  const metric = asked.metric ?? firstMetric(metrics.map((m) => m.metric))
  const resources = metrics.find((m) => m.metric === metric)?.resources ?? []
  const resource = asked.resource !== undefined && resources.includes(asked.resource) ? asked.resource : undefined
  const query = useQuery({
    ...samplesQuery({ device: device.id, metric: metric ?? '', resource, hours }),
    enabled: metric !== undefined,
    placeholderData: (old) => old,
  })
  const lines = useMemo(() => withBits(query.data?.series.slice(0, LINES) ?? []), [query.data])
  if (metric === undefined) return <Empty icon="devices" title={t('device.noValues')} small />
  return (
    <>
      <div className={css.chartBar}>
        <NativeSelect
          aria-label={t('column.metric')}
          value={metric}
          onChange={(event) => onChange({ metric: event.currentTarget.value, resource: undefined })}
          data={metrics.map((m) => m.metric)}
        />
        {resources.length > 1 ? (
          <NativeSelect
            aria-label={t('column.resource')}
            value={resource ?? ''}
            onChange={(event) => onChange({ resource: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: t('device.allResources') },
              ...resources.filter(Boolean).map((value) => ({ value, label: resourceName(value) })),
            ]}
          />
        ) : null}
        <SegmentedControl
          size="xs"
          value={String(hours)}
          onChange={(value) => onChange({ hours: Number(value) })}
          data={RANGES.map((value) => ({ value: String(value), label: t(`range.${value}`) }))}
        />
      </div>
      <div className={css.chart}>
        {query.isError ? (
          <Failed failure={query.error} />
        ) : query.data === undefined ? (
          <SkeletonRows count={6} />
        ) : lines.every((line) => line.points.length === 0) ? (
          <Empty icon="clock" title={t('device.noSamples')} small />
        ) : (
          <Suspense fallback={<SkeletonRows count={6} />}>
            <SeriesChart lines={lines} from={query.data.from} to={query.data.to} />
          </Suspense>
        )}
      </div>
      <Legend lines={lines} all={query.data?.series.length ?? 0} />
    </>
  )
}

function Legend({ lines, all }: { lines: ReturnType<typeof withBits>; all: number }) {
  const { t } = useTranslation()
  if (lines.length < 2) return <div style={{ height: 12 }} />
  return (
    <div className={css.legend}>
      {lines.map((line, i) => (
        <span key={`${line.metric} ${line.resource}`}>
          <i style={{ background: `var(--o-line-${i + 1})` }} />
          {resourceName(line.resource) || line.metric}
        </span>
      ))}
      {all > lines.length ? (
        <span className="quiet">{t('device.moreLines', { count: all - lines.length })}</span>
      ) : null}
    </div>
  )
}
