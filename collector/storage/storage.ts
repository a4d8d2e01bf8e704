// Door of storage: opens the database and hands out the stores. One transaction per turn goes through commit().
import { join } from 'node:path'
import type { Logger } from 'pino'
import { BATCHES_REMEMBERED, type RecordStore, type RecordWrites } from '../ingest/record-store.ts'
import type { ChangeSet, ChangeWriter } from './change-set.ts'
import { type Database, openDatabase } from './sqlite/database.ts'
import { createQuarantine, type Quarantine } from './sqlite/quarantine.ts'
import { createRecordWriter } from './sqlite/record-writer.ts'

export interface Stores extends RecordStore<ChangeSet> {
  readonly database: Database
  readonly quarantine: Quarantine
  /** Adds a part that writes its share of every change set, in the order added. */
  addWriter(writer: ChangeWriter): void
  stop(): Promise<void>
}

export interface StorageOptions {
  /** Data folder; the database is `collector.db` in it. */
  readonly dir: string
  readonly log: Logger
}

/** Opens the stores of a data folder. Throws DatabaseError when the file cannot be used. */
export async function openStores(options: StorageOptions): Promise<Stores> {
  const database = await openDatabase(join(options.dir, 'collector.db'))
  const quarantine = createQuarantine(database, { rows: 10_000, bytes: 256 * 1024 * 1024 })
  const writeRecords = createRecordWriter(database, quarantine, BATCHES_REMEMBERED)
  const writers: ChangeWriter[] = []
  return {
    database,
    quarantine,
    addWriter: (writer) => void writers.push(writer),
    load: () => Promise.reject(new Error('not loaded')),
    async commit(records: RecordWrites | null, changes: ChangeSet, now: number) {
      try {
        database.transaction(() => {
          if (records) writeRecords(records, now)
          for (const writer of writers) writer.write(changes, now)
        })
      } catch (error) {
        quarantine.rolledBack()
        throw error
      }
    },
    async stop() {
      database.close()
    },
  }
}
