// Puts the MIB rows of a kind of equipment together.
import {
  interfaceRows,
  type PortState,
  type Rows,
  type ServerState,
  serverRows,
  systemRows,
  type UpsState,
  upsRows,
} from './models.ts'
import { createOidTable, type OidTable } from './oid-table.ts'
import type { Model } from './virtual-device.ts'

const IDENTITY: Readonly<Record<Model, { readonly objectId: string; readonly descr: string }>> = {
  'access-switch': {
    objectId: '1.3.6.1.4.1.9.1.1208',
    descr: 'Cisco IOS Software, simulated access switch, Version 15.2(7)E',
  },
  'core-switch': {
    objectId: '1.3.6.1.4.1.2011.2.23.291',
    descr: 'S6720 simulated core switch, VRP (R) software, Version 5.170',
  },
  ups: { objectId: '1.3.6.1.2.1.33', descr: 'Simulated Power SP-6000' },
  server: {
    objectId: '1.3.6.1.4.1.8072.3.2.10',
    descr: 'Linux srv 6.1.0-25-amd64 #1 SMP x86_64 (simulated)',
  },
}

/** The device's whole table; values are read when asked, so state changes show at once. */
export function tableOfModel(d: {
  readonly model: Model
  readonly name: string
  readonly uptime: () => number
  readonly ports: readonly PortState[]
  readonly ups: UpsState
  readonly server: ServerState
  readonly now: () => number
  readonly more: Rows
}): OidTable {
  const system = systemRows({ ...IDENTITY[d.model], name: d.name, location: 'Rack 1', uptime: d.uptime })
  const parts: Readonly<Record<Model, () => Rows>> = {
    'access-switch': () => interfaceRows(d.ports),
    'core-switch': () => interfaceRows(d.ports),
    ups: () => upsRows(d.ups, d.now),
    server: () => serverRows(d.server),
  }
  return createOidTable([...system, ...parts[d.model](), ...d.more])
}
