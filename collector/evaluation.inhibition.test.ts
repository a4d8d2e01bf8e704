// Inhibitions, shelves, acknowledgements and old faults of other systems, on the whole judgement.
import { describe, expect, it } from 'vitest'
import { type Said, type Story, type StoryOptions, tell, trap } from '#test/support/judgement-story.ts'
import { inhibition } from '#test/support/windows.ts'
import type { DefinedRule } from './rules/rule.ts'
import { Rule } from './rules/rule.ts'
import { readStockRules } from './rules/rule-folder.ts'

const rule = (raw: object): DefinedRule => ({ rule: Rule.parse(raw), origin: { kind: 'database' } })
const threshold = (id: string, more: object = {}): DefinedRule =>
  rule({
    ...{ id, title: id, condition: { type: 'threshold', metric: id, above: 90, clear: 80 }, severity: 'major' },
    ...{ alarmType: `test.${id}`, text: `{{device}} ${id}`, incident: { open: true }, ...more },
  })
const ping = (value: number, device = 'switch'): Said => ({ metric: 'icmp.reachable', device, value })
const say = (metric: string, value: number, device = 'switch'): Said => ({ metric, value, device, kind: 'gauge' })
const stock = readStockRules().rules
const open = (story: Story) => story.incidents().filter((i) => i.resolvedAt === null)
const start = (more: Partial<StoryOptions> = {}) =>
  tell({ rules: [...stock, threshold('cpu'), threshold('disk')], ...more })
const alarm = (story: Story, type: string) => story.alarm(`test.${type}`)

describe('an inhibition', () => {
  const inhibitions = [
    inhibition({
      source: { alarmTypes: ['device.unreachable'] },
      target: { alarmTypes: ['test.*'] },
      equal: ['device'],
    }),
  ]
  const down = async () => {
    const story = await start({ inhibitions })
    story.poll(ping(1), say('cpu', 10))
    for (const s of [10, 35]) {
      story.at(s)
      story.poll(ping(0))
    }
    story.at(40)
    story.poll(say('cpu', 95), say('cpu', 95, 'other'))
    story.tick()
    return story
  }

  it('holds alarms of the same device, which join the incident of what holds them; others are told', async () => {
    const story = await down()
    const cpu = [...story.store.alarms.values()].filter((a) => a.alarmType === 'test.cpu')
    const of = (device: string) => cpu.find((a) => a.device?.endsWith(device))
    expect(of('switch')?.suppression).toMatchObject({
      ...{ by: 'inhibited', holds: 'incident', ref: story.alarm('device.unreachable')?.id, until: null },
      why: 'test (device.unreachable)',
    })
    expect(of('other')?.suppression).toBeNull()
    expect(open(story)).toMatchObject([
      { device: 'shanghai.switch', openAlarms: 2 },
      { device: 'shanghai.other', openAlarms: 1 },
    ])
  })

  it('ends with what holds: what still stands is told after the next check that finds it, not before', async () => {
    const story = await down()
    story.at(60)
    story.poll(ping(1))
    story.tick()
    expect(alarm(story, 'cpu')?.suppression?.why).toContain('when the next check still finds it')
    story.at(70)
    story.poll(ping(1), say('cpu', 95))
    story.at(73)
    story.tick()
    expect(alarm(story, 'cpu')).toMatchObject({ suppression: null, isCleared: false })
    expect(open(story).find((i) => i.device === 'shanghai.switch')).toMatchObject({ openAlarms: 1 })
  })

  it('never holds back a clear, and says nothing of what ended meanwhile', async () => {
    const story = await down()
    story.at(50)
    story.poll(say('cpu', 10))
    expect(alarm(story, 'cpu')).toMatchObject({ isCleared: true, suppression: null })
    story.at(60)
    story.poll(ping(1))
    for (const s of [80, 100]) {
      story.at(s)
      story.tick()
    }
    expect(open(story).map((i) => i.device)).toEqual(['shanghai.other'])
  })

  it('by itself or in a circle holds nothing: the oldest of a circle stays', async () => {
    const circle = [
      inhibition({
        id: 'self',
        source: { alarmTypes: ['test.*'] },
        target: { alarmTypes: ['test.cpu'] },
        equal: ['device'],
      }),
      inhibition({
        id: 'back',
        source: { alarmTypes: ['test.cpu'] },
        target: { alarmTypes: ['test.disk'] },
        equal: ['device'],
      }),
    ]
    for (const first of ['cpu', 'disk']) {
      const story = await start({ inhibitions: circle })
      story.poll(say('cpu', 10), say('disk', 10))
      story.at(10)
      story.poll(say(first, 95))
      story.at(20)
      story.poll(say(first === 'cpu' ? 'disk' : 'cpu', 95))
      story.tick()
      expect(alarm(story, first)?.suppression, first).toBeNull()
      expect(alarm(story, first === 'cpu' ? 'disk' : 'cpu')?.suppression, first).toMatchObject({ by: 'inhibited' })
      await story.restart()
      story.tick()
      expect(alarm(story, first)?.suppression, first).toBeNull()
    }
  })

  it('holds what was there before its source, and gives it back over a restart', async () => {
    const story = await start({ inhibitions })
    story.poll(ping(1), say('cpu', 10))
    story.at(5)
    story.poll(say('cpu', 95))
    for (const s of [10, 35]) {
      story.at(s)
      story.poll(ping(0))
    }
    expect(alarm(story, 'cpu')?.suppression).toMatchObject({ by: 'inhibited' })
    await story.restart()
    story.at(60)
    story.poll(ping(1))
    story.at(65)
    story.poll(say('cpu', 96))
    story.at(70)
    story.tick()
    expect(alarm(story, 'cpu')).toMatchObject({ suppression: null, isCleared: false })
  })
})

describe('an acknowledgement', () => {
  const act = (story: Story, type: string, more: object = {}) =>
    story.commit(
      story.judgement.onAlarms([alarm(story, type)?.id as string], {
        ...{ action: 'acknowledge', actor: 'li', at: story.wall(), note: 'on it' },
        ...more,
      }).changes,
    )

  it('is for an owner, and ends when the alarm becomes worse than it was then', async () => {
    const rules = [
      threshold('cpu', { severity: 'minor' }),
      threshold('cpu2', {
        alarmType: 'test.cpu',
        severity: 'critical',
        condition: { type: 'threshold', metric: 'cpu', above: 98, clear: 97 },
      }),
    ]
    const story = await tell({ rules })
    story.poll(say('cpu', 95))
    act(story, 'cpu', { owner: 'wang' })
    expect(alarm(story, 'cpu')).toMatchObject({ operatorState: 'ack', ackBy: 'wang', ackSeverity: 'minor' })
    story.at(10)
    story.poll(say('cpu', 94))
    expect(alarm(story, 'cpu')).toMatchObject({ operatorState: 'ack' })
    story.at(20)
    story.poll(say('cpu', 99))
    expect(alarm(story, 'cpu')).toMatchObject({ operatorState: 'none', ackBy: null, perceivedSeverity: 'critical' })
    const [change] = story.all.alarms.filter(({ note }) => note.includes('acknowledged by'))
    expect(change?.note).toBe('acknowledged by wang as minor, now critical')
  })
})

describe('old faults of others', () => {
  const held = () => [threshold('cpu', { for: '60s' })]

  it('LibreNMS #20335, #11552: a recovery at the very moment the hold ends loses neither', async () => {
    for (const recovers of [59, 60, 61]) {
      const story = await tell({ rules: held() })
      story.poll(say('cpu', 10))
      story.at(0)
      story.poll(say('cpu', 95))
      for (let s = 10; s < recovers; s += 10) {
        story.at(s)
        story.poll(say('cpu', 95))
      }
      story.at(recovers)
      story.poll(say('cpu', 10))
      story.tick()
      for (const s of [70, 200, 4000]) {
        story.at(s)
        story.poll(say('cpu', 10))
        story.tick()
      }
      const pages = story.pages()
      expect(pages.length % 2, String(recovers)).toBe(0)
      expect(pages.filter((p) => p === 'opened').length).toBe(pages.filter((p) => p === 'resolved').length)
      expect(open(story)).toEqual([])
    }
  })

  it('LibreNMS #3570: raised and cleared in one turn, both are history and nobody is left with a problem', async () => {
    const OID = '1.3.6.1.4.1.99999.0'
    const match = (oid: number) => ({ kind: 'trap', trapOid: `${OID}.${oid}` })
    const story = await tell({
      rules: [
        rule({
          ...{ id: 'door', title: 'door', condition: { type: 'event-match', match: match(1), clear: match(2) } },
          ...{ severity: 'major', alarmType: 'test.door', text: 'door', incident: { open: true } },
        }),
      ],
    })
    story.event(trap(`${OID}.1`))
    const base = { agent: 'agent-shanghai', site: 'shanghai', customer: 'acme', device: 'shanghai.switch', epoch: 'e1' }
    const at = (n: number, oid: string) => ({
      ...base,
      id: 10 + n,
      seq: 10 + n,
      at: story.wall() + n,
      receivedAt: story.wall() + n,
      event: trap(oid),
    })
    story.at(1)
    story.group({ events: [at(1, `${OID}.2`), at(2, `${OID}.1`), at(3, `${OID}.2`)] })
    story.at(30)
    story.tick()
    expect(alarm(story, 'door')).toMatchObject({ isCleared: true, episode: 2 })
    expect(story.all.alarms.map(({ action }) => action).filter((a) => a === 'raise' || a === 'clear')).toEqual([
      ...['raise', 'clear', 'raise', 'clear'],
    ])
    expect(open(story)).toEqual([])
    expect(story.pages().filter((p) => p === 'resolved').length).toBe(
      story.pages().filter((p) => p !== 'resolved').length,
    )
  })
})
