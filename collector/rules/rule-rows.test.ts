import { describe, expect, it } from 'vitest'
import { type AddedOverride, readOverride, withOverrides } from './added-overrides.ts'
import { type DefinedRule, Rule, type RuleOrigin } from './rule.ts'
import { isChangeable, placeOf, rowOf } from './rule-rows.ts'

const DIR = '/etc/outrider/rules.d'
const file = (line: number): RuleOrigin => ({ kind: 'file', file: `${DIR}/own/a.yaml`, line })
const stock: RuleOrigin = { kind: 'stock', file: 'stock/load.yaml', line: 7 }
const definition: RuleOrigin = { kind: 'definition', file: 'traps/acme.yaml', line: 3 }
const database: RuleOrigin = { kind: 'database' }

const rule = (more: object = {}) =>
  Rule.parse({
    ...{ id: 'r', title: 'T', severity: 'minor', alarmType: 'test.fault', text: 't', for: '60s' },
    ...{ condition: { type: 'threshold', metric: 'm', above: 90, clear: 80 }, ...more },
  })
const row = (defined: Partial<DefinedRule> = {}) =>
  rowOf({ rule: rule(), origin: database, ...defined }, { dir: DIR, updatedAt: 5, failing: 2 })

describe('a rule as the console reads it', () => {
  it('says where it is written and whether it can be changed here', () => {
    expect(row()).toMatchObject({ origin: 'database', file: null, readOnly: false, updatedAt: 5, failing: 2 })
    expect(row({ origin: file(9) })).toMatchObject({ origin: 'file', file: 'own/a.yaml:9', readOnly: true })
    expect(row({ origin: stock })).toMatchObject({ origin: 'built-in', file: 'stock/load.yaml:7', readOnly: true })
    expect(row({ origin: definition })).toMatchObject({
      origin: 'definition',
      file: 'traps/acme.yaml:3',
      readOnly: false,
    })
    expect([database, definition, stock, file(1)].map(isChangeable)).toEqual([true, true, false, false])
    expect([database, file(2)].map((origin) => placeOf(origin, DIR))).toEqual(['the database', 'own/a.yaml:2'])
  })

  it('is live, in shadow or off, and names what it stands in the place of', () => {
    expect(row()).toMatchObject({ mode: 'live', enabled: true, replaces: null })
    expect(row({ rule: rule({ shadow: true }) }).mode).toBe('shadow')
    expect(row({ rule: rule({ shadow: true, enabled: false }) })).toMatchObject({ mode: 'off', enabled: false })
    expect(row({ replaces: stock }).replaces).toEqual({ origin: 'built-in', file: 'stock/load.yaml:7' })
  })

  it('shows its own overrides as part of it and those from elsewhere beside it', () => {
    const own = { selector: { devices: ['s.a'] }, severity: 'major' }
    const added: AddedOverride[] = [
      { rule: 'r', raw: { selector: { devices: ['s.b'] }, for: '2m' }, origin: file(4) },
      { rule: 'r', raw: { selector: { devices: ['s.c'] }, clearAfter: '30s' }, origin: database },
    ]
    const { rules, problems } = withOverrides([{ rule: rule({ overrides: [own] }), origin: stock }], added)
    expect(problems).toEqual([])
    const shown = rowOf(rules[0] as DefinedRule, { dir: DIR, updatedAt: null, failing: 0 })
    expect(shown.overrides.map(({ origin, file: at }) => [origin, at])).toEqual([
      ['rule', null],
      ['file', 'own/a.yaml:4'],
      ['database', null],
    ])
    expect(shown.overrides.map(({ override }) => override)).toEqual([
      own,
      { selector: { devices: ['s.b'] }, for: 120 },
      { selector: { devices: ['s.c'] }, clearAfter: 30 },
    ])
    // the rule itself is what its file says, durations in seconds
    expect(shown.rule).toMatchObject({ id: 'r', for: 60, overrides: [own] })
    expect(shown.version).not.toBe(row().version)
  })
})

describe('overrides from elsewhere', () => {
  const defined: readonly DefinedRule[] = [
    { rule: rule(), origin: stock },
    { rule: rule({ id: 'other' }), origin: stock },
  ]

  it('a bad one costs itself, and says where it is written', () => {
    const of = (raw: unknown, origin: RuleOrigin = file(4), id = 'r'): AddedOverride => ({ rule: id, raw, origin })
    const good = of({ selector: { devices: ['s.a'] }, enabled: false })
    const { rules, problems } = withOverrides(defined, [
      good,
      of({ selector: {}, enabled: false }),
      of({ selector: { devices: ['s.b'] }, condition: { clear: 99 } }, database),
      of({ selector: { devices: ['s.c'] }, enabled: false }, file(8), 'gone'),
    ])
    expect(rules[0]?.rule.overrides).toMatchObject([good.raw])
    expect(rules[0]?.added).toEqual([file(4)])
    expect(rules[1]).toBe(defined[1])
    expect(problems).toMatchObject([
      { file: `${DIR}/own/a.yaml`, line: 8, path: 'overrides of gone: rule', message: 'there is no rule gone' },
      { file: `${DIR}/own/a.yaml`, line: 4, path: 'overrides of r: selector' },
      { file: '', line: 0, path: 'overrides of r: condition' },
    ])
    expect(withOverrides(defined, []).rules).toBe(defined)
  })

  it('are read against the rule that they are about', () => {
    const read = (raw: unknown) => readOverride(rule(), raw)
    expect(read({ selector: { devices: ['s.a'] }, condition: { above: 95 } })).toMatchObject({ ok: true })
    expect(read({ selector: { devices: ['s.a'] }, condition: { above: 70 } })).toMatchObject({
      ...{ ok: false, issues: [{ path: 'condition' }] },
    })
    expect(read({ selector: { devices: ['s.a'] } })).toMatchObject({ ok: false, issues: [{ path: '' }] })
    expect(read(7)).toMatchObject({ ok: false })
  })
})
