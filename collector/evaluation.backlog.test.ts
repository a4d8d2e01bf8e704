// A site was cut off and its agent drains what it kept: the history must be the one that an unbroken link would have given.
import { describe, expect, it } from 'vitest'
import { AGENT, log, type Said, type Story, tell, trap } from '#test/support/judgement-story.ts'
import type { DefinedRule } from './rules/rule.ts'
import { readRuleFile } from './rules/rule-files.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules().rules
const own = (text: string): readonly DefinedRule[] => readRuleFile('own.yaml', text, 'file').rules
const start = (rules: readonly DefinedRule[] = []) => tell({ rules: [...stock, ...rules] })
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
const LINK_UP = '1.3.6.1.6.3.1.1.5.4'
const linkTrap = (oid: string) => trap(oid, { '1.3.6.1.2.1.2.2.1.1.7': 7 })
const port = (oper: number, at: number): (Said & { at: number })[] => {
  const tags = { interface: 'Gi0/1', index: '7' }
  const of = { resource: 'if:Gi0/1', tags, states: { 1: 'up', 2: 'down' }, at }
  return [
    { ...of, metric: 'if.admin-status', value: 1 },
    { ...of, metric: 'if.oper-status', value: oper },
  ]
}
const telemetry = (at: number, live: boolean) => ({ agent: AGENT, lane: 'telemetry' as const, at, live })
/** What a reconnecting agent's hello says: it holds samples since then. */
const behindSince = (story: Story, seconds: number) =>
  story.group({ watermarks: [telemetry(Date.UTC(2026, 5, 1) + seconds * 1000, false)] })
/** Raises and clears of a kind, in seconds. */
const history = (story: Story, type: string) =>
  story.all.alarms
    .filter(({ alarm, action }) => alarm.alarmType === type && (action === 'raise' || action === 'clear'))
    .map(({ action, at }) => `${action} ${(at - Date.UTC(2026, 5, 1)) / 1000}`)

describe('a backlog in which events come before the samples of their time', () => {
  const cutOff = async (rules: readonly DefinedRule[] = []) => {
    const story = await start(rules)
    story.hello()
    story.at(10)
    story.batch(...port(1, 10))
    story.at(70)
    story.batch(...port(2, 70))
    story.at(2000)
    behindSince(story, 70)
    return story
  }

  it('keeps a link that went down twice as two faults with their times, and pages nobody for the first', async () => {
    const story = await cutOff()
    story.events({ at: 1500, event: linkTrap(LINK_DOWN) }, { at: 1995, event: log('SYS-5-OTHER', 'of now') })
    story.at(2001)
    story.batch(...port(2, 130), ...port(1, 610))
    story.batch(...port(1, 1490), ...port(2, 1510))
    story.at(2002)
    story.batch(...port(2, 1999))
    expect(history(story, 'link.down')).toEqual(['raise 70', 'clear 610', 'raise 1500'])
    expect(story.alarm('link.down')).toMatchObject({ isCleared: false, suppression: null })
  })

  it('opens nothing for a warning that got grave in the backlog and was over in it', async () => {
    const story = await start()
    const limits = { highWarning: 30, highCritical: 40, hysteresis: 1, hold: 0 }
    const warm = (value: number, at: number): Said & { at: number } => ({
      ...{ metric: 'env.temperature', resource: 'sensor:Inlet', kind: 'gauge', unit: 'Cel', value, at },
      meaning: { class: 'temperature', limits },
    })
    story.hello()
    story.at(10)
    story.batch(warm(20, 10))
    story.at(70)
    story.batch(warm(32, 70))
    expect(story.alarm('env.temperature')).toMatchObject({ perceivedSeverity: 'warning', incident: null })
    const opened = () => story.all.incidents.length
    story.at(2000)
    behindSince(story, 70)
    story.batch(warm(45, 130), warm(45, 600))
    story.batch(warm(20, 700))
    story.at(2002)
    story.batch(warm(20, 2000))
    story.at(2004)
    story.group({ watermarks: [telemetry(Date.UTC(2026, 5, 1) + 2_004_000, true)] })
    expect(story.alarm('env.temperature')).toMatchObject({ isCleared: true })
    expect(opened()).toBe(0)
    // still grave when the backlog is through: told then, once
    story.at(2100)
    behindSince(story, 2004)
    story.batch(warm(32, 2010), warm(45, 2020))
    expect(opened()).toBe(0)
    story.batch(warm(45, 2100))
    story.at(2102)
    story.group({ watermarks: [telemetry(Date.UTC(2026, 5, 1) + 2_102_000, true)] })
    expect(new Set(story.all.incidents.map((i) => i.id)).size).toBe(1)
    // another time: that the one before had an incident tells nobody of this one
    story.at(3000)
    story.batch(warm(20, 3000))
    story.batch(warm(20, 3400))
    story.at(3700)
    story.tick()
    expect(story.all.incidents.at(-1)).toMatchObject({ state: 'resolved' })
    story.at(5000)
    story.batch(warm(32, 5000))
    const pages = story.pages()
    story.at(7000)
    behindSince(story, 5000)
    story.batch(warm(45, 5060))
    story.batch(warm(20, 5200))
    story.at(7002)
    story.batch(warm(20, 7000))
    expect(story.pages()).toEqual(pages)
  })

  it('keeps them over a restart of the collector in between', async () => {
    const story = await cutOff()
    story.events({ at: 1500, event: linkTrap(LINK_DOWN) })
    await story.restart()
    story.at(2001)
    story.batch(...port(2, 130), ...port(1, 610))
    await story.restart()
    story.batch(...port(1, 1490), ...port(2, 1510))
    story.at(2002)
    story.batch(...port(2, 1990))
    expect(history(story, 'link.down')).toEqual(['raise 70', 'clear 610', 'raise 1500'])
    expect(story.store.read().states.filter((s) => s.subject.startsWith('w:'))).toEqual([])
  })

  it('ends a fault by the trap before the poll that would have', async () => {
    const story = await cutOff()
    story.events({ at: 605, event: linkTrap(LINK_UP) }, { at: 1999, event: log('SYS-5-OTHER', 'of now') })
    story.batch(...port(2, 130), ...port(2, 590), ...port(1, 610))
    story.batch(...port(1, 1995))
    expect(history(story, 'link.down')).toEqual(['raise 70', 'clear 605'])
  })

  it('lets no event wait for long, and what was waiting is then not ended by older samples, nor told twice', async () => {
    const story = await cutOff()
    story.batch(...port(2, 130), ...port(1, 610))
    story.events({ at: 1999, event: linkTrap(LINK_DOWN) })
    expect(history(story, 'link.down')).toEqual(['raise 70', 'clear 610'])
    story.at(2301)
    story.tick()
    story.batch(...port(1, 700))
    story.at(2302)
    story.batch(...port(1, 1900), ...port(2, 2020))
    story.batch(...port(2, 2300))
    expect(history(story, 'link.down')).toEqual(['raise 70', 'clear 610', 'raise 1999'])
    expect(story.alarm('link.down')).toMatchObject({ isCleared: false })
    expect(story.pages().filter((page) => page === 'opened')).toHaveLength(2)
  })

  it('ends what ends by itself at its time, not before a later sign of it', async () => {
    const story = await cutOff()
    const restarted = (at: number) => ({ at, event: trap('1.3.6.1.6.3.1.1.5.1') })
    story.events(restarted(100), restarted(900), { at: 1999, event: log('SYS-5-OTHER', 'of now') })
    story.batch(...port(1, 130), ...port(1, 1990))
    expect(history(story, 'device.restarted')).toEqual(['raise 100', 'clear 700', 'raise 900', 'clear 1500'])
  })

  it('is judged at once where no samples are waiting', async () => {
    const story = await start()
    story.hello()
    story.at(10)
    story.batch(...port(1, 10))
    story.at(70)
    story.events({ at: 70, event: linkTrap(LINK_DOWN) })
    expect(history(story, 'link.down')).toEqual(['raise 70'])
  })
})

describe('what opened and closed in a backlog', () => {
  it('pages nobody when it comes together with what happens now', async () => {
    const story = await start()
    story.hello()
    story.at(10)
    story.batch(...port(1, 10))
    story.at(2000)
    story.events(
      { at: 900, event: linkTrap(LINK_DOWN) },
      { at: 1200, event: linkTrap(LINK_UP) },
      { at: 2000, event: log('SYS-5-OTHER', 'of now') },
    )
    expect(history(story, 'link.down')).toEqual(['raise 900', 'clear 1200'])
    expect(story.pages()).toEqual([])
  })

  it('is a series that fell silent and spoke again, too', async () => {
    const rule = `rules: [{ id: silent, title: s, condition: { type: no-data, metric: cpu.load, for: 4m }, severity: minor, alarmType: test.silent, text: s }]`
    const story = await start(own(rule))
    const cpu = (at: number): Said & { at: number } => ({ metric: 'cpu.load', kind: 'gauge', value: 5, at })
    story.hello()
    story.at(0)
    story.batch(cpu(0))
    story.at(2000)
    behindSince(story, 0)
    story.batch(cpu(60), cpu(120), cpu(700), cpu(760))
    story.batch(cpu(820), cpu(1000))
    story.batch(cpu(1990))
    expect(history(story, 'test.silent')).toEqual(['raise 360', 'clear 700', 'raise 1240', 'clear 1990'])
    expect(story.pages()).toEqual([])
  })

  it('is not the time in which the agent did not run', async () => {
    const rule = `rules: [{ id: silent, title: s, condition: { type: no-data, metric: cpu.load, for: 4m }, severity: minor, alarmType: test.silent, text: s }]`
    const story = await start(own(rule))
    const cpu = (at: number): Said & { at: number } => ({ metric: 'cpu.load', kind: 'gauge', value: 5, at })
    const started = (at: number) => ({
      at,
      event: { kind: 'agent' as const, at: 0, device: null, code: 'started', message: 'started' },
    })
    story.hello()
    story.at(0)
    story.batch(cpu(0))
    story.at(4000)
    behindSince(story, 0)
    story.events(started(600), started(3900))
    story.batch(cpu(60))
    story.batch(cpu(610), cpu(1200))
    story.batch(cpu(3990))
    expect(history(story, 'test.silent')).toEqual(['raise 850', 'clear 1200'])
  })

  it('is that the agent ran and the device was silent, although the agent began anew later', async () => {
    const rule = `rules: [{ id: silent, title: s, condition: { type: no-data, metric: cpu.load, for: 4m }, severity: minor, alarmType: test.silent, text: s }]`
    const story = await start(own(rule))
    const cpu = (at: number, device = 'switch'): Said & { at: number } => ({
      ...{ metric: 'cpu.load', kind: 'gauge', value: 5, at, device },
    })
    const started = { kind: 'agent' as const, at: 0, device: null, code: 'started', message: 'started' }
    story.hello()
    story.at(0)
    story.batch(cpu(0), cpu(0, 'other'))
    story.at(4000)
    behindSince(story, 0)
    story.events({ at: 1000, event: started })
    for (let at = 60; at < 980; at += 60) story.batch(cpu(at, 'other'))
    for (let at = 1010; at < 3990; at += 60) story.batch(cpu(at, 'other'))
    story.batch(cpu(3990))
    expect(history(story, 'test.silent')).toEqual(['raise 240', 'clear 3990'])
  })
})

describe('a backlog of less than a minute', () => {
  it('pages nobody for what opened and closed in it, and once for what still stands', async () => {
    const story = await start()
    story.hello()
    story.at(10)
    story.batch(...port(1, 10))
    story.at(70)
    behindSince(story, 20)
    story.events({ at: 25, event: linkTrap(LINK_DOWN) }, { at: 40, event: linkTrap(LINK_UP) })
    story.batch(...port(1, 24))
    story.batch(...port(1, 45))
    expect(history(story, 'link.down')).toEqual(['raise 25', 'clear 40'])
    expect(story.pages()).toEqual([])
    story.events({ at: 50, event: linkTrap(LINK_DOWN) })
    expect(story.pages()).toEqual([])
    story.batch(...port(2, 69))
    expect(history(story, 'link.down')).toEqual(['raise 25', 'clear 40', 'raise 50'])
    expect(story.pages()).toEqual(['opened'])
  })
})

describe('an agent whose link is too slow', () => {
  it('is always late, and its faults are news all the same', async () => {
    const story = await start()
    story.hello()
    story.at(0)
    story.batch(...port(1, 0))
    const late = (from: number, until: number, oper: number) => {
      for (let s = from; s <= until; s += 30) {
        story.at(s)
        if (s > 90) story.batch(...port(oper, s - 90))
      }
    }
    late(30, 300, 1)
    late(330, 900, 2)
    expect(history(story, 'link.down')).toEqual(['raise 240'])
    expect(story.pages()).toEqual(['opened'])
    late(930, 990, 1)
    expect(story.pages()).toEqual(['opened', 'resolved'])
    late(1020, 1050, 2)
    expect(story.pages()).toEqual(['opened', 'resolved', 'reopened'])
  })
})
