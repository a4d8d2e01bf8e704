// Causes and symptoms through the whole judgement: pings in, incidents and pages out.
import { describe, expect, it } from 'vitest'
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
