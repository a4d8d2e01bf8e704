// Stories that try to make the judgement storm, go blind or hold on to what is over.
import { describe, expect, it } from 'vitest'
import { AGENT, log, type Said, SITE, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules()
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
const LINK_UP = '1.3.6.1.6.3.1.1.5.4'
const start = (more: Partial<Parameters<typeof tell>[0]> = {}) => tell({ rules: stock.rules, ...more })
const port = (oper: number, name = 'Gi0/1', index = '7'): Said[] => {
  const tags = { interface: name, descr: name.replace('Gi', 'GigabitEthernet'), index }
  const of = { resource: `if:${name}`, tags, states: { 1: 'up', 2: 'down' } }
  return [
    { ...of, metric: 'if.admin-status', value: 1 },
    { ...of, metric: 'if.oper-status', value: oper },
  ]
}
const linkTrap = (oid: string, index = 7) => trap(oid, { [`1.3.6.1.2.1.2.2.1.1.${index}`]: index })
const ping = (value: number, device = 'switch'): Said => ({ metric: 'icmp.reachable', device, value })
const snmp = (value: number, device = 'switch'): Said => ({
  metric: 'poll.status',
  resource: 'snmp-poll',
  device,
  value,
})
const lists = (...devices: string[]) =>
  ({
    kind: 'inventory',
    at: 0,
    device: null,
    complete: true,
    devices: devices.map((device) => ({ device, name: device, address: '192.0.2.1' })),
  }) as const
const standing = (story: Story) => [...story.store.alarms.values()].filter((a) => !a.isCleared)
const open = (story: Story) => story.incidents().filter((i) => i.resolvedAt === null)
const down = async () => {
  const story = await start()
  story.hello()
  story.event(lists('switch', 'server'))
  story.poll(...port(1), ping(1), snmp(0))
  for (const s of [10, 40]) {
    story.at(s)
    story.poll(...port(2), ping(0), snmp(1))
  }
  return story
}

describe('a trap before the first poll of its port', () => {
  it.each([
    ['by its index', (s: Story) => s.event(linkTrap(LINK_DOWN)), 'if:index-7'],
    [
      'by its long name',
      (s: Story) => s.event(log('LINK-3-UPDOWN', 'Interface GigabitEthernet0/1, changed state to down')),
      'if:GigabitEthernet0/1',
    ],
  ])('%s is one alarm and one incident with the later poll', async (_, tellOfIt, provisional) => {
    const story = await start()
    story.at(5)
    tellOfIt(story)
    story.at(6)
    tellOfIt(story)
    expect(standing(story)).toMatchObject([{ resource: provisional, count: 2 }])
    await story.restart()
    story.at(30)
    story.poll(...port(2))
    expect(standing(story)).toMatchObject([
      { resource: 'if:Gi0/1', count: 3, raisedAt: story.wall() - 25_000, text: 'shanghai.switch: link Gi0/1 is down' },
    ])
    expect(open(story)).toMatchObject([
      { openAlarms: 1, title: 'shanghai.switch: link Gi0/1 is down', causeAlarm: standing(story)[0]?.id },
    ])
    expect(story.pages()).toEqual(['opened'])
    story.at(60)
    story.poll(...port(1))
    story.at(75)
    story.tick()
    expect(standing(story)).toEqual([])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('ends with the poll when the port is up by then', async () => {
    const story = await start()
    story.event(linkTrap(LINK_DOWN))
    story.at(30)
    story.poll(...port(1))
    expect(standing(story)).toEqual([])
    story.at(45)
    story.tick()
    expect(open(story)).toEqual([])
  })

  it('keeps what a person did: acknowledged stays acknowledged, a resolved incident is not opened again', async () => {
    const story = await start()
    story.event(linkTrap(LINK_DOWN))
    const id = standing(story)[0]?.id as string
    const incident = open(story)[0]?.id as string
    const by = { actor: 'li', at: story.wall() + 1, note: 'known' }
    story.commit(story.judgement.onAlarms([id], { ...by, action: 'acknowledge' }).changes)
    story.commit(story.judgement.setState(incident, 'li', 'resolved', '', by.at).changes)
    story.at(30)
    story.poll(...port(2))
    expect(standing(story)).toMatchObject([{ resource: 'if:Gi0/1', operatorState: 'ack', ackBy: 'li', incident }])
    expect(open(story)).toEqual([])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })
})

describe('no data', () => {
  const missing = (story: Story) => story.alarm('data.missing')
  const heard = (story: Story, from: number, until: number, startedAt?: number) => {
    const wall0 = story.wall()
    for (let s = from; s <= until; s += 30) {
      story.at(s)
      const known = { agent: AGENT, lane: 'telemetry' as const, at: story.wall(), live: true }
      story.hello(AGENT, { startedAt: startedAt ?? wall0 - 86_400_000 })
      story.group({ watermarks: [known] })
    }
  }

  it('goes on counting over a restart of the collector', async () => {
    const story = await start()
    story.event(lists('switch'))
    story.poll(snmp(0))
    heard(story, 30, 600)
    await story.restart()
    heard(story, 630, 870)
    expect(missing(story)).toBeUndefined()
    heard(story, 900, 930)
    expect(missing(story)).toMatchObject({ isCleared: false })
  })

  it('is not the time in which the agent did not run', async () => {
    const story = await start()
    story.event(lists('switch'))
    story.poll(snmp(0))
    await story.restart()
    story.at(7200)
    const startedAt = story.wall() - 10_000
    heard(story, 7200, 7380, startedAt)
    expect(missing(story)).toBeUndefined()
    heard(story, 7410, 8100, startedAt)
    expect(missing(story)).toMatchObject({ isCleared: false })
  })

  it('is not told while the collector was down and the agent measured on', async () => {
    const story = await start()
    story.event(lists('switch'))
    story.poll(snmp(0))
    await story.restart()
    story.live(false)
    for (let s = 60; s <= 7200; s += 60) {
      story.at(s)
      story.poll(snmp(0))
    }
    story.live(true)
    heard(story, 7230, 7290)
    expect(missing(story)).toBeUndefined()
  })

  it('is not told of samples that the agent had to discard', async () => {
    const story = await start()
    story.event(lists('switch'))
    story.poll(snmp(0))
    story.at(7200)
    const gap = { agent: AGENT, lane: 'telemetry' as const, first: 9, count: 99, reason: 'quota', at: story.wall() }
    story.group({ gaps: [gap] })
    heard(story, 7200, 7290)
    expect(missing(story)).toBeUndefined()
  })
})

describe('a device that is no longer watched', () => {
  it('leaves no alarm and no incident behind', async () => {
    const story = await down()
    story.event(linkTrap(LINK_DOWN, 99))
    expect(standing(story).length).toBeGreaterThan(2)
    expect(open(story)).toHaveLength(1)
    story.at(60)
    story.event(lists('server'))
    story.at(75)
    story.tick()
    expect(standing(story)).toEqual([])
    expect(open(story)).toEqual([])
    await story.restart()
    story.at(5000)
    story.group({ watermarks: [{ agent: AGENT, lane: 'telemetry', at: story.wall(), live: true }] })
    story.tick()
    expect(standing(story)).toEqual([])
  })

  it('is judged again when it comes back, from then on', async () => {
    const story = await down()
    story.at(60)
    story.event(lists('server'))
    story.at(90_000)
    story.event(lists('server', 'switch'))
    story.hello()
    story.group({ watermarks: [{ agent: AGENT, lane: 'telemetry', at: story.wall(), live: true }] })
    expect(standing(story)).toEqual([])
    for (const s of [90_010, 90_040]) {
      story.at(s)
      story.poll(ping(0))
    }
    expect(standing(story)).toMatchObject([{ alarmType: 'device.unreachable' }])
  })

  it('ends also when its agent left the configuration, unless another agent has it by then', async () => {
    const agents = [
      { id: AGENT, site: SITE },
      { id: 'agent-two', site: SITE },
    ]
    const story = await start({ agents })
    story.event(lists('switch', 'server'))
    story.poll(ping(1), ping(1, 'server'))
    for (const s of [10, 40]) {
      story.at(s)
      story.poll(ping(0), ping(0, 'server'))
    }
    story.hello()
    expect(standing(story)).toHaveLength(2)
    agents.shift()
    await story.restart()
    story.at(60)
    story.tick()
    story.event(lists('server'), 'agent-two')
    story.at(700)
    story.tick()
    expect(standing(story)).toMatchObject([{ device: `${SITE}.server` }])
  })

  it('takes the alarms of a removed agent itself along', async () => {
    const agents = [
      { id: AGENT, site: SITE },
      { id: 'agent-two', site: SITE },
    ]
    const story = await start({ agents })
    for (let s = 0; s <= 100; s += 10) {
      story.at(s)
      if (s < 20) story.hello('agent-two')
      story.hello()
      story.tick()
    }
    expect(standing(story)).toMatchObject([{ alarmType: 'site.unreachable', agent: 'agent-two' }])
    agents.pop()
    await story.restart()
    story.at(110)
    story.tick()
    expect(standing(story)).toEqual([])
  })

  it('is not unknown when only its former agent fell silent', async () => {
    const agents = [
      { id: AGENT, site: SITE },
      { id: 'agent-two', site: SITE },
    ]
    const story = await start({ agents })
    story.event(lists('switch'))
    story.poll(ping(1))
    for (const s of [10, 40]) {
      story.at(s)
      story.poll(ping(0))
    }
    story.event(lists('switch'), 'agent-two')
    for (let s = 50; s <= 150; s += 10) {
      story.at(s)
      if (s < 70) story.hello()
      story.hello('agent-two')
      story.tick()
    }
    expect(story.alarm('site.unreachable')).toMatchObject({ isCleared: false })
    expect(story.alarm('device.unreachable')).toMatchObject({ isCleared: false, unknownSince: null })
  })
})

describe('clocks', () => {
  it('our own that was days ahead and is set right blinds nobody', async () => {
    const story = await start()
    const day = 86_400
    story.at(3 * day)
    story.poll(...port(1), ping(1))
    story.at(3 * day + 10)
    story.event(linkTrap(LINK_DOWN))
    story.poll(...port(2))
    story.at(100)
    story.poll(...port(1), ping(1))
    expect(story.alarm('link.down')).toMatchObject({ isCleared: true })
    for (const s of [110, 140]) {
      story.at(s)
      story.poll(ping(0), ...port(2))
    }
    expect(
      standing(story)
        .map((a) => a.alarmType)
        .sort(),
    ).toEqual(['device.unreachable', 'link.down'])
    story.at(170)
    story.poll(ping(1))
    story.event(linkTrap(LINK_UP))
    expect(standing(story)).toEqual([])
  })
})

describe('storms', () => {
  it('of the same trap are one alarm, one incident, one page', async () => {
    const story = await start()
    story.poll(...port(1))
    for (let n = 0; n < 2000; n++) {
      story.at(10 + n / 1000)
      story.event(linkTrap(LINK_DOWN))
    }
    expect(standing(story)).toMatchObject([{ count: 2000 }])
    expect(story.pages()).toEqual(['opened'])
    story.at(60)
    story.poll(...port(1))
    expect(standing(story)).toEqual([])
  })

  it('of a link that flaps page at most once per reopening, and the last state is right', async () => {
    const story = await start()
    story.poll(...port(1))
    for (let s = 10; s < 1210; s += 4) {
      story.at(s)
      story.event(linkTrap(s % 8 === 2 ? LINK_DOWN : LINK_UP))
      story.tick()
    }
    // one more says that it comes and goes
    expect(story.pages()).toEqual(['opened', 'worse'])
    expect(open(story)).toHaveLength(1)
    story.at(1300)
    story.poll(...port(1))
    story.at(1320)
    story.tick()
    expect(standing(story)).toEqual([])
    // it may come again: over is what has rested
    expect(open(story)).toHaveLength(1)
    story.at(1920)
    story.tick()
    story.at(1960)
    story.tick()
    expect(open(story)).toEqual([])
  })

  it('of timeouts at the threshold: every second poll lost is no outage', async () => {
    const story = await start()
    story.poll(ping(1), snmp(0))
    for (let n = 1; n < 60; n++) {
      story.at(n * 10)
      story.poll(ping(n % 2), snmp(n % 2))
    }
    expect(standing(story)).toEqual([])
    expect(story.pages()).toEqual([])
  })
})

describe('an agent that begins a new epoch', () => {
  it('keeps its alarms: what is over clears, what stands stands, nobody is paged twice', async () => {
    const story = await down()
    const pages = story.pages().length
    await story.restart()
    story.at(100)
    story.hello(AGENT, { epoch: 'e2', boot: 'b2', startedAt: story.wall() - 1000 })
    story.poll(...port(1), ping(0), snmp(1))
    expect(
      standing(story)
        .map((a) => a.alarmType)
        .sort(),
    ).toEqual(['agent.records-lost', 'device.unreachable', 'snmp.no-answer'])
    expect(story.pages()).toHaveLength(pages)
    story.at(130)
    story.poll(...port(1), ping(1), snmp(0))
    story.at(150)
    story.tick()
    expect(standing(story).map((a) => a.alarmType)).toEqual(['agent.records-lost'])
    expect(open(story)).toEqual([])
  })
})

describe('what nobody will ever call well again', () => {
  it('a port that its device no longer has: its alarm ends after a day of polls without it', async () => {
    const story = await start()
    story.poll(...port(1), ping(1))
    story.at(60)
    story.poll(...port(2))
    expect(standing(story)).toMatchObject([{ alarmType: 'link.down' }])
    for (let hour = 1; hour <= 23; hour++) {
      story.at(hour * 3600)
      story.poll(ping(1))
      story.tick()
    }
    expect(standing(story)).toHaveLength(1)
    for (let hour = 24; hour <= 26; hour++) {
      story.at(hour * 3600)
      story.poll(ping(1))
      story.tick()
    }
    expect(standing(story)).toEqual([])
  })

  it('is not a port of a device that is silent as a whole', async () => {
    const story = await start()
    story.poll(...port(1), ping(1))
    story.at(60)
    story.poll(...port(2), ping(1))
    for (let hour = 1; hour <= 50; hour++) {
      story.at(hour * 3600)
      story.tick()
    }
    expect(standing(story)).toMatchObject([{ alarmType: 'link.down' }])
  })

  it('a port that nothing polls: a person closes it; one that is polled stays until the poll says so', async () => {
    const story = await start()
    story.poll(...port(1))
    story.event(linkTrap(LINK_DOWN, 99))
    story.at(60)
    story.poll(...port(2))
    const ids = standing(story).map((a) => a.id)
    expect(ids).toHaveLength(2)
    const by = { actor: 'li', at: story.wall(), note: '' }
    story.commit(story.judgement.onAlarms(ids, { ...by, action: 'close' }).changes)
    expect(standing(story)).toMatchObject([{ resource: 'if:Gi0/1', operatorState: 'closed' }])
    expect(story.all.alarms.slice(-3)).toContainEqual(
      expect.objectContaining({ action: 'clear', note: 'closed by li; no poll can tell' }),
    )
  })
})

describe('a device whose samples come before its description', () => {
  it('is up at once, not when something changes', async () => {
    const story = await start()
    story.poll(ping(1), snmp(0))
    story.event(lists('switch'))
    expect(story.store.devices.get(`${SITE}.switch`)).toMatchObject({ state: 'up' })
  })
})

describe('names of ports', () => {
  it('two polled ports that may be spelt alike never become one', async () => {
    const story = await start()
    const named = (name: string, oper: number) => [
      { metric: 'if.admin-status', resource: `if:${name}`, value: 1, states: { 1: 'up', 2: 'down' } },
      { metric: 'if.oper-status', resource: `if:${name}`, value: oper, states: { 1: 'up', 2: 'down' } },
    ]
    story.poll(...named('Ethernet1', 1))
    story.at(30)
    story.poll(...named('Ethernet1', 2))
    story.at(60)
    story.poll(...named('eth1', 1))
    expect(standing(story)).toMatchObject([{ resource: 'if:Ethernet1' }])
  })

  it('a trap that says the ifName is not misled by an index that was given anew', async () => {
    const story = await start()
    story.poll(...port(1, 'Gi0/1', '7'), ...port(1, 'Gi0/2', '8'))
    story.at(30)
    const renumbered = { '1.3.6.1.2.1.2.2.1.1.7': 7, '1.3.6.1.2.1.31.1.1.1.1.7': 'Gi0/2' }
    story.event(trap(LINK_DOWN, renumbered))
    expect(standing(story)).toMatchObject([{ resource: 'if:Gi0/2' }])
  })
})
