import { describe, expect, it } from 'vitest'
import { isShadow } from '#shared/domain/alarm.ts'
import { InhibitionBody } from '#shared/http/suppression.ts'
import { type Said, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { isListed } from './alarms/alarms.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import { MAX_TOLD } from './told-alarms.ts'

const rule = (more: object): DefinedRule => ({
  rule: Rule.parse({
    ...{ id: 'hot', title: 'hot', severity: 'major', alarmType: 'env.temperature', text: '{{device}} {{value}}' },
    ...{ condition: { type: 'threshold', metric: 'temperature', above: 40 }, incident: { open: true } },
    ...more,
  }),
  origin: { kind: 'database' },
})
const real = rule({})
const shadow = rule({ id: 'warm', shadow: true, condition: { type: 'threshold', metric: 'temperature', above: 30 } })
const temperature = (value: number): Said => ({ metric: 'temperature', value })
const alarms = (story: Story) =>
  [...story.store.alarms.values()]
    .map((a) => `${a.rule} ${a.isCleared ? 'cleared' : 'stands'} ${a.suppression?.by}`)
    .sort()
const replace = (story: Story, rules: readonly DefinedRule[]) => {
  story.store.rules = rules
  return story.commit(story.judgement.replaceRules(rules, 'noc', story.wall()).changes)
}

describe('a rule in shadow', () => {
  it('is judged and recorded; it opens nothing and tells nobody', async () => {
    const story = await tell({ rules: [shadow] })
    story.poll(temperature(35))
    expect(alarms(story)).toEqual(['warm stands shadow'])
    expect(story.all.trace.map((t) => [t.decision, t.rule])).toContainEqual(['suppress', 'warm'])
    story.at(60)
    story.poll(temperature(20))
    expect(alarms(story)).toEqual(['warm cleared undefined'])
    const [alarm] = [...story.store.alarms.values()]
    expect(alarm && [isShadow(alarm), isListed(alarm), alarm.perceivedSeverity]).toEqual([true, false, 'major'])
    expect([story.incidents(), story.pages(), story.all.told]).toEqual([[], [], []])
  })

  it('neither is, changes nor ends the alarm of a rule that is told, whichever speaks first', async () => {
    for (const rules of [
      [real, shadow],
      [shadow, real],
    ]) {
      const story = await tell({ rules })
      story.poll(temperature(35))
      story.at(60)
      story.poll(temperature(45))
      expect(alarms(story)).toEqual(['hot stands undefined', 'warm stands shadow'])
      story.at(120)
      story.poll(temperature(35))
      expect(alarms(story)).toEqual(['hot cleared undefined', 'warm stands shadow'])
      story.at(180)
      story.poll(temperature(20))
      expect(alarms(story)).toEqual(['hot cleared undefined', 'warm cleared undefined'])
      expect(story.pages()).toEqual(['opened', 'resolved'])
    }
  })

  it('does not do so by traps either', async () => {
    const event = (id: string, more: object = {}) =>
      rule({
        id,
        condition: {
          type: 'event-match',
          match: { kind: 'trap', trapOid: '1.2.3' },
          clear: { kind: 'trap', trapOid: '1.2.4' },
        },
        ...more,
      })
    const story = await tell({ rules: [event('told'), event('tried', { shadow: true, severity: 'critical' })] })
    story.event(trap('1.2.3'))
    expect(alarms(story)).toEqual(['told stands undefined', 'tried stands shadow'])
    story.at(5)
    story.event(trap('1.2.4'))
    expect(alarms(story)).toEqual(['told cleared undefined', 'tried cleared undefined'])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('takes no place of what traps tell, however much it says', async () => {
    const event = (id: string, trapOid: string, more: object) =>
      rule({ id, condition: { type: 'event-match', match: { kind: 'trap', trapOid } }, ...more })
    const noisy = event('noisy', '1.2.3', { shadow: true, resource: '{{user}}' })
    const story = await tell({ rules: [noisy, event('told', '1.2.5', {})] })
    for (let i = 0; i <= MAX_TOLD; i++) {
      story.at(i)
      story.event({ ...trap('1.2.3'), user: `user-${i}` })
    }
    story.at(1000)
    story.event(trap('1.2.5'))
    expect(alarms(story)).toContain('told stands undefined')
    expect(alarms(story).length).toBeGreaterThan(MAX_TOLD)
  })

  it('coming out of the shadow pages what stands, once; going into it ends what was told', async () => {
    const story = await tell({ rules: [shadow] })
    story.poll(temperature(35))
    const told = rule({
      ...shadow.rule,
      for: 0,
      shadow: false,
      condition: { type: 'threshold', metric: 'temperature', above: 30 },
    })
    story.at(60)
    replace(story, [told])
    expect(alarms(story)).toEqual(['warm cleared undefined'])
    story.at(120)
    story.poll(temperature(35))
    story.at(180)
    story.poll(temperature(36))
    expect(alarms(story)).toEqual(['warm cleared undefined', 'warm stands undefined'])
    expect(story.pages()).toEqual(['opened'])
    replace(story, [shadow])
    story.at(240)
    story.poll(temperature(36))
    expect(alarms(story)).toEqual(['warm cleared undefined', 'warm stands shadow'])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('goes on after a restart, and ends when its rule went into the shadow meanwhile', async () => {
    const story = await tell({ rules: [shadow] })
    story.poll(temperature(35))
    await story.restart()
    story.tick()
    expect(alarms(story)).toEqual(['warm stands shadow'])
    story.at(60)
    story.poll(temperature(20))
    expect(alarms(story)).toEqual(['warm cleared undefined'])
    const other = await tell({ rules: [real] })
    other.poll(temperature(45))
    await other.restart([rule({ shadow: true })])
    other.at(10)
    other.tick()
    expect(alarms(other)).toEqual(['hot cleared undefined'])
  })

  it('joins no incident, not even from a backlog', async () => {
    const story = await tell({ rules: [real, shadow] })
    story.poll(temperature(45))
    story.at(60)
    story.live(false)
    story.poll({ ...temperature(35), resource: 'sensor:2' })
    story.live(true)
    story.at(70)
    story.poll({ ...temperature(35), resource: 'sensor:2' })
    story.tick()
    expect(story.incidents().map((i) => i.alarms.length)).toEqual([1])
  })

  it('holds back no other alarm', async () => {
    const warm = rule({ ...shadow.rule, alarmType: 'env.warm' })
    const inhibition = InhibitionBody.parse({
      id: 'warm-before-hot',
      source: { alarmTypes: ['env.warm'] },
      target: { alarmTypes: ['env.temperature'] },
      equal: ['device'],
    })
    const inhibitions = [{ inhibition, origin: { kind: 'database' as const, version: 1 } }]
    const story = await tell({ rules: [real, warm], inhibitions })
    story.poll(temperature(35))
    story.at(60)
    story.poll(temperature(45))
    expect(alarms(story)).toContain('hot stands undefined')
  })
})
