// Samples: journalled in the turn's transaction, kept encoded in memory, written as chunks of one series a little at a
// time. A journal row goes in the transaction that follows the last of its chunks.

import { unpackBody } from '#shared/wire/batch.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import type { ReceivedSamples } from '../../ingest/evaluation.ts'
import type { TelemetryRow } from '../../ingest/record-store.ts'
import type { Database } from './database.ts'
import { type ClosedChunk, createSampleHeads } from './sample-heads.ts'
import { createSampleJournal, type JournalRow, placeOf } from './sample-journal.ts'

export interface SampleLimits {
  /** Memory for samples that are not yet chunks, bytes. */
  readonly headBytes: number
  /** Journal on disk: what has to be replayed at a start, bytes. */
  readonly journalBytes: number
  /** Oldest journal row, ms. */
  readonly journalAgeMs: number
}
export const SAMPLE_LIMITS: SampleLimits = {
  headBytes: 256 * 1024 * 1024,
  journalBytes: 32 * 1024 * 1024,
  journalAgeMs: 2 * 3600_000,
}
/** Chunks written in one transaction: about 5 ms. */
const FOLD_AT_ONCE = 400
const SWEEP_AT_ONCE = 4000
const REMOVE_AT_ONCE = 2000

/** Is told of each chunk inside the transaction that writes it. */
export type ChunkWitness = (chunk: ClosedChunk, data: Uint8Array) => void

export type SampleStore = ReturnType<typeof createSampleStore>

export function createSampleStore(db: Database, limits: SampleLimits) {
  const heads = createSampleHeads()
  const journal = createSampleJournal(db)
  const insertChunk = db.prepare(
    'insert into sample_chunk (series, from_at, through, to_at, data) values (?, ?, ?, ?, ?)',
  )
  const upsertHead = db.prepare(
    `insert into sample_head values (?, ?, ?, ?)
     on conflict do update set through = excluded.through, at = excluded.at, value = excluded.value`,
  )
  /** Every series is being swept so that journal rows up to `target` can go. */
  let sweep: { readonly target: number; series: number } | undefined
  /** Rows up to here may be deleted once the chunks closed before are written. */
  let removable: { readonly target: number; chunks: number } | undefined
  let witness: ChunkWitness | undefined

  const fold = (limit: number): number => {
    const chunks = heads.waiting()
    const count = Math.min(limit, chunks.length)
    for (let i = 0; i < count; i++) {
      const c = chunks[i] as (typeof chunks)[number]
      const data = heads.bytes(c.page, c.length)
      insertChunk.run(c.series, c.from, c.through, c.to, data)
      upsertHead.run(c.series, c.through, c.at, c.value)
      witness?.(c, data)
    }
    return count
  }
  const folded = (count: number): void => {
    heads.release(count)
    if (removable) removable.chunks -= count
  }
  const keep = (samples: ReceivedSamples, places: Uint16Array | null, row: number): void => {
    const { series, at, values, judged, length } = samples
    for (let i = 0; i < length; i++) {
      const place = placeOf(row, places ? (places[i] as number) : i)
      heads.append(series[i] as number, at[i] as number, values[i] as number, judged[i] as number, place)
    }
  }

  return {
    /** Reads back what the last run left. `now` in wall ms. */
    open(numbersOf: NumbersOf, now: number): void {
      heads.clear()
      sweep = undefined
      removable = undefined
      let highest = 0
      for (const row of db.connection.prepare('select series, through, at, value from sample_head').iterate()) {
        const through = Number(row.through)
        heads.restore(Number(row.series), Number(row.at), Number(row.value), through)
        if (through > highest) highest = through
      }
      journal.open(highest, now)
      for (const row of journal.replay()) replay(row, numbersOf(row.agent, row.epoch), heads)
    },
    /** In the turn's transaction. */
    write(telemetry: readonly TelemetryRow[]): { commit(now: number): void } {
      const first = journal.write(telemetry)
      const count = fold(FOLD_AT_ONCE)
      return {
        commit(now) {
          folded(count)
          journal.written(telemetry, now)
          for (const [i, t] of telemetry.entries()) keep(t.samples, t.places, first + i)
        },
      }
    },
    /** One short piece of house-keeping (about 10 ms); true when there is more to do at once. */
    maintain(now: number): boolean {
      const oldest = journal.oldest()
      const full = journal.bytes() > limits.journalBytes || heads.memory() > limits.headBytes
      const old = oldest !== undefined && now - oldest.at > limits.journalAgeMs
      if (sweep === undefined && removable === undefined && (full || old)) {
        // half of what is there, so that chunks of the busiest series have time to fill
        sweep = { target: Math.ceil(((oldest?.id ?? 0) + journal.newestId()) / 2), series: 0 }
      }
      if (sweep) {
        const end = Math.min(heads.seriesCount(), sweep.series + SWEEP_AT_ONCE)
        const place = placeOf(sweep.target + 1, 0) - 1
        while (sweep.series < end && heads.waiting().length < FOLD_AT_ONCE) heads.closeUpTo(sweep.series++, place)
        if (sweep.series >= heads.seriesCount()) {
          removable = { target: sweep.target, chunks: heads.waiting().length }
          sweep = undefined
        }
      }
      const work = heads.waiting().length > 0 || removable !== undefined
      if (!work) return sweep !== undefined
      const written = { chunks: 0, rows: 0 }
      db.transaction(() => {
        written.chunks = fold(FOLD_AT_ONCE)
        if (removable && removable.chunks <= written.chunks)
          written.rows = journal.remove(removable.target, REMOVE_AT_ONCE)
      })
      folded(written.chunks)
      journal.removed(written.rows)
      if (removable && removable.chunks <= 0 && (journal.oldest()?.id ?? Number.POSITIVE_INFINITY) > removable.target)
        removable = undefined
      return sweep !== undefined || removable !== undefined || journal.bytes() > limits.journalBytes
    },
    heads,
    onChunk(told: ChunkWitness): void {
      witness = told
    },
    /** What is not yet in chunks. */
    waiting: () => ({ journalBytes: journal.bytes(), journalRows: journal.rows(), headBytes: heads.memory() }),
  }
}

/** Series by their numbers in a stream; what was never defined is not there. */
type NumbersOf = (agent: string, epoch: string) => ReadonlyMap<number, number> | undefined

function replay(
  row: JournalRow,
  numbers: ReadonlyMap<number, number> | undefined,
  heads: ReturnType<typeof createSampleHeads>,
): void {
  const columns = decodeSamples(unpackBody(row.body), row.count)
  for (let i = 0; i < row.count; i++) {
    const series = numbers?.get(columns.series[i] as number)
    const place = placeOf(row.id, i)
    if (series === undefined || place <= heads.through(series)) continue
    const at = correctedAt(columns.at[i] as number, row.offset_ms, row.latest)
    heads.append(series, at, columns.values[i] as number, Number.NaN, place)
  }
}

/** Must stay what ingest does: rounded, not negative, never later than `latest`. */
export function correctedAt(at: number, offset: number, latest: number): number {
  return Math.max(0, Math.min(Math.round(at + offset), latest))
}
