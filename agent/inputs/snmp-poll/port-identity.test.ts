// A port keeps its series whatever number the device gives it: after a restart, another card, a stack member in the middle.
import fc from 'fast-check'
import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '#shared/profiles/profile.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { createTableClient } from '#test/support/table-client.ts'
import { createOidTable, type OidValue } from '#test/support/virtual-site/oid-table.ts'
import { uniqueNames } from '../port-names.ts'
import { readProfiles } from './profile-files.ts'
import { createSnmpPoller } from './snmp-poll.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles()).profiles
})

interface Port {
  readonly name: string
  readonly descr: string
  readonly mac: number
  readonly octets: number
  readonly alias?: string
}
const port = (name: string, octets: number, more: Partial<Port> = {}): Port => ({
  ...{ name, descr: `descr ${name}`, mac: octets, octets },
  ...more,
})

/** A device of which the test decides which port has which ifIndex. */
function deviceOf(first: ReadonlyMap<number, Port>) {
  const state = { ports: first, ticks: 100_000, lastChange: undefined as number | undefined }
  const recorder = createMemoryRecorder()
  const clock = { wallMs: 1_000_000, monoMs: 0, wall: () => clock.wallMs, mono: () => clock.monoMs }
  let changed = 0
  let asked = 0
  const tableNow = () => {
    const cells: [string, OidValue][] = [
      ['1.3.6.1.2.1.1.1.0', { type: 'OctetString', value: 'a switch' }],
      ['1.3.6.1.2.1.1.2.0', { type: 'OID', value: '1.3.6.1.4.1.99999.1' }],
      ['1.3.6.1.2.1.1.3.0', { type: 'TimeTicks', value: state.ticks }],
    ]
    if (state.lastChange !== undefined)
      cells.push(['1.3.6.1.2.1.31.1.5.0', { type: 'TimeTicks', value: state.lastChange }])
    for (const [index, { name, descr, mac, octets, alias }] of state.ports) {
      const text = (oid: string, value: string) => cells.push([`${oid}.${index}`, { type: 'OctetString', value }])
      text('1.3.6.1.2.1.2.2.1.2', descr)
      cells.push([
        `1.3.6.1.2.1.2.2.1.6.${index}`,
        { type: 'OctetString', value: Uint8Array.of(2, 0, 0, 0, mac >> 8, mac & 255) },
      ])
      cells.push([`1.3.6.1.2.1.2.2.1.8.${index}`, { type: 'Integer', value: 1 }])
      if (name !== '') text('1.3.6.1.2.1.31.1.1.1.1', name)
      cells.push([`1.3.6.1.2.1.31.1.1.1.6.${index}`, { type: 'Counter64', value: octets }])
      if (alias) text('1.3.6.1.2.1.31.1.1.1.18', alias)
    }
    return createOidTable(cells)
  }
  const poller = createSnmpPoller({
    device: {
      ...{ id: 'sw', name: 'sw', address: '192.0.2.1', tags: {}, parents: [] },
      snmp: { version: 'v2c', port: 161, timeoutMs: 1000, retries: 0, intervalMs: 60_000, maxRepetitions: 25 },
    },
    client: {
      get: (oids, signal) => createTableClient(tableNow()).get(oids, signal),
      columns(oids, signal) {
        asked += oids.length
        return createTableClient(tableNow()).columns(oids, signal)
      },
      walk: (oid, signal) => createTableClient(tableNow()).walk(oid, signal),
      close: () => undefined,
    },
    ...{ profiles: () => profiles, recorder, log: pino({ enabled: false }), clock },
    onPortsChanged: () => void changed++,
  })
  return {
    ...{ state, recorder },
    changed: () => changed,
    async poll(seconds = 60) {
      clock.wallMs += seconds * 1000
      clock.monoMs += seconds * 1000
      state.ticks += seconds * 100
      const from = recorder.samples.length
      asked = 0
      expect(await poller.poll(AbortSignal.timeout(5_000))).toEqual({ outcome: 'ok' })
      const octets: Record<string, number> = {}
      for (const { n, value } of recorder.samples.slice(from)) {
        const series = recorder.definitions[n]
        if (series?.metric === 'if.in.octets') octets[series.resource] = value
      }
      return { octets, asked, index: (resource: string) => recorder.definition('if.in.octets', resource)?.tags?.index }
    },
  }
}

const A = port('Gi1/0/1', 1000)
const B = port('Gi1/0/2', 2000)
const C = port('Gi2/0/1', 3000)
const D = port('Gi3/0/1', 4000)
const NORMAL = { 'if:Gi1/0/1': 1000, 'if:Gi1/0/2': 2000, 'if:Gi2/0/1': 3000 }

describe('identity of ports', () => {
  it('survives a restart that shifts every number', async () => {
    const device = deviceOf(
      new Map([
        [1, A],
        [2, B],
        [3, C],
      ]),
    )
    expect((await device.poll()).octets).toEqual(NORMAL)
    device.state.ports = new Map([
      [2, A],
      [3, B],
      [4, C],
    ])
    device.state.ticks = 500
    const after = await device.poll(0)
    expect(after.octets).toEqual(NORMAL)
    expect(after.index('if:Gi1/0/1')).toBe('2')
    expect(device.changed()).toBe(1)
  })

  it('survives another unit in the place that has been up for longer', async () => {
    const device = deviceOf(
      new Map([
        [1, A],
        [2, B],
      ]),
    )
    await device.poll()
    device.state.ports = new Map([
      [1, B],
      [2, A],
    ])
    device.state.ticks += 90_000_000
    expect((await device.poll()).octets).toEqual({ 'if:Gi1/0/1': 1000, 'if:Gi1/0/2': 2000 })
  })

  it.each<[string, number | undefined]>([
    ['that says so (ifTableLastChange)', 777],
    ['that says nothing', undefined],
  ])('survives a stack member in the middle, without a restart, on a device %s', async (_, change) => {
    const device = deviceOf(
      new Map([
        [1, A],
        [2, B],
        [3, C],
      ]),
    )
    if (change !== undefined) device.state.lastChange = 5
    await device.poll()
    device.state.ports = new Map([
      [1, A],
      [2, B],
      [3, D],
      [4, C],
    ])
    if (change !== undefined) device.state.lastChange = change
    expect((await device.poll(10)).octets).toEqual({ ...NORMAL, 'if:Gi3/0/1': 4000 })
  })

  it('notices that two ports changed numbers though none is new and nothing is said', async () => {
    const many = Array.from({ length: 20 }, (_, i) => port(`Gi1/0/${i + 1}`, 1000 + i))
    const device = deviceOf(new Map(many.map((p, i) => [i + 1, p])))
    await device.poll()
    const before = Object.fromEntries(many.map((p) => [`if:${p.name}`, p.octets]))
    device.state.ports = new Map(many.toReversed().map((p, i) => [i + 1, p]))
    expect((await device.poll()).octets).toEqual(before)
  })

  it('lets a device be whose names change with every look', async () => {
    const named = (n: number) => new Map([[1, port(`at ${n}`, 1)]])
    const device = deviceOf(named(0))
    for (let n = 0; n < 30; n++) {
      device.state.ports = named(n)
      await device.poll()
    }
    expect(new Set(device.recorder.definitions.map((d) => d.resource)).size).toBeLessThan(12)
  })

  it('asks names again only when there is a reason', async () => {
    const device = deviceOf(
      new Map([
        [1, A],
        [2, B],
      ]),
    )
    const first = await device.poll()
    const second = await device.poll()
    const third = await device.poll()
    expect(first.asked).toBeGreaterThan(third.asked)
    expect(second.asked).toBe(third.asked)
    expect(device.changed()).toBe(0)
  })

  it('does not take another description (ifAlias) for another port', async () => {
    const device = deviceOf(
      new Map([
        [1, A],
        [2, B],
      ]),
    )
    await device.poll()
    device.state.ports = new Map([
      [1, { ...A, alias: 'uplink to core' }],
      [2, B],
    ])
    await device.poll(3_700)
    expect(device.recorder.definition('if.in.octets', 'if:Gi1/0/1')?.tags?.alias).toBe('uplink to core')
    expect(
      new Set(device.recorder.definitions.filter((d) => d.metric === 'if.in.octets').map((d) => d.resource)).size,
    ).toBe(2)
  })

  it('names ports without ifName by ifDescr, and tells equal ones apart by what stays', async () => {
    const x = port('', 1, { descr: 'Ethernet Port', mac: 7 })
    const y = port('', 2, { descr: 'Ethernet Port', mac: 8 })
    const z = port('', 3, { descr: 'ethernet port', mac: 9 })
    const device = deviceOf(
      new Map([
        [1, x],
        [2, y],
        [3, z],
      ]),
    )
    const first = (await device.poll()).octets
    expect(Object.keys(first)).toEqual(['if:Ethernet Port', 'if:Ethernet Port#02:00:00:00:00:08', 'if:ethernet port'])
    device.state.ports = new Map([
      [11, y],
      [12, z],
      [13, x],
    ])
    device.state.ticks = 1
    expect((await device.poll(0)).octets).toEqual(first)
  })

  const row = fc.record({
    name: fc.constantFrom('if:a', 'if:A', 'if:b', 'if:b#2', 'if:'),
    descr: fc.constantFrom('', 'x', 'y'),
    mac: fc.nat(5),
  })
  it('gives each row one name, the same for the same row under any numbering', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        fc.array(fc.integer(), { minLength: 12, maxLength: 12 }),
        (rows, order) => {
          const named = (all: readonly (typeof rows)[number][]) => {
            const names = uniqueNames(
              all.map((r, i) => ({ index: String(i + 1), name: r.name, apart: [r.descr, String(r.mac)] })),
            )
            expect(names.size).toBe(all.length)
            expect(new Set(names.values()).size).toBe(all.length)
            return all.map((r, i) => `${r.name} ${r.descr} ${r.mac}: ${names.get(String(i + 1))}`).sort()
          }
          const mixed = rows
            .map((r, i) => [order[i] as number, r] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, r]) => r)
          expect(named(mixed)).toEqual(named(rows))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('keeps every series over random renumberings, told or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 3 }), restart: fc.boolean() }),
          { minLength: 1, maxLength: 5 },
        ),
        async (steps) => {
          const all = Array.from({ length: 7 }, (_, i) => port(`Gi1/0/${i + 1}`, 100 * (i + 1)))
          const device = deviceOf(new Map(all.map((p, i) => [i + 1, p])))
          await device.poll()
          for (const { order, restart } of steps) {
            device.state.ports = new Map(order.map((n, i) => [i + 1, all[n] as Port]))
            if (restart) device.state.ticks = 10
            // more names than are looked at in one poll: a pair may be noticed one poll later, a restart at once
            if (!restart) await device.poll()
            const { octets } = await device.poll(restart ? 0 : 60)
            for (const n of order) expect(octets[`if:Gi1/0/${n + 1}`]).toBe(100 * (n + 1))
            expect(Object.keys(octets)).toHaveLength(order.length)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})
