import { describe, expect, it } from 'vitest'
import { createDeviceList } from '#agent/devices/device-list.ts'
import type { InventoryEvent } from '#shared/domain/device-event.ts'
import { fixedPlaces } from '#test/support/fixed-places.ts'
import type { IngestGroup } from '../ingest/evaluation.ts'
import { createInventory } from './inventory.ts'
import type { EnrolledAgent } from './liveness.ts'

const AGENT = 'agent-one'

function rig(enrolled: EnrolledAgent[] = []) {
  const inventory = createInventory({
    enrolled: () => enrolled,
    places: fixedPlaces([{ id: 'acme', name: 'Acme' }], [{ id: 'hq', customer: 'acme', name: 'HQ', timeZone: 'UTC' }]),
    agents: [
      { id: AGENT, site: 'hq' },
      { id: 'agent-two', site: 'hq' },
    ],
    heartbeatMs: 10_000,
    connectedSince: () => 0,
  })
  let id = 0
  const hear = (events: readonly InventoryEvent[], agent = AGENT) => {
    const received = events.map((event) => ({
      ...{ id: ++id, agent, site: 'hq', customer: 'acme', device: null, epoch: 'e', seq: id, at: event.at },
      ...{ receivedAt: event.at, event },
    }))
    const group = { now: 1, events: received, newSeries: [], samples: [], results: [], gaps: [], watermarks: [] }
    inventory.apply({ ...group, forks: [], presence: [] } as IngestGroup)
  }
  const active = () => [...inventory.devices()].filter((d) => d.active).map((d) => d.id.slice(3))
  return { inventory, hear, active }
}

const listed = (ids: readonly string[]) =>
  createDeviceList(
    ids.map((id) => ({ id, name: `${id} ${'n'.repeat(100)}`, address: '192.0.2.1', tags: {}, parents: [] })),
  ).inventory(1)

describe('inventory', () => {
  it('follows a list of 5,000 devices, also when devices leave it, part by part and over a restart', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => `dev-${i}`)
    const { inventory, hear, active } = rig()
    hear(listed(ids))
    hear(listed(['own']), 'agent-two')
    expect(active()).toHaveLength(5_001)
    const left = ids.filter((_, i) => i % 10 !== 3)
    const parts = listed(left)
    expect(parts.length).toBeGreaterThan(5)
    hear(parts.slice(0, 3))
    inventory.restore({ agents: inventory.agents(), devices: [...inventory.devices()], series: [] })
    hear(parts.slice(3))
    expect(active().toSorted()).toEqual([...left, 'own'].toSorted())
    // a short list again
    hear(listed(['dev-1', 'new']))
    expect(active().toSorted()).toEqual(['dev-1', 'new', 'own'])
    hear(listed([]))
    expect(active()).toEqual(['own'])
  })

  it('knows an agent that enrols at once, and again after a restart, with the reason why it is refused', () => {
    const enrolled: EnrolledAgent[] = []
    const { inventory, hear, active } = rig(enrolled)
    hear(listed(['one']), 'hq-abc123')
    expect(inventory.agent('hq-abc123')).toBeUndefined()
    const made = inventory.adopt('hq-abc123', 'hq', null)
    expect(made).toMatchObject({ presence: 'never', site: 'hq', refused: null })
    hear(listed(['one']), 'hq-abc123')
    expect(active()).toEqual(['one'])
    expect(inventory.agent('hq-abc123')?.presence).toBe('online')
    // rolled back: it is not among the enrolled
    inventory.restore({ agents: [], devices: [], series: [] })
    expect(inventory.agent('hq-abc123')).toBeUndefined()
    enrolled.push({ id: 'hq-abc123', site: 'hq', refused: 'revoked: stolen' })
    inventory.restore({ agents: [made], devices: [], series: [] })
    expect(inventory.agent('hq-abc123')).toMatchObject({ refused: 'revoked: stolen' })
    // of the file, and enrolled since
    enrolled.push({ id: AGENT, site: 'hq', refused: 'quarantined: two' })
    inventory.restore({ agents: [], devices: [], series: [] })
    expect(inventory.agent(AGENT)).toMatchObject({ refused: 'quarantined: two', site: 'hq' })
    expect(inventory.agents().filter((a) => a.id === AGENT)).toHaveLength(1)
  })

  it('follows devices that go one by one, and leaves those of other agents alone', () => {
    const { hear, active } = rig()
    const named = (id: string) => ({ id, name: id, address: '192.0.2.1', tags: {}, parents: [] })
    const list = createDeviceList(['a', 'b', 'b-1', 'c', 'd'].map(named))
    hear(list.inventory(1))
    hear(listed(['bb']), 'agent-two')
    list.replace(['a', 'b-0', 'd'].map(named))
    hear([list.change('b-0', 2) as InventoryEvent, ...['b', 'b-1', 'c'].map((id) => list.gone(id, 2))])
    expect(active().toSorted()).toEqual(['a', 'b-0', 'bb', 'd'])
  })

  it('lets one changed device leave the others alone', () => {
    const { hear, active } = rig()
    hear(listed(['a', 'b']))
    hear(listed(['c']).map((event) => ({ ...event, complete: false })))
    expect(active()).toEqual(['a', 'b', 'c'])
  })

  it('shows why an agent is refused until it is not', () => {
    const { inventory } = rig()
    const lanes = Object.fromEntries(
      ['event', 'telemetry', 'result'].map((l) => [l, { oldest: 0, newest: 0, waiting: 0 }]),
    )
    const say = (refused?: string) => {
      const hello = { version: 1, agent: AGENT, epoch: 'e', program: 'p', host: 'h', boot: 'b', mono: 1, wall: 1 }
      const full = { ...hello, startedAt: 1, lanes, dropped: {}, commandKey: '' }
      const change = { kind: 'hello', agent: AGENT, hello: full, at: 1, mono: 1, ...(refused ? { refused } : {}) }
      const group = { now: 1, events: [], newSeries: [], samples: [], results: [], gaps: [], watermarks: [] }
      const forks = refused ? [{ agent: AGENT, reason: refused, batch: false }] : []
      return inventory.apply({ ...group, forks, presence: [change] } as unknown as IngestGroup).agents
    }
    say()
    expect(say('an older copy')).toMatchObject([{ refused: 'an older copy', quarantined: 0 }])
    expect(say()).toMatchObject([{ refused: null }])
  })

  it('gives up the devices of an agent that was moved to another site', () => {
    const { inventory, hear, active } = rig()
    hear(listed(['a']))
    const [device] = [...inventory.devices()]
    inventory.restore({ agents: [], devices: [{ ...device, id: 'old.a', site: 'old' } as never], series: [] })
    inventory.tick(1_000, 1_000)
    expect([...inventory.devices()][0]).toMatchObject({ active: true })
    inventory.tick(700_000, 700_000)
    expect(active()).toEqual([])
  })

  it('gives up the devices of a site that people removed', () => {
    const { inventory, hear, active } = rig()
    hear(listed(['a', 'b']))
    const [a, b] = [...inventory.devices()]
    inventory.restore({
      ...{ agents: [...inventory.agents(), { ...inventory.agents()[0], id: 'old-agent', site: 'removed' } as never] },
      ...{ devices: [a as never, { ...b, id: 'removed.b', site: 'removed', agent: 'old-agent' } as never], series: [] },
    })
    const { gone } = inventory.tick(100_000, 100_000)
    expect(gone).toEqual(['removed.b'])
    expect(active()).toEqual(['a'])
  })
})
