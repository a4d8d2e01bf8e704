import { describe, expect, it } from 'vitest'
import type { Match } from '../rules/event-matching.ts'
import { AlarmBlock, AlarmBlocks } from './alarm-block.ts'
import { type AlarmDefinition, rulesOfDefinitions } from './definition-rules.ts'

const definition = (name: string, block: unknown, trapOid = '1.3.6.1.4.1.1.0.1'): AlarmDefinition => ({
  name,
  title: name,
  block: AlarmBlock.parse(block),
  matches: (): Match[] => [{ kind: 'trap', trapOid }],
  file: 'traps.d/acme.yaml',
  line: 7,
  path: 'traps.0.x-outrider.alarm',
})
const fan = { type: 'raise', alarmType: 'env.fan', severity: 'major', resource: 'fan:{{fan}}', text: 'Fan {{fan}}' }

describe('alarm blocks', () => {
  it('make one rule of a raise and what ends it', () => {
    const raise = definition('ACME-MIB::fanFailed', { ...fan, incident: { open: true, reopenWithin: '5m' } })
    const clear = definition('fanOk', { type: 'clear', alarmType: 'env.fan' }, '1.3.6.1.4.1.1.0.2')
    const { rules, problems, rulesOf } = rulesOfDefinitions('trap', [raise, clear])
    expect(problems).toEqual([])
    expect(rules).toHaveLength(1)
    expect(rules[0]?.origin).toEqual({ kind: 'definition', file: 'traps.d/acme.yaml', line: 7 })
    expect(rules[0]?.rule).toMatchObject({
      id: 'trap-acme-fan-failed',
      condition: {
        type: 'event-match',
        match: [{ kind: 'trap', trapOid: '1.3.6.1.4.1.1.0.1' }],
        clear: [{ kind: 'trap', trapOid: '1.3.6.1.4.1.1.0.2' }],
      },
      alarmType: 'env.fan',
      resource: 'fan:{{fan}}',
      incident: { open: true, reopenWithin: 300_000, resolveOnClear: true },
    })
    expect(rulesOf.get(clear)).toEqual(['trap-acme-fan-failed'])
  })

  it('of type event end by themselves and open nothing', () => {
    const { rules } = rulesOfDefinitions('log', [definition('changed', { ...fan, type: 'event', resource: '' })])
    expect(rules[0]?.rule).toMatchObject({ clearAfter: 30 * 60_000, incident: { open: false } })
  })

  it('are paired by name when they say so, else by alarm type', () => {
    const a = definition('a', { ...fan, key: 'a' })
    const b = definition('b', { ...fan, key: 'b' })
    const endsB = definition('c', { type: 'clear', clears: 'b' })
    const endsAll = definition('d', { type: 'clear', alarmType: 'env.fan' })
    const { rulesOf } = rulesOfDefinitions('trap', [a, b, endsB, endsAll])
    expect(rulesOf.get(endsB)).toEqual(['trap-acme-b'])
    expect(rulesOf.get(endsAll)).toEqual(['trap-acme-a', 'trap-acme-b'])
  })

  it('say what is wrong: a clear of nothing, an id used twice, keys of the other type', () => {
    const lonely = definition('c', { type: 'clear', alarmType: 'env.power-supply' })
    const same = { ...fan, id: 'x' }
    const { rules, problems } = rulesOfDefinitions('trap', [definition('a', same), definition('b', same), lonely])
    expect(rules).toHaveLength(1)
    expect(problems.map((p) => [p.line, p.message])).toEqual([
      [7, 'rule id x is used twice'],
      [7, 'ends nothing: no definition of this file raises it'],
    ])
    expect(AlarmBlock.safeParse({ ...fan, type: 'clear' }).success).toBe(false)
    expect(AlarmBlock.safeParse({ type: 'raise', alarmType: 'env.fan' }).success).toBe(false)
    expect(AlarmBlock.safeParse({ ...fan, when: [{ varbind: 'x' }] }).success).toBe(false)
    expect(AlarmBlocks.parse([fan, fan])).toHaveLength(2)
  })

  it('keep long names in an id of 63 characters, different for different names', () => {
    const long = 'x'.repeat(80)
    const { rules } = rulesOfDefinitions('trap', [definition(`${long}A`, fan), definition(`${long}B`, fan)])
    expect(new Set(rules.map((r) => r.rule.id)).size).toBe(2)
    for (const { rule } of rules) expect(rule.id.length).toBeLessThanOrEqual(63)
  })
})
