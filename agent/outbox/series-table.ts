// Series definitions on disk, so that numbers mean the same after a restart.
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

export interface SeriesTable {
  put(series: readonly (readonly [n: number, definition: string])[]): void
  /** All definitions in order of number; damaged rows are left out (their numbers are never given again). */
  all(): (readonly [n: number, definition: string])[]
}

export function createSeriesTable(db: DatabaseSync): SeriesTable {
  const upsert = db.prepare('INSERT OR REPLACE INTO series (n, definition, crc) VALUES (?, ?, ?)')
  const select = db.prepare('SELECT n, definition, crc FROM series ORDER BY n')
  return {
    put(series) {
      for (const [n, definition] of series) upsert.run(n, definition, crc32(`${n} ${definition}`))
    },
    all() {
      const rows = select.all() as { n: number; definition: string; crc: number }[]
      return rows.map((r) => [r.n, crc32(`${r.n} ${r.definition}`) === r.crc ? r.definition : ''] as const)
    },
  }
}
