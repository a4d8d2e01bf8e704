// Door of storage: opens the database and hands out the stores. One transaction per turn goes through commit().
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { RecordStore, RecordWrites } from '../ingest/record-store.ts'
import type { ChangeSet, ChangeWriter } from './change-set.ts'
import { type Database, openDatabase } from './sqlite/database.ts'
import { unavailable } from './sqlite/database-error.ts'
import { createQuarantine, type Quarantine } from './sqlite/quarantine.ts'
import type { SampleSource } from './sqlite/reads/sample-reads.ts'
import { readCommitted } from './sqlite/record-reader.ts'
import { createRecordWriter } from './sqlite/record-writer.ts'
import { readChunk } from './sqlite/sample-codec.ts'
import { createSampleStore, SAMPLE_LIMITS, type SampleLimits } from './sqlite/sample-store.ts'
import { createSeriesCatalogue } from './sqlite/series-catalogue.ts'

/** Batches kept per stream to tell a repeat from a clone. */
const BATCHES_REMEMBERED = 256

export interface Stores extends RecordStore<ChangeSet> {
  readonly database: Database
  readonly quarantine: Quarantine
  readonly samples: SampleSource
  /** Adds a part that writes its share of every change set, in the order added. */
  addWriter(writer: ChangeWriter): void
  /** Starts house-keeping: folding samples into chunks, roll-ups, retention. */
  start(): void
  stop(): Promise<void>
}

export interface StorageOptions {
  /** Data folder; the database is `collector.db` in it. */
  readonly dir: string
  readonly log: Logger
  readonly limits?: Partial<SampleLimits> | undefined
}

/** Opens the stores of a data folder. Throws DatabaseError when the file cannot be used. */
export async function openStores(options: StorageOptions): Promise<Stores> {
  const database = await openDatabase(join(options.dir, 'collector.db'))
  const quarantine = createQuarantine(database, { rows: 10_000, bytes: 256 * 1024 * 1024 })
  const writeRecords = createRecordWriter(database, quarantine, BATCHES_REMEMBERED)
  const samples = createSampleStore(database, { ...SAMPLE_LIMITS, ...options.limits })
  const writers: ChangeWriter[] = []
  let catalogue = createSeriesCatalogue()
  let timer: NodeJS.Timeout | undefined
  let opened = false

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
    samples.open((agent, epoch, n) => numbers.get(`${agent} ${epoch}`)?.get(n), Date.now())
    opened = true
  }

  return {
    database,
    quarantine,
    samples: {
      ofDevice: (device) => catalogue.ofDevice(device),
      latest: (series) => samples.heads.latest(series),
      read(series, from, to, each) {
        const within = (at: number, value: number) => {
          if (at >= from && at <= to) each(at, value)
        }
        const chunks = database.prepare(
          'select data from sample_chunk where series = ? and from_at <= ? and to_at >= ? order by from_at',
        )
        for (const row of chunks.iterate(series, to, from)) readChunk(row.data as Uint8Array, within)
        samples.heads.read(series, within)
      },
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
      timer ??= setInterval(() => {
        try {
          samples.maintain(Date.now())
        } catch (error) {
          options.log.warn({ err: error }, 'samples could not be written to chunks; they stay in the journal')
        }
      }, 100)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      database.close()
    },
  }
}
