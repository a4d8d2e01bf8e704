// The one connection to the collector's SQLite file: opened, checked, brought to the newest schema.
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { DatabaseError } from './database-error.ts'
import { bringToNewest, missingOf, refuseNewer, type SchemaMigration, schemasIn, type Upgraded } from './migrate.ts'

/** Below this the WAL reset race can lose commits (fixed in 3.51.3). */
const OLDEST_SQLITE = [3, 51, 3] as const

export interface Database {
  readonly file: string
  readonly connection: DatabaseSync
  /** Statement for this text, prepared once and kept. */
  prepare(sql: string): StatementSync
  /** Runs `work` in one immediate transaction, or inside the one that is open; rolls back and rethrows on an error. */
  transaction<T>(work: () => T): T
  close(): void
}

export interface OpenOptions {
  /** False: a file of another schema is refused (schema-older, schema-newer), as beside a running collector. */
  readonly upgrade?: boolean
  /** What an upgrade does, step by step. */
  onStep?(step: string): void
  /** An upgrade was made. */
  onUpgraded?(done: Upgraded): void
  /** Other than the released ones: for tests. */
  readonly migrations?: readonly SchemaMigration[]
}

/** Opens (and creates) the database file with WAL and full sync and migrates it, backup first. Throws DatabaseError. */
export async function openDatabase(file: string, options: OpenOptions = {}): Promise<Database> {
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // sealed secrets and hashes of passwords: for its owner only, and what SQLite makes beside it likewise. Not where it is
  // there: closing a file gives up the locks that SQLite has on it in this process
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  const connection = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false })
  try {
    checkVersion(connection)
    // before the first change of any kind
    refuseNewer(connection, { ...options, file })
    if (options.upgrade === false) refuseOlder(connection, options.migrations)
    connection.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory')
    connection.exec(
      'pragma cache_size = -65536; pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864',
    )
    const done = await bringToNewest(connection, { ...options, file, wall: Date.now() })
    if (done.ran.length > 0) options.onUpgraded?.(done)
  } catch (error) {
    connection.close()
    throw error
  }
  return wrap(file, connection)
}

function wrap(file: string, connection: DatabaseSync): Database {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = connection.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  return {
    file,
    connection,
    prepare,
    transaction(work) {
      if (connection.isTransaction) return work()
      connection.exec('begin immediate')
      try {
        const value = work()
        connection.exec('commit')
        return value
      } catch (error) {
        // a full disk may have rolled back already
        if (connection.isTransaction) connection.exec('rollback')
        throw error
      }
    },
    close() {
      if (connection.isOpen) connection.close()
    },
  }
}

function refuseOlder(connection: DatabaseSync, migrations?: readonly SchemaMigration[]): void {
  if (missingOf(connection, migrations).length === 0) return
  const found = schemasIn(connection).at(-1) ?? 'none'
  throw new DatabaseError(
    'schema-older',
    `the database has the older schema ${found}; start the collector once, which makes a backup and upgrades it`,
  )
}

function checkVersion(connection: DatabaseSync): void {
  const row = connection.prepare('select sqlite_version() as version').get() as { version: string }
  const parts = row.version.split('.').map(Number)
  for (let i = 0; i < OLDEST_SQLITE.length; i++) {
    const difference = (parts[i] ?? 0) - (OLDEST_SQLITE[i] as number)
    if (difference > 0) return
    if (difference < 0)
      throw new DatabaseError(
        'sqlite-too-old',
        `SQLite ${row.version} can lose commits; ${OLDEST_SQLITE.join('.')} needed`,
      )
  }
}
