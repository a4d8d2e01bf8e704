import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createAuditStore } from '../storage/sqlite/audit-store.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { type CommandOptions, readSettings } from './settings.ts'

/** 0 when every entry fits, 1 when not; says which is the first that does not. */
export async function verifyAudit(options: CommandOptions): Promise<number> {
  const file = join(readSettings(options).dataDir, 'collector.db')
  if (!existsSync(file)) throw new Error(`no database: ${file}`)
  const db = await openDatabase(file, { upgrade: false })
  try {
    const result = await createAuditStore(db).verify()
    if (result.ok) console.log(`good: ${result.entries} entries, head ${result.head}`)
    else console.error(`entry ${result.brokenAt}: ${result.problem}; ${result.entries} entries before it are good`)
    return result.ok ? 0 : 1
  } finally {
    db.close()
  }
}
