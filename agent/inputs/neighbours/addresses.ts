// Addresses a device has learned: MAC by port (BRIDGE-MIB, Q-BRIDGE-MIB), IP to MAC (IP-MIB), and its own.
import type { ArpRow, LearnedRow } from '#shared/domain/neighbours.ts'
import { type Columns, ipOf, macOf, macOfCell, numberOf, octetsOf, textOf } from './cell-text.ts'
import type { OwnPorts } from './own-ports.ts'

const FDB = { port: '1.3.6.1.2.1.17.4.3.1.2', status: '1.3.6.1.2.1.17.4.3.1.3' }
const Q_FDB = { port: '1.3.6.1.2.1.17.7.1.2.2.1.2', status: '1.3.6.1.2.1.17.7.1.2.2.1.3' }
const ARP = { mac: '1.3.6.1.2.1.4.22.1.2', type: '1.3.6.1.2.1.4.22.1.4' }
const NEIGHBOUR = { mac: '1.3.6.1.2.1.4.35.1.4', type: '1.3.6.1.2.1.4.35.1.6' }
const INVALID = 2
const LEARNED = 3
const ENTITY = { class: '1.3.6.1.2.1.47.1.1.1.1.5', serial: '1.3.6.1.2.1.47.1.1.1.1.11' }
const CHASSIS: ReadonlySet<number> = new Set([3, 11])

export const FDB_COLUMNS = [FDB.port, FDB.status, Q_FDB.port, Q_FDB.status]
export const ARP_COLUMNS = [ARP.mac, ARP.type]
export const NEIGHBOUR_COLUMNS = [NEIGHBOUR.mac, NEIGHBOUR.type]
export const ENTITY_COLUMNS = [ENTITY.class, ENTITY.serial]

/** Ports with no more addresses than this have all of them named: what stands there may be unknown. */
const FEW = 8
const MOST_NAMED = 512

/** By port; `isOfInterest` decides which addresses of a busy port are named. Its own addresses are not learned. */
export function learnedRows(cells: Columns, ports: OwnPorts, isOfInterest: (mac: string) => boolean): LearnedRow[] {
  const found = new Map<string, Set<string>>()
  for (const { port, status } of [FDB, Q_FDB]) {
    for (const [index, cell] of cells.get(port) ?? []) {
      const state = cells.get(status)?.get(index)
      if (state !== undefined && numberOf(state) !== LEARNED) continue
      const mac = macOf(octetsOf(index.split('.').slice(-6)))
      const bridgePort = numberOf(cell)
      if (mac === undefined || !(bridgePort > 0)) continue
      const resource = ports.byBridgePort(String(bridgePort))
      if (resource === '') continue
      const macs = found.get(resource) ?? new Set()
      found.set(resource, macs.add(mac))
    }
  }
  return [...found].map(([port, macs]) => {
    const named = macs.size <= FEW ? [...macs] : [...macs].filter(isOfInterest)
    return { port, count: macs.size, macs: named.sort().slice(0, MOST_NAMED) }
  })
}

/** `isOfInterest` addresses come first when there are more than `most`. */
export function arpRows(
  cells: Columns,
  ports: OwnPorts,
  isOfInterest: (ip: string) => boolean,
  most: number,
): ArpRow[] {
  const rows = new Map<string, ArpRow>()
  const take = (ifIndex: string, octets: number[] | undefined, mac: string | undefined) => {
    const ip = ipOf(octets)
    if (ip !== undefined && mac !== undefined && !ip.startsWith('fe80:'))
      rows.set(ip, { port: ports.byIndex(ifIndex), ip, mac })
  }
  for (const [index, cell] of cells.get(NEIGHBOUR.mac) ?? []) {
    if (numberOf(cells.get(NEIGHBOUR.type)?.get(index)) === INVALID) continue
    // ifIndex, address type, length, address
    const arcs = index.split('.')
    take(arcs[0] ?? '', octetsOf(arcs.slice(3)), macOfCell(cell))
  }
  for (const [index, cell] of cells.get(ARP.mac) ?? []) {
    if (numberOf(cells.get(ARP.type)?.get(index)) === INVALID) continue
    const arcs = index.split('.')
    take(arcs[0] ?? '', octetsOf(arcs.slice(-4)), macOfCell(cell))
  }
  const all = [...rows.values()]
  if (all.length <= most) return all
  return [...all.filter((row) => isOfInterest(row.ip)), ...all.filter((row) => !isOfInterest(row.ip))].slice(0, most)
}

/** Serial numbers of chassis and stacks (ENTITY-MIB): any of them may speak for the device. */
export function serialsOf(cells: Columns): string[] {
  const found = new Set<string>()
  for (const [index, cell] of cells.get(ENTITY.serial) ?? []) {
    const serial = textOf(cell, 128)
    if (serial !== '' && CHASSIS.has(numberOf(cells.get(ENTITY.class)?.get(index)))) found.add(serial)
  }
  return [...found].sort().slice(0, 64)
}
