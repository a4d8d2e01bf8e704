// The command journal on disk: at most one execution and exactly one result per command, through any crash.
import type { DatabaseSync } from 'node:sqlite'
import type { JournalEntry } from '../diagnostics/command-journal.ts'
import type { BatchTable } from './batch-table.ts'
import type { JournalOperation } from './commit-messages.ts'

/** Finished entries stay this long after they could not run any more. */
const KEEP_MS = 86_400_000

export interface JournalTable {
  /** highest: number. knows: boolean. begin: boolean. finish: null. unfinished: JournalEntry[]. */
  run(operation: JournalOperation): unknown
  forget(wall: number): void
}

export function createJournalTable(db: DatabaseSync, batches: BatchTable): JournalTable {
  const highest = db.prepare("SELECT CAST(value AS INTEGER) AS seq FROM meta WHERE key = 'highest-command'")
  const raise = db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('highest-command', ?)")
  const known = db.prepare('SELECT 1 FROM command WHERE id = ? OR nonce = ?')
  const insert = db.prepare('INSERT INTO command (id, nonce, expires, entry, finished) VALUES (?, ?, ?, ?, 0)')
  const finish = db.prepare('UPDATE command SET finished = 1 WHERE id = ? AND finished = 0')
  const unfinished = db.prepare('SELECT entry FROM command WHERE finished = 0')
  const forget = db.prepare('DELETE FROM command WHERE finished = 1 AND expires < ?')
  const highestSeq = () => (highest.get() as { seq: number } | undefined)?.seq ?? 0
  return {
    run(operation) {
      switch (operation.do) {
        case 'highest':
          return highestSeq()
        case 'knows':
          return known.get(operation.id, operation.nonce) !== undefined
        case 'begin': {
          const { entry } = operation
          if (known.get(entry.id, entry.nonce) !== undefined) return false
          insert.run(entry.id, entry.nonce, entry.expires, JSON.stringify(entry))
          raise.run(String(Math.max(entry.seq, highestSeq())))
          return true
        }
        case 'finish':
          if (finish.run(operation.id).changes === 1)
            batches.append({ lane: 'result', count: 1, body: operation.result }, operation.clock)
          return null
        case 'unfinished':
          return (unfinished.all() as { entry: string }[]).map((r) => JSON.parse(r.entry) as JournalEntry)
      }
    },
    forget: (wall) => void forget.run(wall - KEEP_MS),
  }
}
