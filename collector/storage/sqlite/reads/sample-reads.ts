// Samples as the console draws them: counters as rates, thinned to a step, with holes where nothing was measured.
import { counterRate } from '#shared/domain/counter-rate.ts'
import type { LatestSample } from '#shared/http/inventory.ts'
import {
  MAX_POINTS_PER_SERIES,
  MAX_SERIES_PER_QUERY,
  type SampleQuery,
  type SampleResult,
} from '#shared/http/records.ts'
import type { SeriesInfo } from '../../../ingest/evaluation.ts'
import type { RollUpBucket } from '../roll-up.ts'

export interface SampleSource {
  ofDevice(device: string): readonly SeriesInfo[]
  /** Newest sample; `judged` is the rate of a counter (NaN: none known), else the value. */
  latest(series: number): { readonly at: number; readonly value: number; readonly judged: number } | undefined
  /** Every stored sample of [from, to], in any order. */
  read(series: number, from: number, to: number, each: (at: number, value: number) => void): void
  /** Buckets of samples that have expired (counters: of their rates), in order; a sample is in one or is still raw. */
  rolledUp(series: number, from: number, to: number): readonly RollUpBucket[]
  /** When a device started, as its uptime tells, ms; undefined when it gives none. */
  restarts(device: string, from: number, to: number): readonly number[] | undefined
}

type Point = [number, number | null]
const DAY_MS = 86_400_000
const POINTS_WANTED = 1500
/** Before `from`, so that the first counter sample has one to differ from. */
const LEAD_MS = 15 * 60_000

export function createSampleReads(source: SampleSource) {
  return {
    async query(query: SampleQuery, now: number): Promise<SampleResult> {
      const to = query.to ?? now
      const from = query.from ?? to - DAY_MS
      const wanted = source
        .ofDevice(query.device)
        .filter((s) => query.metric === undefined || query.metric.includes(s.metric))
        .filter((s) => query.resource === undefined || s.resource === query.resource)
      const chosen = wanted.slice(0, MAX_SERIES_PER_QUERY)
      let step = query.step ?? 0
      const raw = chosen.map((s) => pointsOf(s, from, to, query.as))
      const longest = Math.max(0, ...raw.map((points) => points.length))
      if (step === 0 && longest > POINTS_WANTED * 2) step = Math.ceil((to - from) / 1000 / POINTS_WANTED)
      return {
        from,
        to,
        step,
        truncated: wanted.length > chosen.length,
        series: chosen.map((s, i) => ({
          metric: s.metric,
          resource: s.resource,
          unit: query.as === 'rate' && isCounter(s) ? perSecond(s.unit) : s.unit,
          kind: s.kind,
          states: s.states ?? null,
          points: shape(raw[i] as Point[], step * 1000, s.kind === 'state').slice(0, MAX_POINTS_PER_SERIES),
        })),
      }
    },
    async latest(device: string): Promise<LatestSample[]> {
      return source.ofDevice(device).map((s) => {
        const newest = source.latest(s.id)
        const value = newest ? newest.judged : Number.NaN
        return {
          metric: s.metric,
          resource: s.resource,
          unit: isCounter(s) ? perSecond(s.unit) : s.unit,
          kind: s.kind,
          states: s.states ?? null,
          tags: s.tags ?? {},
          at: newest?.at ?? null,
          value: Number.isFinite(value) ? value : isCounter(s) ? null : (newest?.value ?? null),
        }
      })
    },
  }

  function pointsOf(series: SeriesInfo, from: number, to: number, as: 'rate' | 'raw'): Point[] {
    const rate = as === 'rate' && isCounter(series)
    const points: [number, number][] = []
    source.read(series.id, rate ? from - LEAD_MS : from, to, (at, value) => void points.push([at, value]))
    points.sort((a, b) => a[0] - b[0])
    const restarts = () => source.restarts(series.device, from - LEAD_MS, to)
    const measured: Point[] = rate ? ratesOf(series, points, restarts).filter(([at]) => at >= from) : points
    const old = as === 'raw' && isCounter(series) ? [] : source.rolledUp(series.id, from, to)
    if (old.length === 0) return measured
    const means = old.map((b): Point => [b.at, series.kind === 'state' ? b.last : b.sum / b.count])
    return means.concat(measured).sort((a, b) => a[0] - b[0])
  }
}

const isCounter = (s: SeriesInfo) => s.kind === 'counter32' || s.kind === 'counter64'
const perSecond = (unit: string) => (unit === '' ? '/s' : `${unit}/s`)

/** Rates of a counter; null where none can be told. `restarts` is asked only when the counter fell. */
export function ratesOf(
  series: SeriesInfo,
  points: readonly (readonly [number, number])[],
  restarts: () => readonly number[] | undefined,
): Point[] {
  const bits = series.kind === 'counter32' ? 32 : 64
  let starts: readonly number[] | undefined | null = null
  const result: Point[] = []
  for (let i = 1; i < points.length; i++) {
    const [at, value] = points[i] as [number, number]
    const [before, valueBefore] = points[i - 1] as [number, number]
    if (at <= before) continue
    let restarted: boolean | undefined
    if (value < valueBefore) {
      if (starts === null) starts = restarts()
      restarted = starts?.some((s) => s > before && s <= at)
    }
    const rate = counterRate(bits, before, valueBefore, at, value, restarted)
    result.push([at, Number.isFinite(rate) ? rate : null])
  }
  return result
}

/** Means per step (states: the last); one null where samples are missing. */
function shape(points: readonly Point[], stepMs: number, last: boolean): Point[] {
  if (stepMs === 0) return withHoles(points, medianGap(points) * 2.5)
  const result: Point[] = []
  let bucket = Number.NaN
  let sum = 0
  let count = 0
  const close = () => {
    if (count > 0) result.push([bucket, last ? sum : sum / count])
  }
  for (const [at, value] of points) {
    const start = Math.floor(at / stepMs) * stepMs
    if (start !== bucket) {
      close()
      bucket = start
      sum = 0
      count = 0
    }
    if (value === null) continue
    sum = last ? value : sum + value
    count++
  }
  close()
  return withHoles(result, Math.max(stepMs, medianGap(points)) * 2.5)
}

function withHoles(points: readonly Point[], longest: number): Point[] {
  const result: Point[] = []
  let before = Number.POSITIVE_INFINITY
  for (const point of points) {
    if (longest > 0 && point[0] - before > longest) result.push([before + 1, null])
    result.push(point)
    before = point[0]
  }
  return result
}

function medianGap(points: readonly Point[]): number {
  const gaps = points.slice(1, 500).map((p, i) => p[0] - (points[i] as Point)[0])
  gaps.sort((a, b) => a - b)
  return gaps[gaps.length >> 1] ?? 0
}
