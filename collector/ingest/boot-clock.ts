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
  /**
   * True wall ms of `reading`; `sent` is the reading of the message that carried it, `after` the true wall ms of what came
   * before it in its stream, 0 when nothing did. A boot that was never heard is placed by its first reading.
   */
  correct(agent: string, reading: ClockReading, sent: ClockReading, received: Received, after?: number): number
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
  /**
   * The offset of a boot that was never heard and no longer will be, kept for all of its readings: its wall clock was as wrong as
   * now, or right, whichever lies between what came before and the start of the boot that sends; else it began at once.
   */
  const guess = (agent: string, reading: ClockReading, sent: ClockReading, current: number, after: number): number => {
    const asNow = reading.wall + sent.mono + current - sent.wall
    const fits = (instant: number) => instant >= after - TOLERANCE && instant <= current + TOLERANCE
    const earliest = after > 0 && after <= current ? after : asNow
    const offset = ([asNow, reading.wall].find(fits) ?? earliest) - reading.mono
    // the empty name is that of a gap of which nothing is known
    if (reading.boot === '' || reading.boot === sent.boot || !Number.isFinite(offset)) return offset
    const boots = bootsOf(agent)
    const boot: Boot = { offset, used: offset, seen: -1, saved: Number.NaN }
    add(boots, reading.boot, boot)
    dirty.set(`${agent} ${reading.boot}`, { agent, name: reading.boot, boot })
    // the one that is heard goes last
    const present = boots.get(sent.boot)
    if (present && boots.delete(sent.boot)) boots.set(sent.boot, present)
    return offset
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
        add(boots, reading.boot, boot)
      } else if (boot.seen < 0) boot.offset = offset
      else boot.offset = Math.min(offset, boot.offset + Math.max(0, received.mono - boot.seen) * DRIFT)
      boot.seen = received.mono
      if (!(boot.offset >= boot.used && boot.offset <= boot.used + STEP)) boot.used = boot.offset
      if (!(Math.abs(boot.used - boot.saved) <= 100))
        dirty.set(`${agent} ${reading.boot}`, { agent, name: reading.boot, boot })
    },
    correct(agent, reading, sent, received, after = 0) {
      const boots = bootsOf(agent)
      const current = boots.get(sent.boot)?.used ?? received.wall - sent.mono
      const offset = boots.get(reading.boot)?.used ?? guess(agent, reading, sent, current, after)
      let instant = reading.mono + offset
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

/** The one that was added first goes when there are too many. */
function add(boots: Map<string, Boot>, name: string, boot: Boot): void {
  boots.set(name, boot)
  if (boots.size > BOOTS_PER_AGENT) boots.delete(boots.keys().next().value as string)
}
