// Samples as the console draws them: counters as rates, thinned to a step, with holes where nothing was measured. One
// query works at a time and lets the thread go every few milliseconds, however long its range.
import { shownMeaning } from '#shared/domain/series-meaning.ts'
import type { LatestSample } from '#shared/http/inventory.ts'
import {
  MAX_POINTS_PER_SERIES,
  MAX_SERIES_PER_QUERY,
  type SampleQuery,
  type SampleResult,
} from '#shared/http/records.ts'
import type { SeriesInfo } from '../../../ingest/evaluation.ts'
import type { RollUpBucket } from '../roll-up.ts'
import { createRateMeter, isCounter } from './counter-rates.ts'
import { readCursor, writeCursor } from './paging.ts'
import { createPointSink, type PointSink } from './point-sink.ts'

export interface SampleSource {
  /** Fetches what is read next of a series, where that is not at hand; `stepMs` is how fine the chart will be. */
  load?(series: SeriesInfo, from: number, to: number, stepMs: number): Promise<void>
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

const DAY_MS = 86_400_000
const POINTS_WANTED = 1500
/** Points of one answer: what JSON of it costs the thread stays small. */
const MAX_POINTS = 200_000
/** Before `from`, so that the first counter sample has one to differ from; after a fall, so that the uptime tells why. */
const LEAD_MS = 15 * 60_000
/** Read in one go, to begin with; then about so many samples. Between two windows the thread may be let go. */
const WINDOW_MS = DAY_MS
const WINDOW_SAMPLES = 20_000
const SLICE_MS = 15

/** What of the thread is used. */
export interface Turn {
  /** Monotonic ms. */
  mono(): number
  /** Lets others have the thread. */
  pause(): Promise<void>
}
const REAL_TURN: Turn = {
  mono: () => performance.now(),
  pause: () => new Promise((resolve) => setImmediate(resolve)),
}

export function createSampleReads(
  source: SampleSource,
  turn: Turn = REAL_TURN,
  name: SampleResult['source'] = 'embedded',
) {
  let queue: Promise<unknown> = Promise.resolve()
  return {
    /** One at a time, in order. */
    query(query: SampleQuery, now: number): Promise<SampleResult> {
      const result = queue.then(() => answer(query, now))
      queue = result.catch(() => undefined)
      return result
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
          ...shownMeaning(s),
          at: newest?.at ?? null,
          value: Number.isFinite(value) ? value : isCounter(s) ? null : (newest?.value ?? null),
        }
      })
    },
  }

  async function answer(query: SampleQuery, now: number): Promise<SampleResult> {
    const to = Math.ceil(query.to ?? now)
    const from = Math.floor(query.from ?? to - DAY_MS)
    const { page, nextCursor } = seriesOf(query)
    const finest = Math.ceil(
      (to - from) / 1000 / Math.min(MAX_POINTS_PER_SERIES, MAX_POINTS / Math.max(1, page.length)),
    )
    const asked = query.step ? Math.max(query.step, finest) : 0
    const auto = Math.max(finest, Math.ceil((to - from) / 1000 / POINTS_WANTED))
    const sinks = page.map((s) => createPointSink(s.kind === 'state'))
    let step = asked
    let started = turn.mono()
    for (const [i, series] of page.entries()) {
      const sink = sinks[i] as PointSink
      if (step > 0) sink.thin(step * 1000)
      const read = reader(series, query.as, from, to, sink)
      let length = WINDOW_MS
      for (let start = from; start <= to; ) {
        const end = Math.min(start + length - 1, to)
        if (source.load) await source.load(series, start - LEAD_MS, end + LEAD_MS, (asked || auto) * 1000)
        const count = read(start, end)
        start = end + 1
        length = count > WINDOW_SAMPLES ? Math.ceil(length / 2) : count < WINDOW_SAMPLES / 4 ? length * 2 : length
        if (step === 0 && sink.size() > 2 * POINTS_WANTED) {
          step = auto
          for (const s of sinks.slice(0, i + 1)) s.thin(step * 1000)
        }
        if (turn.mono() - started < SLICE_MS) continue
        await turn.pause()
        started = turn.mono()
      }
    }
    const series = page.map((s, i) => ({
      metric: s.metric,
      resource: s.resource,
      unit: query.as === 'rate' && isCounter(s) ? perSecond(s.unit) : s.unit,
      kind: s.kind,
      states: s.states ?? null,
      ...shownMeaning(s),
      points: (sinks[i] as PointSink).points(),
    }))
    return { source: name, from, to, step, truncated: nextCursor !== null, nextCursor, series }
  }

  function seriesOf(query: SampleQuery): { page: SeriesInfo[]; nextCursor: string | null } {
    const after = Number(readCursor(query.cursor, 1)?.[0] ?? 0)
    const wanted = source
      .ofDevice(query.device)
      .filter((s) => s.id > after)
      .filter((s) => query.metric === undefined || query.metric.includes(s.metric))
      .filter((s) => query.resource === undefined || s.resource === query.resource)
      .sort((a, b) => a.id - b.id)
    const page = wanted.slice(0, MAX_SERIES_PER_QUERY)
    const more = wanted.length > page.length
    return { page, nextCursor: more ? writeCursor([page.at(-1)?.id ?? 0]) : null }
  }

  /** Reads windows, one after the other, into the sink; answers how many samples there were. */
  function reader(series: SeriesInfo, as: 'rate' | 'raw', from: number, to: number, sink: PointSink) {
    const meter = as === 'rate' && isCounter(series) ? createRateMeter(series) : undefined
    const rolledUp = meter !== undefined || !isCounter(series)
    return (start: number, end: number): number => {
      const points: [at: number, value: number, weight: number][] = []
      const first = start === from
      const lead = meter && first ? LEAD_MS : 0
      source.read(series.id, start - lead, end, (at, value) => void points.push([at, value, 0]))
      if (rolledUp)
        for (const b of source.rolledUp(series.id, start, end))
          if (first || b.at >= start) points.push([b.at, series.kind === 'state' ? b.last : b.sum / b.count, b.count])
      points.sort((a, b) => a[0] - b[0])
      let starts: { readonly known: readonly number[] | undefined } | undefined
      const restarts = () => {
        starts ??= { known: source.restarts(series.device, start - LEAD_MS, Math.min(end, to) + LEAD_MS) }
        return starts.known
      }
      for (const [at, value, weight] of points) {
        // weight 0: as measured
        const shown = weight > 0 || !meter ? value : meter.next(at, value, restarts)
        if (shown !== undefined && (weight > 0 || at >= from)) sink.add(at, shown, weight || 1)
      }
      return points.length
    }
  }
}

export type SampleReads = ReturnType<typeof createSampleReads>

const perSecond = (unit: string) => (unit === '' ? '/s' : `${unit}/s`)
