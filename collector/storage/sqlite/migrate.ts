// Brings a database file to the newest schema, never backwards.
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { DatabaseError } from './database-error.ts'
import { kyselyDialect } from './kysely-dialect.ts'
import * as start from './migrations/0001-start.ts'
import * as readIndexes from './migrations/0002-read-indexes.ts'

/** Every migration, oldest first. Adding one: a file in migrations/ and a line here; released ones never change. */
const MIGRATIONS: readonly { readonly name: string; readonly statements: readonly string[] }[] = [start, readIndexes]

/** Runs the migrations that are missing. Throws DatabaseError: schema-newer when the file knows one we do not. */
export async function bringToNewest(connection: DatabaseSync): Promise<void> {
  refuseNewer(connection)
  const kysely = new Kysely<unknown>({ dialect: kyselyDialect(connection) })
  const provider = { getMigrations: async () => Object.fromEntries(MIGRATIONS.map((m) => [m.name, migrationOf(m)])) }
  const { error } = await new Migrator({ db: kysely, provider }).migrateToLatest()
  if (error !== undefined)
    throw new DatabaseError('migration-failed', 'the database could not be brought to the newest schema', {
      cause: error,
    })
}

/** Throws DatabaseError schema-newer when the file was written by a newer Outrider. */
export function refuseNewer(connection: DatabaseSync): void {
  const table = connection.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get()
  if (table === undefined) return
  const known = new Set(MIGRATIONS.map((m) => m.name))
  const rows = connection.prepare('select name from kysely_migration order by name').all() as { name: string }[]
  const newer = rows.filter((r) => !known.has(r.name))
  if (newer.length > 0)
    throw new DatabaseError('schema-newer', `the database was written by a newer version (${newer[0]?.name})`)
}

function migrationOf(m: (typeof MIGRATIONS)[number]): Migration {
  return {
    async up(db) {
      for (const statement of m.statements) await sql.raw(statement).execute(db)
    },
  }
}
