import { describe, expect, it } from 'vitest'
import { beyondOf, sharedLimits } from './beyond.ts'

const gauge = (value: number | null, limits: object) => ({ value, kind: 'gauge' as const, states: null, limits })

describe('a value beyond its limits', () => {
  it.each([
    [69.9, null],
    [70, 'warning'],
    [85, 'critical'],
    [5, 'warning'],
    [-1, 'critical'],
    [null, null],
  ])('%s is %s', (value, severity) => {
    expect(beyondOf(gauge(value, { lowCritical: 0, lowWarning: 5, highWarning: 70, highCritical: 85 }))).toBe(severity)
  })

  it('is told of a state by its label', () => {
    const state = {
      kind: 'state' as const,
      states: { '1': 'ok', '2': 'failed' },
      severities: { failed: 'major' as const },
    }
    expect(beyondOf({ ...state, value: 2 })).toBe('major')
    expect(beyondOf({ ...state, value: 1 })).toBeNull()
    expect(beyondOf({ ...state, value: 7 })).toBeNull()
  })

  it('has lines in a chart only where all of its series have the same', () => {
    const limits = { highWarning: 70, highCritical: 85, hysteresis: 2 }
    expect(sharedLimits([{ limits }, { limits: { ...limits, hysteresis: 3 } }])).toEqual([
      { value: 85, severity: 'critical' },
      { value: 70, severity: 'warning' },
    ])
    expect(sharedLimits([{ limits }, {}])).toEqual([])
    expect(sharedLimits([])).toEqual([])
  })
})
