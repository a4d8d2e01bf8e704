// A look at a database from outside: read only, beside a running collector or alone.
import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { missingOf, newestSchema, refuseNewer, schemasIn } from './migrate.ts'
import { bytesForUpgrade } from './upgrade-backup.ts'

export type DatabaseFacts =
  | { readonly problem: string }
  | {
      /** Newest migration the file went through, '' for none. */
      readonly schema: string
      /** Newest this program knows. */
      readonly known: string
      readonly newer: boolean
      /** Migrations the next start would run. */
      readonly missing: number
      readonly upgradeBytes: number
      readonly bytes: number
      readonly checked: boolean
      readonly damage: string | null
      /** Wall time of the last commit of records, ms; null for none. */
      readonly lastAt: number | null
      readonly agentOffsets: readonly { readonly agent: string; readonly offsetMs: number }[]
    }

/** null when there is no file. Never throws: what SQLite says is `problem`. Holds the thread while it reads. */
export function inspectDatabase(
  file: string,
  options: { readonly quickCheckBelowBytes: number },
): DatabaseFacts | null {
  if (!existsSync(file)) return null
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(asItLies(file), { readOnly: true, timeout: 2_000 })
    return look(db, file, options.quickCheckBelowBytes)
  } catch (error) {
    return { problem: (error as Error).message }
  } finally {
    db?.close()
  }
}

/** Without a log to read along, nothing is made beside the file. */
function asItLies(file: string): string | URL {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return file
  const url = pathToFileURL(file)
  url.search = '?immutable=1'
  return url
}

function look(db: DatabaseSync, file: string, below: number): DatabaseFacts {
  const bytes = statSync(file).size
  const schemas = schemasIn(db)
  const newer = isNewer(db)
  const checked = bytes < below
  const check = checked ? (db.prepare('pragma quick_check(1)').get() as { quick_check: string }).quick_check : 'ok'
  return {
    schema: schemas.at(-1) ?? '',
    known: newestSchema(),
    newer,
    missing: newer ? 0 : missingOf(db).length,
    upgradeBytes: bytesForUpgrade(db),
    bytes,
    checked,
    damage: check === 'ok' ? null : check,
    ...(newer || check !== 'ok' || schemas.length === 0 ? { lastAt: null, agentOffsets: [] } : timesIn(db)),
  }
}

function timesIn(db: DatabaseSync) {
  const { last } = db.prepare('select max(updated_at) as last from stream').get() as { last: number | null }
  const rows = db
    .prepare("select id, json_extract(doc, '$.clockOffsetMs') as off from agent where off is not null order by id")
    .all() as { id: string; off: number }[]
  return { lastAt: last, agentOffsets: rows.map(({ id, off }) => ({ agent: id, offsetMs: off })) }
}

function isNewer(db: DatabaseSync): boolean {
  try {
    refuseNewer(db)
    return false
  } catch {
    return true
  }
}
