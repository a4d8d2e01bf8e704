import { describe, expect, it } from 'vitest'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { placeKey } from './series-facts.ts'
import type { Slot } from './slot.ts'
import { answerOf, isAllowed } from './slot-answers.ts'
import {
  ABOVE,
  BELOW,
  DERIVED_ABOVE,
  DERIVED_BELOW,
  EXPRESSION,
  NO_DATA,
  type SlotTable,
  STATES,
} from './slot-table.ts'

const says = (kind: number, raise: number, clear: number, value: number, slot: object = {}) =>
  answerOf({ kind: [kind], raise: [raise], clear: [clear] } as unknown as SlotTable, 0, slot as Slot, value)
const all = (kind: number, raise: number, clear: number, ...values: number[]) =>
  values.map((value) => says(kind, raise, clear, value))

describe('what a value says', () => {
  it('to limits: beyond, between, back', () => {
    expect(all(ABOVE, 90, 80, 90.1, 90, 80.1, 80, 0)).toEqual(['met', 'between', 'between', 'not-met', 'not-met'])
    expect(all(BELOW, 10, 20, 9.9, 10, 19.9, 20, 99)).toEqual(['met', 'between', 'between', 'not-met', 'not-met'])
    expect(all(ABOVE, 90, 80, Number.NaN)).toEqual(['unknown'])
    expect(all(NO_DATA, 0, 0, 5)).toEqual(['not-met'])
  })

  it('to states, small and wide', () => {
    const small = { wideRaise: undefined, wideClear: new Set([1]) }
    expect([0, 1, 2, 3].map((value) => says(STATES, 0b100, 0, value, small))).toEqual([
      ...['between', 'not-met', 'met', 'between'],
    ])
    expect(says(STATES, 0b100, 0, 3, { wideClear: null })).toBe('not-met')
    expect(says(STATES, 0, 0, 1000, { wideRaise: new Set([1000]), wideClear: null })).toBe('met')
    expect(says(STATES, 0, 0, 1001, { wideRaise: new Set([1000]), wideClear: new Set([1]) })).toBe('between')
    expect(says(STATES, 0xffffffff, 0, 40, { wideClear: null })).toBe('not-met')
  })

  it('to what is derived from many values', () => {
    const scored = (score: number | undefined) => ({
      series: { id: 7 },
      rule: { derived: score === undefined ? undefined : { score: (id: number) => (id === 7 ? score : 0) } },
    })
    const above = [11, 10, 6, 5, Number.NaN].map((x) => says(DERIVED_ABOVE, 10, 5, 1, scored(x)))
    expect(above).toEqual(['met', 'between', 'between', 'not-met', 'unknown'])
    const below = [4, 5, 9, 10].map((x) => says(DERIVED_BELOW, 5, 10, 1, scored(x)))
    expect(below).toEqual(['met', 'between', 'between', 'not-met'])
    expect(says(DERIVED_ABOVE, 10, 5, 1, scored(undefined))).toBe('unknown')
    expect(says(EXPRESSION, 0, 0, 1, { verdict: () => ({ answer: 'met' }) })).toBe('met')
    expect(says(EXPRESSION, 0, 0, 1)).toBe('unknown')
  })
})

describe('a guard', () => {
  const series = { id: 1, device: 'd', metric: 'if.oper-status', resource: 'if:1' } as SeriesInfo
  const guard = { ...series, id: 2, metric: 'if.admin-status', states: { '1': 'up', '2': 'down' } } as SeriesInfo
  const slot = { series, guard: { metric: 'if.admin-status', values: ['up'] } } as unknown as Slot
  const asked = (value: number) =>
    isAllowed(slot, new Map([[placeKey(series, 'if.admin-status'), guard]]), {
      lastValue: [0, 0, value],
    } as unknown as SlotTable)

  it('allows by its state, says nothing without a value, and guards nothing when it is not polled', () => {
    expect([asked(1), asked(2), asked(Number.NaN)]).toEqual([true, false, undefined])
    expect(isAllowed(slot, new Map(), { lastValue: [] } as unknown as SlotTable)).toBe(true)
  })
})
