// Brings a database file to the newest schema, never backwards: backup first, then everything in one transaction.
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { DatabaseError } from './database-error.ts'
import * as start from './migrations/0001-start.ts'
import * as readIndexes from './migrations/0002-read-indexes.ts'
import * as enrolment from './migrations/0003-enrolment.ts'
import * as siteConfig from './migrations/0004-site-config.ts'
import * as influx from './migrations/0005-influx.ts'
import * as seriesMeaning from './migrations/0006-series-meaning.ts'
import * as topology from './migrations/0007-topology.ts'
import * as traps from './migrations/0008-traps.ts'
import * as discovery from './migrations/0009-discovery.ts'
import * as playbooks from './migrations/0010-playbooks.ts'
import * as suppression from './migrations/0011-suppression.ts'
import * as ruleOverrides from './migrations/0012-rule-overrides.ts'
import * as causeDecisions from './migrations/0013-cause-decisions.ts'
import * as windows from './migrations/0014-windows.ts'
import * as notificationPolicy from './migrations/0015-notification-policy.ts'
import * as backTests from './migrations/0017-back-tests.ts'
import * as alarmViews from './migrations/0019-alarm-views.ts'
import * as incidents from './migrations/0020-incidents.ts'
import * as kiosk from './migrations/0021-kiosk.ts'
import * as admin from './migrations/0022-admin.ts'
import * as alarmHours from './migrations/0023-alarm-hours.ts'
import * as tokenChain from './migrations/0025-token-chain.ts'
import * as listIndexes from './migrations/0027-list-indexes.ts'
import { BACKUPS, backupBefore } from './upgrade-backup.ts'

export interface SchemaMigration {
  /** `0003-what`: numbers rise. */
  readonly name: string
  readonly statements: readonly string[]
}

/** Every migration, oldest first. Adding one: a file in migrations/ and a line here; released ones never change. */
const MIGRATIONS: readonly SchemaMigration[] = [
  start,
  readIndexes,
  enrolment,
  siteConfig,
  influx,
  seriesMeaning,
  topology,
  traps,
  discovery,
  playbooks,
  suppression,
  ruleOverrides,
  causeDecisions,
  windows,
  notificationPolicy,
  backTests,
  alarmViews,
  incidents,
  kiosk,
  admin,
  alarmHours,
  tokenChain,
  listIndexes,
]

/** The schema this program writes. */
export const newestSchema = (migrations = MIGRATIONS): string => migrations.at(-1)?.name ?? ''

export interface UpgradeOptions {
  readonly file: string
  readonly wall: number
  readonly migrations?: readonly SchemaMigration[]
  /** Bytes free in the folder of the backups; the disk's own when absent. */
  readonly freeBytes?: number
  /** Told before each step that takes time or writes; `bytes` is the size of the database. */
  onStep?(step: string): void
}

export interface Upgraded {
  /** Names of what was run, oldest first; empty when nothing was missing. */
  readonly ran: readonly string[]
  /** Path of the backup made before; null for a new database or when nothing was missing. */
  readonly backup: string | null
}

/**
 * Runs the migrations that are missing, all in one transaction, after a backup into `backups/` beside the file. Throws
 * DatabaseError: schema-newer when the file knows one we do not, backup-failed when there is no backup (then nothing was
 * changed), migration-failed (rolled back).
 */
export async function bringToNewest(connection: DatabaseSync, options: UpgradeOptions): Promise<Upgraded> {
  const { migrations = MIGRATIONS, onStep } = options
  refuseNewer(connection, options)
  const missing = missingOf(connection, migrations)
  if (missing.length === 0) return { ran: [], backup: null }
  const ran = missing.map((m) => m.name)
  const empty = connection.prepare('select 1 from sqlite_master limit 1').get() === undefined
  const backup = empty ? null : await backupBefore(connection, { ...options, schema: ran.at(-1) as string })
  try {
    connection.exec('begin immediate')
    connection.exec(
      'create table if not exists kysely_migration (name varchar(255) not null primary key, timestamp varchar(255) not null)',
    )
    // another process may have been first
    for (const migration of missingOf(connection, migrations)) {
      for (const [i, statement] of migration.statements.entries()) {
        onStep?.(`${migration.name}:${i}`)
        connection.exec(statement)
      }
      connection
        .prepare('insert into kysely_migration (name, timestamp) values (?, ?)')
        .run(migration.name, new Date(options.wall).toISOString())
    }
    onStep?.('commit')
    connection.exec('commit')
    onStep?.('committed')
  } catch (error) {
    if (connection.isTransaction) connection.exec('rollback')
    const kept = backup === null ? '' : `; it is as it was, and a backup is ${backup}`
    throw new DatabaseError(
      'migration-failed',
      `the database could not be brought to schema ${ran.at(-1)}: ${(error as Error).message}${kept}`,
      { cause: error },
    )
  }
  return { ran, backup }
}

/** Throws DatabaseError schema-newer when the file was written by a newer Outrider. Reads only. */
export function refuseNewer(
  connection: DatabaseSync,
  options: { readonly file?: string; readonly migrations?: readonly SchemaMigration[] } = {},
): void {
  const { file, migrations = MIGRATIONS } = options
  const known = new Set(migrations.map((m) => m.name))
  const newer = schemasIn(connection).filter((name) => !known.has(name))
  if (newer.length === 0) return
  throw new DatabaseError(
    'schema-newer',
    `the database has schema ${newer.at(-1)}, written by a newer version; this program knows up to ` +
      `${newestSchema(migrations)}. Install the newer version again${backupHint(file)}`,
  )
}

/** Names of the migrations the file went through, oldest first. */
export function schemasIn(connection: DatabaseSync): string[] {
  const table = connection.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get()
  if (table === undefined) return []
  const rows = connection.prepare('select name from kysely_migration order by name').all() as { name: string }[]
  return rows.map((row) => row.name)
}

/** Names of the migrations the file has not gone through yet, oldest first. */
export function missingOf(connection: DatabaseSync, migrations = MIGRATIONS): readonly SchemaMigration[] {
  const done = new Set(schemasIn(connection))
  return migrations.filter((m) => !done.has(m.name))
}

/** Where the way back is: the newest backup made before an upgrade, when there is one. */
function backupHint(file: string | undefined): string {
  const dir = file === undefined ? undefined : join(dirname(file), BACKUPS)
  if (dir === undefined || !existsSync(dir)) return ', or restore a backup made before the upgrade'
  const newest = readdirSync(dir)
    .filter((name) => /^before-.*\.db$/.test(name))
    .sort((a, b) => timeIn(a).localeCompare(timeIn(b)))
    .at(-1)
  return newest === undefined
    ? ', or restore a backup made before the upgrade'
    : `, or restore the backup made before the upgrade: ${join(dir, basename(newest))}`
}

const timeIn = (name: string): string => name.slice(-'20260101T000000Z.db'.length)
