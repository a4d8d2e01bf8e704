// Windows across changes of clocks, against an oracle that walks minute by minute through what Intl says the clock shows.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Times, type WindowTimes, windowTimes } from './window-times.ts'

const MINUTE = 60_000
const DAY = 1440
/** Days walked on each side of a change, and of them those that are asked about. */
const WALKED = 16
const ASKED = 4

/** Where clocks change, and Shanghai, where they do not. */
const CHANGES: readonly (readonly [zone: string, day: string])[] = [
  ['Asia/Shanghai', '2026-03-29'],
  ['Asia/Shanghai', '2026-10-25'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
]

describe('the times of a window', () => {
  for (const [zone, day] of CHANGES)
    it(`are those of the wall clock in ${zone} around ${day}`, () => {
      const oracle = walk(zone, day)
      fc.assert(
        fc.property(pattern(), (p) => {
          const end = p.until === null ? '' : `;UNTIL=${oracle.dateOf(p.until).replaceAll('-', '')}`
          const rrule = p.freq === 'ONCE' ? null : ruleText(p) + end
          const start = `${oracle.dateOf(p.day)}T${clock(p.minute)}`
          const times = windowTimes({ start, zone, durationMinutes: p.length, rrule })
          const planned = oracle.occurrences(p)
          if ('problem' in times) {
            expect(planned, times.problem).toEqual([])
            return
          }
          const isActive = (m: number) => planned.some(({ start, end }) => start <= m && m < end)
          const moments = planned
            .flatMap(({ start, end }) => [start - 1, start, end - 1, end])
            .concat(p.moments.map((m) => oracle.middle + m))
          for (const m of moments) {
            if (Math.abs(m - oracle.middle) > ASKED * DAY) continue
            expect(times.activeAt(m * MINUTE) !== undefined, at(m)).toBe(isActive(m))
            const ends = planned.filter(({ start, end }) => start <= m && m < end).map(({ end }) => end * MINUTE)
            if (ends.length > 0) expect(times.activeAt(m * MINUTE)?.end).toBe(Math.max(...ends))
          }
          const from = oracle.middle - ASKED * DAY
          const to = oracle.middle + ASKED * DAY
          const next = times.next(from * MINUTE, 60).filter(({ start }) => start < to * MINUTE)
          expect(next.map(({ start, end }) => [at(start / MINUTE), at(end / MINUTE)])).toEqual(
            planned.filter(({ start }) => start > from && start < to).map(({ start, end }) => [at(start), at(end)]),
          )
        }),
        { numRuns: 60, seed: 20260329 },
      )
    })

  it('begin when the clock would have shown it, where the hour is skipped, and once where it comes twice', () => {
    const night = { start: '2026-03-01T02:30', zone: 'Europe/Berlin', durationMinutes: 60, rrule: 'FREQ=DAILY' }
    const starts = (times: WindowTimes, from: string, count: number) =>
      times.next(Date.parse(from), count).map(({ start }) => new Date(start).toISOString().slice(0, 16))
    expect(starts(compiled(night), '2026-03-28T00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ])
    expect(starts(compiled(night), '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30'])
  })

  it('leave no hole between whole days when a day has 25 hours', () => {
    const all = compiled({
      start: '2026-10-20T00:00',
      zone: 'America/New_York',
      durationMinutes: DAY,
      rrule: 'FREQ=DAILY',
    })
    for (let m = Date.parse('2026-10-31T12:00Z'); m < Date.parse('2026-11-02T12:00Z'); m += 15 * MINUTE)
      expect(all.activeAt(m)).toBeDefined()
  })

  it('of a window that is longer than its period never end', () => {
    const long = compiled({
      start: '2026-01-01T00:00',
      zone: 'Asia/Shanghai',
      durationMinutes: 3 * DAY,
      rrule: 'FREQ=DAILY',
    })
    const now = Date.parse('2026-06-01T12:00Z')
    expect(long.activeAt(now)).toEqual({ start: Date.parse('2026-05-31T16:00Z'), end: Date.parse('2026-06-03T16:00Z') })
    expect(long.activeAt(Date.parse('2026-06-03T16:00Z'))).toBeDefined()
  })

  it('of an occurrence that was ended early or extended are as people said, and the next ones as planned', () => {
    const start = Date.parse('2026-06-07T14:00Z')
    const weekly = { start: '2026-06-07T22:00', zone: 'Asia/Shanghai', durationMinutes: 120, rrule: 'FREQ=WEEKLY' }
    const short = compiled(weekly, [{ start, end: start + 10 * MINUTE }])
    expect(short.activeAt(start + 9 * MINUTE)?.end).toBe(start + 10 * MINUTE)
    expect(short.activeAt(start + 11 * MINUTE)).toBeUndefined()
    expect(short.lastEnd(start, start + 30 * MINUTE)).toBe(start + 10 * MINUTE)
    const long = compiled(weekly, [{ start, end: start + 5 * DAY * MINUTE }])
    expect(long.activeAt(start + 4 * DAY * MINUTE)?.end).toBe(start + 5 * DAY * MINUTE)
    expect(long.next(start, 1)[0]).toEqual({ start: start + 7 * DAY * MINUTE, end: start + (7 * DAY + 120) * MINUTE })
  })

  it.each([
    ['FREQ=HOURLY', 'FREQ=HOURLY: a window recurs DAILY'],
    ['BYDAY=MO', 'FREQ is missing'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY=XX: MO, TU'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'a number before the day only with FREQ=MONTHLY'],
    ['FREQ=DAILY;BYHOUR=25', 'BYHOUR=25: 0 to 23'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', 'COUNT and UNTIL exclude each other'],
    ['FREQ=DAILY;UNTIL=soon', 'UNTIL=SOON: a date like'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ is there twice'],
    ['FREQ=DAILY;EVERY=2', 'EVERY is not a part'],
    ['FREQ=DAILY;', '"" is not NAME=VALUE'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS needs another'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'it never occurs'],
    ['FREQ=DAILY;UNTIL=20200101', 'it never occurs'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0: 1 to 1000'],
    ['<script>', 'is not NAME=VALUE'],
  ])('say what is wrong with %s', (rrule, problem) => {
    const read = windowTimes({ start: '2026-03-01T22:00', zone: 'Europe/Berlin', durationMinutes: 60, rrule })
    expect(read).toMatchObject({ path: 'rrule', problem: expect.stringContaining(problem) })
  })

  it('name a zone or a date that does not exist', () => {
    const right = { start: '2026-03-01T22:00', zone: 'Europe/Berlin', durationMinutes: 60, rrule: null }
    expect(windowTimes({ ...right, zone: 'Mars/Olympus' })).toMatchObject({ path: 'zone' })
    expect(windowTimes({ ...right, zone: '+02:00' })).toMatchObject({ path: 'zone' })
    expect(windowTimes({ ...right, start: '2026-02-30T22:00' })).toMatchObject({ path: 'start' })
  })

  it('never throw for what people write', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 20 }), (rrule, zone) => {
        windowTimes({ start: '2026-03-01T22:00', zone: 'UTC', durationMinutes: 60, rrule })
        windowTimes({ start: '2026-03-01T22:00', zone, durationMinutes: 60, rrule: `FREQ=${rrule}` })
      }),
    )
  })
})

interface Pattern {
  readonly freq: 'ONCE' | 'DAILY' | 'WEEKLY'
  readonly interval: number
  /** Days from the first day walked: the first beginning may be on that one, and the last. */
  readonly day: number
  readonly minute: number
  readonly length: number
  readonly weekdays: readonly number[]
  readonly until: number | null
  readonly moments: readonly number[]
}

/** The hours in which clocks change are the ones to look at. */
function pattern(): fc.Arbitrary<Pattern> {
  return fc.record({
    freq: fc.constantFrom('ONCE' as const, 'DAILY' as const, 'WEEKLY' as const),
    interval: fc.integer({ min: 1, max: 3 }),
    day: fc.integer({ min: 6, max: WALKED + 2 }),
    minute: fc.oneof(fc.integer({ min: 0, max: 239 }), fc.integer({ min: 0, max: DAY - 1 })),
    length: fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 3 * DAY }),
      fc.constantFrom(DAY, 2 * DAY),
    ),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
    until: fc.option(fc.integer({ min: WALKED + 2, max: WALKED + 5 })),
    moments: fc.array(fc.integer({ min: -ASKED * DAY, max: ASKED * DAY }), { minLength: 20, maxLength: 20 }),
  })
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

function ruleText({ freq, interval, weekdays }: Pattern): string {
  return `FREQ=${freq};INTERVAL=${interval}${freq === 'WEEKLY' ? `;BYDAY=${weekdays.map((d) => WEEKDAYS[d]).join()};WKST=SU` : ''}`
}

/** Every minute around a day, and what the clock shows then, as minutes since 1970 if it showed UTC. */
function walk(zone: string, day: string) {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  })
  const middle = Date.parse(`${day}T00:00Z`) / MINUTE
  const first = middle - WALKED * DAY
  const shown: number[] = []
  for (let m = first; m < middle + WALKED * DAY; m++) {
    const p = Object.fromEntries(format.formatToParts(m * MINUTE).map(({ type, value }) => [type, Number(value)]))
    shown.push(Date.UTC(p.year as number, (p.month as number) - 1, p.day, p.hour, p.minute) / MINUTE)
  }
  /** The first minute at which the clock shows this; where it skips it, as far after the skip as it is in it. */
  const minuteOf = (wall: number): number => {
    const same = shown.indexOf(wall)
    if (same >= 0) return first + same
    const before = shown.findIndex((s, i) => s < wall && (shown[i + 1] ?? wall) > wall)
    return first + before + wall - (shown[before] as number)
  }
  const dayZero = Math.ceil(first / DAY)
  return {
    middle,
    dateOf: (n: number) => new Date((dayZero + n) * DAY * MINUTE).toISOString().slice(0, 10),
    occurrences(p: Pattern) {
      const found: { start: number; end: number }[] = []
      for (let n = 0; n < 2 * WALKED - 4; n++) {
        if (!fits(p, dayZero, n)) continue
        const start = minuteOf((dayZero + n) * DAY + p.minute)
        const wall = shown[start - first] as number
        const days = Math.floor(p.length / DAY)
        const end = (days === 0 ? start : minuteOf(wall + days * DAY)) + (p.length % DAY)
        found.push({ start, end })
      }
      return found
    },
  }
}

function fits({ freq, interval, day, weekdays, until }: Pattern, dayZero: number, n: number): boolean {
  if (freq === 'ONCE') return n === day
  if (n < day || n > (until ?? n)) return false
  if (freq === 'DAILY') return (n - day) % interval === 0
  // 1970-01-01 was a Thursday; weeks begin on Sunday
  const weekOf = (d: number) => Math.floor((dayZero + d + 4) / 7)
  return weekdays.includes((dayZero + n + 4) % 7) && (weekOf(n) - weekOf(day)) % interval === 0
}

function compiled(times: Times, adjusted: Parameters<typeof windowTimes>[1] = []): WindowTimes {
  const read = windowTimes(times, adjusted)
  if ('problem' in read) throw new Error(`${read.path}: ${read.problem}`)
  return read
}

const clock = (minute: number) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`
const pad = (n: number) => String(n).padStart(2, '0')
const at = (m: number) => new Date(m * MINUTE).toISOString().slice(0, 16)
