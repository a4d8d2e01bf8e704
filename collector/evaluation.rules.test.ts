// Rules that come, go and change under alarms that stand.
import { describe, expect, it } from 'vitest'
import { SITE, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'

const TRAP = '1.3.6.1.4.1.9.9.13.3.0.5'
const plain = { title: 't', severity: 'major', alarmType: 'env.power-supply', text: 't' }
const defined = (raw: Record<string, unknown>): DefinedRule => ({
  rule: Rule.parse({ ...plain, ...raw }),
  origin: { kind: 'database' },
})
const BY_TRAP = {
  id: 'by-trap',
  condition: { type: 'event-match', match: { kind: 'trap', trapOid: TRAP } },
  resource: 'power:1',
}
const BY_POLL = { id: 'by-poll', condition: { type: 'state', metric: 'env.power-status', values: ['failed'] } }
const states = { 1: 'good', 2: 'failed' }
const power = (value: number) => ({ metric: 'env.power-status', resource: 'power:1', value, states })

const standing = (story: Story) => [...story.store.alarms.values()].filter((a) => !a.isCleared).map((a) => a.rule)
const replace = (story: Story, ...rules: DefinedRule[]) =>
  story.commit(story.judgement.replaceRules(rules, 'ann', story.wall()).changes)

describe('an alarm that a trap raised', () => {
  it('before the first poll of its part ends with that poll: the clear trap may be lost', async () => {
    const story = await tell({ rules: [defined(BY_TRAP), defined(BY_POLL)] })
    story.event(trap(TRAP, {}))
    expect(standing(story)).toEqual(['by-trap'])
    story.at(30)
    story.poll(power(1))
    expect(standing(story)).toEqual([])
    expect([...story.store.alarms.values()][0]).toMatchObject({ device: `${SITE}.switch`, resource: 'power:1' })
  })

  it('ends when its rule is taken away, is switched off or is about it no more', async () => {
    const off = { selector: { devices: [`${SITE}.switch`] }, enabled: false }
    for (const after of [[], [{ ...BY_TRAP, overrides: [off] }], [{ ...BY_TRAP, selector: { sites: ['another'] } }]]) {
      const story = await tell({ rules: [defined(BY_TRAP)] })
      story.event(trap(TRAP, {}))
      replace(story, ...after.map(defined))
      story.at(2)
      story.tick()
      expect(standing(story)).toEqual([])
    }
    const story = await tell({ rules: [defined(BY_TRAP)] })
    story.event(trap(TRAP, {}))
    replace(story, defined({ ...BY_TRAP, severity: 'minor' }))
    story.at(2)
    story.tick()
    expect(standing(story)).toEqual(['by-trap'])
  })
})
