// A device's measured values over time: choose what and which time; draw over a part to see it larger.
import { NativeSelect } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { resourceName } from '../alarms/alarm-columns.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { useWords, type Words } from '../ui/words.ts'
import { sharedLimits } from './beyond.ts'
import { AlarmsInRange, useHappenings } from './chart-happenings.tsx'
import { ChartLegend } from './chart-legend.tsx'
import { type ChartRange, chartSamplesQuery, isLive } from './chart-queries.ts'
import { RangeChoice } from './chart-range.tsx'
import css from './device.module.css'
import { type ChartSearch, readMore } from './device-parts.ts'
import { busiestFirst, firstMetric, type Line, metricsOf, withBits, withOpposite } from './metrics.ts'

const SeriesChart = lazy(async () => ({ default: (await import('../ui/series-chart.tsx')).SeriesChart }))

/** More lines than this in one chart cannot be told apart. */
const LINES = 8
/** No live chart shows less time than this. */
const LEAST_MS = 180_000

export interface DeviceChartProps {
  readonly device: DeviceDetail
  readonly search: ChartSearch
  readonly tall?: boolean
  onChange(change: ChartSearch): void
}

export function DeviceChart({ device, search, tall = false, onChange }: DeviceChartProps) {
  const { t } = useTranslation()
  const words = useWords()
  const metrics = useMemo(() => metricsOf(device.series), [device.series])
  const names = metrics.map((m) => m.metric)
  const metric = search.metric ?? firstMetric(names)
  const resources = metrics.find((m) => m.metric === metric)?.resources ?? []
  const resource = search.resource !== undefined && resources.includes(search.resource) ? search.resource : undefined
  const wanted = metric === undefined ? [] : resource === undefined ? [metric] : withOpposite(metric, names)
  const range: ChartRange = { hours: search.hours ?? 24, from: search.from, to: search.to }
  const query = useQuery({
    ...chartSamplesQuery({ device: device.id, metric: wanted, resource }, range),
    placeholderData: (old) => old,
  })
  const more = useMoreLines(search.with ?? [], range)
  const happenings = useHappenings(device.id, resource, range)
  const lines = useMemo(() => {
    const own = busiestFirst(query.data?.series ?? [], device.series).slice(0, LINES - more.lines.size)
    return [...withBits(own), ...more.lines.keys()]
  }, [query.data, device.series, more.lines])
  const limits = useMemo(() => (lines.some((line) => line.unit === 'bit/s') ? [] : sharedLimits(lines)), [lines])
  const metricName = useMemo(() => metricNames(device, words), [device, words])
  const nameOf = (line: Line) => {
    const added = readMore(more.lines.get(line) ?? '')
    const part = resourceName(line.resource) || t('result.wholeDevice')
    if (added !== undefined && added.device !== device.id) return `${added.device} · ${words.series(line)} · ${part}`
    const several = lines.some((other) => other.metric !== line.metric)
    if (!several) return part
    return resource === undefined || added !== undefined ? `${words.series(line)} · ${part}` : words.series(line)
  }
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
        <RangeChoice range={range} onChange={onChange} />
      </div>
      <div className={css.chart} data-tall={tall}>
        {query.isError ? (
          <Failed failure={query.error} retry={() => void query.refetch()} />
        ) : query.data === undefined ? (
          <SkeletonRows count={6} />
        ) : lines.every((line) => line.points.length === 0) ? (
          <Empty icon="clock" title={t('device.noSamples')} small />
        ) : (
          <Suspense fallback={<SkeletonRows count={6} />}>
            <SeriesChart
              lines={lines}
              from={isLive(range) ? startOf(lines, query.data.from, query.data.to) : query.data.from}
              to={query.data.to}
              limits={limits}
              marks={happenings.marks}
              shades={happenings.shades}
              onZoom={(from, to) => onChange(atLeast(from, to))}
              label={t('chart.byKeys', { name: metricName(metric) })}
              nameOf={nameOf}
              stateWord={words.state}
            />
          </Suspense>
        )}
      </div>
      <ChartLegend
        lines={lines.some((line) => line.points.length > 0) ? lines : []}
        all={(query.data?.series.length ?? 0) + more.lines.size}
        limits={limits}
        hasWork={happenings.shades.length > 0}
        added={more.lines}
        nameOf={nameOf}
        onRemove={(added) => onChange({ with: search.with?.filter((one) => one !== added) })}
      />
      {more.failed ? <p className={css.note}>{t('chart.moreFailed')}</p> : null}
      {tall ? <AlarmsInRange alarms={happenings.alarms} /> : null}
    </>
  )
}

/** Lines that were added, with how the address calls them. */
function useMoreLines(wanted: readonly string[], range: ChartRange) {
  const asked = wanted.flatMap((text) => {
    const more = readMore(text)
    return more === undefined ? [] : [{ text, ...more }]
  })
  const results = useQueries({
    queries: asked.map(({ device, metric, resource }) =>
      chartSamplesQuery({ device, metric: [metric], resource: resource || undefined }, range),
    ),
  })
  const state = [...wanted, ...results.map((result) => result.dataUpdatedAt)].join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the results are new things at every turn of the clock
  const lines = useMemo(() => {
    const all = results.flatMap((result, i) =>
      withBits(result.data?.series ?? [])
        .filter((line) => line.resource === asked[i]?.resource)
        .map((line) => [line, asked[i]?.text ?? ''] as const),
    )
    return new Map<Line, string>(all)
  }, [state])
  return { lines, failed: results.some((result) => result.isError) }
}

/** Nobody means less than a minute. */
function atLeast(from: number, to: number): { from: number; to: number } {
  const lacking = Math.max(0, 60_000 - (to - from)) / 2
  return { from: Math.floor(from - lacking), to: Math.ceil(to + lacking) }
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
