// A site of 5,000 devices reaches the collector's inventory whole, and devices that leave the file leave it too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDeviceList } from '#agent/devices/device-list.ts'
import { createInventory } from '#collector/inventory/inventory.ts'
import { fixedPlaces } from '#test/support/fixed-places.ts'
import { startSiteAgent } from '../support/site-agent.ts'
import { startSmallCollector } from '../support/small-collector.ts'
import { until } from '../support/until.ts'

let dir: string
const stops: (() => Promise<unknown>)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-inventory-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  rmSync(dir, { recursive: true, force: true })
})

it('carries a list of 5,000 devices and the removal of some', async () => {
  const collector = await startSmallCollector({ dir, broker: { port: 0 } })
  stops.push(() => collector.stop())
  const agent = await startSiteAgent({ dir, brokerPort: collector.port })
  stops.push(() => agent.stop())
  const inventory = createInventory({
    places: fixedPlaces(
      [{ id: 'customer-1', name: 'Acme' }],
      [{ id: 'site-1', customer: 'customer-1', name: 'HQ', timeZone: 'UTC' }],
    ),
    agents: [{ id: 'agent-one', site: 'site-1' }],
    heartbeatMs: 10_000,
    connectedSince: () => 0,
  })
  let applied = 0
  const announce = async (ids: readonly string[]) => {
    const devices = ids.map((id) => ({
      ...{
        id,
        name: `Device ${id}`,
        address: '192.0.2.7',
        tags: { building: 'north', floor: '12' },
        parents: ['dev-1'],
      },
      ...{ icmp: { intervalMs: 30_000, count: 3, timeoutMs: 1_000 } },
    }))
    for (const event of createDeviceList(devices).inventory(Date.now())) agent.outbox.event(event)
    await until(() => agent.outbox.state().lanes.event.newest > 0 && agent.delivered())
    for (const group of collector.groups.slice(applied)) inventory.apply(group)
    applied = collector.groups.length
    return [...inventory.devices()].filter((device) => device.active).map((device) => device.id)
  }
  const ids = Array.from({ length: 5_000 }, (_, i) => `dev-${i}`)
  expect(await announce(ids)).toHaveLength(5_000)
  expect(collector.events().length).toBeGreaterThan(5)
  const left = ids.filter((_, i) => i % 7 !== 0)
  expect((await announce(left)).toSorted()).toEqual(left.map((id) => `site-1.${id}`).toSorted())
  expect(collector.quarantined()).toEqual([])
})
