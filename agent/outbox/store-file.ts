// The outbox's file: opening, its schema, and standing aside what cannot be read. Recovery never needs a person.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LostStore } from './commit-messages.ts'

const FILE = 'outbox.db'
const SCHEMA_VERSION = 1
const DAMAGED_KEPT = 3
/** WAL resets of 3.7.0 to 3.51.2 can lose commits when two connections meet. */
const OLDEST_SQLITE = [3, 51, 3] as const

const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE mark (lane TEXT PRIMARY KEY, newest INTEGER NOT NULL, acknowledged INTEGER NOT NULL, bytes INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE batch (
    id INTEGER PRIMARY KEY, lane TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, body BLOB NOT NULL,
    hash TEXT NOT NULL, boot TEXT NOT NULL, mono REAL NOT NULL, wall REAL NOT NULL, gap TEXT, defines INTEGER NOT NULL,
    place INTEGER NOT NULL DEFAULT 0);
  CREATE UNIQUE INDEX batch_order ON batch (lane, first);
  CREATE TABLE acknowledged (lane TEXT NOT NULL, at REAL NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (lane, at))
    WITHOUT ROWID;
  CREATE TABLE series (n INTEGER PRIMARY KEY, definition TEXT NOT NULL, crc INTEGER NOT NULL);
  CREATE TABLE small (space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID;
  CREATE TABLE command (
    id TEXT PRIMARY KEY, nonce TEXT NOT NULL UNIQUE, expires REAL NOT NULL, entry TEXT NOT NULL,
    finished INTEGER NOT NULL) WITHOUT ROWID;
`

/**
 * Opens `dir`/outbox.db, making it when missing. A file that is not a readable outbox is renamed to
 * damaged-<time>.db (the last three are kept) and a new one is begun; `lost` then says so. Throws SqliteError for a
 * full, read-only or failing disk: nothing is moved then.
 */
export function openStoreFile(dir: string, wall: number): { db: DatabaseSync; lost: LostStore | null } {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  try {
    return { db: open(join(dir, FILE)), lost: null }
  } catch (error) {
    if (!isCorruption(error)) throw error
    const lost = setAside(dir, (error as Error).message, wall)
    return { db: open(join(dir, FILE)), lost }
  }
}

/** Renames the store's files out of the way. */
export function setAside(dir: string, reason: string, wall: number): LostStore {
  const keptAs = `damaged-${new Date(wall).toISOString().replaceAll(/[:.]/g, '-')}.db`
  const remains = remainsOf(join(dir, FILE))
  for (const suffix of ['', '-wal', '-shm']) rename(join(dir, FILE + suffix), join(dir, keptAs + suffix))
  const old = readdirSync(dir).filter((name) => /^damaged-.*\.db$/.test(name))
  for (const name of old.sort().slice(0, -DAMAGED_KEPT))
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, name + suffix), { force: true })
  return { reason, keptAs, ...remains }
}

/** True for damage of the file, false for trouble with the disk or the rights. */
export function isCorruption(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  if (code === undefined) return error instanceof SchemaError
  const primary = code & 0xff
  return primary === 11 || primary === 26
}

export function isDiskFull(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: number; code?: string }
  return (errcode !== undefined && (errcode & 0xff) === 13) || code === 'ENOSPC' || code === 'EDQUOT'
}

class SchemaError extends Error {
  override name = 'SchemaError'
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: false })
  try {
    checkVersion(db)
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -2048; PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864`)
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version === 0) create(db)
    else if (version !== SCHEMA_VERSION)
      throw new SchemaError(`schema ${version}, this program writes ${SCHEMA_VERSION}`)
    checkTables(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function create(db: DatabaseSync): void {
  const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number }
  if (count > 0) throw new SchemaError('tables without a schema version')
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
}

/** A bit flipped in the text of a table's definition would make every later statement fail, or worse, not fail. */
function checkTables(db: DatabaseSync): void {
  const fresh = new DatabaseSync(':memory:')
  try {
    fresh.exec(SCHEMA)
    const found = new Map(definitionsOf(db))
    for (const [name, sql] of definitionsOf(fresh))
      if (found.get(name) !== sql) throw new SchemaError(`definition of ${name} is missing or damaged`)
  } finally {
    fresh.close()
  }
}

function definitionsOf(db: DatabaseSync): [name: string, sql: string | null][] {
  const rows = db.prepare('SELECT name, sql FROM sqlite_schema').all() as { name: string; sql: string | null }[]
  return rows.map(({ name, sql }) => [name, sql?.replaceAll(/\s+/g, ' ') ?? null])
}

function checkVersion(db: DatabaseSync): void {
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  const parts = version.split('.').map(Number)
  for (const [i, least] of OLDEST_SQLITE.entries()) {
    const part = parts[i] ?? 0
    if (part > least) return
    if (part < least)
      throw new Error(`SQLite ${version} is too old, ${OLDEST_SQLITE.join('.')} is the oldest that is safe`)
  }
}

function remainsOf(path: string): { epoch: string | null; waiting: number | null } {
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      const epoch = db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string } | undefined
      const row = db.prepare('SELECT sum(newest - acknowledged) AS waiting FROM mark').get() as {
        waiting: number | null
      }
      return { epoch: epoch?.value ?? null, waiting: row.waiting }
    } finally {
      db.close()
    }
  } catch {
    return { epoch: null, waiting: null }
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
