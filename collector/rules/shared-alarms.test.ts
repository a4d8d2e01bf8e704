// One alarm that several tell of: series, rules of different severity, events, and guards beside them.
import { describe, expect, it } from 'vitest'
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import { type RuleEngine, ruleEngine } from '#test/support/rule-engine.ts'

const above = (limit: number, metric = 'm') => ({ type: 'threshold', metric, above: limit })
const noticing = {
  id: 'told',
  severity: 'major',
  condition: {
    type: 'event-match',
    match: { kind: 'log', contains: 'lost' },
    clear: { kind: 'log', contains: 'found' },
  },
}
const told = (e: RuleEngine) => e.said().map(({ kind, severity, rule }) => `${kind} ${severity} ${rule}`)
const gates = (e: RuleEngine, rule = 'rule-0') =>
  e
    .rules()
    .evaluations(rule)
    .map(({ gate }) => gate)

describe('an alarm of samples and events', () => {
  it('is not ended by samples from before the event that told of it, also over a restart', () => {
    const e = ruleEngine([{ condition: above(90) }, noticing])
    e.sample(0, 5)
    expect(e.log(100, 'lost')).toEqual(['raise - @100'])
    e.restart()
    expect([...e.sample(90, 5), ...e.sample(100, 5)]).toEqual([])
    expect(gates(e).slice(0, 2)).toEqual(['older-than-notice', 'older-than-notice'])
    expect(e.sample(101, 5)).toEqual(['clear - @101'])
    expect(told(e)).toEqual(['clear minor rule-0'])
  })

  it('that stands by samples stands on when an event tells of it, until samples from after it', () => {
    const e = ruleEngine([{ condition: above(90) }, noticing])
    expect(e.sample(60, 95)).toEqual(['raise - @60'])
    expect(e.log(100, 'lost')).toEqual(['raise - @100'])
    expect(e.log(80, 'lost')).toEqual(['raise - @80'])
    e.restart()
    expect([...e.sample(90, 5), ...e.sample(100, 5)]).toEqual([])
    expect(e.sample(110, 5)).toEqual(['clear - @110'])
  })

  it('that an event has ended is raised by samples from after it, not by older ones', () => {
    const e = ruleEngine([{ condition: above(90) }, noticing])
    expect(e.sample(60, 95)).toEqual(['raise - @60'])
    expect(e.log(100, 'found')).toEqual(['clear - @100'])
    e.restart()
    expect(e.sample(100, 95)).toEqual([])
    expect(e.sample(101, 95)).toEqual(['raise - @101'])
  })

  it('that only an event told of is confirmed by the next bad sample at once, whatever the hold', () => {
    const e = ruleEngine([{ condition: { ...above(90), clear: 80 }, for: '10m' }, noticing])
    e.sample(0, 5)
    e.log(10, 'lost')
    // between the limits nothing is known
    expect(e.sample(20, 85)).toEqual([])
    expect(e.sample(30, 95)).toEqual(['raise - @30'])
    expect(told(e)).toEqual(['raise minor rule-0'])
    expect(e.sample(40, 80)).toEqual(['clear - @40'])
  })

  it('of a part that was never good is no fault, also after an event said that it is well', () => {
    const never = { condition: { type: 'state', metric: 'm', values: [2], onceGood: true } }
    const e = ruleEngine([never, noticing])
    expect([...e.sample(0, 2), ...e.sample(10, 2)]).toEqual([])
    e.log(20, 'found')
    expect(e.sample(30, 2)).toEqual([])
    expect(e.sample(40, 1)).toEqual([])
    expect(e.sample(50, 2)).toEqual(['raise - @50'])
  })

  it('says whether polls judge it, what they found, and whether a rule stands behind it', () => {
    const e = ruleEngine([
      { condition: above(90) },
      { ...noticing, selector: { devices: ['s.d'] } },
      { ...noticing, id: 'alone', alarmType: 'other.fault' },
    ])
    e.sample(0, 5)
    e.log(10, 'lost')
    const [shared, alone] = e.said().map((s) => ({ ...s, key: alarmKeyOf(s) }))
    if (shared === undefined || alone === undefined) throw new Error('two alarms')
    const rules = e.rules()
    expect([rules.isPolled(shared), rules.isPolled(alone)]).toEqual([true, false])
    expect(rules.lastCheck(shared)).toEqual({ at: 0, found: false })
    expect(rules.lastCheck(alone)).toBeUndefined()
    e.sample(20, 95)
    expect(rules.lastCheck(shared)).toEqual({ at: 20_000, found: true })
    expect([rules.holds(shared), rules.holds(alone), rules.holds({ ...alone, rule: 'gone' })]).toEqual([
      true,
      true,
      false,
    ])
    // the selector means another device
    expect(rules.holds({ ...shared, device: 's.x' })).toBe(false)
  })
})

describe('an alarm of several rules', () => {
  const two = [
    { condition: above(80), severity: 'minor' },
    { condition: above(90), severity: 'critical' },
  ]

  it('is as severe as the worst that holds', () => {
    const e = ruleEngine(two)
    e.sample(0, 95)
    expect(told(e).at(-1)).toBe('raise critical rule-1')
    e.sample(60, 85)
    expect(told(e)).toEqual(['raise minor rule-0'])
    expect(gates(e, 'rule-1').slice(0, 2)).toEqual(['another-holds', 'raise'])
    e.sample(120, 95)
    expect(told(e)).toEqual(['raise critical rule-1'])
    e.sample(180, 5)
    expect(told(e).at(-1)).toMatch(/^clear/)
    expect(told(e).filter((s) => s.startsWith('clear'))).toHaveLength(1)
  })

  it('is not told again by a milder one, and by that when the worse is over', () => {
    const e = ruleEngine([
      { condition: above(80, 'a'), severity: 'minor' },
      { condition: above(80, 'b'), severity: 'critical' },
    ])
    e.sample(0, 95, 'b')
    expect(e.sample(10, 95, 'a')).toEqual([])
    expect(
      e
        .rules()
        .evaluations('rule-0')
        .map(({ gate }) => gate),
    ).toContain('worse-stands')
    e.sample(20, 5, 'b')
    expect(told(e)).toEqual(['raise minor rule-0'])
    expect(
      e
        .rules()
        .evaluations('rule-1')
        .map(({ gate }) => gate),
    ).toContain('another-holds')
    e.sample(30, 5, 'a')
    expect(told(e)).toEqual(['clear minor rule-0'])
  })

  it('is told anew when a rule gives it another severity, unless a worse one stands', () => {
    const e = ruleEngine([two[0] as object as Record<string, unknown>])
    e.sample(0, 85)
    expect(e.replace([{ ...two[0] }], 10)).toEqual([])
    expect(e.replace([{ ...two[0], severity: 'major' }], 20)).toEqual(['raise - @20'])
    expect(told(e)).toEqual(['raise major rule-0'])
    const f = ruleEngine([
      { condition: above(80, 'a'), severity: 'minor' },
      { condition: above(80, 'b'), severity: 'critical' },
    ])
    f.sample(0, 95, 'b')
    f.sample(10, 95, 'a')
    const raised = [
      { condition: above(80, 'a'), severity: 'major' },
      { condition: above(80, 'b'), severity: 'critical' },
    ]
    expect(f.replace(raised, 20)).toEqual([])
  })

  it('ends with the rule that raised it, and nothing is said of one that only waited', () => {
    const e = ruleEngine([{ condition: above(80) }])
    e.sample(0, 95)
    expect(e.replace([{ id: 'other', condition: above(80, 'x') }], 30)).toEqual(['clear - @30'])
    expect(e.said()[0]).toMatchObject({ rule: 'rule-0', text: '', inputs: { why: 'rule no longer applies' } })
    const held = ruleEngine([{ condition: above(80), for: '1h' }])
    held.sample(0, 95)
    expect(held.states()).toHaveLength(1)
    expect(held.replace([], 30)).toEqual([])
    expect(held.states()).toEqual([])
    const noticed = ruleEngine([{ condition: above(80) }, noticing])
    noticed.sample(0, 5)
    noticed.log(10, 'lost')
    expect(noticed.replace([noticing], 30)).toEqual([])
  })
})

describe('a guard', () => {
  const guarded = {
    condition: { type: 'state', metric: 'oper', values: [2], while: { metric: 'admin', values: [1] } },
  }

  it('is asked as it stands after the whole poll, in whatever order the samples come', () => {
    const e = ruleEngine([guarded])
    expect(e.samples(0, { oper: 1, admin: 1 })).toEqual([])
    expect(e.samples(60, { oper: 2, admin: 2 })).toEqual([])
    expect(e.samples(120, { oper: 2, admin: 1 })).toEqual(['raise - @120'])
    expect(e.samples(180, { oper: 2, admin: 1 })).toEqual([])
    // switched off by people: no fault any more
    expect(e.samples(240, { oper: 2, admin: 2 })).toEqual(['clear - @240'])
  })

  it('without a value makes nobody sure', () => {
    const e = ruleEngine([guarded])
    expect(e.samples(0, { admin: Number.NaN, oper: 2 })).toEqual([])
    expect(gates(e)).toContain('guard-unknown')
    expect(e.samples(60, { admin: 1, oper: 2 })).toEqual(['raise - @60'])
    expect(e.samples(120, { admin: Number.NaN, oper: 2 })).toEqual([])
    expect(e.samples(180, { admin: 1, oper: 1 })).toEqual(['clear - @180'])
  })

  it('of a rule that came later, or of another part, is found where it belongs', () => {
    const e = ruleEngine([])
    e.samples(0, { oper: 1, admin: 2 }, { resource: 'if:1' })
    e.samples(0, { oper: 1, admin: 1 }, { resource: 'if:2' })
    e.replace([guarded], 10)
    expect(e.sample(60, 2, 'oper', { resource: 'if:1' })).toEqual([])
    expect(e.sample(60, 2, 'oper', { resource: 'if:2' })).toEqual(['raise if:2 @60'])
    const [oper, admin, other] = e.series()
    const concerned = [oper, admin, { ...other, id: 99, metric: 'x' }].map((s) => e.rules().concerns(s as never))
    expect(concerned).toEqual([true, true, false])
  })
})

describe('what the sample loop leaves out', () => {
  it('is out of order, and counted; a clock that was ahead and is set right blinds nobody', () => {
    // what comes from the past is taken for a backlog
    const plain = (said: readonly string[]) => said.map((one) => one.replace(' late', ''))
    const e = ruleEngine([{ condition: above(90), for: '60s' }])
    e.sample(100, 95)
    expect(e.sample(40, 5)).toEqual([])
    expect(e.rules().counters().dropped).toEqual({ 'sample-out-of-order': 1 })
    expect(plain(e.sample(160, 95))).toEqual(['raise - @160'])
    const one = (at: number, value: number, now: number) => ({
      now: now * 1000,
      samples: [
        {
          ...{ agent: 'agent-shanghai', site: 's', length: 1, series: Uint32Array.of(1) },
          ...{ at: Float64Array.of(at * 1000), values: Float64Array.of(value), judged: Float64Array.of(value) },
        },
      ],
    })
    // an hour ahead, and back
    e.group(one(4000, 95, 400))
    expect(plain(e.group(one(460, 5, 460)))).toEqual(['clear - @460'])
    expect(e.group(one(500, 95, 500))).toEqual([])
    expect(e.group(one(559, 95, 559))).toEqual([])
    expect(plain(e.group(one(560, 95, 560)))).toEqual(['raise - @560'])
    expect(e.rules().counters().dropped).toEqual({ 'sample-out-of-order': 1 })
  })
})
