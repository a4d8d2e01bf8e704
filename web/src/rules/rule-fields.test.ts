import { describe, expect, it } from 'vitest'
import { valueAt, withValue } from '../ui/draft.ts'
import { fromYaml, shortYamlOf, yamlOf } from '../ui/yaml-text.ts'
import { CONDITIONS, newRule, ruleToSend, textIn, withKind, wrongRule } from './rule-fields.ts'
import { ruleFromYaml } from './rule-yaml.ts'

const CPU = {
  ...newRule(),
  ...{ id: 'cpu-high', alarmType: 'cpu.high', title: 'CPU high', text: '{{device}}: {{value}}', for: 300 },
  condition: { type: 'threshold', metric: 'cpu.load', above: 90 },
}

describe('a rule in the form', () => {
  it('is complete, or says what is missing', () => {
    expect(wrongRule(CPU)).toEqual([])
    expect(wrongRule(newRule()).map(({ path, why }) => `${path} ${why}`)).toEqual([
      ...['id id', 'alarmType alarmType', 'title needed', 'text needed', 'condition.metric needed'],
    ])
    const bad = withValue(withValue(CPU, 'condition.above', 'much'), 'for', 'soon')
    expect(wrongRule(bad).map(({ path, why }) => `${path} ${why}`)).toEqual(['for duration', 'condition.above number'])
  })

  it('by device profiles needs no name or text of its own', () => {
    const rule = { id: 'limits', title: 'Limits', condition: { type: 'limits' } }
    expect(wrongRule(rule)).toEqual([])
  })

  it('keeps what two kinds of condition have in common', () => {
    const rate = withKind(CPU, 'rate')
    expect(valueAt(rate, 'condition')).toEqual({ type: 'rate', metric: 'cpu.load', above: 90 })
    expect(valueAt(withKind(rate, 'event-match'), 'condition')).toEqual({ type: 'event-match' })
  })

  it('is sent with one text where it was written in one language', () => {
    const draft = { ...CPU, title: { en: 'CPU high', 'zh-CN': ' ' }, text: { en: 'a', 'zh-CN': 'b' } }
    expect(ruleToSend(draft)).toMatchObject({ title: 'CPU high', text: { en: 'a', 'zh-CN': 'b' } })
    expect(textIn({ en: 'a', 'zh-CN': 'b' }, 'zh-CN')).toBe('b')
    expect(textIn('one', 'zh-CN')).toBe('one')
  })

  it('has a table for each kind it offers', () => {
    for (const fields of Object.values(CONDITIONS)) expect(fields.length).toBeGreaterThan(0)
  })
})

describe('a rule as YAML', () => {
  it('is written as in a file and read back', () => {
    const text = yamlOf(CPU)
    expect(text).toContain('for: 5m')
    expect(text).not.toContain('selector')
    expect(ruleFromYaml(text)).toMatchObject({ rule: { id: 'cpu-high', condition: { above: 90 }, for: '5m' } })
  })

  it('is taken out of a file of one rule', () => {
    expect(ruleFromYaml(`rules:\n  - id: a\n    severity: major`)).toEqual({ rule: { id: 'a', severity: 'major' } })
  })

  it('says where it cannot be read', () => {
    expect(ruleFromYaml('id: a\nb: [1, 2\nc: 3')).toMatchObject({ line: 3 })
    expect(ruleFromYaml('just words')).toMatchObject({ problem: '' })
    const bomb = ['a: &a [x, x, x, x, x]', 'b: &b [*a, *a, *a, *a, *a]', 'c: &c [*b, *b, *b, *b, *b]'].join('\n')
    expect(fromYaml(`${bomb}\nd: [*c, *c, *c, *c, *c]`)).toHaveProperty('problem')
  })

  it('of a part is one line where that is short', () => {
    expect(shortYamlOf({ kind: 'trap', trapOid: '1.3.6' })).toBe('{ kind: trap, trapOid: 1.3.6 }')
    expect(shortYamlOf({ a: 'x'.repeat(50), b: 'y'.repeat(50) })).toContain('\n')
    expect(shortYamlOf(undefined)).toBe('')
  })
})
