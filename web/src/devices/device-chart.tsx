// A device's measured values over time: choose what and how far back.
import { NativeSelect, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { samplesQuery } from '../api/queries.ts'
import { withUnit } from '../ui/format.ts'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { useWords, type Words } from '../ui/words.ts'
import { type LimitLine, sharedLimits } from './beyond.ts'
import css from './device.module.css'
import { busiestFirst, firstMetric, type Line, metricsOf, withBits, withOpposite } from './metrics.ts'

const SeriesChart = lazy(async () => ({ default: (await import('../ui/series-chart.tsx')).SeriesChart }))

export const RANGES = [1, 6, 24, 168, 720] as const
/** More lines than this in one chart cannot be told apart. */
const LINES = 8

/** No chart shows less time than this. */
const LEAST_MS = 180_000

export interface DeviceChartProps {
  readonly device: DeviceDetail
  readonly metric: string | undefined
  readonly resource: string | undefined
  readonly hours: number
  onChange(change: { metric?: string | undefined; resource?: string | undefined; hours?: number }): void
}

export function DeviceChart({ device, hours, onChange, ...asked }: DeviceChartProps) {
  const { t } = useTranslation()
  const words = useWords()
  const metrics = useMemo(() => metricsOf(device.series), [device.series])
  const names = metrics.map((m) => m.metric)
  const metric = asked.metric ?? firstMetric(names)
  const resources = metrics.find((m) => m.metric === metric)?.resources ?? []
  const resource = asked.resource !== undefined && resources.includes(asked.resource) ? asked.resource : undefined
  const wanted = metric === undefined ? [] : resource === undefined ? [metric] : withOpposite(metric, names)
  const query = useQuery({
    ...samplesQuery({ device: device.id, metric: wanted, resource, hours }),
    enabled: metric !== undefined,
    placeholderData: (old) => old,
  })
  const lines = useMemo(
    () => withBits(busiestFirst(query.data?.series ?? [], device.series).slice(0, LINES)),
    [query.data, device.series],
  )
  const limits = useMemo(() => (lines.some((line) => line.unit === 'bit/s') ? [] : sharedLimits(lines)), [lines])
  const metricName = useMemo(() => metricNames(device, words), [device, words])
  const nameOf = (line: Line) =>
    lines.some((other) => other.metric !== line.metric)
      ? words.series(line)
      : resourceName(line.resource) || t('result.wholeDevice')
  if (metric === undefined) return <Empty icon="devices" title={t('device.noValues')} small />
  return (
    <>
      <div className={css.chartBar}>
        <NativeSelect
          aria-label={t('column.metric')}
          value={metric}
          onChange={(event) => onChange({ metric: event.currentTarget.value, resource: undefined })}
          data={metrics.map((m) => ({ value: m.metric, label: metricName(m.metric) }))}
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
            <SeriesChart
              lines={lines}
              from={startOf(lines, query.data.from, query.data.to)}
              to={query.data.to}
              limits={limits}
              nameOf={nameOf}
              stateWord={words.state}
            />
          </Suspense>
        )}
      </div>
      <Legend
        lines={lines.some((line) => line.points.length > 0) ? lines : []}
        all={query.data?.series.length ?? 0}
        nameOf={nameOf}
        limits={limits}
      />
    </>
  )
}

/** A label of the profile, where all series of the metric have that one. */
function metricNames(device: DeviceDetail, words: Words): (metric: string) => string {
  const names = new Map<string, string>()
  for (const sample of device.series) {
    const name = words.series(sample)
    const before = names.get(sample.metric)
    names.set(sample.metric, before === undefined || before === name ? name : words.metric(sample.metric))
  }
  return (metric) => names.get(metric) ?? words.metric(metric)
}

/** A device known for minutes would be a stroke at the edge of a day: then the axis begins where the measuring did. */
function startOf(lines: readonly Line[], from: number, to: number): number {
  const first = Math.min(...lines.flatMap((line) => line.points[0]?.[0] ?? []))
  if (!Number.isFinite(first) || first - from < (to - from) / 2) return from
  const least = Math.min(to - from, LEAST_MS)
  return Math.max(from, Math.min(first, to - least))
}

interface LegendProps {
  readonly lines: readonly Line[]
  readonly all: number
  readonly limits: readonly LimitLine[]
  nameOf(line: Line): string
}

function Legend({ lines, all, limits, nameOf }: LegendProps) {
  const { t } = useTranslation()
  if (lines.length === 0 || (lines.length < 2 && limits.length === 0)) return <div style={{ height: 12 }} />
  return (
    <div className={css.legend}>
      {(lines.length < 2 ? [] : lines).map((line, i) => (
        <span key={`${line.metric} ${line.resource}`}>
          <i style={{ background: `var(--o-line-${i + 1})` }} />
          {nameOf(line)}
        </span>
      ))}
      {limits.map(({ severity, value }) => (
        <span key={`${severity} ${value}`} className={css.limits} data-severity={severity}>
          {t(`severity.${severity}`)} {withUnit(value, lines[0]?.unit ?? '')}
        </span>
      ))}
      {all > lines.length ? (
        <span className="quiet">{t('device.moreLines', { count: all - lines.length })}</span>
      ) : null}
    </div>
  )
}
