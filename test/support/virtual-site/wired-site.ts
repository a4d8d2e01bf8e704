// A small site whose switches tell of each other: a core, two access switches in a row, a UPS and a server.
import type { Rows } from './models.ts'
import type { VirtualDeviceSpec } from './virtual-device.ts'

const LLDP = '1.0.8802.1.1.2.1'
const ENTITY = '1.3.6.1.2.1.47.1.1.1.1'
const CISCO_TEMPERATURE = '1.3.6.1.4.1.9.9.13.1.3.1'

/** core-1 port 2 - access-1 port 1; access-1 port 2 - access-2 port 1. */
export const WIRED_SITE: readonly VirtualDeviceSpec[] = [
  {
    id: 'core-1',
    model: 'core-switch',
    ports: 4,
    logStyle: 'huawei',
    more: [...self(1, (n) => `XGigabitEthernet0/0/${n}`, 4), ...beside(2, 2, 'GigabitEthernet0/1', 'access-1')],
  },
  {
    id: 'access-1',
    model: 'access-switch',
    ports: 4,
    logStyle: 'cisco',
    more: [
      ...self(2, (n) => `GigabitEthernet0/${n}`, 4),
      ...beside(1, 1, 'XGigabitEthernet0/0/2', 'core-1'),
      ...beside(2, 3, 'GigabitEthernet0/1', 'access-2'),
      ...chassis('FDO2402W1', 'WS-C2960X-24TS-L'),
      [`${CISCO_TEMPERATURE}.2.1`, text('Inlet')],
      [`${CISCO_TEMPERATURE}.3.1`, { type: 'Gauge32', value: 31 }],
      [`${CISCO_TEMPERATURE}.4.1`, { type: 'Integer', value: 60 }],
      [`${CISCO_TEMPERATURE}.6.1`, { type: 'Integer', value: 1 }],
    ],
  },
  {
    id: 'access-2',
    model: 'access-switch',
    ports: 4,
    logStyle: 'cisco',
    more: [
      ...self(3, (n) => `GigabitEthernet0/${n}`, 4),
      ...beside(1, 2, 'GigabitEthernet0/2', 'access-1'),
      ...chassis('FDO2402W2', 'WS-C2960X-24TS-L'),
    ],
  },
  { id: 'ups-1', model: 'ups' },
  {
    id: 'server-1',
    model: 'server',
    polledWith: 'v3',
    users: [
      {
        ...{ user: 'outrider', level: 'authPriv', authProtocol: 'sha256', authKey: 'simulated-auth-key' },
        ...{ privProtocol: 'aes', privKey: 'simulated-priv-key' },
      },
    ],
  },
]

function text(value: string): Rows[number][1] {
  return { type: 'OctetString', value }
}

/** How a switch names itself and its ports (LLDP-MIB, IEEE 802.1AB). */
function self(n: number, nameOf: (port: number) => string, ports: number): Rows {
  const rows: Rows = [
    [`${LLDP}.3.1.0`, { type: 'Integer', value: 4 }],
    [`${LLDP}.3.2.0`, { type: 'OctetString', value: chassisOf(n) }],
  ]
  for (let port = 1; port <= ports; port++)
    rows.push(
      [`${LLDP}.3.7.1.2.${port}`, { type: 'Integer', value: 5 }],
      [`${LLDP}.3.7.1.3.${port}`, text(nameOf(port))],
    )
  return rows
}

/** Who stands at a port: the other one's number, port and name. */
function beside(port: number, n: number, otherPort: string, name: string): Rows {
  return [
    [`${LLDP}.4.1.1.4.0.${port}.1`, { type: 'Integer', value: 4 }],
    [`${LLDP}.4.1.1.5.0.${port}.1`, { type: 'OctetString', value: chassisOf(n) }],
    [`${LLDP}.4.1.1.6.0.${port}.1`, { type: 'Integer', value: 5 }],
    [`${LLDP}.4.1.1.7.0.${port}.1`, text(otherPort)],
    [`${LLDP}.4.1.1.9.0.${port}.1`, text(name)],
    // a bridge, and it works as one
    [`${LLDP}.4.1.1.11.0.${port}.1`, { type: 'OctetString', value: Uint8Array.of(0x20, 0) }],
    [`${LLDP}.4.1.1.12.0.${port}.1`, { type: 'OctetString', value: Uint8Array.of(0x20, 0) }],
  ]
}

/** The unit itself (ENTITY-MIB, RFC 6933). */
function chassis(serial: string, model: string): Rows {
  return [
    [`${ENTITY}.4.1`, { type: 'Integer', value: 0 }],
    [`${ENTITY}.5.1`, { type: 'Integer', value: 3 }],
    [`${ENTITY}.11.1`, text(serial)],
    [`${ENTITY}.13.1`, text(model)],
  ]
}

function chassisOf(n: number): Uint8Array {
  return Uint8Array.of(2, 0, 94, 0, 1, n)
}
