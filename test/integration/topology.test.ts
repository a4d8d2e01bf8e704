// Neighbours the whole way: switches that tell of each other, a camera that tells nothing, links by API, drawn and found,
// over a restart of the collector; and a switch that is swapped in its place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '#shared/domain/topology.ts'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import type { EventRow } from '#shared/http/records.ts'
import type { AssetList, NeighbourList, SiteLinks } from '#shared/http/topology.ts'
import { type OneProcess, startOneProcess } from '#test/support/one-process.ts'
import { until } from '#test/support/until.ts'
import { createOidTable, type OidTable, type OidValue } from '#test/support/virtual-site/oid-table.ts'
import { createVirtualSite, type VirtualSite } from '#test/support/virtual-site/virtual-site.ts'

const LLDP = '1.0.8802.1.1.2.1'
const SLOW = { timeoutMs: 30_000 }
const CAMERA = '127.0.41.9'
const CAMERA_MAC = '020000000109'

/** A Cisco switch with three ports; what it is can be changed while it runs. */
function switchOf(name: string, n: number, rows: readonly (readonly [string, OidValue])[]) {
  const unit = { serial: `FDO${n}`, version: '15.2', since: Date.now() - 86_400_000 }
  const text = (value: string): OidValue => ({ type: 'OctetString', value })
  const number = (value: number): OidValue => ({ type: 'Integer', value })
  const hex = (value: string): OidValue => ({ type: 'OctetString', value: Uint8Array.fromHex(value) })
  const build = () =>
    createOidTable([
      ['1.3.6.1.2.1.1.1.0', text(`Cisco IOS Software, Version ${unit.version}(7)E, RELEASE`)],
      ['1.3.6.1.2.1.1.2.0', { type: 'OID', value: '1.3.6.1.4.1.9.1.1208' }],
      ['1.3.6.1.2.1.1.3.0', { type: 'TimeTicks', value: () => Math.round((Date.now() - unit.since) / 10) }],
      ['1.3.6.1.2.1.1.5.0', text(name)],
      ['1.3.6.1.2.1.47.1.1.1.1.4.1', number(0)],
      ['1.3.6.1.2.1.47.1.1.1.1.5.1', number(3)],
      ['1.3.6.1.2.1.47.1.1.1.1.11.1', text(unit.serial)],
      ['1.3.6.1.2.1.47.1.1.1.1.13.1', text('WS-C2960X')],
      [`${LLDP}.3.1.0`, number(4)],
      [`${LLDP}.3.2.0`, hex(`0200000000${n}0`)],
      ...[1, 2, 3].flatMap((port): [string, OidValue][] => [
        [`1.3.6.1.2.1.2.2.1.2.${port}`, text(`GigabitEthernet0/${port}`)],
        [`1.3.6.1.2.1.2.2.1.6.${port}`, hex(`0200000000${n}${port}`)],
        [`1.3.6.1.2.1.2.2.1.7.${port}`, number(1)],
        [`1.3.6.1.2.1.2.2.1.8.${port}`, number(1)],
        [`1.3.6.1.2.1.31.1.1.1.1.${port}`, text(`Gi0/${port}`)],
        [`1.3.6.1.2.1.17.1.4.1.2.${port}`, number(port)],
        [`${LLDP}.3.7.1.2.${port}`, number(5)],
        [`${LLDP}.3.7.1.3.${port}`, text(`Gi0/${port}`)],
      ]),
      ...rows,
    ])
  let current = build()
  const table: OidTable = {
    get size() {
      return current.size
    },
    get: (oid) => current.get(oid),
    next: (oid) => current.next(oid),
  }
  return {
    table,
    become(next: Partial<typeof unit>) {
      Object.assign(unit, next)
      current = build()
    },
  }
}

const lldp = (port: number, chassis: string, remotePort: string, name: string): [string, OidValue][] => [
  [`${LLDP}.4.1.1.4.0.${port}.1`, { type: 'Integer', value: 4 }],
  [`${LLDP}.4.1.1.5.0.${port}.1`, { type: 'OctetString', value: Uint8Array.fromHex(chassis) }],
  [`${LLDP}.4.1.1.6.0.${port}.1`, { type: 'Integer', value: 5 }],
  [`${LLDP}.4.1.1.7.0.${port}.1`, { type: 'OctetString', value: remotePort }],
  [`${LLDP}.4.1.1.9.0.${port}.1`, { type: 'OctetString', value: name }],
]
const learned = (port: number, mac: string): [string, OidValue] => [
  `1.3.6.1.2.1.17.4.3.1.2.${[...Uint8Array.fromHex(mac)].join('.')}`,
  { type: 'Integer', value: port },
]

describe('topology', () => {
  const a = switchOf('access-a', 1, [
    ...lldp(1, '020000000020', 'Gi0/2', 'access-b'),
    ...lldp(3, '02000000aaaa', 'eth0', 'somebody else'),
    [`1.3.6.1.2.1.4.22.1.2.1.${CAMERA}`, { type: 'OctetString', value: Uint8Array.fromHex(CAMERA_MAC) }],
    learned(1, CAMERA_MAC),
    learned(1, '020000000020'),
  ])
  const b = switchOf('access-b', 2, [
    ...lldp(2, '020000000010', 'Gi0/1', 'access-a'),
    learned(3, CAMERA_MAC),
    learned(2, '020000000010'),
  ])
  let site: VirtualSite
  let whole: OneProcess
  beforeAll(async () => {
    site = createVirtualSite({
      devices: [
        { id: 'sw-a', model: 'access-switch', table: a.table },
        { id: 'sw-b', model: 'access-switch', table: b.table },
      ],
      network: '127.0.41',
    })
    await site.start()
    whole = await startOneProcess({
      devices: [
        ...site.asAgentDevices({ intervalMs: 1000, timeoutMs: 300 }),
        { id: 'camera', name: 'Camera', address: CAMERA, icmp: { intervalMs: 5000 } },
      ],
    })
  }, 60_000)
  afterAll(async () => {
    await whole?.[Symbol.asyncDispose]()
    await site?.stop()
  })

  const graph = () => whole.api.get<SiteLinks>('/api/v1/sites/hq/links')
  const ends = (links: readonly Link[]) =>
    links.map((l) => `${l.a} ${l.aPort} - ${l.b} ${l.bPort} ${l.by} ${l.state}`).sort()
  const FOUND = ['hq.camera  - hq.sw-b if:Gi0/3 fdb current', 'hq.sw-a if:Gi0/1 - hq.sw-b if:Gi0/2 lldp current']

  it('shows the link of two switches, the camera on its port, and the stranger, by API', {
    timeout: 60_000,
  }, async () => {
    await until(async () => (await graph()).links.length >= 2 && ends((await graph()).links).join() === FOUND.join(), {
      ...SLOW,
      what: 'both links',
    })
    const { links, nodes, strangers } = await graph()
    expect(links.find((l) => l.by === 'lldp')).toMatchObject({ toldBy: ['a', 'b'], confidence: 1 })
    expect(nodes.map((node) => node.id).sort()).toEqual(['hq.camera', 'hq.sw-a', 'hq.sw-b'])
    expect(strangers).toMatchObject([{ key: '02:00:00:00:aa:aa', name: 'somebody else' }])
    const { items, tables } = await whole.api.get<NeighbourList>('/api/v1/devices/hq.sw-a/neighbours')
    expect(items).toMatchObject([
      { port: 'if:Gi0/1', device: 'hq.sw-b', remotePort: 'if:Gi0/2', by: 'lldp' },
      { port: 'if:Gi0/3', device: null, name: 'somebody else', remotePort: 'eth0' },
    ])
    expect(tables.map(({ table }) => table).sort()).toEqual(['arp', 'cdp', 'fdb', 'lldp', 'self'])
    // the agent's health page and the polls know nothing of it
    const { series } = await whole.api.get<DeviceDetail>('/api/v1/devices/hq.sw-a')
    expect(series.filter((s) => s.resource === 'neighbours')).toEqual([])
    const { items: quarantined } = await whole.api.get<{ items: unknown[] }>('/api/v1/quarantine')
    expect(quarantined).toEqual([])
  })

  it('takes a link that a person draws, and keeps all of it over a restart', { timeout: 60_000 }, async () => {
    const draft = { a: 'hq.camera', b: 'hq.sw-a', bPort: 'if:Gi0/3', note: 'second cable' }
    const drawn = await whole.api.post<Link>('/api/v1/sites/hq/links', draft)
    expect(drawn).toMatchObject({ by: 'manual', drawnBy: 'admin', state: 'current' })
    await expect(whole.api.post('/api/v1/sites/hq/links', { ...draft, b: 'other.x' })).rejects.toThrow(/400/)
    const before = await graph()
    await whole.stopCollector()
    await whole.startCollector()
    const after = await graph()
    expect(ends(after.links)).toEqual(ends(before.links))
    expect(after.strangers).toEqual(before.strangers)
    await whole.api.remove(`/api/v1/sites/hq/links/${drawn.id}`)
    await expect(whole.api.remove(`/api/v1/sites/hq/links/${drawn.id}`)).rejects.toThrow(/404/)
    expect(ends((await graph()).links)).toEqual(FOUND)
    const { items } = await whole.api.get<{ items: { action: string; actor: string }[] }>('/api/v1/audit')
    expect(
      items.filter((entry) => entry.action.startsWith('link.')).map((entry) => `${entry.actor} ${entry.action}`),
    ).toEqual(['admin link.erase', 'admin link.draw'])
  })

  it('notes another unit in the place of a switch and another version of it; the place stays', {
    timeout: 60_000,
  }, async () => {
    const assets = () => whole.api.get<AssetList>('/api/v1/devices/hq.sw-a/assets')
    await until(async () => (await assets()).items[0]?.serial === 'FDO1', SLOW)
    expect((await assets()).changes).toEqual([])
    a.become({ serial: 'FDO777', since: Date.now() - 5_000 })
    await until(async () => (await assets()).items.length === 2, { ...SLOW, what: 'the swap' })
    a.become({ version: '17.9', since: Date.now() })
    await until(async () => (await assets()).changes.length === 2, { ...SLOW, what: 'the upgrade' })
    const { items, changes } = await assets()
    expect(items).toMatchObject([{ serial: 'FDO777', until: null }, { serial: 'FDO1' }])
    expect(changes.map((entry) => [entry.change, entry.before.serial, entry.after.serial])).toEqual([
      ['upgraded', 'FDO777', 'FDO777'],
      ['swapped', 'FDO1', 'FDO777'],
    ])
    const events = await whole.api.all<EventRow>('/api/v1/events?device=hq.sw-a&kind=asset')
    expect(events.map(({ event }) => (event as { change: string }).change)).toEqual(['upgraded', 'swapped'])
    const device = await whole.api.get<DeviceDetail>('/api/v1/devices/hq.sw-a')
    expect(device).toMatchObject({ serial: 'FDO777', state: 'up', active: true })
    expect((await whole.api.get<{ items: unknown[] }>('/api/v1/devices')).items).toHaveLength(3)
    await whole.stopCollector()
    await whole.startCollector()
    expect(await assets()).toMatchObject({ items, changes })
  })
})
