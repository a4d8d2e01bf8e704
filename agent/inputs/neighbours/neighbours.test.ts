// What devices tell of their neighbours: on small tables written for it, and on recorded walks of real equipment.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { type NeighboursEvent, neighbourKey } from '#shared/domain/neighbours.ts'
import { decodeEvents, encodeEvent } from '#shared/wire/event-lines.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import { createTableClient } from '#test/support/table-client.ts'
import type { OidTable } from '#test/support/virtual-site/oid-table.ts'
import { loadSnmprec, parseSnmprec } from '#test/support/virtual-site/snmprec.ts'
import { createNeighboursPoller, type NeighboursDeps } from './neighbours.ts'
import { createSiteAddresses } from './site-addresses.ts'
import { partsOf } from './teller.ts'

const snmp = { version: 'v2c', port: 161, timeoutMs: 1000, retries: 0, intervalMs: 60_000, maxRepetitions: 25 } as const
const device = { id: 'sw-1', name: 'Switch', address: '192.0.2.1', tags: {}, parents: [], snmp }

async function read(table: OidTable, more: Partial<NeighboursDeps> = {}, addresses: string[] = []) {
  const events: NeighboursEvent[] = []
  const site = createSiteAddresses()
  site.replace(addresses)
  const poller = createNeighboursPoller({
    ...{ device, client: createTableClient(table), site, wanted: () => true, log: pino({ level: 'silent' }) },
    recorder: { event: (event: DeviceEvent) => void events.push(event as NeighboursEvent) },
    clock: { wall: () => 1_790_000_000_000, mono: () => 1_000 },
    ...more,
  })
  const outcome = await poller.poll(new AbortController().signal)
  const of = (name: string) => events.filter((event) => event.table === name)
  return { poller, events, outcome, of, one: (name: string) => of(name)[0] as NeighboursEvent }
}

const PORTS = [
  '1.3.6.1.2.1.2.2.1.2.1|4|GigabitEthernet0/1',
  '1.3.6.1.2.1.2.2.1.2.2|4|GigabitEthernet0/2',
  '1.3.6.1.2.1.2.2.1.2.10|4|Vlan1',
  '1.3.6.1.2.1.2.2.1.6.1|4x|001122334401',
  '1.3.6.1.2.1.2.2.1.6.2|4x|001122334402',
  '1.3.6.1.2.1.31.1.1.1.1.1|4|Gi0/1',
  '1.3.6.1.2.1.31.1.1.1.1.2|4|Gi0/2',
  '1.3.6.1.2.1.31.1.1.1.1.10|4|Vl1',
  // bridge ports 5 and 6 are ifIndex 1 and 2
  '1.3.6.1.2.1.17.1.4.1.2.5|2|1',
  '1.3.6.1.2.1.17.1.4.1.2.6|2|2',
]
const tableOf = (...lines: string[]) => parseSnmprec(lines.join('\n'))

describe('neighbours', () => {
  it('reads LLDP with ids of every form and addresses with and without their length', async () => {
    const rem = '1.0.8802.1.1.2.1.4.1.1'
    const { one, outcome } = await read(
      tableOf(
        ...PORTS,
        '1.0.8802.1.1.2.1.3.7.1.2.5|2|5',
        '1.0.8802.1.1.2.1.3.7.1.3.5|4|Gi0/1',
        '1.0.8802.1.1.2.1.3.7.1.2.6|2|7',
        '1.0.8802.1.1.2.1.3.7.1.3.6|4|606',
        ...[`${rem}.4.100.5.1|2|4`, `${rem}.5.100.5.1|4x|00aabbccddee`, `${rem}.6.100.5.1|2|5`],
        ...[`${rem}.7.100.5.1|4|Gi1/0/24`, `${rem}.9.100.5.1|4|core-1`, `${rem}.12.100.5.1|4x|2800`],
        // told again, later: the newest counts
        ...[`${rem}.4.200.5.1|2|4`, `${rem}.5.200.5.1|4x|00aabbccddee`, `${rem}.6.200.5.1|2|5`],
        ...[`${rem}.7.200.5.1|4|Gi1/0/25`, `${rem}.9.200.5.1|4|core-1`],
        ...[`${rem}.4.100.6.2|2|5`, `${rem}.5.100.6.2|4x|01c0000207`, `${rem}.6.100.6.2|2|3`],
        ...[`${rem}.7.100.6.2|4x|00aabbccdd01`, `${rem}.9.100.6.2|4x|1b5b33316d6576696c`],
        '1.0.8802.1.1.2.1.4.2.1.3.200.5.1.1.4.192.0.2.9|2|2',
        '1.0.8802.1.1.2.1.4.2.1.3.100.6.2.1.192.0.2.7|2|2',
      ),
    )
    expect(outcome.outcome).toBe('ok')
    expect(one('lldp').announced).toEqual([
      {
        ...{ port: 'if:Gi0/1', chassis: '00:aa:bb:cc:dd:ee', chassisForm: 'mac' },
        ...{ remotePort: 'Gi1/0/25', portForm: 'name', name: 'core-1', addresses: ['192.0.2.9'] },
      },
      {
        // 606 is no name and no ifIndex: the bridge port says which
        ...{ port: 'if:Gi0/2', chassis: '192.0.2.7', chassisForm: 'address' },
        ...{ remotePort: '00:aa:bb:cc:dd:01', portForm: 'mac', addresses: ['192.0.2.7'], name: expect.any(String) },
      },
    ])
    expect(one('lldp').announced?.[1]?.name).not.toContain('\u001b')
  })

  it('reads CDP, ARP and the forwarding table; a busy port names only what is looked for', async () => {
    const busy = Array.from({ length: 40 }, (_, i) => `1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.1.${i}|2|6`)
    const { one } = await read(
      tableOf(
        ...PORTS,
        '1.3.6.1.4.1.9.9.23.1.2.1.1.3.1.7|2|1',
        '1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.7|4x|c0000208',
        '1.3.6.1.4.1.9.9.23.1.2.1.1.6.1.7|4|core-2.example.net',
        '1.3.6.1.4.1.9.9.23.1.2.1.1.7.1.7|4|GigabitEthernet0/8',
        '1.3.6.1.4.1.9.9.23.1.2.1.1.9.1.7|4x|0000000a',
        '1.3.6.1.2.1.4.22.1.2.10.192.0.2.50|4x|020000000105',
        '1.3.6.1.2.1.4.22.1.2.10.192.0.2.51|4x|020000000199',
        '1.3.6.1.2.1.4.22.1.4.10.192.0.2.51|2|2',
        ...busy,
        '1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.9.9|2|5',
        // its own address and one of a group
        '1.3.6.1.2.1.17.4.3.1.2.0.17.34.51.68.1|2|5',
        '1.3.6.1.2.1.17.4.3.1.3.0.17.34.51.68.1|2|4',
        '1.3.6.1.2.1.17.4.3.1.2.1.0.94.0.0.1|2|5',
      ),
      {},
      ['192.0.2.50'],
    )
    expect(one('cdp').announced).toEqual([
      {
        ...{ port: 'if:Gi0/1', name: 'core-2.example.net', remotePort: 'GigabitEthernet0/8', portForm: 'name' },
        ...{ caps: ['bridge'], addresses: ['192.0.2.8'] },
      },
    ])
    expect(one('arp').arp).toEqual([{ port: 'if:Vl1', ip: '192.0.2.50', mac: '02:00:00:00:01:05' }])
    expect(one('fdb').learned).toEqual([
      { port: 'if:Gi0/1', count: 1, macs: ['02:00:00:00:09:09'] },
      { port: 'if:Gi0/2', count: 40, macs: ['02:00:00:00:01:05'] },
    ])
    expect(one('self').self?.macs).toEqual(['00:11:22:33:44:01', '00:11:22:33:44:02'])
  })

  it('tells a table again only when it changed, and asks nothing while the collector does not read it', async () => {
    const { poller, events } = await read(tableOf(...PORTS))
    expect(events.map((event) => event.table)).toEqual(['self', 'lldp', 'cdp', 'arp', 'fdb'])
    await poller.poll(new AbortController().signal)
    expect(events).toHaveLength(5)
    const never = await read(tableOf(...PORTS), { wanted: () => false })
    expect(never.events).toEqual([])
  })

  it('leaves out a forwarding table that is too long, and says so', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.1.${i}|2|6`)
    const { one } = await read(tableOf(...PORTS, ...rows), { limits: { fdbRows: 50 } })
    expect(one('fdb')).toMatchObject({ note: 'more than 50 rows', range: { after: null, upTo: null } })
    expect(one('fdb').learned).toBeUndefined()
  })

  it('goes on with the table it could not finish', async () => {
    const client = createTableClient(tableOf(...PORTS))
    let fails = true
    const columns: typeof client.columns = async (oids, signal) =>
      fails && oids[0]?.startsWith('1.3.6.1.4.1.9')
        ? { outcome: 'timeout', detail: 'none' }
        : client.columns(oids, signal)
    const { poller, events, outcome } = await read(tableOf(), { client: { ...client, columns } })
    expect(outcome.outcome).toBe('timeout')
    expect(events.map((event) => event.table)).toEqual(['self', 'lldp'])
    fails = false
    await poller.poll(new AbortController().signal)
    expect(events.map((event) => event.table)).toEqual(['self', 'lldp', 'cdp', 'arp', 'fdb'])
  })

  it('splits a long table into parts that cover every key once', () => {
    const announced = Array.from({ length: 900 }, (_, i) => ({
      ...{ port: `if:Gi0/${i % 9}`, name: `access-point-${i}`, descr: 'x'.repeat(100) },
    })).sort((a, b) => (neighbourKey(a) < neighbourKey(b) ? -1 : 1))
    const parts = partsOf('cdp', { announced }, 'sw-1', 1)
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.flatMap((part) => part.announced)).toEqual(announced)
    expect([parts[0]?.range.after, parts.at(-1)?.range.upTo]).toEqual([null, null])
    for (const [i, part] of parts.entries()) if (i > 0) expect(part.range.after).toBe(parts[i - 1]?.range.upTo)
    for (const part of parts) {
      const line = encodeEvent(part)
      expect(Buffer.byteLength(line)).toBeLessThan(MAX_RECORD_BYTES)
      expect(decodeEvents(Buffer.from(line))).toEqual([part])
    }
  })
})

const walks = process.env.OUTRIDER_WALKS
describe.skipIf(walks === undefined)('neighbours on recorded walks', () => {
  const files = walks === undefined ? [] : readdirSync(walks).filter((name) => /\.snmprec(\.gz)?$/.test(name))
  it.each(files)('%s', async (file) => {
    const { events, outcome } = await read(loadSnmprec(join(walks as string, file)))
    expect(outcome.outcome).toBe('ok')
    for (const event of events) expect(decodeEvents(Buffer.from(encodeEvent(event)))).toEqual([event])
  })
})
