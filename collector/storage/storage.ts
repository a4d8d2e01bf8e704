// Door of storage: opens the database and hands out the stores. One transaction per turn goes through commit().
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RecordStore, RecordWrites } from '../ingest/record-store.ts'
import type { ChangeSet, ChangeWriter } from './change-set.ts'
import { type Database, openDatabase } from './sqlite/database.ts'
import { unavailable } from './sqlite/database-error.ts'
import { createQuarantine, type Quarantine } from './sqlite/quarantine.ts'
import { readCommitted } from './sqlite/record-reader.ts'
import { createRecordWriter } from './sqlite/record-writer.ts'
import { createRetention, type ExpiryGuard, RETENTION, type RetentionLimits } from './sqlite/retention.ts'
import { createSampleSource, type StoredSamples } from './sqlite/sample-source.ts'
import { type ChunkWitness, createSampleStore, SAMPLE_LIMITS, type SampleLimits } from './sqlite/sample-store.ts'
import { createSeriesCatalogue } from './sqlite/series-catalogue.ts'

/** Batches kept per stream to tell a repeat from a clone. */
const BATCHES_REMEMBERED = 256
const HOUSEKEEPING_MS = 100
/** So often it is looked for samples that have expired. */
const RETENTION_EVERY_MS = 600_000

export interface Stores extends RecordStore<ChangeSet> {
  readonly database: Database
  readonly quarantine: Quarantine
  readonly samples: StoredSamples
  /** Newest sample of a series; undefined before load(). */
  lastSample(series: number): { readonly at: number; readonly value: number } | undefined
  /** What samples hold that is not yet in chunks. */
  waiting(): { readonly journalBytes: number; readonly journalRows: number; readonly headBytes: number }
  /** Lets a copy of the samples kept elsewhere see what is written and what expires. */
  follow(follower: SampleFollower): void
  /** Adds a part that writes its share of every change set, in the order added. */
  addWriter(writer: ChangeWriter): void
  /** Starts house-keeping: folding samples into chunks, roll-ups, retention. */
  start(): void
  stop(): Promise<void>
}

/** One who copies samples to another place; both are called inside the transaction. */
export interface SampleFollower {
  readonly chunkWritten: ChunkWitness
  readonly mayExpire: ExpiryGuard
}

export interface StorageOptions {
  /** Data folder; the database is `collector.db` in it. */
  readonly dir: string
  readonly log: Logger
  readonly limits?: Partial<SampleLimits> | undefined
  /** Days each layer is kept. */
  readonly retention?: Partial<RetentionLimits> | undefined
  /** Wall clock of house-keeping, ms. */
  readonly now?: (() => number) | undefined
}

/** Opens the stores of a data folder. Throws DatabaseError when the file cannot be used. */
export async function openStores(options: StorageOptions): Promise<Stores> {
  const database = await openDatabase(join(options.dir, 'collector.db'), {
    onUpgraded: ({ ran, backup }) => {
      if (backup !== null) options.log.info({ ran, backup }, 'the database was brought to a newer schema')
    },
  })
  const quarantine = createQuarantine(database, { rows: 10_000, bytes: 256 * 1024 * 1024 })
  const writeRecords = createRecordWriter(database, quarantine, BATCHES_REMEMBERED)
  const samples = createSampleStore(database, { ...SAMPLE_LIMITS, ...options.limits })
  const source = createSampleSource(database, () => catalogue, samples.heads)
  const retain = createRetention(database, source, { ...RETENTION, ...options.retention }, () => mayExpire)
  const writers: ChangeWriter[] = []
  let catalogue = createSeriesCatalogue()
  let timer: NodeJS.Timeout | undefined
  let opened = false
  let ailing = false
  let nextRetention = 0
  let mayExpire: ExpiryGuard | undefined
  const now = options.now ?? Date.now

  /** Memory is as committed at all times, so that only the first load has to read it. */
  const open = (committed: ReturnType<typeof readCommitted>): void => {
    catalogue = createSeriesCatalogue()
    catalogue.add(committed.series)
    const numbers = new Map<string, Map<number, number>>()
    for (const row of committed.numbers) {
      const stream = `${row.agent} ${row.epoch}`
      const known = numbers.get(stream) ?? new Map<number, number>()
      numbers.set(stream, known)
      known.set(row.n, row.series)
    }
    samples.open((agent, epoch) => numbers.get(`${agent} ${epoch}`), now())
    opened = true
  }

  /** Failures are said once; the journal keeps the samples. */
  const keepHouse = (): void => {
    if (!opened) return
    try {
      const at = now()
      samples.maintain(at)
      if (at >= nextRetention && !retain(at)) nextRetention = at + RETENTION_EVERY_MS
      ailing = false
    } catch (error) {
      if (!ailing) options.log.warn({ err: error }, 'house-keeping of samples failed; they stay in the journal')
      ailing = true
    }
  }

  return {
    database,
    quarantine,
    samples: source,
    lastSample: samples.heads.latest,
    waiting: samples.waiting,
    follow(follower) {
      samples.onChunk(follower.chunkWritten)
      mayExpire = follower.mayExpire
    },
    addWriter: (writer) => void writers.push(writer),
    async load() {
      const committed = readCommitted(database, BATCHES_REMEMBERED)
      if (!opened) open(committed)
      return { ...committed, lastSample: samples.heads.latest }
    },
    async commit(records: RecordWrites | null, changes: ChangeSet, now: number) {
      let written: { commit(now: number): void } | undefined
      try {
        database.transaction(() => {
          if (records) {
            writeRecords(records, now)
            written = samples.write(records.telemetry)
          }
          for (const writer of writers) writer.write(changes, now)
        })
      } catch (error) {
        quarantine.rolledBack()
        throw unavailable(error)
      }
      if (records) catalogue.add(records.group.newSeries)
      written?.commit(now)
    },
    start() {
      timer ??= setInterval(keepHouse, HOUSEKEEPING_MS)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      database.close()
    },
  }
}
