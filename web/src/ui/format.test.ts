import { describe, expect, it } from 'vitest'
import { dayTime, duration, fullTime, pairWithUnit, setDurationWords, shelfEnd, shortTime, withUnit } from './format.ts'

const at = (iso: string) => Date.parse(iso)

describe('times', () => {
  it('are shown in the zone asked for, with as much date as needed', () => {
    const now = at('2026-11-22T06:00:00Z')
    expect(fullTime(at('2026-11-22T05:04:03Z'), 'Asia/Shanghai')).toBe('2026-11-22 13:04:03')
    expect(shortTime(at('2026-11-22T05:04:03Z'), now, 'UTC')).toBe('05:04:03')
    expect(shortTime(at('2026-11-21T23:04:03Z'), now, 'UTC')).toBe('11-21 23:04')
    expect(shortTime(at('2025-11-21T23:04:03Z'), now, 'UTC')).toBe('2025-11-21')
  })

  it('leave out the year while it is this one', () => {
    const now = Date.parse('2026-11-22T06:00:00Z')
    expect(dayTime(Date.parse('2026-03-21T12:04:03Z'), now)).toMatch(/^03-2[12] \d\d:04:03$/)
    expect(dayTime(Date.parse('2025-03-21T12:04:03Z'), now)).toMatch(/^2025-03-2[12] \d\d:04:03$/)
  })

  it('call midnight 00:00 and survive the night when the clock goes back', () => {
    expect(fullTime(at('2026-11-22T00:00:00Z'), 'UTC')).toBe('2026-11-22 00:00:00')
    expect(fullTime(at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25 02:30:00')
    expect(fullTime(at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25 02:30:00')
  })
})

describe('durations', () => {
  it.each([
    [-5, '0s'],
    [45_900, '45s'],
    [725_000, '12m 05s'],
    [11_220_000, '3h 07m'],
    [187_200_000, '2d 4h'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

  it('are written as the reader does', () => {
    setDurationWords({
      dayHour: '{a}T{b}Std',
      hourMinute: '{a}Std{b}Min',
      minuteSecond: '{a}Min{b}Sek',
      second: '{a}Sek',
    })
    const written = [45_900, 725_000, 11_220_000, 187_200_000].map(duration)
    setDurationWords()
    expect(written).toEqual(['45Sek', '12Min05Sek', '3Std07Min', '2T4Std'])
    expect(duration(45_900)).toBe('45s')
  })
})

describe('shelves', () => {
  it('end after their time, or at the next eight o’clock', () => {
    const evening = new Date(2026, 10, 22, 21, 0).getTime()
    const early = new Date(2026, 10, 22, 6, 0).getTime()
    expect(shelfEnd('15m', evening)).toBe(evening + 900_000)
    expect(shelfEnd('until-8', evening)).toBe(new Date(2026, 10, 23, 8, 0).getTime())
    expect(shelfEnd('until-8', early)).toBe(new Date(2026, 10, 22, 8, 0).getTime())
  })
})

describe('values', () => {
  it.each([
    [1_250_000_000, 'bit/s', '1.25 Gbit/s'],
    [3_565_158, 'By', '3.4 MiB'],
    [21.5, 'Cel', '21.5 °C'],
    [98, '%', '98 %'],
    [0, 'bit/s', '0 bit/s'],
    [3_456_789, 's', '40d 0h'],
    [12_345, '', '12\u202f345'],
    [-0.256, '', '-0.26'],
    [0.714, 's', '714 ms'],
    [999_999.6, 'bit/s', '1 Mbit/s'],
    [999, 'bit/s', '999 bit/s'],
    [12.5, '{packet}/s', '12.5/s'],
    [214, '{process}', '214'],
  ])('%d %s reads %s', (value, unit, text) => expect(withUnit(value, unit)).toBe(text))

  it('share a prefix in a pair', () => {
    expect(pairWithUnit(33_000_000, 15_800_000, 'bit/s')).toBe('33 / 15.8 Mbit/s')
    expect(pairWithUnit(0, 0, 'bit/s')).toBe('0 / 0 bit/s')
    expect(pairWithUnit(1500, 20, 'bit/s')).toBe('1.5 / 0.02 kbit/s')
  })
})
