import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '#shared/profiles/profile.ts'
import { loadProfiles } from '#shared/profiles/profiles.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { loadSnmprec } from '#test/support/virtual-site/snmprec.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '#test/support/virtual-site/virtual-site.ts'
import type { AgentDevice } from '../../devices/device.ts'
import type { DeviceIdentity } from '../../devices/device-identity.ts'
import { createSnmpClient } from '../../protocols/snmp/snmp.ts'
import type { SnmpClient, SnmpColumn } from '../../protocols/snmp/snmp-client.ts'
import { readProfiles } from './profile-files.ts'
import { createSnmpPoller, type SnmpPollDrop } from './snmp-poll.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles()).profiles
})
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function siteOf(...[options]: Parameters<typeof createVirtualSite>): Promise<VirtualSite> {
  const site = createVirtualSite(options)
  await site.start()
  closing.push(() => site.stop())
  return site
}

function pollerOf(
  device: AgentDevice,
  options: {
    profiles?: () => ReadonlyMap<string, Profile>
    maxSeries?: number
    maxValues?: number
    spoil?: (columns: Map<string, SnmpColumn>) => void
  } = {},
) {
  const { snmp } = device
  if (snmp === undefined) throw new Error('no snmp')
  const recorder = createMemoryRecorder()
  const real = createSnmpClient(
    { address: device.address, ...snmp, credentials: snmp },
    options.maxValues === undefined ? {} : { limits: { maxValues: options.maxValues } },
  )
  const calls: string[] = []
  const client: SnmpClient = {
    get(oids, signal) {
      calls.push(`get ${oids.length}`)
      return real.get(oids, signal)
    },
    async columns(oids, signal) {
      calls.push(`columns ${oids.length}`)
      const answer = await real.columns(oids, signal)
      if (answer.outcome === 'ok') options.spoil?.(answer.value as Map<string, SnmpColumn>)
      return answer
    },
    walk: real.walk,
    close: real.close,
  }
  closing.push(() => client.close())
  const identities: DeviceIdentity[] = []
  const drops: Partial<Record<SnmpPollDrop, number>> = {}
  const clock = { wallMs: 1_000_000, monoMs: 0, wall: () => clock.wallMs, mono: () => clock.monoMs }
  const poller = createSnmpPoller({
    device: { ...device, snmp },
    client,
    profiles: options.profiles ?? (() => profiles),
    recorder,
    log: pino({ enabled: false }),
    clock,
    onIdentity: (identity) => identities.push(identity),
    dropped: (reason, count) => {
      drops[reason] = (drops[reason] ?? 0) + count
    },
    ...(options.maxSeries === undefined ? {} : { maxSeries: options.maxSeries }),
  })
  const poll = () => poller.poll(AbortSignal.timeout(10_000))
  return { poller, poll, recorder, identities, calls, clock, drops }
}

describe('polling the simulated site', () => {
  it('counts and soon names a row that only another column has', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const OPER = '1.3.6.1.2.1.2.2.1.8'
    let more = false
    const spoil = (columns: Map<string, SnmpColumn>) => {
      for (const oid of more ? [OPER] : []) {
        const column = columns.get(oid)
        const [cell] = column?.values() ?? []
        if (column && cell) columns.set(oid, new Map([...column, ['4711', cell]]))
      }
    }
    const { poll, recorder, drops, clock } = pollerOf(site.device('access-1').asAgentDevice(), { spoil })
    await poll()
    more = true
    const first = recorder.definitions.length
    clock.wallMs += 60_000
    clock.monoMs += 10_000
    await poll()
    expect(recorder.definitions.length).toBe(first)
    expect(drops['unnamed-row']).toBeGreaterThan(0)
    clock.monoMs += 60_000
    await poll()
    clock.monoMs += 60_000
    await poll()
    expect(recorder.definitions.length).toBeGreaterThan(first)
  })

  it('records a switch: uptime first, states, counters, one time per poll, tags', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const { poll, recorder, identities } = pollerOf(site.device('access-1').asAgentDevice())
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(identities).toMatchObject([
      { device: 'access-1', profile: 'cisco', sysName: 'access-1', vendor: 'Cisco', tags: { location: 'Rack 1' } },
    ])
    expect(identities[0]?.profileReason).toBe('sysObjectID 1.3.6.1.4.1.9.1.1208 fits 1.3.6.1.4.1.9.1.*')
    expect(recorder.definitions[recorder.samples[0]?.n ?? -1]?.metric).toBe('sys.uptime')
    expect(new Set(recorder.samples.map((s) => s.at)).size).toBe(1)
    expect(recorder.definition('if.oper-status', 'if:GigabitEthernet0/1')).toMatchObject({
      kind: 'state',
      states: { 1: 'up', 2: 'down' },
      tags: { alias: 'uplink', index: '1', 'speed-mbps': '1000' },
    })
    expect(recorder.definition('if.in.octets', 'if:GigabitEthernet0/8')).toMatchObject({
      kind: 'counter64',
      unit: 'By',
    })
    expect(recorder.definition('if.in.errors', 'if:GigabitEthernet0/8')).toMatchObject({ kind: 'counter32' })
    expect(recorder.latest('if.in.octets', 'if:GigabitEthernet0/2')).toBeGreaterThan(1_000_000)
    expect(recorder.samples).toHaveLength(1 + 8 * 10)
  })

  it('shows a port that goes down in the next poll, and asks little by then', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const { poll, recorder, calls } = pollerOf(site.device('access-1').asAgentDevice())
    await poll()
    expect(recorder.latest('if.oper-status', 'if:GigabitEthernet0/3')).toBe(1)
    await site.fault('link-down')
    calls.length = 0
    const defined = recorder.definitions.length
    await poll()
    expect(recorder.latest('if.oper-status', 'if:GigabitEthernet0/3')).toBe(2)
    // the uptime, whether ports changed, and five of their names: this device does not tell of changes
    expect(calls).toEqual(['get 7', 'columns 10'])
    expect(recorder.definitions).toHaveLength(defined)
  })

  it('reads a UPS and a server over v3, with what must be computed', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const ups = pollerOf(site.device('ups-1').asAgentDevice())
    expect(await ups.poll()).toEqual({ outcome: 'ok' })
    expect(ups.identities[0]).toMatchObject({ vendor: 'Simulated Power', model: 'SP-6000', version: '1.04' })
    expect(ups.recorder.latest('ups.output-source')).toBe(3)
    expect(ups.recorder.latest('ups.battery.runtime')).toBe(2400)
    expect(ups.recorder.latest('ups.battery.voltage')).toBeCloseTo(54.6)
    expect(ups.recorder.latest('ups.output.load', 'output:1')).toBe(38)

    const server = pollerOf(site.device('server-1').asAgentDevice())
    expect(await server.poll()).toEqual({ outcome: 'ok' })
    expect(server.recorder.latest('cpu.load')).toBe(12)
    expect(server.recorder.latest('memory.used')).toBeCloseTo(41, 0)
    expect(server.recorder.latest('storage.used', 'storage:/')).toBeCloseTo(37, 0)
    expect(server.recorder.latest('storage.size', 'storage:/')).toBe(50 * 1024 ** 3)
    expect(server.recorder.latest('storage.used', 'storage:Physical memory')).toBeUndefined()
    expect(server.recorder.latest('host.load', 'load:5min')).toBeCloseTo(0.24)
    await site.fault('disk-full')
    await server.poll()
    expect(server.recorder.latest('storage.used', 'storage:/')).toBeCloseTo(99, 0)
  })

  it('falls back to 32-bit counters over v1 and where there are no others', async () => {
    const [spec] = SMALL_SITE.filter((s) => s.id === 'access-1')
    const site = await siteOf({ devices: [{ ...(spec as (typeof SMALL_SITE)[0]), polledWith: 'v1' }] })
    const { poll, recorder } = pollerOf(site.device('access-1').asAgentDevice())
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(recorder.definition('if.in.octets', 'if:GigabitEthernet0/1')?.kind).toBe('counter32')
    expect(recorder.latest('if.in.octets', 'if:GigabitEthernet0/1')).toBeGreaterThan(1_000_000)
  })

  it('learns rows and identity again after a reboot, and gives missing objects another chance hourly', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const device = site.device('access-1')
    const { poll, recorder, calls, clock } = pollerOf(device.asAgentDevice())
    await poll()
    device.reboot()
    const [port] = device.ports
    if (port) port.alias = 'to core'
    calls.length = 0
    await poll()
    expect(calls.filter((c) => c.startsWith('columns'))).toHaveLength(2)
    expect(recorder.definition('if.oper-status', 'if:GigabitEthernet0/1')?.tags?.alias).toBe('to core')
    await poll()
    calls.length = 0
    clock.monoMs += 3_600_000
    await poll()
    expect(calls[0]).toBe('get 3')
    const columns = calls.filter((call) => call.startsWith('columns')).map((call) => Number(call.split(' ')[1]))
    expect(Math.max(...columns)).toBeGreaterThan(16)
  })

  it('says how it failed: silence, garbage, wrong source, a table that repeats itself', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const device = site.device('access-1')
    const { poll, poller, recorder } = pollerOf(device.asAgentDevice({ timeoutMs: 100 }))
    device.setBehaviour('silent')
    expect(await poll()).toMatchObject({ outcome: 'timeout' })
    expect(await poller.probe?.(AbortSignal.timeout(5000))).toMatchObject({ outcome: 'timeout' })
    device.setBehaviour('garbage')
    expect((await poll()).outcome).not.toBe('ok')
    device.setBehaviour('wrong-source')
    expect((await poll()).outcome).not.toBe('ok')
    expect(recorder.samples).toHaveLength(0)
    device.setBehaviour('repeat')
    expect(await poll()).toMatchObject({ outcome: 'parse' })
    device.setBehaviour('normal')
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(await poller.probe?.(AbortSignal.timeout(5000))).toEqual({ outcome: 'ok' })
  })

  it('stops at the series limit of a device and counts the rest', async () => {
    const site = await siteOf({ devices: SMALL_SITE })
    const { poll, recorder, drops } = pollerOf(site.device('access-1').asAgentDevice(), { maxSeries: 20 })
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(recorder.samples).toHaveLength(21)
    expect(drops['series-limit']).toBe(60)
  })

  it('leaves out a table beyond the limits and reads the others', async () => {
    const site = await siteOf({ devices: [{ id: 'sw', model: 'access-switch', ports: 30 }] })
    const text = `
sysobjectid: 1.3.6.1.4.1.9.1.1208
metrics:
  - { table: { OID: 1.3.6.1.2.1.2.2, name: portTable }, symbols: [{ OID: 1.3.6.1.2.1.2.2.1.4, name: mtu }] }
  - table: { OID: 1.3.6.1.2.1.2.2, name: bigTable }
    symbols: [{ OID: 1.3.6.1.2.1.2.2.1.8, name: oper }, { OID: 1.3.6.1.2.1.2.2.1.7, name: admin }]
`
    const own = loadProfiles({ stock: [], user: [{ file: 'mine.yaml', text }] })
    const { poll, recorder, drops, calls } = pollerOf(site.device('sw').asAgentDevice(), {
      profiles: () => own.profiles,
      maxValues: 50,
    })
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(drops).toEqual({ 'table-limit': 1 })
    expect(recorder.samples).toHaveLength(1 + 30)
    calls.length = 0
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(calls).toEqual(['get 1', 'columns 1'])
  })

  it('reads a table that hardly changes only when its time has come', async () => {
    const text = `
sysobjectid: 1.3.6.1.4.1.9.1.1208
metrics:
  - table: { OID: 1.3.6.1.2.1.2.2, name: mtuTable }
    x-outrider: { resource: { prefix: port }, every: 600 }
    symbols: [{ OID: 1.3.6.1.2.1.2.2.1.4, name: mtu, x-outrider: { valid: { max: 9000, except: [1] } } }]
`
    const own = loadProfiles({ stock: [], user: [{ file: 'mine.yaml', text }] })
    const site = await siteOf({ devices: SMALL_SITE })
    const { poll, recorder, calls, clock } = pollerOf(site.device('access-1').asAgentDevice(), {
      profiles: () => own.profiles,
    })
    await poll()
    const first = recorder.samples.length
    expect(first).toBe(1 + 8)
    calls.length = 0
    clock.monoMs += 60_000
    await poll()
    expect(calls).toEqual(['get 1'])
    clock.monoMs += 540_000
    await poll()
    expect(calls.slice(1)).toEqual(['get 1', 'columns 1'])
    expect(recorder.samples).toHaveLength(2 * first + 1)
  })

  it('uses a profile a user wrote, with a condition on another column', async () => {
    const text = `
sysobjectid: 1.3.6.1.4.1.9.1.1208
metrics:
  - table: { OID: 1.3.6.1.2.1.2.2, name: portTable }
    symbols:
      - { OID: 1.3.6.1.2.1.2.2.1.4, name: mtu, condition: 'ifDescr="GigabitEthernet0/2"' }
    metric_tags: [{ column: { OID: 1.3.6.1.2.1.2.2.1.2, name: ifDescr } }]
  - symbol: { OID: 1.3.6.1.2.1.1.7, name: services }
`
    const own = loadProfiles({ stock: [], user: [{ file: 'mine.yaml', text }] })
    const site = await siteOf({ devices: SMALL_SITE })
    const { poll, recorder } = pollerOf(site.device('access-1').asAgentDevice(), { profiles: () => own.profiles })
    expect(await poll()).toEqual({ outcome: 'ok' })
    expect(recorder.latest('mtu', 'port:2')).toBe(1500)
    expect(recorder.latest('services')).toBe(2)
    expect(recorder.samples).toHaveLength(3)
  })
})

const walks = process.env.OUTRIDER_WALKS
const walkFiles = walks === undefined ? [] : readdirSync(walks).filter((file) => file.endsWith('.snmprec.gz'))

describe.skipIf(walks === undefined)('polling recorded walks of real equipment (OUTRIDER_WALKS)', () => {
  it.each(walkFiles)('%s', async (file) => {
    const table = loadSnmprec(`${walks}/${file}`)
    const site = await siteOf({ devices: [{ id: 'real', model: 'server', table }] })
    const { poll, recorder, identities } = pollerOf(site.device('real').asAgentDevice({ timeoutMs: 3000 }))
    expect(await poll()).toEqual({ outcome: 'ok' })
    const first = recorder.samples.length
    // Two of the walks begin behind the system group.
    if (table.get('1.3.6.1.2.1.1.3.0')) expect(first).toBeGreaterThan(0)
    expect(recorder.samples.every((s) => s.n >= 0)).toBe(true)
    expect(identities).toHaveLength(1)
    expect(await poll()).toEqual({ outcome: 'ok' })
    // Tables that hardly change are not read again so soon.
    expect(recorder.samples.length - first).toBeLessThanOrEqual(first)
    if (first > 1) expect(recorder.samples.length - first).toBeGreaterThan(first / 2)
  })
})

it('reads the profiles that come with the program without a problem', async () => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const loaded = await readProfiles([here])
  expect(loaded.problems).toEqual([])
  expect((await readProfiles(['/no/such/folder'])).problems).toMatchObject([{ severity: 'error' }])
})
