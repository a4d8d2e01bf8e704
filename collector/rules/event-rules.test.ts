import { describe, expect, it } from 'vitest'
import { logOf, type RuleEngine, ruleEngine } from '#test/support/rule-engine.ts'

const match = (contains: string, more: object = {}) => ({ kind: 'log', contains, ...more })
const on = (contains: string, more: object = {}) => ({ type: 'event-match', match: match(contains), ...more })
const told = (e: RuleEngine) => e.said().map((s) => `${s.kind} ${s.rule} ${s.severity}`)

describe('rules of events', () => {
  it('are about what they match where they are selected, others see nothing of it', () => {
    const e = ruleEngine([
      { condition: on('lost', { match: match('lost', { pattern: 'port (?P<n>\\d+)' }) }), resource: 'port {{n}}' },
      { condition: on('lost'), alarmType: 'site.fault', selector: { devices: ['s.other'] } },
    ])
    expect(e.log(0, 'lost')).toEqual([])
    expect(e.log(1, 'lost on port 7')).toEqual(['raise port 7 @1'])
    expect(e.log(2, 'lost', 's.other')).toEqual(['raise - @2'])
    expect(e.said()[0]).toMatchObject({ rule: 'rule-1', alarmType: 'site.fault', device: 's.other', customer: 'acme' })
    expect(e.log(3, 'lost on port 7', null)).toEqual(['raise port 7 @3'])
    expect(e.said()[0]?.device).toBeNull()
  })

  it('that ask for what nobody claimed get only that', () => {
    const e = ruleEngine([
      { condition: on('lost') },
      { condition: { type: 'event-match', match: { kind: 'log', unclaimed: true } }, alarmType: 'any.log' },
    ])
    e.log(0, 'lost')
    expect(told(e)).toEqual(['raise rule-0 minor'])
    e.log(1, 'something else')
    expect(told(e)).toEqual(['raise rule-1 minor'])
  })

  it('are as severe as the line says where they leave it to the line', () => {
    const e = ruleEngine([{ condition: on('lost'), severity: 'by-log' }])
    const severities = [2, 3, 4].map((severity) => {
      const one = logOf(severity, 'lost')
      e.group({ events: [{ ...one, event: { ...one.event, severity } as never }] })
      return e.said()[0]?.severity
    })
    expect(new Set(severities).size).toBe(3)
  })

  it('hold to the millisecond, in the time of the event, once', () => {
    const e = ruleEngine([{ condition: on('lost', { clear: match('found') }), for: '30s', clearAfter: '60s' }])
    expect(e.log(100, 'lost')).toEqual([])
    // a repeat does not make it wait longer
    expect(e.log(110, 'lost')).toEqual([])
    expect(e.watermark(129.999, 'event')).toEqual([])
    expect(e.watermark(130, 'event')).toEqual(['raise - @130'])
    expect(e.watermark(189.999, 'event')).toEqual([])
    expect(e.watermark(190, 'event')).toEqual(['clear - @190'])
    expect(e.said()[0]?.inputs).toEqual({ why: 'nothing for 60000 ms' })
    expect([e.watermark(999, 'event'), e.states()]).toEqual([[], []])
  })

  it('count what is inside the window, and forget what never got there', () => {
    const e = ruleEngine([{ condition: { type: 'event-count', match: match('no'), count: 3, within: '60s' } }])
    const gate = () => e.rules().evaluations('rule-0')[0]?.gate
    expect([e.log(0, 'no'), gate()]).toEqual([[], 'counted 1 of 3'])
    expect([e.log(59, 'no'), gate()]).toEqual([[], 'counted 2 of 3'])
    // the first is just out of it
    expect([e.log(60, 'no'), gate()]).toEqual([[], 'counted 2 of 3'])
    expect(e.log(118, 'no')).toEqual(['raise - @118'])
    const f = ruleEngine([{ condition: { type: 'event-count', match: match('no'), count: 2, within: '60s' } }])
    f.log(0, 'no')
    expect(f.states()).toHaveLength(1)
    f.watermark(60, 'event')
    expect(f.states()).toEqual([])
  })

  it('that are cancelled meanwhile are not meant; what stands stays', () => {
    const e = ruleEngine([
      { condition: { type: 'event-count', match: match('no'), count: 2, within: '60s', cancel: match('fine') } },
    ])
    e.log(0, 'no')
    expect(e.log(10, 'fine')).toEqual([])
    expect(e.rules().evaluations('rule-0')[0]).toMatchObject({ gate: 'cancel', answer: 'not-met' })
    expect([e.log(20, 'no'), e.log(30, 'no')]).toEqual([[], ['raise - @30']])
    const states = e.states()
    expect(e.log(40, 'fine')).toEqual([])
    expect(e.states()).toEqual(states)
  })

  it('in shadow change nothing of what others say, nor others of theirs', () => {
    const shadowed = { id: 'shadow', shadow: true, condition: on('lost', { clear: match('gone') }), clearAfter: '60s' }
    const real = { id: 'real', condition: on('lost', { clear: match('found') }), clearAfter: '90s' }
    const e = ruleEngine([shadowed, real])
    e.log(0, 'lost')
    expect(e.said().map((s) => `${s.rule} ${s.shadow ?? false}`)).toEqual(['shadow true', 'real false'])
    e.log(10, 'gone')
    expect(told(e)).toEqual(['clear shadow minor'])
    expect(e.states().map((s) => s.rule)).toEqual(['real'])
    e.log(20, 'lost')
    e.log(30, 'found')
    expect(told(e)).toEqual(['clear real minor'])
    expect(e.states().map((s) => s.rule)).toEqual(['shadow'])
  })

  it('that go are forgotten with what was running', () => {
    const e = ruleEngine([{ condition: on('lost'), for: '30s' }])
    e.log(0, 'lost')
    expect(e.states()).toHaveLength(1)
    e.replace([{ id: 'other', condition: on('xyz') }], 10)
    expect([e.watermark(100, 'event'), e.states()]).toEqual([[], []])
  })
})
