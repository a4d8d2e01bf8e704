// Devices in a table from a spreadsheet: one row names the columns, each one below it is a device.
import { type TableRow, withoutGuard } from '../ui/csv.ts'
import { listOf } from './device-form.ts'
import { freeId } from './ids.ts'

// biome-ignore format: one line reads better
export const DEVICE_COLUMNS = ['id', 'name', 'address', 'credentials', 'profile', 'port', 'ping', 'tcp', 'http', 'parents', 'tags', 'agent'] as const
export type DeviceColumn = (typeof DEVICE_COLUMNS)[number]

export interface DeviceTable {
  /** Titles as they stand in the table, and what each is taken for. */
  readonly titles: readonly string[]
  readonly columns: readonly (DeviceColumn | undefined)[]
  /** Rows with a device, and each as the API takes it; what a row leaves empty is left out. */
  readonly rows: readonly TableRow[]
  readonly devices: readonly Record<string, unknown>[]
  /** Column titles nobody knows; their cells are not used. */
  readonly unknown: readonly string[]
  /** False: no column is the address. */
  readonly readable: boolean
}

/** What is in the site already: a row without an id is the device of its address. */
export interface KnownDevice {
  readonly id: string
  readonly address: string
}

/** Titles may stand below a heading of the whole table. */
const TITLES_WITHIN = 10

/** `names`: what else than its own name a column may be called (in the reader's language). */
export function devicesFrom(
  table: readonly TableRow[],
  names: Readonly<Partial<Record<DeviceColumn, readonly string[]>>>,
  known: readonly KnownDevice[] = [],
): DeviceTable {
  const meant = new Map<string, DeviceColumn>()
  for (const column of DEVICE_COLUMNS)
    for (const name of [column, ...(ALSO[column] ?? []), ...(names[column] ?? [])]) meant.set(plain(name), column)
  const at = table
    .slice(0, TITLES_WITHIN)
    .findIndex(({ cells }) => cells.some((c) => meant.get(plain(c)) === 'address'))
  const titles = table[Math.max(0, at)]?.cells ?? []
  const columns = titles.map((title) => meant.get(plain(title)))
  const unknown = titles.filter((title, i) => columns[i] === undefined && title.trim() !== '')
  if (at < 0) return { titles, columns, rows: [], devices: [], unknown, readable: false }
  const rows: TableRow[] = []
  const devices: Record<string, unknown>[] = []
  const ids = takenIds(known)
  for (const line of table.slice(at + 1)) {
    const row: Partial<Record<DeviceColumn, string>> = {}
    columns.forEach((column, i) => {
      const cell = withoutGuard(line.cells[i]?.trim() ?? '')
      if (column !== undefined && cell !== '') row[column] = cell
    })
    if (Object.keys(row).length === 0) continue
    rows.push(line)
    devices.push(deviceOf(row, ids))
  }
  return { titles, columns, rows, devices, unknown, readable: true }
}

/** The column a problem of the API speaks of. */
export function columnOf(path: string): DeviceColumn | undefined {
  const [head, next] = path.split('.')
  if (head === 'snmp') return next === 'profile' || next === 'port' ? next : 'credentials'
  if (head === 'icmp') return 'ping'
  return DEVICE_COLUMNS.find((column) => column === head)
}

const ALSO: Readonly<Partial<Record<DeviceColumn, readonly string[]>>> = {
  address: ['ip', 'ip address', 'ip addr', 'host', 'management ip', 'mgmt ip'],
  name: ['device', 'device name', 'hostname', 'sysname'],
  credentials: ['snmp', 'credential'],
  port: ['snmp port'],
  tcp: ['ports', 'tcp ports'],
  http: ['url', 'urls', 'web'],
}

const NO = new Set(['no', 'false', '0', 'n', 'off', '-'])

/** Ids of the site and of the rows above, and which device of the site has an address. */
interface TakenIds {
  readonly all: Set<string>
  readonly ofRows: Set<string>
  readonly byAddress: ReadonlyMap<string, string>
}

function takenIds(known: readonly KnownDevice[]): TakenIds {
  const byAddress = new Map(known.toReversed().map(({ id, address }) => [address, id]))
  return { all: new Set(known.map(({ id }) => id)), ofRows: new Set(), byAddress }
}

function deviceOf(row: Partial<Record<DeviceColumn, string>>, ids: TakenIds) {
  const id = row.id ?? idOf(row, ids)
  ids.all.add(id)
  ids.ofRows.add(id)
  const device: Record<string, unknown> = {
    id,
    address: row.address ?? '',
  }
  for (const key of ['name', 'agent'] as const) if (row[key] !== undefined) device[key] = row[key]
  if (row.ping === undefined || !NO.has(row.ping.toLowerCase())) device.icmp = {}
  if (row.credentials !== undefined)
    device.snmp = {
      credentials: row.credentials,
      ...(row.profile === undefined ? {} : { profile: row.profile }),
      ...(row.port === undefined ? {} : { port: Number(row.port) }),
    }
  if (row.tcp !== undefined) device.tcp = listOf(row.tcp).map((port) => ({ port: Number(port) }))
  if (row.http !== undefined) device.http = row.http.split(/\s+/).map((url) => ({ url }))
  if (row.parents !== undefined) device.parents = listOf(row.parents)
  if (row.tags !== undefined)
    device.tags = Object.fromEntries(
      row.tags
        .split(/[;\n]/)
        .map((pair) => pair.trim())
        .filter((pair) => pair !== '')
        .map((pair) => {
          const at = pair.indexOf('=')
          return at < 0 ? [pair, ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
        }),
    )
  return device
}

/** A name without Latin letters says nothing as an id: then the address does. Never the id of another device. */
function idOf(row: Partial<Record<DeviceColumn, string>>, { all, ofRows, byAddress }: TakenIds): string {
  const same = byAddress.get(row.address ?? '')
  if (row.address !== undefined && same !== undefined && !ofRows.has(same)) return same
  const name = /[a-z]/i.test(row.name ?? '') ? row.name : row.address
  return freeId(name ?? '', 'device', all)
}

function plain(title: string): string {
  return title.toLowerCase().replace(/[\s_*:：-]/g, '')
}
