// Neighbours that announce themselves: LLDP (IEEE 802.1AB, LLDP-MIB) and CDP (CISCO-CDP-MIB).
import type { AnnouncedRow, ID_FORMS } from '#shared/domain/neighbours.ts'
import { bytesOf, type Columns, ipOf, macOf, macOfCell, numberOf, octetsOf, textOf } from './cell-text.ts'
import type { OwnPorts } from './own-ports.ts'

const LLDP = '1.0.8802.1.1.2.1'
const LOCAL = { form: `${LLDP}.3.7.1.2`, id: `${LLDP}.3.7.1.3`, descr: `${LLDP}.3.7.1.4` }
const REMOTE = {
  chassisForm: `${LLDP}.4.1.1.4`,
  chassis: `${LLDP}.4.1.1.5`,
  portForm: `${LLDP}.4.1.1.6`,
  port: `${LLDP}.4.1.1.7`,
  portDescr: `${LLDP}.4.1.1.8`,
  name: `${LLDP}.4.1.1.9`,
  descr: `${LLDP}.4.1.1.10`,
  caps: `${LLDP}.4.1.1.12`,
}
/** lldpRemManAddrIfSubtype: the addresses are in the index. */
const MANAGEMENT = `${LLDP}.4.2.1.3`
const CDP = '1.3.6.1.4.1.9.9.23.1.2.1.1'
const CACHE = {
  addressType: `${CDP}.3`,
  address: `${CDP}.4`,
  id: `${CDP}.6`,
  port: `${CDP}.7`,
  platform: `${CDP}.8`,
  caps: `${CDP}.9`,
}

export const LLDP_COLUMNS = [...Object.values(REMOTE), MANAGEMENT]
export const LLDP_LOCAL_COLUMNS = Object.values(LOCAL)
export const CDP_COLUMNS = Object.values(CACHE)

type Form = (typeof ID_FORMS)[number]
/** LldpChassisIdSubtype and LldpPortIdSubtype, by number. */
const CHASSIS_FORMS: Readonly<Record<number, Form>> = {
  1: 'local',
  2: 'alias',
  3: 'local',
  4: 'mac',
  5: 'address',
  6: 'name',
  7: 'local',
}
const PORT_FORMS: Readonly<Record<number, Form>> = {
  1: 'alias',
  2: 'local',
  3: 'mac',
  4: 'address',
  5: 'name',
  6: 'local',
  7: 'local',
}
/** Bits of LldpSystemCapabilitiesMap, the first is the highest. */
const LLDP_CAPS = ['other', 'repeater', 'bridge', 'wlan-access-point', 'router', 'telephone', 'docsis', 'station']
/** Bits of the CDP capabilities, the first is the lowest. */
const CDP_CAPS = ['router', 'bridge', 'bridge', 'bridge', 'station', 'igmp', 'repeater', 'telephone']

/** Indexes are lldpRemTimeMark.lldpRemLocalPortNum.lldpRemIndex; of one neighbour told twice the newest counts. */
export function lldpRows(cells: Columns, local: Columns, ports: OwnPorts): AnnouncedRow[] {
  const addresses = managementAddresses(cells)
  const cell = (oid: string, index: string) => cells.get(oid)?.get(index)
  const newest = new Map<string, { readonly mark: number; readonly row: AnnouncedRow }>()
  const indexes = new Set([...(cells.get(REMOTE.chassis)?.keys() ?? []), ...(cells.get(REMOTE.port)?.keys() ?? [])])
  for (const index of indexes) {
    const [mark = '', port = '', n = ''] = index.split('.')
    if (n === '') continue
    const said = (oid: string) => local.get(oid)?.get(port)
    const own = ports.byLldp(port, {
      ...{ form: numberOf(said(LOCAL.form)), id: textOf(said(LOCAL.id), 256), descr: textOf(said(LOCAL.descr), 256) },
      mac: macOfCell(said(LOCAL.id)),
    })
    const row: AnnouncedRow = {
      port: own,
      ...idOf('chassis', CHASSIS_FORMS[numberOf(cell(REMOTE.chassisForm, index))], cell(REMOTE.chassis, index)),
      ...idOf('remotePort', PORT_FORMS[numberOf(cell(REMOTE.portForm, index))], cell(REMOTE.port, index)),
      ...stated('portDescr', textOf(cell(REMOTE.portDescr, index), 255)),
      ...stated('name', textOf(cell(REMOTE.name, index), 255)),
      ...stated('descr', textOf(cell(REMOTE.descr, index), 160)),
      ...listed('caps', lldpCaps(bytesOf(cell(REMOTE.caps, index)))),
      ...listed('addresses', addresses.get(index) ?? []),
    }
    const key = `${port}.${n}`
    if (Number(mark) >= (newest.get(key)?.mark ?? -1)) newest.set(key, { mark: Number(mark), row })
  }
  return [...newest.values()].map(({ row }) => row)
}

/** Indexes are cdpCacheIfIndex.cdpCacheDeviceIndex; entries that grow old stay for minutes, so one neighbour comes once. */
export function cdpRows(cells: Columns, ports: OwnPorts): AnnouncedRow[] {
  const cell = (oid: string, index: string) => cells.get(oid)?.get(index)
  const indexes = new Set([...(cells.get(CACHE.id)?.keys() ?? []), ...(cells.get(CACHE.port)?.keys() ?? [])])
  return [...indexes].map((index) => {
    const type = cell(CACHE.addressType, index)
    const ip = type === undefined || numberOf(type) === 1 ? ipOf(bytesOf(cell(CACHE.address, index))) : undefined
    const remotePort = textOf(cell(CACHE.port, index), 255)
    return {
      port: ports.byIndex(index.split('.')[0] ?? ''),
      ...cdpId(textOf(cell(CACHE.id, index), 255)),
      ...(remotePort === '' ? {} : { remotePort, portForm: 'name' as const }),
      ...stated('descr', textOf(cell(CACHE.platform, index), 160)),
      ...listed('caps', cdpCaps(bytesOf(cell(CACHE.caps, index)))),
      ...listed('addresses', ip === undefined ? [] : [ip]),
    }
  })
}

/** Devices without a name call themselves by their MAC address. */
function cdpId(id: string): Partial<AnnouncedRow> {
  const octets = /^0x([0-9a-f]{12})$/i.exec(id)?.[1]
  const mac = octets === undefined ? undefined : macOf(Uint8Array.fromHex(octets))
  return mac === undefined ? stated('name', id) : { chassis: mac, chassisForm: 'mac' }
}

function idOf(
  field: 'chassis' | 'remotePort',
  form: Form | undefined,
  cell: Parameters<typeof textOf>[0],
): Partial<AnnouncedRow> {
  const formField = field === 'chassis' ? 'chassisForm' : 'portForm'
  const bytes = bytesOf(cell)
  // an address has its family before it (IANA: 1 IPv4, 2 IPv6)
  const address = form === 'address' ? ipOf(bytes?.subarray(1)) : undefined
  const text = (form === 'mac' ? macOfCell(cell) : undefined) ?? address ?? textOf(cell, 255)
  return text === '' ? {} : { [field]: text, ...(form === undefined ? {} : { [formField]: form }) }
}

/** By the index of the neighbour. The length before the address is left out by some. */
function managementAddresses(cells: Columns): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const index of cells.get(MANAGEMENT)?.keys() ?? []) {
    const arcs = index.split('.')
    const rest = arcs.slice(4)
    const octets = octetsOf(Number(rest[0]) === rest.length - 1 ? rest.slice(1) : rest)
    const ip = arcs[3] === '1' || arcs[3] === '2' ? ipOf(octets) : undefined
    const key = arcs.slice(0, 3).join('.')
    if (ip !== undefined && (found.get(key)?.length ?? 0) < 8) found.set(key, [...(found.get(key) ?? []), ip])
  }
  return found
}

function lldpCaps(bytes: Uint8Array | undefined): string[] {
  if (bytes === undefined || bytes.length === 0) return []
  return LLDP_CAPS.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

function cdpCaps(bytes: Uint8Array | undefined): string[] {
  const low = bytes?.at(-1) ?? 0
  return [...new Set(CDP_CAPS.filter((_, bit) => (low & (1 << bit)) !== 0))]
}

const stated = (field: 'portDescr' | 'name' | 'descr', text: string) => (text === '' ? {} : { [field]: text })
const listed = (field: 'caps' | 'addresses', list: readonly string[]) =>
  list.length === 0 ? {} : { [field]: [...list] }
