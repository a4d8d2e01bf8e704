// Judges what a group brought in the order in which it happened: events at once where nothing older is to come, else between
// the samples of their time; then what runs by time alone.
import type { ReceivedEvent, ReceivedSamples, Watermark } from '../ingest/evaluation.ts'
import { createEventOrder } from './event-order.ts'
import type { EventRules } from './event-rules.ts'
import type { Listening } from './listening.ts'
import type { RulesGroup } from './rules.ts'
import type { SeriesRules } from './series-rules.ts'

export interface TimeOrder {
  judge(group: RulesGroup): void
  /** Time went on: judges events that have waited long enough. */
  overdue(now: number): void
  isDraining(agent: string): boolean
  restore(agent: string, waiting: readonly ReceivedEvent[]): void
}

export interface TimeOrderParts {
  readonly events: Pick<EventRules, 'evaluate' | 'advance'>
  readonly series: Pick<SeriesRules, 'evaluate' | 'advance' | 'silence'>
  readonly listening: Listening
  /** Id of the first event of an agent that waits; undefined: none does. */
  waits(agent: string, first: number | undefined): void
}

/** What is older is history when it comes, ms. */
const LATE_MS = 60_000

export function createTimeOrder({ events, series, listening, waits }: TimeOrderParts): TimeOrder {
  const order = createEventOrder(waits)
  const live = new Map<string, boolean>()

  /** Of a backlog, or long past all the same. */
  const isLate = (agent: string, lane: Watermark['lane'], at: number, now: number) =>
    at < now - LATE_MS || live.get(`${agent} ${lane}`) === false || order.isDraining(agent)

  function judgeEvents(happened: readonly ReceivedEvent[], now: number): void {
    for (const event of happened) events.evaluate(event, isLate(event.agent, 'event', event.at, now))
  }

  function judgeSamples(batches: readonly ReceivedSamples[], now: number): void {
    const inTime = batches.filter(({ agent }) => !order.isBehind(agent))
    if (inTime.length > 0) series.evaluate(inTime, (batch) => isLate(batch.agent, 'telemetry', lastOf(batch), now), now)
    if (inTime.length === batches.length) return
    for (const batch of batches) {
      const { agent } = batch
      if (!order.isBehind(agent)) continue
      const last = lastOf(batch)
      judgeEvents(order.upTo(agent, last), now)
      series.evaluate([batch], () => isLate(agent, 'telemetry', last, now), now)
      series.advance(agent, last)
      events.advance(agent, Math.min(last, order.knownTo(agent)), isLate(agent, 'event', last, now))
    }
  }

  function judgeTime(watermarks: readonly Watermark[], now: number): void {
    for (const mark of watermarks) order.watermark(mark, now)
    for (const { agent, lane, at, live } of watermarks) {
      if (lane !== 'telemetry') continue
      judgeEvents(order.upTo(agent, at), now)
      series.advance(agent, at)
      if (live) series.silence(agent, at)
    }
    judgeEvents(order.free(now), now)
    for (const { agent, lane } of watermarks) {
      if (lane === 'result') continue
      const known = order.knownTo(agent)
      events.advance(agent, known, isLate(agent, 'event', known, now))
    }
  }

  return {
    judge({ events: happened, samples, watermarks, now }) {
      for (const { agent, lane, live: is } of watermarks) live.set(`${agent} ${lane}`, is)
      for (const { agent, event, at } of happened)
        if (event.kind === 'agent' && event.code === 'started') listening.started(agent, at)
      for (const { agent, at, length } of samples) if (length > 0) order.samples(agent, at[0] as number, now)
      const atOnce = happened.filter((event) => !order.keeps(event, now))
      judgeEvents(atOnce, now)
      if (samples.length > 0) judgeSamples(samples, now)
      judgeTime(watermarks, now)
    },
    isDraining: order.isDraining,
    overdue: (now) => judgeEvents(order.free(now), now),
    restore: order.restore,
  }
}

/** Time of the newest sample of a batch: they come in the order in which they were measured. */
const lastOf = ({ at, length }: ReceivedSamples): number => at[length - 1] ?? Number.NEGATIVE_INFINITY
