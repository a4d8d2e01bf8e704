// The stored past as it would have come had nothing been late: events and samples by event time, in groups as ingest makes
// them. What came for one series out of order is left out, as it was when it came.
import type { Hello } from '#shared/wire/hello.ts'
import type { PresenceChange, ReceivedEvent, ReceivedSamples, SeriesInfo, Watermark } from '../ingest/evaluation.ts'
import { createRates } from '../ingest/rates.ts'
import type { RulesGroup } from '../rules/rules.ts'
import type { History } from './history.ts'
import { addSample, createColumns, orderOf, type SampleColumns } from './sample-order.ts'

export interface TimelineOptions {
  readonly from: number
  readonly to: number
  /** Series to read, those that others need first. */
  readonly series: readonly SeriesInfo[]
  /** Series of these that rules get to know with their first sample; others they knew before. */
  readonly fresh: ReadonlySet<number>
  readonly withEvents: boolean
  /** Tell rules of restarts of devices: only where all their ports are read. */
  readonly withRestarts: boolean
  /** Samples in memory at once, about. */
  readonly sliceSamples?: number
}

export type ReplayGroup = RulesGroup & { readonly count: number }

const GROUP_MS = 1000
const FIRST_SLICE_MS = 600_000
const SHORTEST_SLICE_MS = 60_000
const LONGEST_SLICE_MS = 31 * 86_400_000
const SLICE_SAMPLES = 2_000_000
/** Events in memory at once; a slice with more is taken in parts. */
const SLICE_EVENTS = 200_000

/** Groups in rising event time. The samples of a group are only good until the next is asked for. */
export function* timeline(history: History, options: TimelineOptions): Generator<ReplayGroup> {
  const { from, to, series, fresh, sliceSamples = SLICE_SAMPLES } = options
  const rates = createRates()
  for (const one of history.series) rates.define(one)
  const infos = new Map(series.map((one) => [one.id, one]))
  const unseen = new Set(fresh)
  const newest = new Float64Array(series.reduce((most, one) => Math.max(most, one.id), 0) + 1).fill(-1)
  const losses = [...history.losses(from, to)].sort((a, b) => a.at - b.at)
  const columns = createColumns()
  const batches = new Map<string, Batch>()
  let length = FIRST_SLICE_MS
  for (let start = from; start < to; ) {
    let end = Math.min(to, start + length)
    let events: readonly ReceivedEvent[] = []
    if (options.withEvents) {
      events = history.events(start, end, SLICE_EVENTS)
      // so many at one moment are taken together
      if (events.length >= SLICE_EVENTS) end = Math.max(start + 1, (events.at(-1) as ReceivedEvent).at)
      events = events.filter((event) => event.at < end)
    }
    columns.length = 0
    for (const { id } of series)
      history.read(id, start, end, (at, value) => {
        if (at < (newest[id] as number)) return
        newest[id] = at
        addSample(columns, at - start, id, value)
      })
    yield* groupsOf(columns, events, start, end)
    const share = Math.max(columns.length / sliceSamples, events.length / SLICE_EVENTS)
    length = Math.min(Math.max((end - start) / Math.max(share, 1 / 8), SHORTEST_SLICE_MS), LONGEST_SLICE_MS)
    start = end
  }

  function* groupsOf(
    samples: SampleColumns,
    events: readonly ReceivedEvent[],
    start: number,
    end: number,
  ): Generator<ReplayGroup> {
    const order = orderOf(samples)
    const { offset } = samples
    let i = 0
    let e = 0
    while (i < order.length || e < events.length) {
      const sampleAt = i < order.length ? start + (offset[order[i] as number] as number) : Number.POSITIVE_INFINITY
      const eventAt = events[e]?.at ?? Number.POSITIVE_INFINITY
      if (eventAt <= sampleAt) {
        const first = e
        while (e < events.length && (events[e] as ReceivedEvent).at === eventAt) e++
        yield eventGroup(events.slice(first, e), eventAt)
        continue
      }
      const until = Math.min(sampleAt + GROUP_MS, eventAt, end) - start
      let last = i
      while (last < order.length && (offset[order[last] as number] as number) < until) last++
      yield sampleGroup(samples, order, i, last, start)
      i = last
    }
  }

  function eventGroup(events: readonly ReceivedEvent[], at: number): ReplayGroup {
    const presence = events.flatMap(startOf)
    const agents = new Set(events.map((event) => event.agent))
    const watermarks = [...agents].map((agent) => ({ agent, lane: 'event' as const, at, live: true }))
    return { ...emptyGroup(at), events, presence, gaps: lossesBy(at), watermarks, count: events.length }
  }

  function sampleGroup(
    samples: SampleColumns,
    order: Uint32Array,
    first: number,
    last: number,
    start: number,
  ): ReplayGroup {
    for (const batch of batches.values()) batch.length = 0
    const newSeries: SeriesInfo[] = []
    let at = start
    for (let i = first; i < last; i++) {
      const position = order[i] as number
      const id = samples.series[position] as number
      at = start + (samples.offset[position] as number)
      const value = samples.value[position] as number
      const info = infos.get(id) as SeriesInfo
      if (unseen.size > 0 && unseen.delete(id)) newSeries.push(info)
      put(batchOf(info), id, at, value, rates.judge(id, at, value))
    }
    const filled = [...batches.values()].filter((batch) => batch.length > 0)
    const restarts = rates.takeRestarts()
    return {
      ...emptyGroup(at),
      newSeries,
      samples: filled as readonly ReceivedSamples[],
      watermarks: marksOf(filled, at),
      gaps: lossesBy(at),
      ...(options.withRestarts ? { restarts } : {}),
      count: last - first,
    }
  }

  function lossesBy(at: number) {
    const due: { agent: string; lane: 'telemetry' | 'event' | 'result'; count: number; at: number }[] = []
    while ((losses[0]?.at ?? Number.POSITIVE_INFINITY) <= at) due.push(losses.shift() as (typeof losses)[number])
    return due.map((loss) => ({ ...loss, first: 0, reason: '' }))
  }

  function batchOf(info: SeriesInfo): Batch {
    const known = batches.get(info.agent)
    if (known) return known
    const made = createBatch(info)
    batches.set(info.agent, made)
    return made
  }
}

interface Batch {
  readonly agent: string
  readonly site: string
  length: number
  series: Uint32Array
  at: Float64Array
  values: Float64Array
  judged: Float64Array
}

const columnsOf = (capacity: number) => ({
  series: new Uint32Array(capacity),
  at: new Float64Array(capacity),
  values: new Float64Array(capacity),
  judged: new Float64Array(capacity),
})

const createBatch = ({ agent, site }: SeriesInfo): Batch => ({ agent, site, length: 0, ...columnsOf(1024) })

function put(batch: Batch, series: number, at: number, value: number, judged: number): void {
  const i = batch.length++
  if (i === batch.series.length) {
    const before = { ...batch }
    Object.assign(batch, columnsOf(i * 2))
    for (const column of ['series', 'at', 'values', 'judged'] as const) batch[column].set(before[column])
  }
  batch.series[i] = series
  batch.at[i] = at
  batch.values[i] = value
  batch.judged[i] = judged
}

const emptyGroup = (now: number): ReplayGroup => ({
  ...{ now, newSeries: [], events: [], samples: [], watermarks: [], gaps: [], presence: [], count: 0 },
})

/** Both streams of an agent are known as far as one of them is: nothing is late here. No further: it may have been away. */
const marksOf = (batches: readonly Batch[], at: number): Watermark[] =>
  batches.flatMap(({ agent }) => [
    { agent, lane: 'telemetry', at, live: true },
    { agent, lane: 'event', at, live: true },
  ])

/** An agent that says that it started: before, it could not have measured anything. */
function startOf({ agent, at, event }: ReceivedEvent): PresenceChange[] {
  if (event.kind !== 'agent' || event.code !== 'started') return []
  return [{ kind: 'hello', agent, hello: { startedAt: at, wall: at } as Hello, at, mono: 0 }]
}
