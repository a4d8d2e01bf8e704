// What the simulated kinds of equipment answer: written for this project from the public MIB documents.
import type { OidValue } from './oid-table.ts'

export type Rows = (readonly [string, OidValue])[]

export interface PortState {
  readonly index: number
  readonly name: string
  alias: string
  readonly speedMbps: number
  adminUp: boolean
  operUp: boolean
  /** Device uptime in ticks at the last change. */
  lastChange: number
  readonly inOctets: Flow
  readonly outOctets: Flow
  readonly inErrors: Flow
}

export interface ServerState {
  cpuPercent: number
  memoryUsedPercent: number
  diskUsedPercent: number
}

export interface UpsState {
  onBattery: boolean
  /** Simulation clock ms at which the battery took over. */
  since: number
  chargePercent: () => number
  loadPercent: number
}

/** A quantity that grows at a rate which may change without the total jumping. */
export interface Flow {
  total(): number
  setRate(perSecond: number): void
}

export function createFlow(now: () => number, start: number, perSecond: number): Flow {
  let base = start
  let since = now()
  let rate = perSecond
  const total = () => base + ((now() - since) / 1000) * rate
  return {
    total,
    setRate(next) {
      base = total()
      since = now()
      rate = next
    },
  }
}

const MIB2 = '1.3.6.1.2.1'

export function systemRows(s: {
  readonly descr: string
  readonly objectId: string
  readonly name: string
  readonly location: string
  readonly uptime: () => number
}): Rows {
  return [
    [`${MIB2}.1.1.0`, { type: 'OctetString', value: s.descr }],
    [`${MIB2}.1.2.0`, { type: 'OID', value: s.objectId }],
    [`${MIB2}.1.3.0`, { type: 'TimeTicks', value: s.uptime }],
    [`${MIB2}.1.4.0`, { type: 'OctetString', value: 'noc@example.com' }],
    [`${MIB2}.1.5.0`, { type: 'OctetString', value: s.name }],
    [`${MIB2}.1.6.0`, { type: 'OctetString', value: s.location }],
    [`${MIB2}.1.7.0`, { type: 'Integer', value: 2 }],
  ]
}

export function interfaceRows(ports: readonly PortState[]): Rows {
  const rows: Rows = [[`${MIB2}.2.1.0`, { type: 'Integer', value: ports.length }]]
  for (const port of ports) {
    const i = port.index
    const entry = (column: number, value: OidValue) => rows.push([`${MIB2}.2.2.1.${column}.${i}`, value])
    const extra = (column: number, value: OidValue) => rows.push([`${MIB2}.31.1.1.1.${column}.${i}`, value])
    const packets = (flow: Flow) => () => flow.total() / 700
    entry(1, { type: 'Integer', value: i })
    entry(2, { type: 'OctetString', value: port.name })
    entry(3, { type: 'Integer', value: 6 })
    entry(4, { type: 'Integer', value: 1500 })
    entry(5, { type: 'Gauge32', value: Math.min(port.speedMbps * 1e6, 4_294_967_295) })
    entry(6, { type: 'OctetString', value: Uint8Array.of(2, 0, 94, 0, i >> 8, i & 255) })
    entry(7, { type: 'Integer', value: () => (port.adminUp ? 1 : 2) })
    entry(8, { type: 'Integer', value: () => (port.adminUp && port.operUp ? 1 : 2) })
    entry(9, { type: 'TimeTicks', value: () => port.lastChange })
    entry(10, { type: 'Counter32', value: port.inOctets.total })
    entry(13, { type: 'Counter32', value: 0 })
    entry(14, { type: 'Counter32', value: port.inErrors.total })
    entry(16, { type: 'Counter32', value: port.outOctets.total })
    entry(19, { type: 'Counter32', value: 0 })
    entry(20, { type: 'Counter32', value: 0 })
    extra(1, { type: 'OctetString', value: port.name })
    extra(6, { type: 'Counter64', value: port.inOctets.total })
    extra(7, { type: 'Counter64', value: packets(port.inOctets) })
    extra(10, { type: 'Counter64', value: port.outOctets.total })
    extra(11, { type: 'Counter64', value: packets(port.outOctets) })
    extra(15, { type: 'Gauge32', value: port.speedMbps })
    extra(18, { type: 'OctetString', value: () => port.alias })
  }
  return rows
}

/** UPS-MIB, RFC 1628. */
export function upsRows(ups: UpsState, now: () => number): Rows {
  const root = `${MIB2}.33.1`
  const seconds = () => (ups.onBattery ? Math.floor((now() - ups.since) / 1000) : 0)
  return [
    [`${root}.1.1.0`, { type: 'OctetString', value: 'Simulated Power' }],
    [`${root}.1.2.0`, { type: 'OctetString', value: 'SP-6000' }],
    [`${root}.1.3.0`, { type: 'OctetString', value: '1.04' }],
    [`${root}.2.1.0`, { type: 'Integer', value: () => (ups.chargePercent() < 20 ? 3 : 2) }],
    [`${root}.2.2.0`, { type: 'Integer', value: seconds }],
    [`${root}.2.3.0`, { type: 'Integer', value: () => Math.floor(ups.chargePercent() * 0.4) }],
    [`${root}.2.4.0`, { type: 'Integer', value: () => ups.chargePercent() }],
    [`${root}.2.5.0`, { type: 'Integer', value: 2 * 273 }],
    [`${root}.2.7.0`, { type: 'Integer', value: 24 }],
    [`${root}.3.1.0`, { type: 'Counter32', value: 0 }],
    [`${root}.3.2.0`, { type: 'Integer', value: 1 }],
    [`${root}.3.3.1.2.1`, { type: 'Integer', value: () => (ups.onBattery ? 0 : 500) }],
    [`${root}.3.3.1.3.1`, { type: 'Integer', value: () => (ups.onBattery ? 0 : 229) }],
    [`${root}.4.1.0`, { type: 'Integer', value: () => (ups.onBattery ? 5 : 3) }],
    [`${root}.4.2.0`, { type: 'Integer', value: 500 }],
    [`${root}.4.3.0`, { type: 'Integer', value: 1 }],
    [`${root}.4.4.1.2.1`, { type: 'Integer', value: 230 }],
    [`${root}.4.4.1.5.1`, { type: 'Integer', value: () => ups.loadPercent }],
    [`${root}.6.1.0`, { type: 'Gauge32', value: () => (ups.onBattery ? 1 : 0) }],
  ]
}

/** HOST-RESOURCES-MIB (RFC 2790) and UCD-SNMP-MIB as net-snmp on Linux answers them. */
export function serverRows(server: ServerState): Rows {
  const hr = `${MIB2}.25`
  const ucd = '1.3.6.1.4.1.2021'
  const memoryKb = 8 * 1024 * 1024
  const storage: readonly (readonly [number, string, number, number, () => number])[] = [
    [1, 'Physical memory', 2, memoryKb, () => server.memoryUsedPercent],
    [31, '/', 4, 50 * 1024 * 1024, () => server.diskUsedPercent],
    [36, '/data', 4, 500 * 1024 * 1024, () => server.diskUsedPercent / 2],
  ]
  const rows: Rows = [
    [`${hr}.1.1.0`, { type: 'TimeTicks', value: 123_456_700 }],
    [`${hr}.1.6.0`, { type: 'Gauge32', value: 214 }],
    [`${hr}.2.2.0`, { type: 'Integer', value: memoryKb }],
  ]
  for (const [i, descr, type, kb, percent] of storage) {
    rows.push(
      [`${hr}.2.3.1.1.${i}`, { type: 'Integer', value: i }],
      [`${hr}.2.3.1.2.${i}`, { type: 'OID', value: `${hr}.2.1.${type}` }],
      [`${hr}.2.3.1.3.${i}`, { type: 'OctetString', value: descr }],
      [`${hr}.2.3.1.4.${i}`, { type: 'Integer', value: 4096 }],
      [`${hr}.2.3.1.5.${i}`, { type: 'Integer', value: kb / 4 }],
      [`${hr}.2.3.1.6.${i}`, { type: 'Integer', value: () => (kb / 4) * (percent() / 100) }],
    )
  }
  for (const cpu of [196608, 196609])
    rows.push(
      [`${hr}.3.3.1.1.${cpu}`, { type: 'OID', value: '0.0' }],
      [`${hr}.3.3.1.2.${cpu}`, { type: 'Integer', value: () => server.cpuPercent }],
    )
  for (const [n, name] of [
    [1, 'Load-1'],
    [2, 'Load-5'],
    [3, 'Load-15'],
  ] as const)
    rows.push(
      [`${ucd}.10.1.1.${n}`, { type: 'Integer', value: n }],
      [`${ucd}.10.1.2.${n}`, { type: 'OctetString', value: name }],
      [`${ucd}.10.1.3.${n}`, { type: 'OctetString', value: () => (server.cpuPercent / 50).toFixed(2) }],
      [`${ucd}.10.1.5.${n}`, { type: 'Integer', value: () => server.cpuPercent * 2 }],
    )
  rows.push(
    [`${ucd}.4.3.0`, { type: 'Integer', value: 2_097_152 }],
    [`${ucd}.4.4.0`, { type: 'Integer', value: 2_097_152 }],
    [`${ucd}.4.5.0`, { type: 'Integer', value: memoryKb }],
    [`${ucd}.4.6.0`, { type: 'Integer', value: () => memoryKb * (1 - server.memoryUsedPercent / 100) }],
    [`${ucd}.11.11.0`, { type: 'Integer', value: () => 100 - server.cpuPercent }],
  )
  return rows
}
