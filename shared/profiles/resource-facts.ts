// metadata of interfaces and other parts: each fact becomes a tag of the rows of that table.
import type { PartBuilder } from './parts.ts'
import type { RawProfile } from './read-profile.ts'
import type { MetadataSpec } from './schema.ts'
import type { TableBuilder, Tables } from './tables.ts'

/** Facts a table already has under another name are not read twice. */
export function addResourceFacts(
  tables: Tables,
  chain: readonly RawProfile[],
  builderOf: (part: RawProfile) => PartBuilder,
): void {
  for (const part of chain)
    for (const [resource, spec] of Object.entries(part.metadata)) {
      if (resource === 'device') continue
      const build = builderOf(part)
      for (const table of tables.all().filter((one) => isOf(one, resource, spec))) addFacts(table, spec, build)
    }
}

function addFacts(table: TableBuilder, { fields = {}, id_tags = [] }: MetadataSpec, build: PartBuilder): void {
  const known = new Set([...table.tags.values()].flatMap((tag) => (tag.from === 'column' ? [tag.oid] : [])))
  for (const [tag, { symbol, symbols, value }] of Object.entries(fields)) {
    const source = symbol ?? symbols?.[0]
    if (table.tags.has(tag) || (source?.OID !== undefined && known.has(source.OID))) continue
    if (source?.OID !== undefined) table.tag(build.tableTag({ tag, symbol: source }, {}))
    else if (value !== undefined)
      table.tag({ tag, from: 'file', value: String(value), reading: { scale: 1, constantOne: false } })
  }
  const names = id_tags.flatMap((tag) => {
    const built = build.tableTag(tag, {})
    if (built && !table.tags.has(built.tag)) table.tag(built)
    return built?.tag ?? []
  })
  table.nameBy(names)
}

/** Interfaces by their prefix, others by a column that lies beside one of the facts. */
function isOf(table: TableBuilder, resource: string, { fields = {}, id_tags = [] }: MetadataSpec): boolean {
  if (resource === 'interface') return table.prefix === 'if'
  const entry = (oid: string | undefined) => oid?.slice(0, oid.lastIndexOf('.'))
  const symbols = [
    ...Object.values(fields).flatMap((f) => [f.symbol, ...(f.symbols ?? [])]),
    ...id_tags.map((t) => t.symbol),
  ]
  const entries = new Set(symbols.flatMap((symbol) => entry(symbol?.OID) ?? []))
  return table.columns.some((column) => entries.has(entry(column.oid) as string))
}
