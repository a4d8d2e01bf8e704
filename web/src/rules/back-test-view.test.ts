import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayChartOf, ticksOf } from './back-test-view.ts'

const DAY = 86_400_000
const FROM = Date.UTC(2026, 9, 1)

describe('alarms per day', () => {
  it('has every day, customers with the most alarms first', () => {
    const days = [
      { day: FROM, customer: 'nord', alarms: 1 },
      { day: FROM + 2 * DAY, customer: 'acme', alarms: 4 },
      { day: FROM + 2 * DAY, customer: 'nord', alarms: 1 },
    ]
    const chart = dayChartOf({ days }, FROM + 3600_000, FROM + 3 * DAY)
    expect(chart.names).toEqual(['acme', 'nord'])
    expect(chart.days.map((one) => one.parts)).toEqual([
      [0, 1],
      [0, 0],
      [4, 1],
    ])
    expect(chart.highest).toBe(5)
  })

  it('draws many customers as a few and the rest, and loses none of their alarms', () => {
    const days = Array.from({ length: 20 }, (_, i) => ({ day: FROM, customer: `c${i}`, alarms: i + 1 }))
    const chart = dayChartOf({ days }, FROM, FROM + DAY)
    expect(chart.names).toHaveLength(8)
    expect(chart.names.at(-1)).toBeUndefined()
    expect(chart.days[0]?.total).toBe(210)
  })

  it('has round steps that reach the top', () => {
    expect(ticksOf(0)).toEqual([0, 1])
    expect(ticksOf(5)).toEqual([0, 2, 4, 6])
    expect(ticksOf(210)).toEqual([0, 100, 200, 300])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (highest) => {
        const ticks = ticksOf(highest)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest)
        expect(ticks.length).toBeLessThanOrEqual(5)
        expect(ticks.every(Number.isInteger)).toBe(true)
      }),
    )
  })
})
