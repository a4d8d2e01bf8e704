// What a device's profile wants asked, from the inventory of its agent to the diagnostics of an incident.
import { describe, expect, it } from 'vitest'
import type { InventoryEvent } from '#shared/domain/device-event.ts'
import type { Playbook } from '#shared/domain/playbook.ts'
import { type Story, tell, trap } from '#test/support/judgement-story.ts'
import { readStockRules } from './rules/rule-folder.ts'

const FANS = '1.3.6.1.4.1.9.9.13.1.4.1'
const fans = (title?: string): Playbook => ({
  'link.down': [
    {
      ...{ action: 'snmp-table', arguments: { columns: [`${FANS}.2`, `${FANS}.3`], maxRows: 50 } },
      ...(title === undefined ? {} : { title: { en: title } }),
    },
  ],
})

const list = (profiles: Record<string, string>, playbooks?: Record<string, Playbook>): InventoryEvent => ({
  ...{ kind: 'inventory', at: 0, device: null, complete: false },
  devices: Object.entries(profiles).map(([device, profile]) => ({
    device,
    name: device,
    address: '192.0.2.1',
    profile,
  })),
  ...(playbooks === undefined ? {} : { playbooks }),
})

/** What the incident of a link down asks, beside the general table of interfaces. */
function asked(story: Story, device = 'switch') {
  const before = story.all.diagnostics.length
  story.event(trap('1.3.6.1.6.3.1.1.5.3', { '1.3.6.1.2.1.2.2.1.1.7': 7 }, device))
  const [general, ...more] = story.all.diagnostics.slice(before)
  expect(general).toMatchObject({ action: 'snmp-table', device: `shanghai.${device}` })
  expect(general).not.toHaveProperty('title')
  return more.map(({ action, arguments: given, title }) => ({ action, arguments: given, title }))
}

const start = () => tell({ rules: readStockRules().rules })

describe('an incident of a device', () => {
  it('asks what its profile wants, and no more', async () => {
    const story = await start()
    story.event(list({ switch: 'p', other: 'q', bare: 'p-of-0.1' }, { p: fans('Fans'), z: fans() }))
    const table = { action: 'snmp-table', arguments: { columns: [`${FANS}.2`, `${FANS}.3`], maxRows: 50 } }
    expect(asked(story)).toEqual([{ ...table, title: { en: 'Fans' } }])
    expect(asked(story, 'other')).toEqual([])
    expect(asked(story, 'bare')).toEqual([])
    expect(asked(story, 'unlisted')).toEqual([])
  })

  it('follows its profile: one device tells what it says now, and all devices of it have that', async () => {
    const story = await start()
    story.event(list({ switch: 'p', second: 'p', third: 'p' }, { p: fans('before') }))
    story.event(list({ second: 'p' }, { p: fans('now') }))
    expect(asked(story)).toMatchObject([{ title: { en: 'now' } }])
    // not yet recognised after the agent started again: nothing is known to be different
    const { profile: _, ...plain } = list({ third: 'p' }).devices[0] as InventoryEvent['devices'][number]
    story.event({ ...list({}), devices: [plain] })
    expect(asked(story, 'second')).toMatchObject([{ title: { en: 'now' } }])
    story.event(list({ second: 'p' }))
    expect(asked(story, 'third')).toEqual([])
  })

  it('knows it after a restart of the collector, and writes only what is new', async () => {
    const story = await start()
    const told = list({ switch: 'p', gone: 'q' }, { p: fans('Fans'), q: fans() })
    expect(story.event(told).playbooks).toHaveLength(2)
    expect(story.event(told).playbooks).toEqual([])
    expect(story.event(list({ gone: 'q' })).playbooks).toMatchObject([{ profile: 'q', playbook: null }])
    await story.restart()
    expect(story.event(told).playbooks).toMatchObject([{ profile: 'q' }])
    expect(asked(story)).toHaveLength(1)
  })

  it('is asked only what all equipment is asked when much fails at once', async () => {
    const story = await start()
    const names = Array.from({ length: 40 }, (_, i) => `switch-${i}`)
    story.event(list(Object.fromEntries(names.map((name) => [name, 'p'])), { p: fans() }))
    // 120 a minute: with more than 60 asked the rest is for the general ones
    expect(names.map((name) => asked(story, name).length)).toEqual([...Array(30).fill(1), ...Array(10).fill(0)])
    story.at(61)
    story.event(list({ late: 'p' }, { p: fans() }))
    expect(asked(story, 'late')).toHaveLength(1)
  })

  it('is not asked what no agent would do, whatever an agent tells', async () => {
    const story = await start()
    const odd = [
      { action: 'reload', arguments: {} },
      { action: 'snmp-get', arguments: { oids: ['1.3.6.1.6.3.18.1.1.1.2'] } },
      { action: 'ping', arguments: { address: '192.0.2.9' } },
      { action: 'ping', arguments: {} },
      { action: 'poll-now', arguments: {} },
    ]
    story.event(list({ switch: 'p' }, { p: { 'link.down': odd, 'not a type': odd, constructor: odd } }))
    expect(asked(story)).toEqual([{ action: 'ping', arguments: { count: 4, timeoutMs: 1000 }, title: undefined }])
    expect(story.judgement.inventory.counters().dropped).toEqual({ 'playbook-step': 3 })
    expect(Object.keys(story.judgement.inventory.playbook('shanghai.switch') ?? {})).toEqual(['link.down'])
  })
})
