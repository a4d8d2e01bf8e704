// Corrected time: the agent's monotonic clock counts truly, its wall clock may be wrong or be set. For each boot we keep
// the smallest "our wall clock minus its monotonic clock" seen: the message that was on the way for the shortest time. What
// is used follows it only in steps: between two records as much time must have passed as the agent measured.
import type { ClockReading } from '#shared/wire/batch.ts'
import type { BootRow } from './record-store.ts'

/** An agent's clock is believed as it is when it is wrong by no more than this, ms. */
const TOLERANCE = 2000
/** The kept offset may rise by this share of passed time: crystals drift by up to 500 ppm. */
const DRIFT = 0.001
/** The offset in use rises when the kept one is above it by more than this, ms: until then it may be messages on the way. */
const STEP = 1000
const OUR_CLOCK_STEPPED = 1000
const BOOTS_PER_AGENT = 32
const YEARS_5 = 5 * 365 * 86_400_000

/** When a message came in: wall ms and monotonic ms of the collector. */
export interface Received {
  readonly wall: number
  readonly mono: number
}

interface Boot {
  /** Kept. */
  offset: number
  /** In use: never above the kept one, which would say later than now. */
  used: number
  /** Collector's monotonic ms of the last look; -1 for one read from the store, which any message replaces. */
  seen: number
  saved: number
}

export interface BootClocks {
  /** Takes note of a reading that was current when the message was sent. */
  learn(agent: string, reading: ClockReading, received: Received): void
  /** True wall ms of `reading`; `sent` is the reading of the message that carried it. */
  correct(agent: string, reading: ClockReading, sent: ClockReading, received: Received): number
  /** Rows that changed by more than a tenth of a second since they were last taken. */
  changed(now: number): BootRow[]
}

export function createBootClocks(rows: readonly BootRow[]): BootClocks {
  const agents = new Map<string, Map<string, Boot>>()
  const dirty = new Map<string, { readonly agent: string; readonly name: string; readonly boot: Boot }>()
  let ourBase: number | undefined
  const bootsOf = (agent: string): Map<string, Boot> => {
    const boots = agents.get(agent) ?? new Map<string, Boot>()
    agents.set(agent, boots)
    return boots
  }
  /** Our own clock was set: what we know of theirs goes with it, until they are heard again. */
  const shift = (ms: number): void => {
    for (const [agent, boots] of agents)
      for (const [name, boot] of boots) {
        boot.offset += ms
        boot.used += ms
        boot.seen = -1
        dirty.set(`${agent} ${name}`, { agent, name, boot })
      }
  }
  for (const r of rows.toSorted((a, b) => a.seenAt - b.seenAt))
    bootsOf(r.agent).set(r.boot, { offset: r.offsetMs, used: r.offsetMs, seen: -1, saved: r.offsetMs })

  return {
    learn(agent, reading, received) {
      const base = received.wall - received.mono
      if (ourBase !== undefined && Math.abs(base - ourBase) > OUR_CLOCK_STEPPED) shift(base - ourBase)
      ourBase = base
      const boots = bootsOf(agent)
      const offset = received.wall - reading.mono
      let boot = boots.get(reading.boot)
      if (boot === undefined) {
        boot = { offset, used: offset, seen: received.mono, saved: Number.NaN }
        boots.set(reading.boot, boot)
        if (boots.size > BOOTS_PER_AGENT) boots.delete(boots.keys().next().value as string)
      } else if (boot.seen < 0) boot.offset = offset
      else boot.offset = Math.min(offset, boot.offset + Math.max(0, received.mono - boot.seen) * DRIFT)
      boot.seen = received.mono
      if (!(boot.offset >= boot.used && boot.offset <= boot.used + STEP)) boot.used = boot.offset
      if (!(Math.abs(boot.used - boot.saved) <= 100))
        dirty.set(`${agent} ${reading.boot}`, { agent, name: reading.boot, boot })
    },
    correct(agent, reading, sent, received) {
      const boots = agents.get(agent)
      const offset = boots?.get(reading.boot)?.used
      const current = boots?.get(sent.boot)?.used
      let instant: number
      if (offset !== undefined) instant = reading.mono + offset
      // a boot we never heard from: its wall clock was probably as wrong as now
      else instant = reading.wall + (current === undefined ? received.wall : sent.mono + current) - sent.wall
      instant = Math.min(instant, received.wall)
      if (!(instant > received.wall - YEARS_5)) instant = received.wall
      return Math.abs(instant - reading.wall) <= TOLERANCE ? Math.min(reading.wall, received.wall + TOLERANCE) : instant
    },
    changed(now) {
      const out: BootRow[] = []
      for (const { agent, name, boot } of dirty.values()) {
        boot.saved = boot.used
        out.push({ agent, boot: name, offsetMs: boot.used, seenAt: now })
      }
      dirty.clear()
      return out
    },
  }
}
