import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differences, durationText, isDuration, isSame, listOf, listText, merged, valueAt, withValue } from './draft.ts'

const RULE = {
  id: 'cpu-high',
  condition: { type: 'threshold', metric: 'cpu.load', above: 90 },
  selector: { sites: ['hq'], tags: { role: 'core' } },
  severity: 'minor',
}

describe('a rule as it is written', () => {
  it('is changed at a path and stays as it is elsewhere', () => {
    const next = withValue(RULE, 'condition.above', 95)
    expect(valueAt(next, 'condition.above')).toBe(95)
    expect(RULE.condition.above).toBe(90)
    expect(withValue(next, 'condition.above', 90)).toEqual(RULE)
    expect(withValue({}, 'incident.open', true)).toEqual({ incident: { open: true } })
    expect(withValue(RULE, 'selector.sites', [])).toMatchObject({ selector: { tags: { role: 'core' } } })
    expect(valueAt(RULE, 'severity.nothing.here')).toBeUndefined()
  })

  it('reads seconds as people write durations', () => {
    expect([0, 30, 90, 300, 7200, 86_400, '5m', undefined].map(durationText)).toEqual([
      ...['', '30s', '90s', '5m', '2h', '1d', '5m', ''],
    ])
    expect(['30s', '1.5h', '2d', '500ms'].every(isDuration)).toBe(true)
    expect(['soon', '5', '5 m', 'm5', '-1s'].some(isDuration)).toBe(false)
  })

  it('takes lists apart and puts them together', () => {
    expect(listOf('down, lower-layer-down\n testing,,')).toEqual(['down', 'lower-layer-down', 'testing'])
    expect(listOf('1, 2')).toEqual([1, 2])
    expect(listText(listOf('a,b'))).toBe('a, b')
  })
})

describe('two editors of one rule', () => {
  const theirs = withValue(withValue(RULE, 'condition.above', 95), 'severity', 'major')
  const mine = withValue(withValue(RULE, 'condition.above', 80), 'selector.sites', ['hq', 'port'])

  it('are told apart by who changed what', () => {
    expect(differences(RULE, theirs, mine).map(({ path, by }) => [path, by])).toEqual([
      ['condition.above', 'both'],
      ['selector.sites', 'mine'],
      ['severity', 'theirs'],
    ])
    expect(differences(RULE, theirs, theirs)).toEqual([])
  })

  it('keep what each wants kept', () => {
    const both = merged(theirs, mine, ['selector.sites'])
    expect(both).toMatchObject({ severity: 'major', condition: { above: 95 }, selector: { sites: ['hq', 'port'] } })
  })

  it('do not part what has names with dots in it', () => {
    const a = { override: { 'cpu.load': 1, 'memory.used': 2 } }
    const b = { override: { 'cpu.load': 1, 'memory.used': 3 } }
    expect(differences(a, a, b)).toEqual([{ path: 'override', theirs: a.override, mine: b.override, by: 'mine' }])
    expect(merged(a, b, ['override'])).toEqual(b)
  })

  it('differ somewhere exactly when they are not the same, for any two', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd.e')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(key, fc.oneof(fc.integer(), fc.array(fc.integer(), { minLength: 1 }), tie('tree')), {
        minKeys: 1,
        noNullPrototype: true,
      }),
    }))
    const draft = tree as fc.Arbitrary<Record<string, unknown>>
    fc.assert(
      fc.property(draft, draft, draft, (base, a, b) => {
        const all = differences(base, a, b)
        expect(all.length === 0).toBe(isSame(a, b))
        expect(all.every((one) => !isSame(one.theirs, one.mine))).toBe(true)
      }),
    )
  })
})
