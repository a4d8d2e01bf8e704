import { describe, expect, it } from 'vitest'
import { openHolidays } from './holidays.ts'

const file = (text: string, name = '2027.yaml') => ({ name, text })

describe('holidays', () => {
  it('know the announced days of the years that come with the program', async () => {
    const days = await openHolidays()
    expect(days.years()).toEqual(expect.arrayContaining([2024, 2025, 2026]))
    expect(days.holidayData(2025)).toMatchObject({ covered: true, data: { year: 2025, file: null } })
    // State Council notice for 2025: 1-8 October off, 28 September and 11 October worked
    expect(days.dayKind('2025-10-01')).toEqual({ kind: 'holiday', name: expect.stringMatching(/国庆/) })
    expect(days.dayKind('2025-10-08')?.kind).toBe('holiday')
    expect(days.dayKind('2025-10-11')?.kind).toBe('make-up-workday')
    expect(days.dayKind('2025-09-28')?.kind).toBe('make-up-workday')
    expect(days.dayKind('2025-10-09')).toEqual({ kind: 'ordinary', name: null })
  })

  it('say so for a year there is nothing about, and guess nothing', async () => {
    const days = await openHolidays()
    expect(days.holidayData(2099)).toEqual({ covered: false, reason: 'no data for year 2099' })
    expect(days.dayKind('2099-10-01')).toBeUndefined()
  })

  it('take years from files, in YAML or JSON; a later file of a year wins', async () => {
    const yaml = "year: 2027\nholidays:\n  '2027-01-01': 元旦\nworkdays:\n  '2027-01-03': 元旦\n"
    const json = JSON.stringify({ year: 2027, holidays: { '2027-02-06': '春节' } })
    const days = await openHolidays([file(yaml)])
    expect(days.dayKind('2027-01-01')).toEqual({ kind: 'holiday', name: '元旦' })
    expect(days.dayKind('2027-01-03')?.kind).toBe('make-up-workday')
    expect(days.holidayData(2027)).toMatchObject({ covered: true, data: { file: '2027.yaml' } })
    const both = await openHolidays([file(yaml), file(json, '2027-b.json')])
    expect(both.dayKind('2027-01-01')?.kind).toBe('ordinary')
    expect(both.dayKind('2027-02-06')?.kind).toBe('holiday')
  })

  it.each([
    ['a day of another year', "year: 2027\nholidays:\n  '2026-01-01': 元旦\n", /is not in 2027/],
    ['a day that is no day', "year: 2027\nholidays:\n  '2027-02-30': x\n", /2027-02-30|date/i],
    [
      'a day that is both',
      "year: 2027\nholidays:\n  '2027-01-01': x\nworkdays:\n  '2027-01-01': x\n",
      /also a holiday/,
    ],
    ['a wrong key', 'year: 2027\nholidays: {}\nholiday: {}\n', /unknown key/],
    ['no YAML', 'year: [', /2027\.yaml:1/],
  ])('do not use a file with %s, and say where it is wrong', async (_what, text, problem) => {
    const days = await openHolidays([file(text)])
    expect(days.problems.join('\n')).toMatch(problem)
    expect(days.problems[0]).toMatch(/^2027\.yaml:\d+:\d+: /)
    expect(days.holidayData(2027).covered).toBe(false)
    expect(days.holidayData(2026).covered).toBe(true)
  })
})
