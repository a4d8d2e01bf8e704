// Causes and symptoms through the whole judgement: pings in, incidents and pages out.
import { describe, expect, it } from 'vitest'
import type { Decision } from '#collector/cause/decisions.ts'
import { createCauseBook } from '#collector/cause-book.ts'
import type { JudgementOptions } from '#collector/evaluation.ts'
import type { Link } from '#shared/domain/topology.ts'
import { SITE, type Story, tell } from '../test/support/judgement-story.ts'
import { readStockRules } from './rules/rule-folder.ts'

interface Declared {
  readonly parents?: string[]
  readonly poweredBy?: string[]
  readonly via?: string[]
  readonly nearAgent?: boolean
}

const INTERVAL = 30

async function site(devices: Readonly<Record<string, Declared>>, cause: JudgementOptions['cause'] = {}) {
  const story = await tell({ rules: readStockRules().rules, cause })
  const names = Object.keys(devices)
  const dead = new Set<string>()
  story.at(0)
  story.hello()
  story.event(listed(devices))
  let now = 0
  const ping = (...which: string[]) => {
    for (const device of which) story.poll({ device, metric: 'icmp.reachable', value: dead.has(device) ? 0 : 1 })
  }
  return {
    story,
    dead,
    ping,
    /** Goes on for so many seconds; everything is pinged twice a minute, in this order, a second apart. */
    run(seconds: number, order: readonly string[] = names) {
      for (const end = now + seconds; now < end; ) {
        now++
        story.at(now)
        const slot = now % INTERVAL
        if (slot < order.length) ping(order[slot] as string)
        story.hello()
        story.tick()
      }
    },
    opened: () => story.incidents().map((i) => i.title),
    pages: () => story.all.notifications.length,
    alarmOf: (device: string) =>
      [...story.store.alarms.values()].find(
        (a) => a.device === `${SITE}.${device}` && a.alarmType === 'device.unreachable',
      ),
  }
}

function listed(devices: Readonly<Record<string, Declared>>): Parameters<Story['event']>[0] {
  return {
    kind: 'inventory',
    at: 0,
    device: null,
    complete: true,
    devices: Object.entries(devices).map(([device, more]) => ({
      ...{ device, name: device, address: '192.0.2.1', interval: INTERVAL },
      ...more,
    })),
  }
}

function link(a: string, aPort: string, b: string, bPort: string): Link {
  const id = `${a}${aPort}-${b}${bPort}`
  return {
    ...{ id, site: SITE, a: `${SITE}.${a}`, aPort, b: `${SITE}.${b}`, bPort, by: 'lldp', sources: ['lldp'] },
    ...{ toldBy: ['a', 'b'], confidence: 1, state: 'current', staleBecause: null, firstSeenAt: 0, seenAt: 0 },
    ...{ staleSince: null, drawnBy: null, note: '' },
  }
}

const TREE = {
  core: {},
  access: { parents: ['core'] },
  printer: { parents: ['access'] },
  camera: { parents: ['access'] },
}

describe('a dead switch', () => {
  it.each([
    ['parents are asked first', ['core', 'access', 'printer', 'camera']],
    ['children are asked first', ['camera', 'printer', 'access', 'core']],
  ])('is one incident with what is behind it: %s', async (_, order) => {
    const s = await site(TREE)
    s.run(65, order)
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(180, order)
    expect(s.opened()).toEqual(['access does not answer ping'])
    expect(s.pages()).toBe(1)
    const incident = s.story.incidents()[0]
    expect(incident?.openAlarms).toBe(3)
    for (const child of ['printer', 'camera'])
      expect(s.alarmOf(child)).toMatchObject({
        incident: incident?.id,
        suppression: { by: 'cause', holds: 'incident', ref: s.alarmOf('access')?.id },
      })
  })
})

describe('a link that is down', () => {
  it('is the incident of all that is behind it, at both of its ends', async () => {
    const links = [link('core', 'if:1', 'access', 'if:9'), link('access', 'if:1', 'printer', '')]
    const s = await site(
      { core: { nearAgent: true }, access: {}, printer: {} },
      {
        linksOf: () => links,
        forwards: (id) => (id.endsWith('access') ? true : undefined),
      },
    )
    const port = (device: string, resource: string, up: boolean) => {
      s.story.poll({ device, metric: 'if.admin-status', resource, value: 1, states: { 1: 'up', 2: 'down' } })
      s.story.poll({ device, metric: 'if.oper-status', resource, value: up ? 1 : 2, states: { 1: 'up', 2: 'down' } })
    }
    port('core', 'if:1', true)
    port('access', 'if:9', true)
    s.run(65)
    port('core', 'if:1', false)
    port('access', 'if:9', false)
    for (const device of ['access', 'printer']) s.dead.add(device)
    s.run(120)
    expect(s.opened()).toEqual(['core: link 1 is down'])
    expect(s.story.incidents()[0]?.openAlarms).toBe(4)
  })
})

describe('what comes back', () => {
  it('Icinga #5208: the recovery of a parent lets no stale alarm of its children through', async () => {
    const s = await site(TREE)
    s.run(65)
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(120)
    s.dead.clear()
    // only the parent is asked: its children stand as they were found while it was down
    s.run(10, ['access', 'core'])
    s.ping('access')
    s.run(25, ['access', 'core'])
    expect(s.alarmOf('access')?.isCleared).toBe(true)
    expect(s.alarmOf('printer')).toMatchObject({ isCleared: false, suppression: { by: 'probation' } })
    expect(s.opened()).toEqual(['access does not answer ping'])
    s.run(60)
    expect(s.alarmOf('printer')?.isCleared).toBe(true)
    expect(s.opened()).toEqual(['access does not answer ping'])
    expect(s.story.incidents()[0]?.state).toBe('resolved')
  })

  it('shows a second fault that was hidden behind the first within one poll', async () => {
    const s = await site(TREE)
    s.run(65)
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(120)
    s.dead.delete('access')
    s.dead.delete('camera')
    s.ping('access')
    s.run(INTERVAL + 6)
    expect(s.opened()).toEqual(['access does not answer ping', 'printer does not answer ping'])
    expect(s.alarmOf('printer')).toMatchObject({ suppression: null })
    s.run(60)
    expect(s.story.incidents().map((i) => i.state === 'resolved')).toEqual([true, false])
  })

  it('goes on over a restart: neither a page nor a fault is lost', async () => {
    const s = await site(TREE)
    s.run(65)
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(90)
    await s.story.restart()
    s.run(90)
    expect(s.opened()).toEqual(['access does not answer ping'])
    s.dead.delete('access')
    s.dead.delete('camera')
    s.run(10)
    await s.story.restart()
    s.run(120)
    expect(s.opened()).toEqual(['access does not answer ping', 'printer does not answer ping'])
  })
})

describe('a branch', () => {
  const BRANCH = {
    firewall: {},
    switch: { parents: ['firewall'] },
    esx: { parents: ['switch'] },
    'vm-1': { parents: ['esx'] },
    'vm-2': { parents: ['esx'] },
  }

  it.each([
    ['from the top', ['firewall', 'switch', 'esx', 'vm-1', 'vm-2']],
    ['from the bottom', ['vm-2', 'vm-1', 'esx', 'switch', 'firewall']],
    ['in no order', ['esx', 'vm-1', 'firewall', 'vm-2', 'switch']],
  ])('Icinga #8201: whose firewall fails is one page, asked %s, and none when it is back', async (_, order) => {
    const s = await site(BRANCH)
    s.run(65, order)
    for (const device of Object.keys(BRANCH)) s.dead.add(device)
    s.run(150, order)
    expect(s.opened()).toEqual(['firewall does not answer ping'])
    s.dead.clear()
    s.run(150, order)
    expect(s.opened()).toHaveLength(1)
    expect(s.story.incidents()[0]).toMatchObject({ state: 'resolved', openAlarms: 0 })
  })

  it('is no symptom while another way is alive', async () => {
    const s = await site({
      core: {},
      left: { parents: ['core'] },
      right: { parents: ['core'] },
      far: { parents: ['left', 'right'] },
    })
    s.run(65)
    for (const device of ['left', 'far']) s.dead.add(device)
    s.run(150)
    expect(s.opened().sort()).toEqual(['far does not answer ping', 'left does not answer ping'])
  })

  it('that cannot be heard is unknown: nothing that was held is told', async () => {
    const s = await site(TREE)
    s.run(65)
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(120)
    for (let at = 186; at < 260; at++) {
      s.story.at(at)
      s.story.tick()
    }
    expect(s.opened()).toHaveLength(2)
    expect(s.opened()[1]).toContain('Site unreachable')
    expect(s.alarmOf('printer')?.suppression).toMatchObject({ by: 'cause' })
  })
})

describe('a cause that nobody watches', () => {
  it('is inferred when all that it leads to fails at once, and says so', async () => {
    const desk = { parents: ['core'], via: ['desk-switch'] }
    const s = await site({ core: {}, a: desk, b: desk, c: desk })
    s.run(65)
    for (const device of ['a', 'b', 'c']) s.dead.add(device)
    s.run(120)
    expect(s.opened()).toEqual([expect.stringContaining('all are behind desk-switch, which is not watched itself')])
    expect(s.story.incidents()[0]?.openAlarms).toBe(4)
    s.dead.clear()
    s.run(120)
    expect(s.opened()).toHaveLength(1)
    expect(s.story.incidents()[0]?.state).toBe('resolved')
  })

  it('is none when one that it leads to answers', async () => {
    const desk = { parents: ['core'], via: ['desk-switch'] }
    const s = await site({ core: {}, a: desk, b: desk, c: desk })
    s.run(65)
    for (const device of ['a', 'b']) s.dead.add(device)
    s.run(120)
    expect(s.opened().sort()).toEqual(['a does not answer ping', 'b does not answer ping'])
  })

  it('may be a power strip; what has another source needs no explanation', async () => {
    const s = await site({
      core: {},
      a: { parents: ['core'], poweredBy: ['strip'] },
      b: { parents: ['core'], poweredBy: ['strip'] },
      c: { parents: ['core'], poweredBy: ['strip', 'other'] },
    })
    s.run(65)
    for (const device of ['a', 'b']) s.dead.add(device)
    s.run(120)
    expect(s.opened()).toEqual([expect.stringContaining('2 devices fail at once; all are fed by strip alone')])
  })
})

describe('cyclic parents', () => {
  it('in what is stored are left out and shown; everything else holds', async () => {
    const s = await site({
      core: { parents: ['access'] },
      access: { parents: ['core'] },
      printer: { parents: ['access'] },
    })
    s.run(65)
    const { graph } = s.story.judgement.cause.causes.of(SITE, s.story.wall()) ?? {}
    expect(graph?.problems).toEqual([
      expect.objectContaining({ kind: 'cycle', path: [`${SITE}.access`, `${SITE}.core`, `${SITE}.access`] }),
    ])
    for (const device of ['access', 'printer']) s.dead.add(device)
    s.run(150)
    expect(s.opened()).toHaveLength(1)
  })
})

describe('people', () => {
  async function failed(decisions: Decision[] = []) {
    const s = await site(TREE, { decisions: () => decisions })
    s.run(65)
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(120)
    const book = createCauseBook({
      judgement: s.story.judgement,
      now: s.story.wall,
      turns: () => ({
        run: async (work) => {
          const { changes, value } = await work(s.story.wall())
          s.story.commit(changes)
          decisions.push(...changes.causes)
          return value
        },
      }),
    })
    const incident = s.story.incidents()[0]?.id ?? ''
    return { ...s, book, incident, id: (device: string) => s.alarmOf(device)?.id ?? '' }
  }

  it('take an alarm out of an incident: it has its own, and is not grouped that way again', async () => {
    const decisions: Decision[] = []
    const s = await failed(decisions)
    const moved = await s.book.regroup(s.incident, { alarms: [s.id('printer')], to: 'own', note: 'paper' }, 'ann')
    expect(moved).toMatchObject({ ok: true, items: [{ alarm: s.id('printer'), problem: null }] })
    expect(s.opened()).toEqual(['access does not answer ping', 'printer does not answer ping'])
    expect(s.book.causeOf(s.incident)?.decisions).toMatchObject([
      { alarm: s.id('printer'), verdict: 'apart', by: 'ann' },
    ])
    expect(s.story.all.audit.at(-1)).toMatchObject({ action: 'incident.regroup', actor: 'ann' })
    expect(s.story.all.timeline.some((e) => e.actor === 'ann' && e.text.includes('into incidents of their own'))).toBe(
      true,
    )
    s.dead.clear()
    s.run(120)
    await s.story.restart()
    for (const device of ['access', 'printer', 'camera']) s.dead.add(device)
    s.run(120)
    expect(s.alarmOf('printer')?.suppression).toBeNull()
    expect(s.alarmOf('camera')?.suppression?.by).toBe('cause')
  })

  it('put an alarm into another incident, and never one into itself', async () => {
    const s = await failed()
    await s.book.regroup(s.incident, { alarms: [s.id('printer')], to: 'own', note: '' }, 'ann')
    const own = s.alarmOf('printer')?.incident ?? ''
    const back = await s.book.regroup(own, { alarms: [s.id('printer')], to: s.incident, note: '' }, 'bob')
    expect(back).toMatchObject({ ok: true, items: [{ incident: s.incident, problem: null }] })
    expect(s.alarmOf('printer')?.suppression).toMatchObject({ by: 'cause', ref: s.id('access') })
    s.run(12)
    expect(s.story.incidents().find((i) => i.id === own)?.state).toBe('resolved')
    const self = await s.book.regroup(s.incident, { alarms: [s.id('access')], to: 'own', note: '' }, 'bob')
    expect(self).toMatchObject({ items: [{ problem: 'the incident is about it' }] })
  })

  it('see what depends on what, and why', async () => {
    const s = await failed()
    const sight = s.book.dependencies(SITE)
    const of = (device: string) => sight?.nodes.find((n) => n.id === `${SITE}.${device}`)
    expect(of('core')).toMatchObject({ verdict: 'well', state: 'up', ways: 1, waysAlive: 1 })
    expect(of('access')).toMatchObject({ verdict: 'cause', state: 'down', waysAlive: 1 })
    expect(of('printer')).toMatchObject({
      ...{ verdict: 'symptom', causes: [`${SITE}.access`], causeAlarm: s.id('access'), waysAlive: 0 },
    })
    expect(s.book.causeOf(s.incident)).toMatchObject({ node: `${SITE}.access`, name: 'access', alarm: s.id('access') })
    expect(
      s.book
        .causeOf(s.incident)
        ?.symptoms.map((x) => x.deviceName)
        .sort(),
    ).toEqual(['camera', 'printer'])
  })
})
