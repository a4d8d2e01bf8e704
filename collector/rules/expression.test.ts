import { describe, expect, it } from 'vitest'
import { AGENT, ruleEngine } from '#test/support/rule-engine.ts'
import { compileCel } from './cel.ts'
import { Rule } from './rule.ts'

const expression = (of: Record<string, unknown>) => ({ type: 'expression', metric: 'used', ...of })

describe('an expression', () => {
  const free = { inputs: { size: { metric: 'size' } }, when: 'value / size > 0.9 && size - value < 50' }

  it('looks at several metrics of one part, once all of a poll are there', () => {
    const e = ruleEngine([
      { condition: expression({ ...free, clear: 'value / size < 0.8' }), text: '{{value}}/{{size}}' },
    ])
    expect(e.samples(0, { used: 95, size: 100 })).toEqual([])
    expect(e.watermark(1, 'telemetry')).toEqual([])
    expect(e.watermark(2, 'telemetry')).toEqual(['raise - @0'])
    expect(e.said()[0]).toMatchObject({ text: '95/100', inputs: { metric: 'used', value: 95, size: 100 } })
    expect([...e.samples(60, { used: 85, size: 100 }), ...e.watermark(70, 'telemetry')]).toEqual([])
    expect([...e.samples(120, { used: 75, size: 100 }), ...e.watermark(130, 'telemetry')]).toEqual(['clear - @120'])
  })

  it('says the same however its samples are grouped on their way', () => {
    const told = (groups: readonly Readonly<Record<string, number>>[][]) => {
      const e = ruleEngine([{ condition: expression(free) }])
      const said = groups.flatMap((poll, i) => poll.flatMap((values, n) => e.samples(i * 60 + n / 2, values)))
      return [...said, ...e.watermark(1000, 'telemetry')].map((s) => s.split('.')[0])
    }
    // the size of the second poll comes after its use: alone with the old size it would be a fault
    const together = [[{ used: 95, size: 100 }], [{ used: 950, size: 10_000 }], [{ used: 5, size: 10_000 }]]
    const apart = [
      [{ used: 95 }, { size: 100 }],
      [{ used: 950 }, { size: 10_000 }],
      [{ used: 5 }, { size: 10_000 }],
    ]
    expect(told(together)).toEqual(['raise - @0', 'clear - @60'])
    expect(told(apart)).toEqual(['raise - @0', 'clear - @60'])
  })

  it('is computed only when a value of it is new', () => {
    const e = ruleEngine([
      { condition: expression({ when: 'value > 1', inputs: { cpu: { metric: 'cpu', on: 'device' } } }) },
    ])
    const rings = () =>
      e
        .rules()
        .evaluations('rule-0')
        .filter((x) => x.gate === 'raise').length
    e.samples(0, { used: 5, cpu: 1 })
    e.watermark(10, 'telemetry')
    expect(rings()).toBe(1)
    for (let n = 1; n < 5; n++)
      expect([...e.samples(n * 60, { other: n }), ...e.watermark(n * 60 + 9, 'telemetry')]).toEqual([])
    expect(rings()).toBe(1)
  })

  it('knows the device as a whole, and siblings by a tag', () => {
    const members = { metric: 'state', on: 'siblings', tag: 'bundle' }
    const e = ruleEngine([
      {
        condition: {
          type: 'expression',
          metric: 'state',
          inputs: { members },
          when: 'value == 2 && members.all(x, x == 2)',
        },
      },
    ])
    const port = (name: string, bundle: string) => ({ resource: name, tags: { bundle } })
    const poll = (at: number, states: Record<string, [string, number]>) => [
      ...Object.entries(states).flatMap(([name, [bundle, s]]) => e.samples(at, { state: s }, port(name, bundle))),
      ...e.watermark(at + 5, 'telemetry'),
    ]
    expect(poll(0, { a: ['1', 1], b: ['1', 2], c: ['2', 2] })).toEqual(['raise c @0'])
    expect(poll(60, { a: ['1', 2], b: ['1', 2], c: ['2', 1] }).sort()).toEqual([
      'clear c @60',
      'raise a @60',
      'raise b @60',
    ])
  })

  it('is unknown without a value that it needs, says so, and clears nothing', () => {
    const e = ruleEngine([{ condition: expression({ ...free, stale: '10m' }) }])
    e.samples(0, { used: 95 })
    expect(e.watermark(10, 'telemetry')).toEqual([])
    expect(e.rules().evaluations('rule-0')[0]).toMatchObject({
      ...{ answer: 'unknown', gate: 'input-missing', inputs: { value: 95, why: 'no value of size' } },
    })
    e.samples(60, { used: 95, size: 100 })
    expect(e.watermark(70, 'telemetry')).toEqual(['raise - @60'])
    for (let at = 120; at < 2000; at += 60)
      expect([...e.samples(at, { used: 1 }), ...e.watermark(at + 9, 'telemetry')]).toEqual(
        at <= 660 && at === 120 ? ['clear - @120'] : [],
      )
    expect(e.rules().failing('rule-0')).toBe(0)
  })

  it('answers without a missing value where the answer does not depend on it', () => {
    const e = ruleEngine([{ condition: expression({ ...free, when: 'value > 99 || size < 5' }) }])
    e.samples(0, { used: 100 })
    expect(e.watermark(10, 'telemetry')).toEqual(['raise - @0'])
  })

  it('that errors for one device hurts that device only, is counted and shown', () => {
    const e = ruleEngine([{ condition: expression({ when: 'value > 90 && tags.room == "dc"' }) }], {
      devices: { 's.a': { tags: { room: 'dc' } }, 's.b': {}, 's.c': { tags: { room: 'dc' } } },
    })
    for (const device of ['s.a', 's.b', 's.c']) e.samples(0, { used: 95 }, { device, resource: device })
    expect(e.watermark(10, 'telemetry').sort()).toEqual(['raise s.a @0', 'raise s.c @0'])
    expect(e.rules().failing('rule-0')).toBe(1)
    expect(e.rules().counters().dropped).toEqual({ 'expression-error': 1 })
    expect(
      e
        .rules()
        .evaluations('rule-0')
        .find((x) => x.gate === 'expression-error'),
    ).toMatchObject({
      ...{ device: 's.b', answer: 'unknown', inputs: { why: expect.stringContaining('room') } },
    })
    // it is told once, and ends when it can be computed again
    e.samples(60, { used: 95 }, { device: 's.b', resource: 's.b' })
    e.watermark(70, 'telemetry')
    expect(e.rules().counters().dropped).toEqual({ 'expression-error': 1 })
    e.device('s.b', { tags: { room: 'dc' } }, 80)
    e.samples(120, { used: 95 }, { device: 's.b', resource: 's.b' })
    expect(e.watermark(130, 'telemetry')).toEqual(['raise s.b @120'])
    expect(e.rules().failing('rule-0')).toBe(0)
  })

  it('holds, and remembers that it stands over a restart and another rule', () => {
    const raw = [{ condition: expression({ when: 'value > 90' }), for: '60s' }]
    const e = ruleEngine(raw)
    const poll = (at: number, used: number) => [...e.samples(at, { used }), ...e.watermark(at + 5, 'telemetry')]
    expect(poll(0, 95)).toEqual([])
    e.restart()
    expect(poll(60, 95)).toEqual(['raise - @60'])
    e.restart()
    expect([
      ...e.replace([...raw, { id: 'more', condition: { type: 'threshold', metric: 'x', above: 1 } }]),
      ...poll(120, 95),
    ]).toEqual([])
    expect(poll(180, 5)).toEqual(['clear - @180'])
    expect(e.states()).toEqual([])
  })

  it('of a group that is drained is history', () => {
    const e = ruleEngine([{ condition: expression({ when: 'value > 90' }) }])
    e.group({ watermarks: [{ agent: AGENT, lane: 'telemetry', at: 0, live: false }] })
    e.samples(10, { used: 95 })
    expect(e.samples(100, { used: 95 })).toEqual(['raise - @10 late'])
  })
})

describe('what may be written', () => {
  const problemsOf = (of: Record<string, unknown>) => {
    const raw = { id: 'x', title: 't', severity: 'minor', alarmType: 'a.b', text: 't', condition: expression(of) }
    return Rule.safeParse(raw).error?.issues.map((i) => `${i.path.join('.')}: ${i.message}`) ?? []
  }
  it('is checked before it is saved', () => {
    expect(problemsOf({ when: 'value > 1' })).toEqual([])
    expect(problemsOf({ when: 'value >' })[0]).toMatch(/^condition.when: character \d+: /)
    expect(problemsOf({ when: 'vale > 1' })).toEqual([
      'condition.when: there is no vale; there is device, resource, tags, value',
    ])
    expect(problemsOf({ when: 'true', inputs: { value: { metric: 'x' } } })).toEqual([
      'condition.inputs.value: this name is taken',
    ])
    expect(problemsOf({ when: 'a > 1', inputs: { a: { metric: 'x', tag: 't' } } })[0]).toContain('siblings')
    const nested = 'a.exists(x, a.exists(y, a.exists(z, z > x + y)))'
    expect(problemsOf({ when: nested, inputs: { a: { metric: 'x', on: 'siblings' } } })[0]).toContain('steps')
  })

  it('never throws, and what it costs is bounded by what is written', () => {
    const names = new Set(['a', 'value'])
    const long = `${Array.from({ length: 150 }, () => 'a').join(' + ')}`
    expect(compileCel(`(${long}).exists(x, x > 1)`, names)).toMatchObject({ ok: false })
    for (const text of ['', '((((', 'a.b.c', '"x" + 1', '1 / 0 > 1', 'a[99] > 1', '\u0000'])
      expect(() => {
        const cel = compileCel(text, names)
        if (cel.ok) expect(cel.test({ a: [1], value: 1 }).ok).toBe(false)
      }).not.toThrow()
  })

  it('counts whole numbers among the others, as people mean it', () => {
    const cel = compileCel('value * 2 + 1 > 3 && 10 / value < 6 && 7 - value > 4', new Set(['value']))
    expect(cel.ok && cel.test({ value: 2 })).toEqual({ ok: true, value: true })
  })
})
