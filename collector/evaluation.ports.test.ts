// Which port is meant, while a device gives its ports other numbers: alarms follow the name, never the number of before.
import { describe, expect, it } from 'vitest'
import { AGENT, SITE, type Story, tell, trap } from '#test/support/judgement-story.ts'
import type { SeriesInfo } from './ingest/evaluation.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules()
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3'
const DEVICE = `${SITE}.switch`
const IF = '1.3.6.1.2.1.2.2.1'

interface Polled {
  readonly name: string
  readonly index: number
  readonly oper: number
  readonly descr?: string
}

/** One poll of the interface table; ids stay with names. `restarted`: its uptime fell. */
function poll(story: Story, ports: readonly Polled[], restarted = false) {
  const newSeries = ports.flatMap(({ name, index, descr = `GigabitEthernet${name.slice(2)}` }): SeriesInfo[] => {
    const id = 100 + 2 * Number(name.split('/').at(-1))
    const tags = { interface: name, descr, index: String(index) }
    const place = {
      agent: AGENT,
      site: SITE,
      device: DEVICE,
      resource: `if:${name}`,
      unit: '',
      kind: 'state' as const,
      tags,
    }
    return [
      { ...place, id, metric: 'if.admin-status', states: { 1: 'up' } },
      { ...place, id: id + 1, metric: 'if.oper-status', states: { 1: 'up', 2: 'down' } },
    ]
  })
  const values = Float64Array.from(ports.flatMap(({ oper }) => [1, oper]))
  const samples = {
    ...{ agent: AGENT, site: SITE, length: values.length, values, judged: values },
    series: Uint32Array.from(newSeries.map(({ id }) => id)),
    at: new Float64Array(values.length).fill(story.wall()),
  }
  const restarts = restarted ? [{ device: DEVICE, at: story.wall() }] : []
  return story.group({ newSeries, samples: [samples], restarts })
}

let ids = 1000
function linkDown(story: Story, varbinds: Record<string, string | number>, afterRestart: boolean) {
  const received = { id: ids++, agent: AGENT, site: SITE, customer: 'acme', device: DEVICE, epoch: 'e1', seq: ids }
  const at = { at: story.wall(), receivedAt: story.wall() }
  const event = { ...received, ...at, event: trap(LINK_DOWN, varbinds), ...(afterRestart ? { afterRestart } : {}) }
  return story.group({ events: [event] })
}

const standing = (story: Story) => [...story.store.alarms.values()].filter((a) => !a.isCleared).map((a) => a.resource)
const BEFORE = [
  { name: 'Gi0/1', index: 1, oper: 1 },
  { name: 'Gi0/2', index: 2, oper: 1 },
]
/** A card before them took number 1. */
const AFTER = (oper: number) => [
  { name: 'Gi0/3', index: 1, oper: 1 },
  { name: 'Gi0/1', index: 2, oper: 1 },
  { name: 'Gi0/2', index: 3, oper },
]

async function start() {
  const story = await tell({ rules: stock.rules })
  const devices = [{ device: 'switch', name: 'switch', address: '192.0.2.1' }]
  story.event({ kind: 'inventory', at: 0, device: null, complete: true, devices })
  story.at(10)
  poll(story, BEFORE)
  return story
}

describe('ports that change their numbers', () => {
  it('a trap between the restart and the next poll is not put on the port that had the number before', async () => {
    const story = await start()
    story.at(60)
    linkDown(story, { [`${IF}.1.3`]: 3 }, true)
    linkDown(story, { [`${IF}.1.2`]: 2 }, true)
    expect(standing(story).sort()).toEqual(['if:index-2', 'if:index-3'])
    story.at(62)
    poll(story, AFTER(2), true)
    expect(standing(story)).toEqual(['if:Gi0/2'])
    // from now on the new numbers hold
    story.at(70)
    linkDown(story, { [`${IF}.1.2`]: 2 }, false)
    expect(standing(story).sort()).toEqual(['if:Gi0/1', 'if:Gi0/2'])
  })

  it.each([
    ['ifName', '1.3.6.1.2.1.31.1.1.1.1.3', 'Gi0/2'],
    ['ifDescr', `${IF}.2.3`, 'GigabitEthernet0/2'],
  ])('a trap that brings the %s is understood at once', async (_, oid, text) => {
    const story = await start()
    story.at(60)
    linkDown(story, { [`${IF}.1.3`]: 3, [oid]: text }, true)
    expect(standing(story)).toEqual(['if:Gi0/2'])
  })

  it('a name in the trap is believed before the number, also without a restart', async () => {
    const story = await start()
    story.at(60)
    linkDown(story, { [`${IF}.1.1`]: 1, [`${IF}.2.1`]: 'GigabitEthernet0/2' }, false)
    expect(standing(story)).toEqual(['if:Gi0/2'])
  })

  it('a description that all ports share names none of them', async () => {
    const story = await tell({ rules: stock.rules })
    story.at(10)
    poll(
      story,
      BEFORE.map((port) => ({ ...port, descr: 'Ethernet Interface' })),
    )
    story.at(60)
    linkDown(story, { [`${IF}.1.2`]: 2, [`${IF}.2.2`]: 'Ethernet Interface' }, true)
    expect(standing(story)).toEqual(['if:index-2'])
    linkDown(story, { [`${IF}.1.1`]: 1, [`${IF}.2.1`]: 'Ethernet Interface' }, false)
    expect(standing(story)).toContain('if:index-1')
  })

  it('an alarm stays with its port over the renumbering', async () => {
    const story = await start()
    story.at(60)
    poll(story, [BEFORE[0] as Polled, { name: 'Gi0/2', index: 2, oper: 2 }])
    story.at(90)
    poll(story, [BEFORE[0] as Polled, { name: 'Gi0/2', index: 2, oper: 2 }])
    expect(standing(story)).toEqual(['if:Gi0/2'])
    story.at(120)
    poll(story, AFTER(2), true)
    expect(standing(story)).toEqual(['if:Gi0/2'])
    story.at(180)
    poll(story, AFTER(1))
    story.at(240)
    poll(story, AFTER(1))
    expect(standing(story)).toEqual([])
  })

  it('a number given up by its port is nobody until somebody has it', async () => {
    const story = await start()
    story.at(60)
    poll(story, [
      { name: 'Gi0/1', index: 5, oper: 1 },
      { name: 'Gi0/2', index: 6, oper: 1 },
    ])
    linkDown(story, { [`${IF}.1.1`]: 1 }, false)
    expect(standing(story)).toEqual(['if:index-1'])
  })
})
