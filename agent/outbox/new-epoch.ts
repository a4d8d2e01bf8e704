// A person decided that this outbox goes on although it is an older copy (or was refused as a clone): its epoch, and with
// it all sequence numbers, begin anew. What the collector may not have yet is kept and numbered again.
import { randomUUID } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { LANES } from '#shared/wire/topics.ts'
import { placeOf } from './batch-place.ts'
import { openStoreFile } from './store-file.ts'

export interface NewEpoch {
  readonly before: string
  readonly epoch: string
  /** Name of the copy of the store as it was, beside it. */
  readonly keptAs: string
  /** Records that stay to be sent, by lane. */
  readonly waiting: Readonly<Record<string, number>>
}

/**
 * Changes the store in `dir`; nothing may have it open. Series definitions, the command journal, the SNMP engine and
 * places in log files stay. Throws when there is no store, or for a disk that does not allow it: then nothing changed.
 */
export function beginNewEpoch(dir: string, wall: number): NewEpoch {
  if (!existsSync(join(dir, 'outbox.db'))) throw new Error(`no outbox in ${dir}`)
  const { db } = openStoreFile(dir, wall)
  db.function('place_of', { deterministic: true }, (lane, first, count, hash) =>
    placeOf(String(lane), Number(first), Number(count), String(hash)),
  )
  try {
    haveAlone(db)
    const keptAs = `older-copy-${new Date(wall).toISOString().replaceAll(/[:.]/g, '-')}.db`
    rmSync(join(dir, keptAs), { force: true })
    db.prepare('VACUUM INTO ?').run(join(dir, keptAs))
    const { value: before } = db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string }
    const epoch = randomUUID()
    db.exec('BEGIN IMMEDIATE')
    try {
      const waiting = Object.fromEntries(LANES.map((lane) => [lane, renumber(db, lane)]))
      db.exec('DELETE FROM acknowledged')
      db.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run(epoch)
      db.exec('COMMIT')
      return { before, epoch, keptAs, waiting }
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  } finally {
    db.close()
  }
}

/** True when an agent has the outbox in `dir` open. Throws for one that cannot be opened at all. */
export function isOutboxInUse(dir: string, wall: number): boolean {
  if (!existsSync(join(dir, 'outbox.db'))) return false
  const { db } = openStoreFile(dir, wall)
  try {
    haveAlone(db)
    return false
  } catch (error) {
    if (/locked|busy/i.test((error as Error).message)) return true
    throw error
  } finally {
    db.close()
  }
}

/** Leaving WAL needs the file for oneself: fails while an agent has it open. The agent sets WAL again at its start. */
function haveAlone(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 500; PRAGMA journal_mode = DELETE')
}

/** Batches that are not acknowledged begin at 1; returns their records. */
function renumber(db: DatabaseSync, lane: string): number {
  type Mark = { newest: number; acknowledged: number; bytes: number }
  const mark = db.prepare('SELECT newest, acknowledged, bytes FROM mark WHERE lane = ?').get(lane) as Mark | undefined
  if (mark === undefined) return 0
  const { sum } = db
    .prepare('SELECT sum(length(body) + 160) AS sum FROM batch WHERE lane = ? AND first + count - 1 <= ?')
    .get(lane, mark.acknowledged) as { sum: number | null }
  db.prepare('DELETE FROM batch WHERE lane = ? AND first + count - 1 <= ?').run(lane, mark.acknowledged)
  const row = db
    .prepare('SELECT min(first) AS first, max(first + count - 1) AS last FROM batch WHERE lane = ?')
    .get(lane)
  const { first, last } = row as { first: number | null; last: number | null }
  const shift = (first ?? 1) - 1
  // Through negative numbers: the index is unique at every moment.
  db.prepare('UPDATE batch SET first = -first WHERE lane = ?').run(lane)
  db.prepare('UPDATE batch SET first = -first - ? WHERE lane = ?').run(shift, lane)
  db.prepare('UPDATE batch SET place = place_of(lane, first, count, hash) WHERE lane = ?').run(lane)
  const newest = (last ?? shift) - shift
  db.prepare('UPDATE mark SET newest = ?, acknowledged = 0, bytes = ? WHERE lane = ?').run(
    newest,
    Math.max(0, mark.bytes - (sum ?? 0)),
    lane,
  )
  return newest
}
