// Hours of routes against an oracle that shares nothing with them: it walks the minutes and asks Intl what the wall clock shows.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RouteHours, WEEKDAYS } from '#shared/domain/notification-route.ts'
import { isOpenAt, nextOpening } from './local-hours.ts'

const MINUTE = 60_000
/** Days around both changes of the clock in 2026. */
const ZONES: Readonly<Record<string, readonly string[]>> = {
  'Asia/Shanghai': ['2026-03-29', '2026-10-25'],
  'Europe/Berlin': ['2026-03-29', '2026-10-25'],
  'America/New_York': ['2026-03-08', '2026-11-01'],
  // half an hour
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
}

const formats = new Map<string, Intl.DateTimeFormat>()
function wall(zone: string, at: number): { day: number; minute: number } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  formats.set(zone, format)
  const parts = Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]))
  const day = WEEKDAYS.indexOf(String(parts.weekday).toLowerCase() as (typeof WEEKDAYS)[number])
  return { day, minute: Number(parts.hour) * 60 + Number(parts.minute) }
}

/** A week as a table of minutes. */
function tableOf(windows: RouteHours['windows']): Uint8Array {
  const table = new Uint8Array(7 * 1440)
  const minutes = (time: string) => Number(time.split(':')[0]) * 60 + Number(time.split(':')[1])
  for (const { days, from, to } of windows) {
    const length = minutes(to) > minutes(from) ? minutes(to) - minutes(from) : minutes(to) + 1440 - minutes(from)
    for (const day of days) {
      const begin = WEEKDAYS.indexOf(day) * 1440 + minutes(from)
      for (let i = 0; i < length; i++) table[(begin + i) % table.length] = 1
    }
  }
  return table
}

const time = fc
  .tuple(fc.constantFrom(0, 1, 2, 3, 8, 18, 22, 23), fc.constantFrom('00', '15', '30', '59'))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${m}`)
const window = fc.record({
  days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1, maxLength: 7 }),
  from: time,
  to: fc.oneof(time, fc.constant('24:00')),
})
const windows = fc.array(window, { minLength: 1, maxLength: 3 })

describe.each(Object.entries(ZONES))('hours in %s', (zone, changes) => {
  it.each(changes)('are what the clock on the wall shows, minute by minute, around %s', (date) => {
    const from = Date.parse(`${date}T00:00:00Z`) - 36 * 60 * MINUTE
    // the oracle's days are the same for all
    const shown = Array.from({ length: 4 * 1440 }, (_, i) => wall(zone, from + i * MINUTE))
    fc.assert(
      fc.property(windows, fc.nat({ max: 3 * 1440 }), (given, start) => {
        const table = tableOf(given)
        const isOpen = (i: number) => {
          const { day, minute } = shown[i] as { day: number; minute: number }
          return table[day * 1440 + minute] === 1
        }
        for (let i = start; i < start + 60; i++)
          expect(isOpenAt(given, zone, from + i * MINUTE + 31_000)).toBe(isOpen(i))
        let first = start
        while (first < shown.length && !isOpen(first)) first++
        const next = nextOpening(given, zone, from + start * MINUTE)
        if (first < shown.length) expect(next).toBe(from + first * MINUTE)
        else expect(next).toBeGreaterThanOrEqual(from + shown.length * MINUTE)
      }),
      { numRuns: 150 },
    )
  })
})

describe('hours at the edges', () => {
  const hours = (from: string, to: string) => RouteHours.parse({ windows: [{ days: ['sun'], from, to }] }).windows
  it('begin with the first minute after an hour that the clock leaves out', () => {
    // 02:00 to 03:00 is not there on this day
    const midnight = Date.parse('2026-03-29T00:00:00+01:00')
    expect(nextOpening(hours('02:30', '06:00'), 'Europe/Berlin', midnight)).toBe(
      Date.parse('2026-03-29T03:00:00+02:00'),
    )
  })
  it('are open twice in an hour that the clock shows twice', () => {
    const given = hours('02:10', '02:20')
    expect(isOpenAt(given, 'Europe/Berlin', Date.parse('2026-10-25T02:15:00+02:00'))).toBe(true)
    expect(isOpenAt(given, 'Europe/Berlin', Date.parse('2026-10-25T02:30:00+02:00'))).toBe(false)
    expect(isOpenAt(given, 'Europe/Berlin', Date.parse('2026-10-25T02:15:00+01:00'))).toBe(true)
  })
  it('know half an hour of Lord Howe', () => {
    // at 02:00 the clock goes back to 01:30
    expect(nextOpening(hours('01:45', '01:50'), 'Australia/Lord_Howe', Date.parse('2026-04-05T01:50:00+11:00'))).toBe(
      Date.parse('2026-04-05T01:45:00+10:30'),
    )
  })
})
