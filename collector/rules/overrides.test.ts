import { describe, expect, it } from 'vitest'
import { ruleEngine } from '#test/support/rule-engine.ts'
import { Rule } from './rule.ts'
import { versionOf } from './rule-version.ts'
import { ruleAsWritten } from './written-rule.ts'

const base = { condition: { type: 'threshold', metric: 'm', above: 90, clear: 80 }, for: '1m' }
const plain = { id: 'x', title: 't', severity: 'minor', alarmType: 'a.b', text: 't' }

describe('overrides', () => {
  it('give one device another limit, hold and severity', () => {
    const overrides = [
      { selector: { devices: ['s.b'] }, condition: { above: 50, clear: 40 }, for: 0, severity: 'critical' },
    ]
    const e = ruleEngine([{ ...base, overrides }])
    const at = (seconds: number, device: string, value: number) =>
      e.sample(seconds, value, 'm', { device, resource: device })
    expect([...at(0, 's.a', 60), ...at(0, 's.b', 60)]).toEqual(['raise s.b @0'])
    expect(e.said()[0]).toMatchObject({ severity: 'critical', rule: 'rule-0' })
    expect([...at(60, 's.b', 45), ...at(120, 's.b', 40)]).toEqual(['clear s.b @120'])
    expect([...at(130, 's.a', 95), ...at(190, 's.a', 95)]).toEqual(['raise s.a @190'])
    expect(e.said()[0]).toMatchObject({ severity: 'minor' })
  })

  it('of several the narrowest wins, of equally narrow ones the last', () => {
    const limit = (above: number) => ({ condition: { above, clear: null } })
    const overrides = [
      { selector: { devices: ['s.core-1'] }, ...limit(10) },
      { selector: { devices: ['s.core-*'] }, ...limit(20) },
      { selector: { tags: { role: 'core' } }, ...limit(30) },
      { selector: { classes: ['load'] }, ...limit(40) },
      { selector: { sites: ['s'], customers: ['ac*'] }, ...limit(50) },
      { selector: { sites: ['*'] }, ...limit(61) },
      { selector: { sites: ['s*'] }, ...limit(60) },
    ]
    const role = { tags: { role: 'core' } }
    const devices = { 's.core-1': role, 's.core-2': role, 's.x': role, 's.y': {} }
    const limitOf = (device: string, own = overrides, of = {}) => {
      const e = ruleEngine([{ ...base, for: 0, condition: { ...base.condition, clear: undefined }, overrides: own }], {
        devices,
      })
      for (let value = 0; value < 100; value++)
        if (e.sample(value, value, 'm', { device, ...of }).length > 0) return value - 1
      return undefined
    }
    expect(limitOf('s.core-1')).toBe(10)
    expect(limitOf('s.core-2')).toBe(20)
    expect(limitOf('s.x')).toBe(30)
    expect(limitOf('s.y', overrides, { class: 'load' })).toBe(40)
    expect(limitOf('s.y')).toBe(50)
    expect(limitOf('s.y', overrides.slice(5))).toBe(60)
    expect(limitOf('s.y', [])).toBe(90)
  })

  it('switch a rule off for some, and what stood there ends', () => {
    const e = ruleEngine([{ ...base, for: 0 }])
    expect(e.sample(0, 95)).toEqual(['raise - @0'])
    const off = { selector: { devices: ['s.d'] }, enabled: false }
    expect(e.replace([{ ...base, for: 0, overrides: [off] }], 10)).toEqual(['clear - @10'])
    expect(e.sample(20, 99)).toEqual([])
  })

  it('come and go with the facts of a device, without a second alarm', () => {
    const overrides = [{ selector: { tags: { hot: 'yes' } }, condition: { above: 99, clear: 97 } }]
    const e = ruleEngine([{ ...base, for: 0, overrides }], { devices: { 's.d': {} } })
    expect(e.sample(0, 95)).toEqual(['raise - @0'])
    expect(e.device('s.d', { tags: { hot: 'yes' } }, 10)).toEqual([])
    expect(e.sample(20, 95)).toEqual(['clear - @20'])
    e.device('s.d', {}, 30)
    expect(e.sample(40, 95)).toEqual(['raise - @40'])
  })

  it('say a standing alarm anew when its severity is another now', () => {
    const e = ruleEngine([{ ...base, for: 0 }])
    e.sample(0, 95)
    const overrides = [{ selector: { devices: ['s.d'] }, severity: 'critical' }]
    expect(e.replace([{ ...base, for: 0, overrides }], 10)).toEqual(['raise - @10'])
    expect(e.said()[0]).toMatchObject({ severity: 'critical' })
    expect(e.sample(30, 95)).toEqual([])
    expect(e.sample(40, 10)).toEqual(['clear - @40'])
  })

  it('work for limits of profiles and for events', () => {
    const limits = { highWarning: 70, hysteresis: 5 }
    const overrides = [{ selector: { resources: ['cpu:2'] }, condition: { override: { highWarning: 90 } } }]
    const e = ruleEngine([
      { id: 'p', title: 't', condition: { type: 'limits' }, overrides, severity: 'minor', alarmType: 'cpu.high' },
    ])
    const at = (resource: string) => e.sample(1, 80, 'cpu.load', { resource, limits })
    expect([...at('cpu:1'), ...at('cpu:2')]).toEqual(['raise cpu:1 @1'])

    const match = { kind: 'log', contains: 'denied' }
    const count = { type: 'event-count', match, count: 3, within: '60s' }
    const quiet = { selector: { devices: ['s.b'] }, condition: { count: 2 }, severity: 'major' }
    const f = ruleEngine([{ condition: count, overrides: [quiet, { selector: { devices: ['s.c'] }, enabled: false }] }])
    for (const device of ['s.a', 's.b', 's.c']) for (const n of [0, 1]) f.log(n, 'denied', device)
    expect(f.log(2, 'denied', 's.c')).toEqual([])
    expect(f.log(2, 'denied', 's.a')).toEqual(['raise - @2'])
    f.log(2, 'denied', 's.b')
    expect(f.said()[0]).toMatchObject({ severity: 'major' })
  })

  it('are checked with the condition they change', () => {
    const issues = (override: Record<string, unknown>) =>
      Rule.safeParse({
        ...plain,
        ...base,
        overrides: [{ selector: { devices: ['a.b'] }, ...override }],
      }).error?.issues.map((i) => `${i.path.join('.')}: ${i.message}`) ?? []
    expect(issues({ condition: { above: 95 } })).toEqual([])
    expect(issues({ condition: { above: 50 } })).toEqual([
      'overrides.0.condition: clear must be on the good side of the limit',
    ])
    expect(issues({ condition: { metric: 'other' } })[0]).toContain('overrides.0.condition.metric')
    expect(issues({ condition: { abov: 1 } })).toHaveLength(1)
    expect(issues({})).toHaveLength(1)
    expect(issues({ selector: {}, enabled: false })).toHaveLength(1)
  })

  it('are read, written and read to the same; the version says that something changed', () => {
    const raw = {
      ...plain,
      ...base,
      overrides: [{ selector: { devices: ['a.b'] }, for: '5m', clearAfter: 90, enabled: true }],
    }
    const rule = Rule.parse(raw)
    expect(Rule.parse(ruleAsWritten(rule))).toEqual(rule)
    const reordered = Rule.parse(JSON.parse(JSON.stringify({ overrides: raw.overrides, ...base, ...plain })))
    expect(versionOf(reordered)).toBe(versionOf(rule))
    expect(versionOf(Rule.parse({ ...raw, enabled: false }))).toBe(versionOf(rule))
    expect(versionOf(Rule.parse({ ...raw, for: '2m' }))).not.toBe(versionOf(rule))
    expect(versionOf(Rule.parse({ ...raw, overrides: [] }))).not.toBe(versionOf(rule))
  })
})

describe('a rule in shadow', () => {
  const state = (metric: string) => ({ condition: { type: 'state', metric, values: [0] }, resource: 'x' })
  it('says so, and neither holds nor ends what others say', () => {
    const e = ruleEngine([state('a'), { ...state('b'), shadow: true }])
    const said = () => e.said().map((s) => `${s.kind} ${s.rule}${s.shadow ? ' shadow' : ''}`)
    e.sample(0, 0, 'a')
    expect(said()).toEqual(['raise rule-0'])
    e.sample(1, 0, 'b')
    expect(said()).toEqual(['raise rule-1 shadow'])
    expect(e.said()[0]?.version).toMatch(/^[0-9a-f]{12}$/)
    e.sample(2, 1, 'a')
    expect(said()).toEqual(['clear rule-0'])
    e.sample(3, 1, 'b')
    expect(said()).toEqual(['clear rule-1 shadow'])
  })

  it('of events tells polls nothing', () => {
    const match = { kind: 'log', contains: 'lost' }
    const events = {
      condition: { type: 'event-match', match, clear: { kind: 'log', contains: 'back' } },
      resource: 'x',
      shadow: true,
    }
    const e = ruleEngine([state('a'), events])
    expect(e.sample(0, 0, 'a')).toEqual(['raise x @0'])
    expect(e.log(1, 'back')).toEqual(['clear x @1'])
    expect(e.said()[0]).toMatchObject({ shadow: true })
    // had it told the poll, the poll would have raised again
    expect(e.sample(2, 0, 'a')).toEqual([])
  })
})

describe('a selector by class', () => {
  it('means the class of a series, or the tag of the device', () => {
    const e = ruleEngine([{ ...base, for: 0, selector: { classes: ['temperature', 'router'] } }], {
      devices: { 's.r': { tags: { class: 'router' } }, 's.t': {} },
    })
    const at = (device: string, kind?: string) =>
      e.sample(0, 99, 'm', { device, resource: `${device} ${kind}`, ...(kind === undefined ? {} : { class: kind }) })
        .length
    expect([at('s.r'), at('s.t'), at('s.t', 'temperature'), at('s.t', 'load')]).toEqual([1, 0, 1, 0])
  })
})
