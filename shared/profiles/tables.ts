// The tables of a profile while its files are put together: entries of one table and one naming of its rows are one table.
import type { ColumnMetric, TableMetric, TableTag } from './profile.ts'
import type { MetricSpec } from './schema.ts'

export interface TableBuilder {
  /** `everyMs` 0: at every poll. */
  column(column: ColumnMetric, everyMs: number): void
  tag(tag: TableTag | undefined): void
  readonly columns: readonly ColumnMetric[]
  readonly tags: ReadonlyMap<string, TableTag>
  /** Names the parts by these tags where the file does not say how. */
  nameBy(tags: readonly string[]): void
  readonly prefix: string
}

export interface Tables {
  of(entry: MetricSpec): TableBuilder
  all(): readonly TableBuilder[]
  /** Columns that are read in different times are tables of their own with the same tags. */
  compiled(): TableMetric[]
}

interface Building extends TableBuilder {
  compiled(): TableMetric[]
}

export function createTables(): Tables {
  const tables = new Map<string, Building>()
  return {
    of(entry) {
      const name = entry.table?.name ?? entry.table?.OID ?? ''
      const resource = resourceOf(entry, name)
      const key = `${resource.prefix}/${resource.tags}/${name}/${(entry.static_tags ?? []).join()}`
      const known = tables.get(key) ?? building(name, resource)
      tables.set(key, known)
      return known
    },
    all: () => [...tables.values()],
    compiled: () => [...tables.values()].flatMap((table) => table.compiled()),
  }
}

function building(name: string, given: TableMetric['resource']): Building {
  let resource = given
  const columns = new Map<string, { column: ColumnMetric; everyMs: number }>()
  const tags = new Map<string, TableTag>()
  return {
    prefix: given.prefix,
    tags,
    get columns() {
      return [...columns.values()].map(({ column }) => column)
    },
    column(column, everyMs) {
      const twin = columns.get(column.metric)?.column
      // A 32-bit twin after its 64-bit column must not take its place.
      if (twin?.fallback === column.oid) return
      const second = column.alternative && twin && twin.oid !== column.oid
      columns.set(second ? `${column.metric} ${column.oid}` : column.metric, { column, everyMs })
    },
    tag(tag) {
      if (tag) tags.set(tag.tag, tag)
    },
    nameBy(names) {
      if (resource.tags.length === 0) resource = { ...resource, tags: names }
    },
    compiled() {
      const times = [...new Set([...columns.values()].map(({ everyMs }) => everyMs))]
      return times.map((everyMs) => ({
        ...{ name, resource, everyMs, tags: [...tags.values()] },
        columns: [...columns.values()].flatMap((one) => (one.everyMs === everyMs ? one.column : [])),
      }))
    },
  }
}

/** Interfaces are `if:<ifName>` whatever file they come from; other foreign tables go by their own name and index. */
function resourceOf(entry: MetricSpec, table: string): TableMetric['resource'] {
  const own = entry['x-outrider']?.resource
  if (own) return { prefix: own.prefix, tags: own.tag === undefined ? [] : [own.tag].flat() }
  if (/^ifX?Table$/.test(table)) {
    const nameOf = (oid: string) => {
      const tag = (entry.metric_tags ?? []).find((t) => t.symbol?.OID === oid)
      return tag?.tag ?? tag?.symbol?.name ?? []
    }
    return { prefix: 'if', tags: [nameOf('1.3.6.1.2.1.31.1.1.1.1'), nameOf('1.3.6.1.2.1.2.2.1.2')].flat() }
  }
  return { prefix: table.replace(/Table$/, '').slice(0, 32), tags: [] }
}
