// In which order events are judged. On the way they overtake samples, so that news is quick. While an agent drains a backlog
// that would tell the end of a story before its middle: then its events wait until the samples of their time have come.
import type { ReceivedEvent, Watermark } from '../ingest/evaluation.ts'

export interface EventOrder {
  /** Samples of an agent from `at` on (event time) are being judged at `now`. */
  samples(agent: string, at: number, now: number): void
  /** How far the lanes of an agent have come. */
  watermark(watermark: Watermark, now: number): void
  /** True when the event has to wait; it is kept then. */
  keeps(event: ReceivedEvent, now: number): boolean
  /** Its samples of an earlier time are still to come. */
  isBehind(agent: string): boolean
  /** The same, and what happens there is not news before they have come. */
  isDraining(agent: string): boolean
  /** Takes out, in order, what happened by `at`. */
  upTo(agent: string, at: number): ReceivedEvent[]
  /** Takes out everything of agents whose events need not wait any more. */
  free(now: number): ReceivedEvent[]
  /** How far what runs by the time of events may run. */
  knownTo(agent: string): number
  restore(agent: string, events: readonly ReceivedEvent[]): void
}

/** A lane whose newest record is older than this is behind; one less old than the second has caught up. */
const BEHIND_MS = 20_000
const CAUGHT_UP_MS = 5_000
/**
 * No news waits for longer: what it raises is then told, and not ended by samples that are older. What is history when it
 * comes waits as long as the samples get on.
 */
const PATIENCE_MS = 300_000
/** What is older when it comes is no news. */
const NEWS_MS = 60_000
const MAX_WAITING = 50_000

interface Line {
  behind: boolean
  /** Nothing waits any more until it has caught up. */
  impatient: boolean
  telemetryAt: number
  eventAt: number
  /** When the first news that waits was kept; Infinity: there is none. */
  since: number
  /** When its samples last got on, and when it was last heard. */
  movedAt: number
  heardAt: number
  waiting: ReceivedEvent[]
}

/** They waited before a restart: since when is not known. */
const UNKNOWN = 0
const NEW = { since: Number.POSITIVE_INFINITY, movedAt: 0, heardAt: 0 }

/** `changed`: the first event of an agent that waits is another now; undefined: none waits. */
export function createEventOrder(changed: (agent: string, first: number | undefined) => void): EventOrder {
  const lines = new Map<string, Line>()
  const lineOf = (agent: string): Line => {
    const known = lines.get(agent)
    if (known) return known
    const line = { behind: false, impatient: false, telemetryAt: 0, eventAt: 0, ...NEW, waiting: [] }
    lines.set(agent, line)
    return line
  }

  function takeOut(agent: string, line: Line, many: number): ReceivedEvent[] {
    if (many === 0) return []
    const out = line.waiting.splice(0, many)
    if (line.waiting.length === 0) line.since = NEW.since
    changed(agent, line.waiting[0]?.id)
    return out
  }

  return {
    samples(agent, at, now) {
      if (now - at > BEHIND_MS) lineOf(agent).behind = true
    },
    watermark({ agent, lane, at }, now) {
      const line = lineOf(agent)
      line.heardAt = now
      if (lane === 'event') line.eventAt = Math.max(line.eventAt, at)
      if (lane !== 'telemetry') return
      if (at > line.telemetryAt) line.movedAt = now
      line.telemetryAt = Math.max(line.telemetryAt, at)
      if (now - at > BEHIND_MS) line.behind = true
      else if (now - at <= CAUGHT_UP_MS) {
        line.behind = false
        line.impatient = false
      }
    },
    keeps(event, now) {
      const line = lines.get(event.agent)
      if (!line?.behind || line.impatient) return false
      if (line.waiting.length === 0) {
        line.movedAt = now
        changed(event.agent, event.id)
      }
      if (now - event.at <= NEWS_MS) line.since = Math.min(line.since, now)
      line.waiting.push(event)
      if (line.waiting.length > MAX_WAITING) line.impatient = true
      return true
    },
    isBehind: (agent) => lines.get(agent)?.behind ?? false,
    isDraining(agent) {
      const line = lines.get(agent)
      return line?.behind === true && !line.impatient
    },
    upTo(agent, at) {
      const line = lines.get(agent)
      if (!line) return []
      const later = line.waiting.findIndex((event) => event.at > at)
      return takeOut(agent, line, later < 0 ? line.waiting.length : later)
    },
    free(now) {
      const out: ReceivedEvent[] = []
      for (const [agent, line] of lines) {
        if (line.waiting.length === 0) continue
        if (line.since === UNKNOWN) line.since = now
        if (now - line.since >= PATIENCE_MS) line.impatient = true
        const stuck = line.heardAt - line.movedAt >= PATIENCE_MS
        if (!line.behind || line.impatient || stuck) out.push(...takeOut(agent, line, line.waiting.length))
      }
      return out
    },
    knownTo(agent) {
      const { behind, impatient, telemetryAt, eventAt } = lineOf(agent)
      return behind && !impatient ? Math.min(telemetryAt, eventAt) : eventAt
    },
    restore(agent, events) {
      Object.assign(lineOf(agent), {
        behind: true,
        waiting: [...events],
        since: UNKNOWN,
        movedAt: Number.POSITIVE_INFINITY,
      })
    },
  }
}
