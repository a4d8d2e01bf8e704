// Series definitions on disk, so that numbers mean the same after a restart.
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { DefinitionPage } from './commit-messages.ts'

const DEFINITIONS_AT_ONCE = 2_000

export interface SeriesTable {
  put(series: readonly (readonly [n: number, definition: string])[]): void
  /** All definitions in order of number; damaged rows are left out (their numbers are never given again). */
  all(): (readonly [n: number, definition: string])[]
  /** Whole definitions with numbers above `after`, up to about `maxBytes` (at least one) and DEFINITIONS_AT_ONCE. */
  page(after: number, maxBytes: number): DefinitionPage
}

export function createSeriesTable(db: DatabaseSync): SeriesTable {
  const upsert = db.prepare('INSERT OR REPLACE INTO series (n, definition, crc) VALUES (?, ?, ?)')
  const above = db.prepare('SELECT n, definition, crc FROM series WHERE n > ? ORDER BY n')
  const select = db.prepare('SELECT n, definition, crc FROM series ORDER BY n')
  return {
    put(series) {
      for (const [n, definition] of series) upsert.run(n, definition, crc32(`${n} ${definition}`))
    },
    all() {
      const rows = select.all() as unknown as SeriesRow[]
      return rows.map((r) => [r.n, isWhole(r) ? r.definition : ''] as const)
    },
    page(after, maxBytes) {
      const page: [number, string][] = []
      let bytes = 0
      for (const raw of above.iterate(after)) {
        const row = raw as unknown as SeriesRow
        if (page.length >= DEFINITIONS_AT_ONCE || (page.length > 0 && bytes + row.definition.length > maxBytes))
          return { series: page, last: false }
        if (!isWhole(row)) continue
        page.push([row.n, row.definition])
        bytes += Buffer.byteLength(row.definition)
      }
      return { series: page, last: true }
    },
  }
}

interface SeriesRow {
  readonly n: number
  readonly definition: string
  readonly crc: number
}

function isWhole({ n, definition, crc }: SeriesRow): boolean {
  return crc32(`${n} ${definition}`) === crc
}
