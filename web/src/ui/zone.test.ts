import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { shelfEnd, shortTime } from './format.ts'
import {
  browserZone,
  instantOf,
  nextDate,
  readerZone,
  readInstant,
  setReaderZone,
  utcOffset,
  wallTime,
} from './zone.ts'

afterEach(() => setReaderZone(null))

describe('the reader’s zone', () => {
  it('is the browser’s until another is chosen, and again when the chosen one is none', () => {
    expect(readerZone()).toBe(browserZone())
    setReaderZone('America/Lima')
    expect(readerZone()).toBe('America/Lima')
    expect(shortTime(Date.UTC(2026, 5, 1, 12), Date.UTC(2026, 5, 1, 13))).toBe('07:00:00')
    setReaderZone('Mars/Base')
    expect(readerZone()).toBe(browserZone())
  })

  it('decides when it is eight in the morning', () => {
    setReaderZone('Asia/Shanghai')
    const night = Date.UTC(2026, 10, 21, 18)
    expect(shelfEnd('until-8', night)).toBe(Date.UTC(2026, 10, 22, 0))
    expect(shelfEnd('until-8', Date.UTC(2026, 10, 22, 0))).toBe(Date.UTC(2026, 10, 23, 0))
    setReaderZone('America/New_York')
    // the night the clocks go back: 08:00 is an hour later in UTC than the day before
    expect(shelfEnd('until-8', Date.UTC(2026, 10, 1, 3))).toBe(Date.UTC(2026, 10, 1, 13))
  })
})

describe('local times', () => {
  it('know the hour that comes twice and the one that is skipped', () => {
    expect(instantOf('2026-10-25T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(wallTime(instantOf('2026-03-29T02:30', 'Europe/Berlin'), 'Europe/Berlin')).toBe('2026-03-29T03:30:00')
    expect(nextDate('2026-12-31')).toBe('2027-01-01')
  })

  it('are nothing else', () => {
    for (const text of ['', 'soon', '2026-13-01T00:00', '2026-11-21', '2026-11-21T10:04Z'])
      expect(instantOf(text, 'UTC'), text).toBeNaN()
  })

  it('are what the browser says, also around the moments a zone changes', () => {
    const zones = [
      'UTC',
      'Asia/Kathmandu',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Africa/Casablanca',
    ]
    for (const zone of zones) {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
      const agree = (at: number) =>
        expect(wallTime(at, zone).replace('T', ' '), `${zone} ${at}`).toBe(format.format(at))
      fc.assert(fc.property(fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2060, 0) }), (at) => void agree(at)))
      for (let at = Date.UTC(2026, 1, 15); at < Date.UTC(2026, 10, 15); at += 3_600_000) {
        agree(at - 1)
        agree(at)
      }
    }
  })

  it('come back as they were written', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Shanghai', 'Asia/Kathmandu', 'Europe/Berlin', 'Australia/Lord_Howe')
    const years = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(years, zones, (at, zone) => {
        const wall = wallTime(at, zone)
        expect(wallTime(instantOf(wall, zone), zone)).toBe(wall)
        // the same instant, or the first of the two that are written so
        const apart = Math.floor(at / 1000) * 1000 - instantOf(wall, zone)
        expect([0, 1_800_000, 3_600_000]).toContain(apart)
      }),
    )
  })
})

it.each([
  ['2026-11-22T06:00:00Z', 'Asia/Shanghai', 'UTC+8'],
  ['2026-11-22T06:00:00Z', 'UTC', 'UTC'],
  ['2026-11-22T06:00:00Z', 'Asia/Kolkata', 'UTC+5:30'],
  ['2026-11-22T06:00:00Z', 'America/New_York', 'UTC\u22125'],
  ['2026-07-22T06:00:00Z', 'America/New_York', 'UTC\u22124'],
])('at %s %s is %s', (at, zone, said) => expect(utcOffset(Date.parse(at), zone)).toBe(said))

it('reads an instant of an address, and nothing else', () => {
  expect(['1763719440000', 0, 5].map(readInstant)).toEqual([1_763_719_440_000, 0, 5])
  const none = [undefined, null, '', 'x', '2026-11-21T10:04', -1, Number.NaN, Number.POSITIVE_INFINITY, 1e17]
  expect(none.map(readInstant)).toEqual(none.map(() => undefined))
})
