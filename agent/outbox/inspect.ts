// A look at the outbox from outside: read only, beside a running agent or alone.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { asItLies, isNewer, NEWEST_SCHEMA } from './store-file.ts'

export type OutboxFacts = { readonly bytes: number } & (
  | { readonly problem: string }
  | {
      readonly schema: number
      readonly known: number
      readonly newer: boolean
      /** Records that wait for the collector, by lane. */
      readonly waiting: Readonly<Record<string, number>>
      /** Stores that stood aside as damaged. */
      readonly damaged: number
    }
)

/** null when there is none in the folder. Never throws: what SQLite says is `problem`. */
export function inspectOutbox(dir: string): OutboxFacts | null {
  const path = join(dir, 'outbox.db')
  if (!existsSync(path)) return null
  const bytes = statSync(path).size
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(asItLies(path), { readOnly: true, timeout: 2_000 })
    const { user_version: schema } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    const newer = isNewer(db)
    const rows = newer ? [] : db.prepare('SELECT lane, newest - acknowledged AS n FROM mark').all()
    const waiting = Object.fromEntries((rows as { lane: string; n: number }[]).map(({ lane, n }) => [lane, n]))
    const damaged = readdirSync(dir).filter((name) => /^damaged-.*\.db$/.test(name)).length
    return { bytes, schema, known: NEWEST_SCHEMA, newer, waiting, damaged }
  } catch (error) {
    return { bytes, problem: (error as Error).message }
  } finally {
    db?.close()
  }
}
