// How far InfluxDB has been served, durable in the collector's database.
//
// Samples have places that rise for ever (journal row and index). Everything up to `settled` is in InfluxDB, or in a
// chunk that influx_chunk names: a chunk is named in the transaction that writes it unless all of it was settled by then.
// So when a journal row is gone before it was sent, its samples are found through influx_chunk.
import type { Database } from '../sqlite/database.ts'
import type { ClosedChunk } from '../sqlite/sample-heads.ts'
import { placeOf } from '../sqlite/sample-journal.ts'
import { countSamples } from './chunk-count.ts'

export interface WaitingChunk {
  readonly through: number
  readonly first: number
  readonly series: number
  readonly from: number
  readonly samples: number
}

/** Totals since InfluxDB was first configured. */
export interface CursorTotals {
  sent: number
  quarantined: number
  /** Samples that expired before they were sent. */
  expired: number
  /** Samples older than the server keeps. */
  beyond: number
}

export type InfluxCursor = ReturnType<typeof openInfluxCursor>

const endOf = (row: number): number => placeOf(row + 1, 0) - 1

/**
 * To be opened before samples are written. `history`: what is stored already is sent too when InfluxDB is new here.
 * `holdMs`: samples that wait for InfluxDB are kept so much longer than others.
 */
export function openInfluxCursor(db: Database, options: { readonly history: boolean; readonly holdMs: number }) {
  const newest = (): number => num(db.prepare('select max(id) as n from telemetry_journal').get()?.n)
  const oldest = db.prepare('select min(id) as n from telemetry_journal')
  const insertChunk = db.prepare('insert or ignore into influx_chunk values (?, ?, ?, ?, ?)')
  const deleteChunk = db.prepare('delete from influx_chunk where through = ? returning samples')
  const isWaiting = db.prepare('select samples from influx_chunk where through = ?')
  const addExpired = db.prepare('update influx_cursor set expired = expired + ?')
  const save = db.prepare(
    'update influx_cursor set settled = ?, joined = ?, sent = ?, quarantined = ?, beyond = ?, backfill = ?',
  )
  const prune = db.prepare(
    'delete from influx_chunk where through > ?1 and through <= ?2 and first > ?1 returning samples',
  )
  const overlap = db.prepare(
    'select coalesce(sum(samples), 0) as n from influx_chunk where through >= ?1 and first >= ?1',
  )
  const ofSeries = db.prepare('select through, from_at, data from sample_chunk where series = ? and through > ?')
  const inOrder = db.prepare(
    `select through, first, series, from_at, samples from influx_chunk
     where (first, through) > (?, ?) and first < ? order by first, through limit ?`,
  )
  const waitingRows = db.prepare(
    'select coalesce(sum(count), 0) as n, min(latest) as at from telemetry_journal where id > ?',
  )
  const firstChunk = db.prepare('select from_at as at from influx_chunk order by through limit 1')

  if (!db.prepare('select 1 from influx_cursor').get()) {
    const start = options.history ? 0 : newest()
    db.prepare('insert into influx_cursor values (1, ?, ?, ?, 0, 0, 0, 0, 0)').run(
      start,
      start,
      options.history ? 1 : null,
    )
  }
  const row = db.prepare('select * from influx_cursor').get() as Record<string, number | null>
  const state = { settled: num(row.settled), joined: num(row.joined), backfill: row.backfill as number | null }
  const backfillAfter = num(row.backfill_after)
  const totals = { sent: num(row.sent), quarantined: num(row.quarantined), beyond: num(row.beyond) }
  let changed = false
  /** Chunks to strike out with the next flush. */
  let done = new Set<number>()
  const inAll = db.prepare('select count(*) as chunks, coalesce(sum(samples), 0) as samples from influx_chunk').get()
  const named = { chunks: num(inAll?.chunks), samples: num(inAll?.samples) }

  const name = (through: number, first: number, series: number, from: number, data: Uint8Array): void => {
    const samples = countSamples(data)
    if (insertChunk.run(through, first, series, from, samples).changes === 0) return
    named.chunks++
    named.samples += samples
  }
  const struckOut = (rows: readonly { samples?: unknown }[]): void => {
    named.chunks -= rows.length
    for (const r of rows) named.samples -= num(r.samples)
  }
  /** One transaction; undone, it leaves the figures as they were too. */
  const counted = (work: () => void): void => {
    const before = { ...named }
    try {
      db.transaction(work)
    } catch (error) {
      Object.assign(named, before)
      throw error
    }
  }
  /** Place from which on the journal has every sample. */
  const journalFrom = (): number => {
    const row = oldest.get()?.n
    return row === null || row === undefined ? Number.MAX_SAFE_INTEGER : placeOf(Number(row), 0)
  }

  return {
    settled: () => state.settled,
    /** Journal rows up to `id` have been sent and settled. */
    settle(id: number): void {
      if (id <= state.settled) return
      state.settled = id
      changed = true
    },
    settleChunks(through: readonly number[]): void {
      for (const t of through) done.add(t)
      changed = true
    },
    /** The chunk is settled, though perhaps not yet struck out. */
    isDone: (through: number): boolean => done.has(through),
    count(sent: number, quarantined: number, beyond: number): void {
      totals.sent += sent
      totals.quarantined += quarantined
      totals.beyond += beyond
      changed = true
    },
    /** Rows up to `id` are gone from the journal: their samples are in the chunks that are named. */
    skipTo(id: number): void {
      this.flush()
      state.settled = id
      state.joined = id
      changed = true
      this.flush()
    },
    /** Makes it durable; what of the chunks was sent as part of the journal is struck out too. */
    flush(): void {
      if (!changed) return
      counted(() => {
        save.run(state.settled, state.joined, totals.sent, totals.quarantined, totals.beyond, state.backfill)
        for (const through of done) struckOut(deleteChunk.all(through))
        struckOut(prune.all(endOf(state.joined), endOf(state.settled)))
      })
      done = new Set()
      changed = false
    },
    /** Chunks that the journal no longer covers whole, in the order of their first samples after that of `after`. */
    waitingChunks(after: Pick<WaitingChunk, 'first' | 'through'>, limit: number): WaitingChunk[] {
      const rows = inOrder.all(after.first, after.through, journalFrom(), limit)
      return rows.map((r) => ({
        ...{
          through: num(r.through),
          first: num(r.first),
          series: num(r.series),
          from: num(r.from_at),
          samples: num(r.samples),
        },
      }))
    },
    /** Looks through the chunks of a few series for those written while nobody followed; false when all are named. */
    backfill(seriesCount: number, limit: number): boolean {
      if (state.backfill === null || named.chunks > BACKFILL_AHEAD) return state.backfill !== null
      let series: number = state.backfill
      counted(() => {
        const until = named.chunks + limit
        for (; series <= seriesCount && named.chunks < until; series++)
          for (const c of ofSeries.iterate(series, backfillAfter))
            name(c.through as number, 0, series, c.from_at as number, c.data as Uint8Array)
      })
      state.backfill = series > seriesCount ? null : series
      changed = true
      return state.backfill !== null
    },
    chunkWritten(chunk: ClosedChunk, data: Uint8Array): void {
      if (chunk.through <= endOf(state.settled)) return
      name(chunk.through, chunk.start, chunk.series, chunk.from, data)
    },
    /** Counts what expires unsent; false keeps a chunk that is still to be sent. `keepFrom`: raw samples end there. */
    mayExpire(series: number, through: number, data: Uint8Array, overdueMs: number): boolean {
      const waiting = isWaiting.get(through)
      const unseen = state.backfill !== null && series >= state.backfill && through > backfillAfter
      if (!waiting && !unseen) return true
      if (done.has(through)) return true
      if (through >= journalFrom()) return false
      if (overdueMs < options.holdMs) return false
      addExpired.run(countSamples(data))
      struckOut(deleteChunk.all(through))
      return true
    },
    totals(): CursorTotals {
      return { ...totals, expired: num(db.prepare('select expired from influx_cursor').get()?.expired) }
    },
    /** Samples that wait, and the time of the oldest; a chunk that straddles counts whole. */
    waiting(): { readonly points: number; readonly oldestAt: number | null } {
      const rows = waitingRows.get(state.settled)
      const points = num(rows?.n) + named.samples - num(overlap.get(journalFrom())?.n)
      const times = [rows?.at, firstChunk.get()?.at].filter((t) => t !== null && t !== undefined).map(Number)
      return { points, oldestAt: points > 0 && times.length > 0 ? Math.min(...times) : null }
    },
  }
}

/** For a collector that runs without InfluxDB: what is written meanwhile has to be looked for when it comes back. */
export function markUnfollowed(db: Database): void {
  db.prepare(
    `update influx_cursor set backfill_after = case when backfill is null then ? + settled * ? else backfill_after end,
       backfill = 1`,
  ).run(endOf(0), endOf(1) - endOf(0))
}

/** No more chunks are named ahead by a backfill than this. */
const BACKFILL_AHEAD = 10_000

const num = (value: unknown): number => Number(value ?? 0)
