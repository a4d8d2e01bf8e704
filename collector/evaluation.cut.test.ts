// A site cannot be heard for a while: what people are told then, and what is known afterwards.
import { describe, expect, it } from 'vitest'
import { AGENT, type Said, SITE, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { readStockRules } from './rules/rule-folder.ts'

const rules = readStockRules().rules
const T0 = Date.UTC(2026, 5, 1)
const names = (many: number) => Array.from({ length: many }, (_, n) => `host-${String(n).padStart(3, '0')}`)
const ping = (device: string, value: number, at: number): Said & { at: number } => ({
  ...{ metric: 'icmp.reachable', resource: 'ping', device, value, at, states: { '0': 'no', '1': 'yes' } },
})
const lists = (devices: readonly string[]) =>
  ({
    kind: 'inventory',
    at: 0,
    device: null,
    complete: true,
    devices: devices.map((device) => ({ device, name: device, address: '192.0.2.1' })),
  }) as const
const seconds = (story: Story, from: number, until: number) => {
  for (let s = from; s <= until; s++) {
    story.at(s)
    story.tick()
  }
}
/** Heard every ten seconds, and every device answers every thirty. */
const well = (story: Story, devices: readonly string[], from: number, until: number) => {
  for (let s = from; s <= until; s++) {
    story.at(s)
    if (s % 10 === 0) heardNow(story)
    if (s % 30 === 0) story.batch(...devices.map((device) => ping(device, 1, s)))
    story.tick()
  }
}
/** A hello of an agent that has nothing left to send. */
const heardNow = (story: Story, agent = AGENT) => {
  story.hello(agent)
  const watermarks = (['event', 'telemetry'] as const).map((lane) => ({ agent, lane, at: story.wall(), live: true }))
  story.group({ watermarks })
}
/** The hello with which it comes back: it holds samples of all the time. */
const back = (story: Story, since: number) => {
  story.hello()
  story.group({ watermarks: [{ agent: AGENT, lane: 'telemetry', at: T0 + since * 1000, live: false }] })
}
const sited = (story: Story) => story.incidents().filter((incident) => incident.device === null)
const begun = async (devices: readonly string[]) => {
  const story = await tell({ rules })
  story.at(0)
  story.hello()
  story.event(lists(devices))
  well(story, devices, 0, 60)
  return story
}

describe('a site whose agent cannot be heard', () => {
  it('Icinga #8491: nothing behind it stays up, and somebody is told', async () => {
    const devices = names(3)
    const story = await begun(devices)
    expect([...story.store.devices.values()].map((d) => d.state)).toEqual(['up', 'up', 'up'])
    seconds(story, 61, 100)
    const unknown = [...story.store.devices.values()]
    expect(unknown.map((d) => [d.state, d.stateSince])).toEqual(devices.map(() => ['unknown', T0 + 60_000]))
    expect(story.pages()).toEqual(['opened'])
    expect(sited(story)).toMatchObject([{ rule: 'site-unreachable', state: 'new' }])
  })

  it('OneUptime #2486: is one message when it is lost and one when it is back, however many devices it has', async () => {
    const devices = names(100)
    const story = await begun(devices)
    seconds(story, 61, 900)
    expect(story.pages()).toEqual(['opened'])
    back(story, 60)
    story.batch(...devices.map((device) => ping(device, 1, 90)))
    well(story, devices, 901, 1000)
    expect(story.pages()).toEqual(['opened', 'resolved'])
    expect([...story.store.devices.values()].every((d) => d.state === 'up')).toBe(true)
  })

  it('nightingale #2829: a cut of a site of 600 hosts is no mass of lost and recovered hosts', async () => {
    const devices = names(600)
    const story = await begun(devices)
    seconds(story, 61, 660)
    back(story, 60)
    // one of them was really away for a while, another still is
    for (let s = 90; s <= 630; s += 30)
      story.batch(
        ...devices.map((device, n) => ping(device, (n === 7 && s > 200 && s < 400) || (n === 8 && s > 500) ? 0 : 1, s)),
      )
    for (let s = 661; s <= 760; s++) {
      story.at(s)
      if (s % 10 === 0) heardNow(story)
      if (s % 30 === 0) story.batch(...devices.map((device, n) => ping(device, n === 8 ? 0 : 1, s)))
      story.tick()
    }
    const told = story.all.notifications.map(({ transition, incident }) => [
      transition,
      story.store.incidents.get(incident ?? '')?.device ?? null,
    ])
    expect(told.toSorted()).toEqual(
      [
        ['opened', null],
        ['opened', `${SITE}.host-008`],
        ['resolved', null],
      ].toSorted(),
    )
    const changed = new Set(story.all.alarms.map(({ alarm }) => alarm.device))
    expect([...changed].toSorted()).toEqual([`${SITE}.host-007`, `${SITE}.host-008`, null].toSorted())
  })

  it('nightingale #3146: recoveries during the cut arrive, with the time at which they were', async () => {
    const devices = names(2)
    const story = await begun(devices)
    story.at(61)
    for (const s of [61, 70, 85]) {
      story.at(s)
      story.batch(ping('host-000', 0, s), ping('host-001', 1, s))
    }
    expect(story.pages()).toEqual(['opened'])
    seconds(story, 86, 800)
    expect(story.alarm('device.unreachable')).toMatchObject({ isCleared: false, unknownSince: T0 + 85_000 })
    back(story, 85)
    story.batch(ping('host-000', 0, 120), ping('host-000', 1, 300), ping('host-001', 1, 300))
    // what was is told; what is, nobody knows yet
    expect([...story.store.devices.values()].map((d) => d.state)).toEqual(['unknown', 'unknown'])
    well(story, devices, 801, 860)
    expect([...story.store.devices.values()].map((d) => d.state)).toEqual(['up', 'up'])
    expect(story.alarm('device.unreachable')).toMatchObject({
      ...{ isCleared: true, clearedAt: T0 + 300_000, unknownSince: null },
    })
    expect(story.incidents().find((i) => i.device !== null)).toMatchObject({
      ...{ state: 'resolved', resolvedAt: T0 + 310_000 },
    })
    expect(story.pages().toSorted()).toEqual(['opened', 'opened', 'resolved', 'resolved'])
  })

  it('Icinga #9265: nobody is told twice while a backlog is drained, nor when the collector restarts in it', async () => {
    const devices = names(2)
    const story = await begun(devices)
    for (const s of [61, 85]) {
      story.at(s)
      story.batch(ping('host-000', 0, s), ping('host-001', 1, s))
    }
    seconds(story, 86, 600)
    expect(story.pages()).toEqual(['opened', 'opened'])
    back(story, 85)
    story.events({ at: 200, event: trap('1.3.6.1.6.3.1.1.5.1', {}, 'host-000') })
    for (let s = 90; s < 600; s += 30) {
      story.batch(ping('host-000', 0, s), ping('host-001', s > 300 ? 0 : 1, s))
      if (s % 60 === 0) await story.restart()
    }
    expect(story.pages().filter((page) => page === 'opened')).toHaveLength(2)
    for (let s = 600; s < 700; s += 10) {
      story.at(s)
      heardNow(story)
      story.batch(ping('host-000', 0, s), ping('host-001', 0, s))
    }
    const opened = story.all.notifications.filter(({ transition }) => transition === 'opened')
    expect(opened.map(({ incident }) => story.store.incidents.get(incident ?? '')?.device).toSorted()).toEqual(
      [`${SITE}.host-000`, `${SITE}.host-001`, null].toSorted(),
    )
    expect(story.pages().filter((page) => page !== 'opened')).toEqual(['resolved'])
  })

  it('is one incident that says so when its link comes and goes', async () => {
    const devices = names(3)
    const story = await begun(devices)
    for (let cut = 0; cut < 20; cut++) {
      const from = 61 + cut * 180
      seconds(story, from, from + 60)
      well(story, devices, from + 61, from + 179)
    }
    const site = sited(story)
    expect(site).toHaveLength(1)
    expect(story.alarm('site.unreachable')).toMatchObject({ flapping: true })
    // the last says that it has begun to come and go
    expect(story.pages()).toEqual(['opened', 'resolved', 'reopened', 'worse'])
    well(story, devices, 61 + 20 * 180, 61 + 20 * 180 + 3600)
    expect(sited(story)).toMatchObject([{ state: 'resolved' }])
    expect(story.pages()).toEqual(['opened', 'resolved', 'reopened', 'worse', 'resolved'])
  })
})

describe('a collector that was down', () => {
  it('blames none of 100 agents, however long they take to come back within their time', async () => {
    const agents = Array.from({ length: 100 }, (_, n) => ({ id: `agent-${1000 + n}`, site: `site-${n}` }))
    const story = await tell({ rules, agents })
    story.tick()
    for (const { id } of agents) story.hello(id)
    story.at(1800)
    await story.restart()
    story.connected(1_800_000)
    for (let s = 1800; s < 1900; s++) {
      story.at(s)
      story.tick()
      // the agent tries again with pauses of up to a minute, and says hello every ten seconds then
      for (const [n, { id }] of agents.entries()) if (s % 10 === n % 10 && s > 1800 + (n % 75)) story.hello(id)
    }
    expect(story.all.alarms.length).toBe(0)
    expect(story.pages()).toEqual([])
  })

  it('does not forget that one was lost before', async () => {
    const story = await begun(names(1))
    seconds(story, 61, 120)
    story.at(2000)
    await story.restart()
    story.connected(2_000_000)
    seconds(story, 2000, 2100)
    expect(story.pages()).toEqual(['opened'])
    expect(story.alarm('site.unreachable')).toMatchObject({ isCleared: false })
    heardNow(story)
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })
})
