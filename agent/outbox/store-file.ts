// The outbox's file: opening, its schema, and standing aside what cannot be read. Recovery never needs a person.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { LostStore } from './commit-messages.ts'

const FILE = 'outbox.db'
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

export interface StoreSchema {
  /** Statements that make it, as they stand after all upgrades. */
  readonly tables: string
  /** Statements from schema 1 to 2, from 2 to 3 ...; the version is one more than their number. */
  readonly upgrades: readonly string[]
}

/**
 * The schema this program writes. Released upgrades never change, and each changes a table or index: that is how a newer
 * schema is told from a damaged number.
 */
const RELEASED: StoreSchema = { tables: SCHEMA, upgrades: [] }
const versionOf = (schema: StoreSchema): number => schema.upgrades.length + 1
export const NEWEST_SCHEMA = versionOf(RELEASED)

/** The store is good and not for this program; nothing was changed. */
export class StoreRefused extends Error {
  override name = 'StoreRefused'
}

/**
 * Opens `dir`/outbox.db, making it when missing and bringing it to the newest schema, in one transaction. Throws
 * StoreRefused for a store of a newer schema, untouched. A file that is not a readable outbox is renamed to
 * damaged-<time>.db (the last three are kept) and a new one is begun; `lost` then says so. Throws SqliteError for a
 * full, read-only or failing disk: nothing is moved then.
 */
export function openStoreFile(
  dir: string,
  wall: number,
  schema: StoreSchema = RELEASED,
): { db: DatabaseSync; lost: LostStore | null } {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  try {
    return { db: open(join(dir, FILE), schema), lost: null }
  } catch (error) {
    if (!isCorruption(error)) throw error
    const lost = setAside(dir, (error as Error).message, wall)
    return { db: open(join(dir, FILE), schema), lost }
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

function open(path: string, schema: StoreSchema): DatabaseSync {
  if (existsSync(path)) refuseNewer(path, schema)
  const db = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: false })
  try {
    checkVersion(db)
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -2048; PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864`)
    const version = schemaIn(db)
    if (version === 0) create(db, schema)
    else if (version < versionOf(schema) && version > 0) upgrade(db, version, schema)
    else if (version !== versionOf(schema))
      throw new SchemaError(`schema ${version}, this program writes ${versionOf(schema)}`)
    checkTables(db, schema)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A number that is too high over tables that are ours is damage, and left to open(). */
export const isNewer = (db: DatabaseSync, schema: StoreSchema = RELEASED): boolean =>
  schemaIn(db) > versionOf(schema) && !isExactly(db, schema)

/** Looks without writing. */
function refuseNewer(path: string, schema: StoreSchema): void {
  const db = new DatabaseSync(asItLies(path), { readOnly: true, timeout: 5_000 })
  try {
    if (!isNewer(db, schema)) return
    throw new StoreRefused(
      `the outbox ${path} has schema ${schemaIn(db)}, written by a newer version; this program knows up to ` +
        `${versionOf(schema)}. Install the newer version again; nothing was changed`,
    )
  } finally {
    db.close()
  }
}

function create(db: DatabaseSync, schema: StoreSchema): void {
  const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number }
  if (count > 0) throw new SchemaError('tables without a schema version')
  db.exec(`BEGIN IMMEDIATE; ${schema.tables} PRAGMA user_version = ${versionOf(schema)}; COMMIT`)
}

/** All steps or none; a store that cannot be brought on stays as it was, with every record in it. */
function upgrade(db: DatabaseSync, from: number, schema: StoreSchema): void {
  try {
    db.exec('BEGIN IMMEDIATE')
    for (const statements of schema.upgrades.slice(from - 1)) db.exec(statements)
    checkTables(db, schema)
    db.exec(`PRAGMA user_version = ${versionOf(schema)}; COMMIT`)
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    const { errcode } = error as { errcode?: number }
    // wrong statements are this program's fault, anything else the disk's or the file's
    if (errcode === undefined || (errcode & 0xff) !== SQLITE_ERROR) throw error
    throw new StoreRefused(
      `the outbox could not be brought from schema ${from} to ${versionOf(schema)} (${(error as Error).message}); ` +
        'it is as it was. Install the older version again',
      { cause: error },
    )
  }
}

const SQLITE_ERROR = 1

/** Without a log to read along, nothing is made beside the file. */
export function asItLies(path: string): string | URL {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return path
  const url = pathToFileURL(path)
  url.search = '?immutable=1'
  return url
}

const schemaIn = (db: DatabaseSync): number =>
  (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

/** A bit flipped in the text of a table's definition would make every later statement fail, or worse, not fail. */
function checkTables(db: DatabaseSync, schema: StoreSchema): void {
  const wrong = wrongTable(db, schema)
  if (wrong !== undefined) throw new SchemaError(`definition of ${wrong} is missing or damaged`)
}

function wrongTable(db: DatabaseSync, schema: StoreSchema): string | undefined {
  const found = new Map(definitionsOf(db))
  return wanted(schema).find(([name, sql]) => found.get(name) !== sql)?.[0]
}

const isExactly = (db: DatabaseSync, schema: StoreSchema): boolean =>
  wrongTable(db, schema) === undefined && definitionsOf(db).length === wanted(schema).length

function wanted(schema: StoreSchema): [name: string, sql: string | null][] {
  const fresh = new DatabaseSync(':memory:')
  try {
    fresh.exec(schema.tables)
    return definitionsOf(fresh)
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
