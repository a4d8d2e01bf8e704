// A trap of a shipped definition and the poll of the same fault are one alarm and one incident.
import { describe, expect, it } from 'vitest'
import { tell, trap } from '#test/support/judgement-story.ts'
import { createTrapDefinitions } from './definitions/definitions.ts'
import { readStockRules } from './rules/rule-folder.ts'

const rules = [...readStockRules().rules, ...createTrapDefinitions('no-such-folder').rules()]

describe('trap and poll', () => {
  it.each([
    ['APC', '1.3.6.1.4.1.318.0.5', '1.3.6.1.4.1.318.0.9'],
    ['Eaton', '1.3.6.1.4.1.534.1.11.4.1.0.3', '1.3.6.1.4.1.534.1.11.4.1.0.5'],
  ])('of a UPS of %s on battery are one alarm; whoever says so first ends it', async (_, raise, clear) => {
    const story = await tell({ rules })
    const source = (value: number) => ({
      metric: 'ups.output-source',
      value,
      states: { 3: 'normal', 5: 'battery' },
    })
    story.poll(source(3))
    story.at(10)
    story.event(trap(raise))
    story.at(20)
    story.poll(source(5))
    const ofType = () => [...story.store.alarms.values()].filter((a) => a.alarmType === 'power.on-battery')
    expect(ofType()).toMatchObject([{ resource: '', qualifier: '', isCleared: false, perceivedSeverity: 'major' }])
    expect(story.incidents()).toHaveLength(1)
    story.at(60)
    story.event(trap(clear))
    expect(ofType()).toMatchObject([{ isCleared: true }])
    story.at(70)
    story.poll(source(3))
    expect(ofType()).toMatchObject([{ isCleared: true, episode: 1 }])
  })

  it.each([
    [
      'power supply of Cisco, whose name holds the state',
      { metric: 'env.power-status', resource: 'power:Sw1, PS1', states: { 1: 'normal', 3: 'critical' } },
      ['1.3.6.1.4.1.9.9.13.3.0.9', 'Sw1, PS1 Faulty, RPS NotExist', 3],
      ['1.3.6.1.4.1.9.9.13.3.0.9', 'Sw1, PS1 Normal, RPS NotExist', 1],
      ['1.3.6.1.4.1.9.9.13.1.5.1.2.1003', '1.3.6.1.4.1.9.9.13.1.5.1.3.1003'],
      'env.power-supply',
    ],
    [
      'fan of Huawei, by slot and number',
      { metric: 'env.fan-status', resource: 'fan:0.7', states: { 1: 'normal', 3: 'abnormal' } },
      ['1.3.6.1.4.1.2011.5.25.219.2.6.5', 'FAN Card 0/7', 0],
      ['1.3.6.1.4.1.2011.5.25.219.2.6.6', 'FAN Card 0/7', 0],
      ['1.3.6.1.2.1.47.1.1.1.1.7.67223565', '1.3.6.1.4.1.2011.5.25.219.1.2.1'],
      'env.fan',
    ],
  ] as const)('of a %s, are one alarm', async (_, said, raise, clear, [nameOid, stateOid], alarmType) => {
    const story = await tell({ rules })
    const poll = (value: number) =>
      story.poll({
        ...said,
        value,
        kind: 'state',
        meaning: { class: 'state', severities: { critical: 'major', abnormal: 'major' } },
      })
    const hear = ([oid, name, state]: typeof raise | typeof clear) =>
      story.event(trap(oid, { [nameOid]: name, [stateOid]: state }))
    const found = () => [...story.store.alarms.values()].filter((a) => a.alarmType === alarmType)
    poll(1)
    story.at(10)
    poll(3)
    story.at(90)
    poll(3)
    expect(found()).toHaveLength(1)
    story.at(100)
    hear(raise)
    expect(found()).toMatchObject([{ resource: said.resource, qualifier: '', isCleared: false }])
    story.at(120)
    hear(clear)
    expect(found()).toMatchObject([{ isCleared: true }])
  })

  it('of a trap that only a definition rates open nothing', async () => {
    const story = await tell({ rules })
    story.event(trap('1.3.6.1.4.1.9.9.117.2.0.2', { '1.3.6.1.4.1.9.9.117.1.1.2.1.2.1001': 8 }))
    expect(story.store.alarms.size).toBe(0)
    expect(story.incidents()).toEqual([])
  })
})
