import { describe, expect, it } from 'vitest'
import type { HealthPart } from '#shared/http/health.ts'
import { byGroup, figureOf, lineOf, troubles, worst } from './health-view.ts'

const part = (id: string, more: Partial<HealthPart> = {}): HealthPart => ({
  ...{ id, group: 'storage', state: 'ok', value: 1, unit: '1', advice: null, facts: {}, trend: [] },
  ...more,
})

describe('health in the console', () => {
  it('puts what is worst first', () => {
    const parts = [part('a'), part('b', { state: 'warning' }), part('c', { state: 'bad' })]
    expect(troubles(parts).map((one) => one.id)).toEqual(['c', 'b'])
    expect([worst(parts), worst([])]).toEqual(['bad', 'ok'])
    expect(byGroup([part('x', { group: 'trust' }), part('y')]).map((one) => one.group)).toEqual(['storage', 'trust'])
  })

  it('writes figures as people read them', () => {
    const text = (value: number | null, unit: string) => figureOf({ value, unit })
    expect(text(3 * 2 ** 30, 'By')).toBe('3 GiB')
    expect([text(3_900_000, 'for'), text(8.24, 'ms'), text(2.55, '/s'), text(12, '1')]).toEqual([
      ...['1h 05m', '8.2 ms', '2.6/s', '12'],
    ])
    expect([text(null, 'By'), text(5, 'at')]).toEqual([undefined, undefined])
  })

  it('draws a line that fits its box', () => {
    expect(
      lineOf([
        [0, 0],
        [10, 10],
        [20, 5],
      ]),
    ).toBe('0,23 50,1 100,12')
    // a steady figure is a line in the middle, not at the bottom
    expect(
      lineOf([
        [0, 5],
        [10, 5],
      ]),
    ).toBe('0,12 100,12')
    expect(lineOf([])).toBe('')
  })
})
