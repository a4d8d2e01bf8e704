import { describe, expect, it } from 'vitest'
import { readingOf } from './reading.ts'

const all = (unit: string, ...values: number[]) => values.map((value) => readingOf(value, unit, 'en'))

describe('a measured value in a text', () => {
  it('has its unit in signs that people know', () => {
    expect(readingOf(78.126, 'Cel', 'en')).toBe('78.13 °C')
    expect(readingOf(93, '%', 'en')).toBe('93 %')
    expect(readingOf(5, '{rpm}', 'en')).toBe('5 rpm')
    expect(readingOf(5, '{user}', 'en')).toBe('5')
    expect(readingOf(5, '', 'en')).toBe('5')
    expect(readingOf(Number.NaN, '%', 'en')).toBe('')
  })

  it('is told in seconds, minutes and days', () => {
    expect(all('s', 119, 120, 172_799, 172_800)).toEqual(['119 s', '2 min', '2880 min', '2 days'])
    expect(all('s', -119, -120, -172_800)).toEqual(['-119 s', '-2 min', '-2 days'])
    expect([readingOf(300, 's', 'zh-CN'), readingOf(259_200, 's', 'zh-CN')]).toEqual(['5 分钟', '3 天'])
  })

  it('is told in bytes of a readable size', () => {
    expect(all('By', 0, 999, 1000, 1.55e6, -2e9, 1.5e12, 3e18)).toEqual([
      ...['0 B', '999 B', '1 KB', '1.6 MB', '-2 GB', '1.5 TB', '3000 PB'],
    ])
  })
})
