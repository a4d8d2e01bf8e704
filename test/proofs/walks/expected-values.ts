// What a profile should make of a walk, worked out a second time: plain arithmetic on the recorded lines, none of the
// poller's code. Profiles are read as they are merged; what is done with their OIDs is done here anew.
import type { ColumnMetric, MetricDefinition, Profile, TableMetric } from '#shared/profiles/profile.ts'
import { numberOf, type RawCell, type RawWalk, textOf } from './raw-walk.ts'

/** By `metric` and `resource`: the number, or null where this reader cannot tell what it should be. */
export type ExpectedValues = ReadonlyMap<string, number | null>

export const nameOf = (metric: string, resource: string): string => `${metric} ${resource}`.trim()

export function expectedValues(profile: Profile, walk: RawWalk): ExpectedValues {
  const expected = new Map<string, number | null>()
  const put = (name: string, value: number | null) => {
    if (value === null || Number.isFinite(value)) expected.set(name, value)
  }
  for (const scalar of profile.scalars) {
    const oid = walk.get(scalar.oid) ? scalar.oid : (scalar.fallback ?? scalar.oid)
    const cell = walk.get(oid)
    // Of several of one name the first that answers counts.
    if (cell && !(scalar.alternative && expected.has(nameOf(scalar.metric, ''))))
      put(
        nameOf(scalar.metric, ''),
        numberFor(scalar, cell, (other) => walk.get(other)),
      )
  }
  for (const table of profile.tables)
    for (const [name, value, alternative] of tableValues(table, walk))
      if (!alternative || !expected.has(name)) put(name, value)
  for (const { metric } of totalsOf(profile)) put(metric, null)
  return expected
}

/** Sums of other series, which are checked themselves. */
function totalsOf(profile: Profile): readonly { readonly metric: string }[] {
  return (profile as { readonly totals?: readonly { readonly metric: string }[] }).totals ?? []
}

function* tableValues(
  table: TableMetric,
  walk: RawWalk,
): Generator<[name: string, value: number | null, alternative: boolean]> {
  const used = table.columns.map((column) => {
    const first = walk.column(column.oid)
    return { column, cells: first.size > 0 || !column.fallback ? first : walk.column(column.fallback) }
  })
  const indexes = new Set(used.flatMap(({ cells }) => [...cells.keys()]))
  const resources = resourcesOf(table, [...indexes].sort(byArcs), walk)
  for (const { column, cells } of used)
    for (const [index, cell] of cells) {
      const resource = resources.get(index)
      if (resource === undefined || !counts(column, index, walk)) continue
      const factor = factorFor(column, index, walk)
      const value = numberFor(column, cell, (oid) => walk.column(oid).get(index), factor)
      yield [nameOf(column.metric, resource), value, 'alternative' in column && column.alternative === true]
    }
}

/** Scale, share, product, complement, range: in the order the format of profiles says. */
function numberFor(
  metric: MetricDefinition,
  cell: RawCell,
  other: (oid: string) => RawCell | undefined,
  factor = 1,
): number | null {
  const { reading } = metric
  if (reading.constantOne) return 1
  if (ODD_READINGS.some((key) => key in reading)) return null
  let value = numberOf(cell)
  if (Number.isNaN(value)) {
    // Numbers in text: the plain ones, what a pattern takes out, and words with a number of their own.
    let text = reading.extract ? cell.bytes.toString('utf8') : textOf(cell)
    if (text === undefined) return null
    if (reading.extract) text = reading.extract.match(text)?.[1] ?? ''
    const found = reading.pattern?.match(text)
    if (reading.pattern && !found) return Number.NaN
    if (found && reading.template) text = reading.template.replace(/\$(\d)/g, (_, n) => found[Number(n)] ?? '').trim()
    if (reading.codes) value = reading.codes[text.toLowerCase()] ?? Number.NaN
    else value = /^[-+]?\d+(\.\d+)?\s*\D*$/.test(text) ? Number.parseFloat(text) * reading.scale : Number.NaN
  } else value *= reading.scale
  value *= factor
  for (const oid of metric.plus ?? []) value += (numberOf(other(oid)) || 0) * reading.scale
  if (metric.times) value *= numberOf(other(metric.times))
  if (metric.percentOf) {
    let whole = 0
    for (const oid of metric.percentOf) whole += numberOf(other(oid))
    value = whole > 0 ? (value / whole) * 100 : Number.NaN
  }
  if (metric.inverse) value = 100 - value
  const { min, max, except } = metric.valid ?? { min: -Infinity, max: Infinity, except: [] }
  return value >= min && value <= max && !except.includes(value) ? value : Number.NaN
}

function counts(column: ColumnMetric, index: string, walk: RawWalk): boolean {
  return column.where.every(({ oid, equals, except }) => {
    const cell = walk.column(oid).get(index)
    if (cell === undefined) return false
    const text = textOf(cell) ?? ''
    return (!equals || equals.includes(text)) && !except?.test(text)
  })
}

/** Octets as numbers, bit texts and dates: left to the tests of the interpreter. */
const ODD_READINGS = ['format', 'conversion', 'integer', 'flag', 'upsState']

/** RFC 3433: units(9) is ten to the 0, each step three powers; precision moves the point. */
function factorFor(column: ColumnMetric, index: string, walk: RawWalk): number {
  if (!column.scaledBy) return 1
  const scale = numberOf(walk.column(column.scaledBy.scale).get(index))
  const precision = numberOf(walk.column(column.scaledBy.precision).get(index))
  const power = Number.isNaN(scale) ? 0 : (scale - 9) * 3
  return Number(`1e${power - Math.max(Number.isNaN(precision) ? 0 : precision, 0)}`)
}

/** `prefix:name`; a name given twice gets its index behind. */
function resourcesOf(table: TableMetric, indexes: readonly string[], walk: RawWalk): Map<string, string> {
  const resources = new Map<string, string>()
  const taken = new Set<string>()
  for (const index of indexes) {
    const names = table.resource.tags.map((tag) => tagText(table, tag, index, walk))
    const plain = `${table.resource.prefix}:${names.find((text) => text !== '') ?? index}`
    const resource = taken.has(plain) ? `${plain}#${index}` : plain
    taken.add(resource)
    resources.set(index, resource)
  }
  return resources
}

function tagText(table: TableMetric, name: string, index: string, walk: RawWalk): string {
  const tag = table.tags.find((one) => one.tag === name || name in (one.derived?.tags ?? {}))
  if (tag === undefined || tag.derived) return ''
  const arcs = index.split('.')
  let text = ''
  if (tag.from === 'index') text = arcs[tag.position - 1] ?? ''
  else if (tag.from === 'column') {
    const row = tag.transform ? tag.transform.flatMap(({ start, end }) => arcs.slice(start, end + 1)).join('.') : index
    text = textOf(walk.column(tag.oid).get(row)) ?? ''
  }
  const { extract, mapping } = tag.reading
  if (extract) text = extract.match(text)?.[1] ?? ''
  return (mapping?.[text] ?? text).trim()
}

function byArcs(a: string, b: string): number {
  const x = a.split('.').map(Number)
  const y = b.split('.').map(Number)
  for (let n = 0; n < Math.min(x.length, y.length); n++) if (x[n] !== y[n]) return (x[n] as number) - (y[n] as number)
  return x.length - y.length
}
