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

  it('of a trap that only a definition rates open nothing', async () => {
    const story = await tell({ rules })
    story.event(trap('1.3.6.1.4.1.9.9.117.2.0.2', { '1.3.6.1.4.1.9.9.117.1.1.2.1.2.1001': 8 }))
    expect(story.store.alarms.size).toBe(0)
    expect(story.incidents()).toEqual([])
  })
})
