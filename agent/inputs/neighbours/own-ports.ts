// The ports of the device itself as they are named at this moment: ifIndex, bridge port and LLDP port to the polled resource.
import type { SnmpClient } from '../../protocols/snmp/snmp-client.ts'
import { type NamedRow, uniqueNames } from '../port-names.ts'
import { type Columns, macOfCell, numberOf, textOf } from './cell-text.ts'

export interface OwnPorts {
  readonly macs: readonly string[]
  /** '' when there is no such port. */
  byIndex(ifIndex: string): string
  /** The bridge calls its ports by numbers of its own (BRIDGE-MIB). */
  byBridgePort(port: string): string
  /** LLDP has a third numbering: what it says of the port decides, its number only when that says nothing. */
  byLldp(port: string, said: { form: number; id: string; mac: string | undefined; descr: string }): string
}

export const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'
export const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'
const IF_MAC = '1.3.6.1.2.1.2.2.1.6'
const IF_ALIAS = '1.3.6.1.2.1.31.1.1.1.18'
const BRIDGE_PORT = '1.3.6.1.2.1.17.1.4.1.2'
const MAX_PORTS = 4_096

/** What was read; undefined when the device did not answer (its client says why). */
export async function readOwnPorts(client: SnmpClient, signal: AbortSignal) {
  const answer = await client.columns([IF_NAME, IF_DESCR, IF_MAC, IF_ALIAS, BRIDGE_PORT], signal, {
    firstRows: MAX_PORTS,
  })
  return answer.outcome === 'ok' ? { outcome: 'ok' as const, value: ownPorts(answer.value) } : answer
}

export function ownPorts(cells: Columns): OwnPorts {
  const column = (oid: string) => cells.get(oid) ?? new Map()
  const indexes = new Set([...column(IF_NAME).keys(), ...column(IF_DESCR).keys()])
  const rows = [...indexes].map((index): NamedRow & { mac: string | undefined; alias: string } => {
    const descr = textOf(column(IF_DESCR).get(index), 256)
    const mac = macOfCell(column(IF_MAC).get(index))
    const name = textOf(column(IF_NAME).get(index), 256) || descr || index
    const alias = textOf(column(IF_ALIAS).get(index), 256)
    return { index, name: `if:${name}`.slice(0, 176), apart: [descr, mac ?? ''], mac, alias }
  })
  const names = uniqueNames(rows)
  const byName = onlyOne(rows.flatMap((row) => [row.name.slice(3), row.apart[0] ?? ''].map((key) => [key, row.index])))
  const byMac = onlyOne(rows.map((row) => [row.mac ?? '', row.index]))
  const byAlias = onlyOne(rows.map((row) => [row.alias, row.index]))
  const bridge = new Map([...column(BRIDGE_PORT)].map(([port, cell]) => [port, String(numberOf(cell))]))
  const byIndex = (index: string | undefined) => (index === undefined ? '' : (names.get(index) ?? ''))
  return {
    macs: [...new Set(rows.flatMap((row) => row.mac ?? []))],
    byIndex,
    byBridgePort: (port) => byIndex(bridge.get(port)),
    byLldp(port, { form, id, mac, descr }) {
      const said = byName.get(id) ?? byName.get(descr) ?? (mac === undefined ? undefined : byMac.get(mac))
      if (said !== undefined) return byIndex(said)
      if (form === 1 && byAlias.has(id)) return byIndex(byAlias.get(id))
      if (form === 7 && names.has(id)) return byIndex(id)
      // 802.1AB: the number is that of the bridge port, else the ifIndex
      return byIndex(bridge.get(port)) || byIndex(port)
    },
  }
}

/** Keys that name one row only; '' names none. */
function onlyOne(pairs: readonly (readonly string[])[]): Map<string, string> {
  const found = new Map<string, string>()
  const twice = new Set<string>()
  for (const [key = '', index = ''] of pairs) {
    if (found.has(key) && found.get(key) !== index) twice.add(key)
    if (key !== '') found.set(key, index)
  }
  for (const key of twice) found.delete(key)
  return found
}
