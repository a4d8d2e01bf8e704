// Small things that must survive a restart: places in log files, SNMP engine boots. A space is one user's key range.
import type { DatabaseSync } from 'node:sqlite'
import type { SmallOperation } from './commit-messages.ts'

export interface SmallTable {
  /** get: string or null. set: null. add: boolean. delete: boolean. entries: [key, value][]. */
  run(space: string, operation: SmallOperation): unknown
}

export function createSmallTable(db: DatabaseSync): SmallTable {
  const get = db.prepare('SELECT value FROM small WHERE space = ? AND key = ?')
  const set = db.prepare('INSERT OR REPLACE INTO small (space, key, value) VALUES (?, ?, ?)')
  const add = db.prepare('INSERT OR IGNORE INTO small (space, key, value) VALUES (?, ?, ?)')
  const remove = db.prepare('DELETE FROM small WHERE space = ? AND key = ?')
  const entries = db.prepare('SELECT key, value FROM small WHERE space = ? ORDER BY key')
  return {
    run(space, operation) {
      switch (operation.do) {
        case 'get':
          return (get.get(space, operation.key) as { value: string } | undefined)?.value ?? null
        case 'set':
          set.run(space, operation.key, operation.value)
          return null
        case 'add':
          return add.run(space, operation.key, operation.value).changes === 1
        case 'delete':
          return remove.run(space, operation.key).changes === 1
        case 'entries':
          return (entries.all(space) as { key: string; value: string }[]).map((r) => [r.key, r.value])
      }
    },
  }
}
