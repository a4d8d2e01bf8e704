import { describe, expect, it } from 'vitest'
import { log, type Said, SITE, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { isListed } from './alarms/alarms.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules()
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
const LINK_UP = '1.3.6.1.6.3.1.1.5.4'
const OPER = { 1: 'up', 2: 'down' }
const port = (oper: number, admin = 1): Said[] => {
  const of = {
    resource: 'if:Gi0/1',
    tags: { interface: 'Gi0/1', descr: 'GigabitEthernet0/1', index: '10101' },
    states: OPER,
  }
  return [
    { ...of, metric: 'if.admin-status', value: admin },
    { ...of, metric: 'if.oper-status', value: oper },
  ]
}
const linkTrap = (oid: string) => trap(oid, { '1.3.6.1.2.1.2.2.1.1.10101': 10101 })
const ping = (value: number, device = 'switch'): Said => ({ metric: 'icmp.reachable', device, value })
const open = (story: Story) => story.incidents().filter((i) => i.resolvedAt === null)
const start = (more: Partial<Parameters<typeof tell>[0]> = {}) => tell({ rules: stock.rules, ...more })

describe('the stock rules', () => {
  it('are read without a problem', () => {
    expect(stock.problems).toEqual([])
    expect(stock.rules.length).toBeGreaterThan(20)
  })
})

describe('a link that fails', () => {
  it('leaves its incident to people when the rule does not resolve on clear', async () => {
    const byHand = stock.rules.map(({ rule, origin }) => ({
      origin,
      rule: rule.incident ? { ...rule, incident: { ...rule.incident, resolveOnClear: false } } : rule,
    }))
    const story = await start({ rules: byHand })
    story.poll(...port(1))
    story.at(10)
    story.event(linkTrap(LINK_DOWN))
    story.at(20)
    story.event(linkTrap(LINK_UP))
    expect(story.incidents()).toMatchObject([{ openAlarms: 0, resolvedAt: null }])
    expect(story.pages()).toEqual(['opened'])
  })

  it('is one alarm for the trap, the log line and the poll, and one incident with its evidence asked for', async () => {
    const story = await start()
    story.poll(...port(1))
    story.at(10)
    story.event(linkTrap(LINK_DOWN))
    story.at(11)
    story.event(log('LINK-3-UPDOWN', 'Interface GigabitEthernet0/1, changed state to down'))
    story.at(30)
    story.poll(...port(2))
    expect([...story.store.alarms.values()]).toMatchObject([
      {
        alarmType: 'link.down',
        resource: 'if:Gi0/1',
        count: 3,
        isCleared: false,
        text: 'shanghai.switch: link Gi0/1 is down',
      },
    ])
    expect(story.incidents()).toMatchObject([{ state: 'diagnosing', openAlarms: 1, device: `${SITE}.switch` }])
    expect(story.all.diagnostics).toMatchObject([{ action: 'snmp-table', device: `${SITE}.switch` }])
    expect(story.pages()).toEqual(['opened'])
  })

  it.each([
    ['a trap', (s: Story) => s.event(linkTrap(LINK_UP))],
    ['a Cisco line', (s: Story) => s.event(log('LINK-3-UPDOWN', 'Interface GigabitEthernet0/1, changed state to up'))],
    [
      'a Huawei line',
      (s: Story) =>
        s.event(
          log(
            'IFNET/4/LINK_STATE',
            'The line protocol IP on the interface GigabitEthernet0/1 has entered the UP state.',
          ),
        ),
    ],
    [
      'an H3C line',
      (s: Story) => s.event(log('IFNET/3/PHY_UPDOWN', 'Physical state on the interface GE0/1 changed to up.')),
    ],
    ['a poll', (s: Story) => s.poll(...port(1))],
  ])('is cleared by %s and the incident resolves', async (_, clear) => {
    const story = await start()
    story.poll(...port(1))
    story.at(10)
    story.event(linkTrap(LINK_DOWN))
    story.at(20)
    clear(story)
    expect(story.alarm('link.down')).toMatchObject({ isCleared: true, clearedAt: story.wall() })
    story.at(31)
    story.tick()
    expect(story.incidents()).toMatchObject([{ state: 'resolved' }])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('is not raised again by a poll that is older than the linkUp trap', async () => {
    const story = await start()
    story.poll(...port(1))
    story.at(10)
    story.event(linkTrap(LINK_DOWN))
    story.at(20)
    story.event(linkTrap(LINK_UP))
    story.at(15)
    story.poll(...port(2))
    expect(story.alarm('link.down')).toMatchObject({ isCleared: true, episode: 1 })
  })

  it('is no fault on a port that people shut, nor on one that was never up', async () => {
    const story = await start()
    story.poll(...port(2))
    story.at(60)
    story.poll(...port(2))
    story.at(120)
    story.poll(...port(1))
    story.at(180)
    story.poll(...port(2, 2))
    expect(story.all.alarms).toEqual([])
    story.at(240)
    story.poll(...port(2, 1))
    expect(story.alarm('link.down')).toMatchObject({ isCleared: false })
  })
})

describe('a device that does not answer', () => {
  it('opens one incident after the hold, symptoms attach, and it resolves once when all is well', async () => {
    const story = await start()
    const snmp = (value: number): Said => ({ metric: 'poll.status', resource: 'snmp-poll', value })
    story.poll(ping(1), snmp(0))
    for (const s of [10, 20, 30, 40]) {
      story.at(s)
      story.poll(ping(0), snmp(1))
    }
    expect(open(story)).toMatchObject([{ openAlarms: 2 }])
    expect(story.pages()).toEqual(['opened'])
    story.at(50)
    story.poll(ping(1))
    story.at(55)
    story.poll(snmp(0))
    story.at(70)
    story.tick()
    expect(story.incidents()).toMatchObject([{ state: 'resolved', openAlarms: 0 }])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('reopens within the time of its rule, and is a new incident that follows after it', async () => {
    const story = await start()
    const cycle = (from: number) => {
      story.at(from)
      story.poll(ping(1))
      for (const s of [10, 30]) {
        story.at(from + s)
        story.poll(ping(0))
      }
      story.at(from + 40)
      story.poll(ping(1))
      story.at(from + 60)
      story.tick()
    }
    cycle(0)
    cycle(100)
    expect(story.incidents()).toMatchObject([{ state: 'resolved', reopened: 1 }])
    cycle(1000)
    const [first, second] = story.incidents()
    expect(second).toMatchObject({ follows: first?.id, number: 2, reopened: 0 })
    expect(story.pages()).toEqual(['opened', 'resolved', 'reopened', 'resolved', 'opened', 'resolved'])
    expect(new Set(story.all.notifications.map((n) => n.key)).size).toBe(6)
  })

  it('brings its evidence onto the timeline and leaves diagnosing', async () => {
    const story = await start()
    story.poll(ping(1))
    for (const s of [10, 30]) {
      story.at(s)
      story.poll(ping(0))
    }
    expect(story.all.diagnostics.map((d) => d.action)).toEqual(['ping', 'tcp', 'snmp-get'])
    story.at(33)
    const results = story.all.diagnostics.map(({ id, action }) => ({
      agent: 'agent-shanghai',
      site: SITE,
      at: story.wall(),
      record: {
        kind: 'command-result' as const,
        command: id,
        action,
        target: 'switch',
        state: 'done' as const,
        at: story.wall(),
        durationMs: 5,
        result: {},
        error: null,
      },
    }))
    story.group({ results, watermarks: [] })
    expect(story.incidents()).toMatchObject([{ state: 'new' }])
    expect(story.all.timeline.map((t) => t.kind)).toEqual([
      'opened',
      'diagnostic-requested',
      'diagnostic-requested',
      'diagnostic-requested',
      'diagnostic-result',
      'diagnostic-result',
      'diagnostic-result',
    ])
    expect(story.all.diagnosticResults).toHaveLength(3)
  })
})

describe('a site that was away', () => {
  it('records twelve past episodes with their times, pages nobody for them, and pages once for what still stands', async () => {
    const story = await start()
    story.poll(...port(1), ping(1))
    story.live(false)
    const hour = 3600
    for (let n = 0; n < 12; n++) {
      story.at(hour / 4 + n * (hour / 2))
      story.event(linkTrap(LINK_DOWN))
      story.at(hour / 4 + n * (hour / 2) + 300)
      story.event(linkTrap(LINK_UP))
    }
    story.at(6 * hour - 60)
    story.poll(ping(0, 'server'))
    story.at(6 * hour - 30)
    story.poll(ping(0, 'server'))
    expect(story.pages()).toEqual([])
    expect(story.incidents()).toEqual([])
    story.at(6 * hour)
    story.live(true)
    story.poll(ping(0, 'server'), ping(1))
    const history = story.all.alarms.filter((c) => c.alarm.alarmType === 'link.down')
    expect(history.map((c) => c.action)).toEqual(Array.from({ length: 12 }, () => ['raise', 'clear']).flat())
    expect(history.every((c) => c.late)).toBe(true)
    expect((history[1]?.at ?? 0) - (history[0]?.at ?? 0)).toBe(300_000)
    expect(story.pages()).toEqual(['opened'])
    expect(story.incidents()).toMatchObject([{ device: `${SITE}.server` }])
  })

  it('pages for what still stands even when the collector restarts in the middle of the backlog', async () => {
    const story = await start()
    story.poll(ping(1))
    story.live(false)
    for (const s of [100, 130]) {
      story.at(s)
      story.poll(ping(0))
    }
    await story.restart()
    story.at(140)
    story.poll(ping(0))
    expect(story.pages()).toEqual([])
    story.live(true)
    story.at(150)
    story.poll(ping(0))
    story.at(160)
    story.poll(ping(0))
    expect(story.pages()).toEqual(['opened'])
    expect(open(story)).toHaveLength(1)
  })
})

describe('a site that falls silent', () => {
  const heard = async (story: Story, until: number) => {
    for (let s = 0; s <= until; s += 10) {
      story.at(s)
      story.tick()
      story.hello()
    }
  }

  it('is one incident; its devices and their alarms are unknown, never down; new data makes them known', async () => {
    const story = await start()
    await heard(story, 20)
    story.event({
      kind: 'inventory',
      at: 0,
      device: null,
      complete: true,
      devices: [{ device: 'switch', name: 'Switch', address: '192.0.2.1' }],
    })
    story.poll(ping(1), ...port(1))
    story.event(linkTrap(LINK_DOWN))
    expect(story.store.devices.get(`${SITE}.switch`)).toMatchObject({ state: 'up' })
    for (const s of [30, 40, 50, 60, 70]) {
      story.at(s)
      story.tick()
    }
    expect(story.store.agents.get('agent-shanghai')).toMatchObject({ presence: 'unknown' })
    expect(story.store.devices.get(`${SITE}.switch`)).toMatchObject({ state: 'unknown' })
    expect(story.alarm('link.down')).toMatchObject({ isCleared: false })
    expect(story.alarm('link.down')?.unknownSince).not.toBeNull()
    expect(open(story).filter((i) => i.device === null)).toHaveLength(1)
    story.at(100)
    story.hello()
    expect(story.alarm('site.unreachable')).toMatchObject({ isCleared: true })
    expect(story.store.devices.get(`${SITE}.switch`)).toMatchObject({ state: 'unknown' })
    story.at(110)
    story.poll(ping(1))
    expect(story.store.devices.get(`${SITE}.switch`)).toMatchObject({ state: 'up' })
    expect(story.alarm('link.down')).toMatchObject({ isCleared: false, unknownSince: null })
    expect(story.incidents().filter((i) => i.device === null)).toMatchObject([{ state: 'resolved' }])
  })

  it('is nobody when the collector itself was down, asleep or not connected', async () => {
    const agents = Array.from({ length: 100 }, (_, n) => ({ id: `agent-${1000 + n}`, site: `site-${n}` }))
    const story = await start({ agents })
    story.tick()
    for (const { id } of agents) story.hello(id)
    await story.restart()
    story.connected(1800_000)
    for (const s of [1800, 1810, 1820]) {
      story.at(s)
      story.tick()
    }
    for (const { id } of agents) story.hello(id)
    story.at(1830)
    story.tick()
    story.at(5000)
    story.tick() // slept in between
    for (const { id } of agents) story.hello(id)
    story.connected(null)
    for (let s = 5010; s < 5100; s += 10) {
      story.at(s)
      story.tick()
    }
    expect(story.all.alarms).toEqual([])
    expect(story.incidents()).toEqual([])
  })
})

describe('records that an agent lost', () => {
  const gap = (count: number, reason = 'quota', first = 1) => ({
    gaps: [{ agent: 'agent-shanghai', lane: 'telemetry' as const, first, count, reason, at: 0 }],
  })
  const lost = (story: Story) => [...story.store.alarms.values()].filter((a) => a.alarmType === 'agent.records-lost')

  it('are one minor alarm per lane and reason with the exact total, and no incident', async () => {
    const story = await start()
    story.group(gap(1200))
    await story.restart()
    story.at(60)
    story.group(gap(34))
    story.group(gap(1, 'disk-full'))
    expect(lost(story)).toMatchObject([
      { perceivedSeverity: 'minor', count: 2, text: 'Agent agent-shanghai lost 1234 telemetry records in all (quota)' },
      { count: 1, text: 'Agent agent-shanghai lost 1 telemetry record in all (disk-full)' },
    ])
    expect(story.store.agents.get('agent-shanghai')?.lost).toEqual({
      'telemetry:quota': 1234,
      'telemetry:disk-full': 1,
    })
    expect(story.incidents()).toEqual([])
  })

  it('are settled when a person has seen it, or a day after the last loss', async () => {
    const story = await start()
    story.group(gap(1))
    story.group(gap(1, 'disk-full'))
    const [first] = lost(story)
    const ack = { action: 'acknowledge' as const, actor: 'li', at: story.wall(), note: '' }
    story.commit(story.judgement.onAlarms([first?.id ?? ''], ack).changes)
    expect(lost(story)).toMatchObject([{ isCleared: true, operatorState: 'ack' }, { isCleared: false }])
    story.at(86_399)
    story.tick()
    expect(lost(story)[1]).toMatchObject({ isCleared: false })
    story.at(86_470)
    story.tick()
    expect(lost(story)[1]).toMatchObject({ isCleared: true })
    story.group(gap(5))
    expect(lost(story)[0]).toMatchObject({
      isCleared: false,
      operatorState: 'none',
      text: expect.stringContaining('6 telemetry'),
    })
  })

  it('are shown when an outbox began anew, with their number when the agent knows it', async () => {
    const story = await start()
    story.hello()
    story.hello()
    expect(lost(story)).toEqual([])
    story.hello('agent-shanghai', { epoch: 'e2' })
    expect(lost(story)).toMatchObject([{ text: expect.stringContaining('may be lost') }])
    const data = { keptAs: 'outbox.db.damaged', epoch: 'e1', waiting: 17 }
    story.event({ kind: 'agent', at: 0, device: null, code: 'outbox-lost', message: 'damaged', data })
    expect(lost(story)).toMatchObject([{ count: 2, text: expect.stringContaining('17 records') }])
  })

  it('cannot fill the memory with invented reasons', async () => {
    const story = await start()
    for (let n = 0; n < 100; n++) story.group(gap(1, `reason-${n}`))
    const agent = story.store.agents.get('agent-shanghai')
    expect(Object.keys(agent?.lost ?? {}).length).toBeLessThan(30)
    expect(Object.values(agent?.lost ?? {}).reduce((a, b) => a + b)).toBe(100)
    expect(lost(story).length).toBeLessThan(30)
  })
})

describe('people', () => {
  const fault = async () => {
    const story = await start()
    story.poll(...port(1))
    story.at(10)
    story.event(linkTrap(LINK_DOWN))
    const id = story.alarm('link.down')?.id as string
    const act = (action: 'acknowledge' | 'unacknowledge' | 'shelve' | 'unshelve' | 'close', until?: number) =>
      story.commit(
        story.judgement.onAlarms([id], {
          action,
          actor: 'li',
          at: story.wall(),
          note: 'seen',
          ...(until ? { until } : {}),
        }).changes,
      )
    return { story, id, act }
  }

  it('acknowledge; the alarm leaves the list when it is cleared too', async () => {
    const { story, act, id } = await fault()
    act('acknowledge')
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'ack', ackBy: 'li', isCleared: false })
    expect(story.all.audit).toMatchObject([{ action: 'alarm.acknowledge', subject: id, actor: 'li' }])
    story.at(20)
    story.event(linkTrap(LINK_UP))
    story.at(30)
    story.event(linkTrap(LINK_DOWN))
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'none', episode: 2 })
  })

  it('acknowledge until a time; it ends by itself, also over a restart, and never before', async () => {
    const { story, act } = await fault()
    act('acknowledge', story.wall() + 600_000)
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'ack', ackUntil: story.wall() + 600_000 })
    await story.restart()
    story.at(609)
    story.tick()
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'ack' })
    story.at(610)
    story.tick()
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'none', ackBy: null, ackUntil: null })
    expect(story.all.alarms.at(-1)).toMatchObject({ action: 'unacknowledge', actor: 'system', note: 'the time is up' })
  })

  it('shelve until a time; a fault that comes meanwhile opens its incident when the time is up', async () => {
    const { story, act } = await fault()
    story.at(20)
    story.event(linkTrap(LINK_UP))
    story.at(40)
    story.tick()
    act('shelve', story.wall() + 600_000)
    story.at(100)
    story.event(linkTrap(LINK_DOWN))
    expect(open(story)).toHaveLength(0)
    expect(story.alarm('link.down')).toMatchObject({ suppression: { by: 'shelved' }, operatorState: 'shelved' })
    story.at(641)
    story.tick()
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'none', suppression: null })
    expect(open(story)).toHaveLength(1)
  })

  it('cannot skip states, and cannot ask a device for what no agent would do', async () => {
    const { story } = await fault()
    const id = story.incidents()[0]?.id as string
    expect(story.judgement.setState(id, 'li', 'closed', '', story.wall()).value).toMatchObject({ code: 'not-allowed' })
    const step = (state: 'in-progress' | 'resolved' | 'closed') =>
      story.commit(story.judgement.setState(id, 'li', state, 'ok', story.wall()).changes)
    step('in-progress')
    step('resolved')
    step('closed')
    expect(story.incidents()).toMatchObject([{ state: 'closed', closedAt: story.wall() }])
    story.event({
      kind: 'inventory',
      at: 0,
      device: null,
      complete: true,
      devices: [{ device: 'switch', name: 'S', address: '192.0.2.1' }],
    })
    const ask = { device: `${SITE}.switch`, incident: null, action: 'tcp' as const }
    expect(story.judgement.requestDiagnostic({ ...ask, arguments: { port: 31337 } }, 'li', 0).value).toMatchObject({
      code: 'invalid',
    })
    expect(
      story.judgement.requestDiagnostic({ ...ask, arguments: { port: 22 } }, 'li', 0).changes.diagnostics,
    ).toHaveLength(1)
  })

  it('take a rule away: its alarm clears', async () => {
    const story = await start()
    story.poll(...port(1))
    story.at(60)
    story.poll(...port(2))
    expect(story.alarm('link.down')).toMatchObject({ isCleared: false })
    const others = stock.rules.filter((r) => r.rule.alarmType !== 'link.down')
    story.commit(story.judgement.replaceRules(others, 'li', story.wall() + 1).changes)
    expect(story.alarm('link.down')).toMatchObject({ isCleared: true })
  })

  it('take a rule away while the collector is down: its alarm clears all the same', async () => {
    const story = await start()
    story.poll(...port(1), ping(1))
    story.at(60)
    story.poll(...port(2), ping(0))
    story.at(90)
    story.poll(...port(2), ping(0))
    await story.restart(stock.rules.filter((r) => r.rule.alarmType !== 'link.down'))
    story.at(91)
    story.tick()
    expect(story.alarm('link.down')).toMatchObject({ isCleared: true })
    expect(story.alarm('device.unreachable')).toMatchObject({ isCleared: false })
  })

  it('need not close: a resolved incident is closed after two quiet weeks, counted from the last thing that happened', async () => {
    const day = 86_400
    const story = await start()
    story.poll(...port(1))
    for (const [s, oid] of [
      [10, LINK_DOWN],
      [20, LINK_UP],
    ] as const) {
      story.at(s)
      story.event(linkTrap(oid))
    }
    story.at(40)
    story.tick()
    const id = story.incidents()[0]?.id as string
    story.at(5 * day)
    story.commit(story.judgement.note(id, 'li', 'cable replaced', story.wall()).changes)
    await story.restart()
    story.at(18 * day)
    story.tick()
    expect(story.incidents()).toMatchObject([{ state: 'resolved' }])
    story.at(19 * day + 60)
    story.tick()
    expect(story.incidents()).toMatchObject([{ state: 'closed', closedAt: story.wall() }])
    expect(story.all.timeline.at(-1)).toMatchObject({
      kind: 'closed',
      actor: 'system',
      text: expect.stringContaining('14 days'),
    })
    expect(story.judgement.incidents.get(id)).toBeUndefined()
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('need not clean up: cleared alarms leave the list after a time when the policy says so', async () => {
    const story = await start({ listCleared: 5 })
    story.poll(...port(1))
    story.at(10)
    story.event(linkTrap(LINK_DOWN))
    story.at(20)
    story.event(linkTrap(LINK_UP))
    story.at(300)
    story.tick()
    expect(story.alarm('link.down')).toMatchObject({ operatorState: 'none' })
    story.at(321)
    story.tick()
    const alarm = story.alarm('link.down')
    expect(alarm).toMatchObject({ operatorState: 'closed', ackBy: 'system' })
    expect(alarm && isListed(alarm)).toBe(false)
  })

  it('see that a link flaps, and that it stopped', async () => {
    const story = await start()
    story.poll(...port(1))
    for (let s = 10; s <= 60; s += 10) {
      story.at(s)
      story.event(linkTrap(s % 20 === 0 ? LINK_UP : LINK_DOWN))
    }
    expect(story.alarm('link.down')).toMatchObject({ flapping: true })
    story.at(3600)
    story.tick()
    expect(story.alarm('link.down')).toMatchObject({ flapping: false })
  })
})
