// Names the rows of a table: index to resource and tags, from tag columns that are read rarely.

import { fill, textFrom } from '#shared/profiles/interpret.ts'
import type {
  ColumnMetric,
  Condition,
  DerivedTags,
  DeviceTag,
  ScalarMetric,
  TableMetric,
  TableTag,
} from '#shared/profiles/profile.ts'
import type { SnmpColumn, SnmpValue } from '../../protocols/snmp/snmp-client.ts'
import { type NamedRow, uniqueNames } from '../port-names.ts'

export interface Row {
  readonly resource: string
  readonly tags: Readonly<Record<string, string>>
}

type Columns = ReadonlyMap<string, SnmpColumn>

const MAX_RESOURCE = 256
const MAX_TAG_NAME = 64

/** OIDs that must be read to name the rows of these tables and to tell which rows count. */
export function tagColumnsOf(tables: readonly TableMetric[]): string[] {
  const oids = tables.flatMap((table) => [
    ...table.tags.flatMap((tag) => (tag.from === 'column' ? [tag.oid] : [])),
    ...table.columns.flatMap(({ where, scaledBy }) => [
      ...where.map(({ oid }) => oid),
      ...(scaledBy ? [scaledBy.scale, scaledBy.precision] : []),
    ]),
  ])
  return [...new Set(oids)]
}

/** Rows of a table by index; two rows of one name are told apart by their index, ports by what a renumbering leaves. */
export function rowsOf(table: TableMetric, indexes: Iterable<string>, cells: Columns): Map<string, Row> {
  const rows = new Map<string, Row>()
  const owners = new Map<string, string>()
  const ports: NamedRow[] = []
  const hidden = table.tags.flatMap(({ tag, hidden: own }) => (own ? tag.slice(0, MAX_TAG_NAME) : []))
  for (const index of indexes) {
    const tags: Record<string, string> = {}
    for (const tag of table.tags) putTag(tags, tag, index, cells)
    const name = table.resource.tags.map((tag) => tags[tag]).find((value) => value !== undefined) ?? index
    for (const tag of hidden) delete tags[tag]
    let resource = `${table.resource.prefix}:${name}`.slice(0, MAX_RESOURCE - 80)
    if (table.resource.prefix === 'if') {
      const apart = [tags.descr ?? tags.ifDescr ?? '', tags.mac ?? tags.mac_address ?? '']
      ports.push({ index, name: resource, apart })
    } else if (owners.has(resource)) resource = `${resource}#${index}`.slice(0, MAX_RESOURCE)
    owners.set(resource, index)
    rows.set(index, { resource, tags })
  }
  for (const [index, resource] of uniqueNames(ports)) {
    const row = rows.get(index)
    if (row) rows.set(index, { ...row, resource: resource.slice(0, MAX_RESOURCE) })
  }
  return rows
}

/** Tags of the whole device or of one scalar, from values that were read. */
export function deviceTags(
  tags: readonly DeviceTag[],
  find: (oid: string) => SnmpValue | undefined,
): Record<string, string> {
  const out: Record<string, string> = {}
  for (const { tag, oid, reading, derived } of tags) {
    const value = find(oid)
    const missing = value === undefined || value.type.startsWith('noSuch') || value.type === 'endOfMibView'
    if (!missing) keepTag(out, tag, derived, textFrom(reading, value.value))
  }
  return out
}

export function tagsOfScalar(metric: ScalarMetric, values: ReadonlyMap<string, SnmpValue>): Record<string, string> {
  return { ...metric.staticTags, ...deviceTags(metric.tags, (oid) => values.get(oid)) }
}

/** Whether a row counts for a column or field with conditions on other columns. */
export function isWanted(where: readonly Condition[], index: string, cells: Columns): boolean {
  return where.every(({ oid, equals, except }) => {
    const cell = cells.get(oid)?.get(index)
    if (cell === undefined) return false
    const text = textFrom(PLAIN, cell.value)
    return (equals === undefined || equals.includes(text)) && except?.test(text) !== true
  })
}

/** What a reading of this row is multiplied with: scale units(9) is 1, each step three powers of ten (RFC 3433 3). */
export function factorOf(column: ColumnMetric, index: string, cells: Columns): number {
  if (column.scaledBy === undefined) return 1
  const scale = Number(cells.get(column.scaledBy.scale)?.get(index)?.value ?? 9)
  const precision = Number(cells.get(column.scaledBy.precision)?.get(index)?.value ?? 0)
  return 10 ** (3 * (scale - 9) - Math.max(precision, 0))
}

const PLAIN = { scale: 1, constantOne: false }

function putTag(tags: Record<string, string>, tag: TableTag, index: string, cells: Columns): void {
  keepTag(tags, tag.tag, tag.derived, textOfTag(tag, index, cells))
}

function keepTag(tags: Record<string, string>, name: string, derived: DerivedTags | undefined, text: string): void {
  if (text === '') return
  if (derived === undefined) {
    tags[name.slice(0, MAX_TAG_NAME)] = text
    return
  }
  const groups = derived.pattern.match(text)
  if (groups === undefined) return
  for (const [own, template] of Object.entries(derived.tags))
    tags[own.slice(0, MAX_TAG_NAME)] = fill(template, groups).slice(0, 256)
}

function textOfTag(tag: TableTag, index: string, cells: Columns): string {
  if (tag.from === 'index') return textFrom(tag.reading, index.split('.')[tag.position - 1] ?? null)
  if (tag.from === 'file') return tag.value
  if (tag.from === 'arcs') return textFrom(tag.reading, arcsAs(tag.reading.format, transformed(index, tag.parts)))
  const cell = cells.get(tag.oid)?.get(tag.transform ? transformed(index, tag.transform) : index)
  return cell === undefined ? '' : textFrom(tag.reading, cell.value)
}

/** Arcs of an index that are octets of an address or of a text (RFC 2578 7.7). */
function arcsAs(format: string | undefined, arcs: string): string | Uint8Array {
  if (format !== 'ip_address' && format !== 'mac_address' && format !== 'hex') return arcs
  return Uint8Array.from(arcs.split('.'), Number)
}

function transformed(index: string, parts: readonly { readonly start: number; readonly end: number }[]): string {
  const arcs = index.split('.')
  return parts.flatMap(({ start, end }) => arcs.slice(start, end + 1)).join('.')
}
