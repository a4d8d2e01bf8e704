// Devices as text from a spreadsheet: comma, semicolon or tab between cells, the first line naming the columns.
import { listOf } from './device-form.ts'
import { idFrom } from './ids.ts'

// biome-ignore format: one line reads better
export const TEXT_COLUMNS = ['id', 'name', 'address', 'credentials', 'profile', 'ping', 'tcp', 'http', 'parents', 'tags', 'agent'] as const
export type TextColumn = (typeof TEXT_COLUMNS)[number]

export interface TextTable {
  /** One object per line, as the API takes it; what a line leaves empty is left out. */
  readonly devices: readonly Record<string, unknown>[]
  /** Column titles nobody knows; their cells are not used. */
  readonly unknown: readonly string[]
  /** False: no column is named `address`. */
  readonly readable: boolean
}

/** `labels`: what else than its own name a column may be called (the reader's language). */
export function devicesFromText(text: string, labels: Readonly<Partial<Record<TextColumn, string>>>): TextTable {
  const [head = [], ...lines] = cellsOf(text)
  const names = new Map<string, TextColumn>()
  for (const column of TEXT_COLUMNS) {
    names.set(plain(column), column)
    if (labels[column] !== undefined) names.set(plain(labels[column]), column)
  }
  const columns = head.map((title) => names.get(plain(title)))
  const unknown = head.filter((title, i) => columns[i] === undefined && title.trim() !== '')
  if (!columns.includes('address')) return { devices: [], unknown, readable: false }
  const devices: Record<string, unknown>[] = []
  for (const cells of lines) {
    const row: Partial<Record<TextColumn, string>> = {}
    columns.forEach((column, i) => {
      const cell = cells[i]?.trim() ?? ''
      if (column !== undefined && cell !== '') row[column] = cell
    })
    if (Object.keys(row).length > 0) devices.push(deviceOf(row, devices))
  }
  return { devices, unknown, readable: true }
}

const NO = new Set(['no', 'false', '0', 'n', 'off', '-'])

function deviceOf(row: Partial<Record<TextColumn, string>>, before: readonly Record<string, unknown>[]) {
  const taken = before.flatMap(({ id }) => (typeof id === 'string' ? [{ id }] : []))
  const device: Record<string, unknown> = {
    id:
      row.id ??
      (row.name === undefined ? idFrom(row.address ?? '', 'device', taken) : idFrom(row.name, 'device', taken)),
    address: row.address ?? '',
  }
  for (const key of ['name', 'agent'] as const) if (row[key] !== undefined) device[key] = row[key]
  if (row.ping === undefined || !NO.has(row.ping.toLowerCase())) device.icmp = {}
  if (row.credentials !== undefined)
    device.snmp = { credentials: row.credentials, ...(row.profile === undefined ? {} : { profile: row.profile }) }
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

/** Cells as in RFC 4180, with the separator the first line uses most; empty lines are left out. */
export function cellsOf(text: string): string[][] {
  const clean = text.replace(/^\ufeff/, '')
  const first = clean.split(/\r?\n/, 1)[0] ?? ''
  const count = (separator: string) => first.split(separator).length
  const separator = ['\t', ';', ','].reduce((best, one) => (count(one) > count(best) ? one : best), ',')
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    row.push(cell)
    if (row.some((one) => one.trim() !== '')) rows.push(row)
    row = []
    cell = ''
  }
  for (let i = 0; i < clean.length; i++) {
    const char = clean[i] as string
    if (quoted) {
      if (char !== '"') cell += char
      else if (clean[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === separator) {
      row.push(cell)
      cell = ''
    } else if (char === '\n') endRow()
    else if (char !== '\r') cell += char
  }
  endRow()
  return rows
}

function plain(title: string): string {
  return title.toLowerCase().replace(/[\s_*-]/g, '')
}
