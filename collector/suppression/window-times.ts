// When a maintenance window is: beginnings in wall time of its zone, and what instants these are on days when clocks change.
import type { Occurrence, WindowBody } from '#shared/http/maintenance.ts'
import { BadRecurrence, type Recurrence, readRecurrence } from './recurrence.ts'

export interface WindowTimes {
  /** Of the occurrences that contain `now` the one that ends last. */
  activeAt(now: number): Occurrence | undefined
  /** The next that begin after `now`, at most `count`. */
  next(now: number, count: number): Occurrence[]
  /** The last end in (since, now]; undefined: none. */
  lastEnd(since: number, now: number): number | undefined
}

/** An occurrence that people ended early or extended, by its planned start. */
export interface Adjusted {
  readonly start: number
  readonly end: number
}

export type Times = Pick<WindowBody, 'start' | 'zone' | 'durationMinutes' | 'rrule'>

/** Rules are asked for beginnings in steps of so many days, at most so many steps: 12 years. */
const STEPS_DAYS = [40, 366, 4 * 366, 7 * 366]
const MINUTES_A_DAY = 1440
/** No zone changes its clock by more than a day. */
const CHANGE = { days: 1 }

/** What is wrong, in plain words and with the name of the field, or the times. */
export function windowTimes(
  window: Times,
  adjusted: readonly Adjusted[] = [],
): WindowTimes | { readonly path: string; readonly problem: string } {
  const zone = zoneOf(window.zone)
  if (zone === undefined) return { path: 'zone', problem: `there is no time zone "${window.zone}"` }
  const start = wallOf(window.start)
  if (start === undefined) return { path: 'start', problem: `"${window.start}" is no date and time` }
  try {
    const rule = window.rrule === null ? once(start) : readRecurrence(window.rrule, start)
    const times = compile(rule, start, zone, window.durationMinutes, adjusted)
    // a rule that never comes true is a mistake, e.g. 30 February
    if (times.next(instantOf(start, zone) - 1, 1).length === 0) {
      const problem = 'it never occurs; see the dates it names and its start'
      return { path: window.rrule === null ? 'start' : 'rrule', problem }
    }
    return times
  } catch (error) {
    if (error instanceof BadRecurrence) return { path: 'rrule', problem: error.message }
    throw error
  }
}

function compile(
  rule: Recurrence,
  first: Temporal.PlainDateTime,
  zone: string,
  minutes: number,
  adjusted: readonly Adjusted[],
): WindowTimes {
  const length = { days: Math.floor(minutes / MINUTES_A_DAY), minutes: minutes % MINUTES_A_DAY }
  const longest = { days: length.days + 2 }
  const changes = new Map(adjusted.map(({ start, end }) => [start, end]))
  const mostAdjusted = Math.max(0, ...adjusted.map(({ start, end }) => end - start))
  const wallAt = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime()

  /** Occurrences that begin in [from, to), by instant; beginnings of equal instants are one. */
  function starting(from: number, to: number, limit: number): Occurrence[] {
    const { until } = rule
    const walls = rule.between(later(wallAt(from).subtract(CHANGE), first), wallAt(to).add(CHANGE), limit + 200)
    const found = new Map<number, Occurrence>()
    for (const wall of walls) {
      if (until?.wall && Temporal.PlainDateTime.compare(wall, until.wall) > 0) continue
      // a wall time that is skipped is that of the clock as it was before (RFC 5545, 3.3.5); of two the first
      const begin = wall.toZonedDateTime(zone, { disambiguation: 'compatible' })
      const start = begin.epochMilliseconds
      if (start < from || start >= to || (until?.instant !== undefined && start > until.instant)) continue
      const end = changes.get(start) ?? begin.add(length).epochMilliseconds
      if (end > start) found.set(start, { start, end })
    }
    return [...found.values()].sort((a, b) => a.start - b.start)
  }

  /** Occurrences that may reach into `now`. */
  function before(now: number, since: number): Occurrence[] {
    const planned = wallAt(since).subtract(longest).toZonedDateTime(zone).epochMilliseconds
    return starting(Math.min(planned, since - mostAdjusted), now + 1, 2000)
  }

  return {
    activeAt(now) {
      let best: Occurrence | undefined
      for (const one of before(now, now)) if (one.end > now && (best === undefined || one.end >= best.end)) best = one
      return best
    },
    next(now, count) {
      const found: Occurrence[] = []
      let from = now + 1
      for (const days of STEPS_DAYS) {
        const to = from + days * MINUTES_A_DAY * 60_000
        found.push(...starting(from, to, count))
        if (found.length >= count) break
        from = to
      }
      return found.slice(0, count)
    },
    lastEnd(since, now) {
      const ends = before(now, since).flatMap(({ end }) => (end > since && end <= now ? [end] : []))
      return ends.length === 0 ? undefined : Math.max(...ends)
    },
  }
}

const once = (start: Temporal.PlainDateTime): Recurrence => ({
  until: undefined,
  between: (from, to) =>
    Temporal.PlainDateTime.compare(start, from) >= 0 && Temporal.PlainDateTime.compare(start, to) < 0 ? [start] : [],
})

function zoneOf(zone: string): string | undefined {
  // an offset is no place: it knows no change of clocks
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId
  } catch {
    return undefined
  }
}

function wallOf(text: string): Temporal.PlainDateTime | undefined {
  try {
    const wall = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
    return wall.year >= 2000 && wall.year <= 2100 ? wall : undefined
  } catch {
    return undefined
  }
}

const instantOf = (wall: Temporal.PlainDateTime, zone: string) => wall.toZonedDateTime(zone).epochMilliseconds

const later = (a: Temporal.PlainDateTime, b: Temporal.PlainDateTime) =>
  Temporal.PlainDateTime.compare(a, b) > 0 ? a : b
