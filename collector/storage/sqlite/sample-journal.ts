// Telemetry as received, kept until every sample in it is part of a written chunk. Its places order samples for ever:
// place = row id * MAX_RECORDS_PER_BATCH + index in the batch.
import { MAX_RECORDS_PER_BATCH } from '#shared/wire/limits.ts'
import type { TelemetryRow } from '../../ingest/record-store.ts'
import type { Database } from './database.ts'

export interface JournalRow {
  readonly id: number
  readonly agent: string
  readonly epoch: string
  readonly count: number
  readonly offset_ms: number
  readonly latest: number
  readonly body: Uint8Array
}

export type SampleJournal = ReturnType<typeof createSampleJournal>

export const placeOf = (row: number, index: number): number => row * MAX_RECORDS_PER_BATCH + index
export const rowOfPlace = (place: number): number => Math.floor(place / MAX_RECORDS_PER_BATCH)

export function createSampleJournal(db: Database) {
  const insert = db.prepare(
    'insert into telemetry_journal (id, agent, epoch, first, count, offset_ms, latest, body) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const remove = db.prepare(
    'delete from telemetry_journal where id in (select id from telemetry_journal where id <= ? order by id limit ?)',
  )
  let next = 1
  /** Rows that are in the database, oldest first: id and size. */
  let rows: { readonly id: number; readonly bytes: number; readonly at: number }[] = []
  let bytes = 0
  return {
    /** Reads the sizes of the rows left by the last run; ids continue after `highestPlace`. */
    open(highestPlace: number, now: number): void {
      const left = db.prepare('select id, length(body) as bytes from telemetry_journal order by id').all()
      rows = left.map((r) => ({ id: Number(r.id), bytes: Number(r.bytes), at: now }))
      bytes = rows.reduce((sum, r) => sum + r.bytes, 0)
      next = Math.max(rowOfPlace(highestPlace), rows.at(-1)?.id ?? 0) + 1
    },
    /** Writes rows in a transaction; `written` once it has committed. Returns the id of the first. */
    write(telemetry: readonly TelemetryRow[]): number {
      let id = next
      for (const t of telemetry) insert.run(id++, t.agent, t.epoch, t.first, t.count, t.offsetMs, t.latest, t.body)
      return next
    },
    written(telemetry: readonly TelemetryRow[], now: number): void {
      for (const t of telemetry) {
        rows.push({ id: next++, bytes: t.body.length, at: now })
        bytes += t.body.length
      }
    },
    /** Deletes at most `limit` rows up to `id` in a transaction; `removed` once it has committed. */
    remove(id: number, limit: number): number {
      return Number(remove.run(id, limit).changes)
    },
    removed(count: number): void {
      for (const row of rows.slice(0, count)) bytes -= row.bytes
      rows = rows.slice(count)
    },
    /** Rows in order of arrival. */
    *replay(): Generator<JournalRow> {
      const statement = db.connection.prepare(
        'select id, agent, epoch, count, offset_ms, latest, body from telemetry_journal order by id',
      )
      for (const row of statement.iterate()) yield row as unknown as JournalRow
    },
    oldest: () => rows[0],
    newestId: () => next - 1,
    bytes: () => bytes,
    rows: () => rows.length,
  }
}
