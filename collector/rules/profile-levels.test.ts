// Rules by device profiles, without the rest of the judgement: degrees of one fault, who else tells of it, what is kept.
import { describe, expect, it } from 'vitest'
import { type Measured, type RuleEngine, ruleEngine } from '#test/support/rule-engine.ts'

const BY_PROFILE = { severity: 'by-profile', alarmType: 'by-profile' }
const limits = (of: object = {}, more: object = {}) => ({
  ...BY_PROFILE,
  condition: { type: 'limits', ...of },
  ...more,
})
const states = (of: object = {}, more: object = {}) => ({
  ...BY_PROFILE,
  condition: { type: 'states', ...of },
  ...more,
})

const LIMITS = { lowCritical: 0, lowWarning: 5, highWarning: 75, highCritical: 90, hysteresis: 3 }
const sensor = (more: Measured = {}): Measured => ({
  resource: 'sensor:1',
  class: 'temperature',
  limits: LIMITS,
  ...more,
})
const FAN = { 1: 'ok', 2: 'failed', 3: 'unknown', 4: 'warning', 5: 'Not Available' }
const fan = (more: Measured = {}): Measured => ({
  ...{ kind: 'state', class: 'state', resource: 'fan:1', states: FAN },
  ...{ severities: { failed: 'major', warning: 'minor' }, ...more },
})

/** What is said to each value, a minute apart: severity, or that it is over. */
function told(e: RuleEngine, values: readonly number[], of: Measured, from = 0, metric = 'env.temperature'): string[] {
  return values.map((value, i) => {
    e.sample((from + i) * 60, value, metric, of)
    return e.said().map(word).join(' ') || '-'
  })
}

const word = ({ kind, severity, late }: ReturnType<RuleEngine['said']>[number]) =>
  `${kind === 'clear' ? 'clear' : severity}${late ? ' late' : ''}`

describe('limits of a profile', () => {
  it('rise and fall through their degrees, at the limit itself and back over the hysteresis', () => {
    const e = ruleEngine([limits()])
    expect(told(e, [74, 75, 90, 88, 87, 73, 72], sensor())).toEqual([
      ...['-', 'warning', 'critical', '-', 'warning', '-', 'clear'],
    ])
    expect(told(e, [5, 0, 2, 3, 7, 8], sensor(), 10)).toEqual(['warning', 'critical', '-', 'warning', '-', 'clear'])
    expect(e.states()).toEqual([])
  })

  it('wait as long as the profile says, else as the rule says; what is broken off begins again', () => {
    const e = ruleEngine([limits({}, { for: '120s' })])
    expect(told(e, [80, 80, 70, 80, 80, 80], sensor())).toEqual(['-', '-', '-', '-', '-', 'warning'])
    expect(
      e
        .rules()
        .evaluations('rule-0')
        .map(({ gate, answer }) => `${gate} ${answer}`),
    ).toEqual(['raise met', 'hold met', 'hold-broken not-met', 'hold met', 'steady: active met'])
    const held = sensor({ resource: 'sensor:2', limits: { ...LIMITS, hold: 60 } })
    expect(told(e, [80, 80], held, 10)).toEqual(['-', 'warning'])
  })

  it('wait with the end, and stand on when it comes back meanwhile', () => {
    const e = ruleEngine([limits({}, { clearAfter: '120s' })])
    expect(told(e, [80, 60, 80, 60, 60, 60], sensor())).toEqual(['warning', '-', '-', '-', '-', 'clear'])
  })

  it('may be others, or none, by the rule', () => {
    const e = ruleEngine([limits({ metric: 'env.temperature', override: { highWarning: 60, highCritical: null } })])
    expect(told(e, [60, 95, 57], sensor())).toEqual(['warning', '-', 'clear'])
    const off = ruleEngine([limits(), limits({ metric: 'env.temperature', off: true })])
    expect(told(off, [99, 60], sensor())).toEqual(['-', '-'])
    const missing = ruleEngine([limits({ metric: 'env.temperature', default: { highWarning: 60 } })])
    expect(told(missing, [60, 59], sensor({ limits: undefined }))).toEqual(['warning', 'clear'])
    expect(told(missing, [60, 75], sensor({ resource: 'sensor:2' }), 5)).toEqual(['-', 'warning'])
    // without a metric a default would be about everything that has a number
    expect(told(ruleEngine([limits({ default: { highWarning: 60 } })]), [99], sensor({ limits: undefined }))).toEqual([
      '-',
    ])
    expect(told(ruleEngine([limits()]), [99], sensor({ kind: 'state' }))).toEqual(['-'])
  })

  it('are judged by one rule each: of the installation the narrower, then the later', () => {
    const raw = [
      limits({ metric: 'env.temperature' }, { severity: 'major', selector: { tags: { room: 'dc' } } }),
      limits({ metric: 'env.*' }, { severity: 'minor' }),
      limits({}, { severity: 'indeterminate' }),
      limits({ metric: 'other' }, { severity: 'critical' }),
    ]
    const e = ruleEngine(raw, { devices: { 's.a': { tags: { room: 'dc' } } } })
    const severityOf = (of: Measured, metric?: string) => told(e, [80], sensor(of), 0, metric)
    expect(severityOf({ device: 's.a' })).toEqual(['major'])
    expect(severityOf({ resource: 'b' })).toEqual(['minor'])
    expect(severityOf({ resource: 'c' }, 'load')).toEqual(['indeterminate'])
    const same = ruleEngine([limits({}, { severity: 'major' }), limits({}, { severity: 'minor' })])
    expect(told(same, [80], sensor())).toEqual(['minor'])
  })

  it('that the profile names itself are alarms of their own, with their own text, hold and end', () => {
    const e = ruleEngine([limits()])
    const alarms = [
      {
        above: 50,
        severity: 'major',
        alarmType: 'cooling.weak',
        for: 60,
        clear: 40,
        text: { en: 'weak: {{reading}}' },
      },
      { below: 10, severity: 'minor', alarmType: 'cooling.strong' },
      { values: ['x'], severity: 'minor', alarmType: 'never.said' },
    ] as const
    const of = sensor({
      limits: undefined,
      alarms: [...alarms.map((a) => ({ ...a, values: undefined })), alarms[2]] as never,
    })
    const named = (values: readonly number[], from: number) =>
      values.map((value, i) => {
        e.sample((from + i) * 60, value, 'm', of)
        return e.said().map((s) => `${word(s)} ${s.alarmType} ${s.text}`)
      })
    expect(named([50, 50, 45, 40], 0)).toEqual([
      [],
      ['major cooling.weak weak: 50'],
      [],
      ['clear cooling.weak weak: 40'],
    ])
    expect(named([9, 11], 10).map((said) => said.map((s) => s.split(' ').slice(0, 2).join(' ')))).toEqual([
      ['minor cooling.strong'],
      ['clear cooling.strong'],
    ])
  })
})

describe('states of a profile', () => {
  const METRIC = 'env.fan-status'

  it('are as severe as it says; what says nothing leaves the alarm as it is', () => {
    const e = ruleEngine([states()])
    expect(told(e, [1, 2, 3, 5, 4, 3, 1, 3], fan(), 0, METRIC)).toEqual([
      ...['-', 'major', '-', '-', 'minor', '-', 'clear', '-'],
    ])
    expect(e.states()).toEqual([])
  })

  it('may be others by the rule, also where the profile says none', () => {
    const e = ruleEngine([states({ metric: METRIC, override: { failed: null, unknown: 'critical' } })])
    expect(told(e, [2, 3, 4, 1], fan(), 0, METRIC)).toEqual(['-', 'critical', 'minor', 'clear'])
    const missing = ruleEngine([states({ metric: METRIC, default: { failed: 'minor' } })])
    expect(told(missing, [2, 1], fan({ severities: undefined }), 0, METRIC)).toEqual(['minor', 'clear'])
    expect(told(missing, [2], fan({ resource: 'fan:2' }), 3, METRIC)).toEqual(['major'])
    expect(told(ruleEngine([states({ metric: METRIC, off: true })]), [2], fan(), 0, METRIC)).toEqual(['-'])
    expect(told(ruleEngine([states()]), [2], fan({ severities: undefined }), 0, METRIC)).toEqual(['-'])
    expect(told(ruleEngine([states()]), [2], fan({ states: undefined }), 0, METRIC)).toEqual(['-'])
  })

  it('are alarms of their own by the labels that an alarm of the profile names, after its hold', () => {
    const alarms = [{ values: ['failed', 'warning'], severity: 'critical', alarmType: 'fan.gone', for: 60 }] as const
    const e = ruleEngine([states()])
    const of = fan({ severities: undefined, alarms: alarms as never })
    expect(told(e, [2, 4, 1], of, 0, METRIC)).toEqual(['-', 'critical', 'clear'])
    expect(e.said()[0]).toMatchObject({
      alarmType: 'fan.gone',
      resource: 'fan:1',
      inputs: { metric: METRIC, value: 1 },
    })
  })

  it('of a part that was never well are no fault, once it was they are', () => {
    const e = ruleEngine([states({ onceGood: true })])
    expect(told(e, [2, 3, 2, 1, 2], fan(), 0, METRIC)).toEqual(['-', '-', '-', '-', 'major'])
    e.restart()
    expect(told(e, [2, 1], fan(), 10, METRIC)).toEqual(['-', 'clear'])
    // what has always been good as far as we know needs no proof
    expect(told(e, [1, 1, 2], fan({ resource: 'fan:2' }), 20, METRIC)).toEqual(['-', '-', 'major'])
  })
})

describe('an alarm of a profile', () => {
  const noticing = {
    ...{ alarmType: 'env.temperature', resource: 'sensor:1', severity: 'critical' },
    condition: {
      ...{ type: 'event-match', match: { kind: 'log', contains: 'too hot' } },
      clear: { kind: 'log', contains: 'cool again' },
    },
  }

  it('is told anew by the next sample when an event has told of it, and ends by it, without a hold', () => {
    const e = ruleEngine([limits({}, { for: '10m' }), noticing])
    told(e, [60], sensor())
    e.log(30, 'too hot')
    expect(e.said().map(word)).toEqual(['critical'])
    // inside the hysteresis nobody can say
    expect(told(e, [74], sensor(), 1)).toEqual(['-'])
    expect(told(e, [80, 60], sensor(), 2)).toEqual(['warning', 'clear'])
    e.log(300, 'too hot')
    expect(told(e, [60], sensor(), 6)).toEqual(['clear'])
    e.log(400, 'too hot')
    e.log(410, 'cool again')
    expect(told(e, [60, 80], sensor(), 7)).toEqual(['-', '-'])
  })

  it('is as severe as the worst series that sees it, and tells of the other when that is over', () => {
    const whole = (resource: string): Measured => sensor({ resource, alarmType: 'room.hot' })
    const e = ruleEngine([limits({}, { resource: 'room' })])
    const poll = (at: number, resource: string, value: number) => told(e, [value], whole(resource), at)[0]
    expect([poll(0, 'a', 80), poll(1, 'b', 95)]).toEqual(['warning', 'critical'])
    // the milder one gets worse, but not as bad as what stands
    expect(poll(2, 'a', 81)).toBe('-')
    expect(poll(3, 'b', 80)).toBe('warning')
    expect([poll(4, 'b', 60), poll(5, 'a', 60)]).toEqual(['warning', 'clear'])
    expect([poll(6, 'b', 95), poll(7, 'a', 80), poll(8, 'b', 60), poll(9, 'a', 60)]).toEqual([
      ...['critical', '-', 'warning', 'clear'],
    ])
  })

  it('says when polls last looked at it, and whether they found it', () => {
    const e = ruleEngine([limits()])
    told(e, [80], sensor())
    const alarm = {
      rule: 'rule-0',
      site: 's',
      device: 's.d',
      resource: 'sensor:1',
      qualifier: e.said()[0]?.qualifier ?? '',
    }
    const check = (at: number, value: number) => {
      e.sample(at, value, 'env.temperature', sensor())
      return e.rules().lastCheck({ ...alarm, key: 'none' })
    }
    expect(e.rules().holds(alarm)).toBe(true)
    expect(check(60, 74)).toEqual({ at: 60_000, found: true })
    expect(check(120, 60)).toEqual({ at: 120_000, found: false })
    expect(e.rules().holds(alarm)).toBe(false)
    expect(e.rules().lastCheck({ ...alarm, device: null, key: 'none' })).toBeUndefined()
    expect(e.rules().lastCheck({ ...alarm, resource: 'sensor:9', key: 'none' })).toBeUndefined()
  })

  it('goes on exactly over a restart: hold, degree and end', () => {
    const e = ruleEngine([limits({}, { for: '60s', clearAfter: '60s' })])
    const restarted = (value: number, minute: number) => {
      const said = told(e, [value], sensor(), minute)[0]
      e.restart()
      return said
    }
    expect([80, 80, 95, 95, 80, 80, 60, 60].map(restarted)).toEqual([
      ...['-', 'warning', '-', 'critical', '-', 'warning', '-', 'clear'],
    ])
    expect(e.states()).toEqual([])
  })

  it('is told in the words of the rule that judges it now, and ends with the last', () => {
    const e = ruleEngine([limits()])
    told(e, [80], sensor())
    const own = { id: 'own', ...limits({}, { severity: 'major', text: 'own words' }) }
    expect(e.replace([limits(), own], 70)).toEqual([])
    expect(told(e, [80], sensor(), 2)).toEqual(['major'])
    expect(e.said()[0]).toMatchObject({ rule: 'own', text: 'own words' })
    expect(e.states().map(({ rule }) => rule)).toEqual(['own'])
    e.replace([], 180)
    expect(e.said().map(word)).toEqual(['clear'])
    expect(e.said()[0]).toMatchObject({ rule: 'own', at: 180_000, inputs: { why: 'rule no longer applies' } })
    expect(e.states()).toEqual([])
  })

  it('is over when its series is measured no more while its device is', () => {
    const e = ruleEngine([limits()])
    told(e, [80], sensor())
    const DAY = 24 * 60
    told(e, [60], sensor({ resource: 'sensor:2' }), DAY)
    expect(e.rules().endVanished(DAY * 60_000).signals).toEqual([])
    told(e, [60], sensor({ resource: 'sensor:2' }), DAY + 1)
    expect(e.rules().endVanished((DAY + 1) * 60_000).signals).toMatchObject([{ kind: 'clear', resource: 'sensor:1' }])
    expect(e.rules().endVanished((DAY + 1) * 60_000).signals).toEqual([])
    expect(told(e, [80], sensor(), DAY + 2)).toEqual(['warning'])
  })
})
