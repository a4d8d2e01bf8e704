// What could not be read, kept with its reason so that a person can look: capped by rows and bytes, totals exact.
import type { QuarantineRow } from '../../ingest/record-store.ts'
import type { Database } from './database.ts'

export interface QuarantineLimits {
  readonly rows: number
  readonly bytes: number
}

export interface QuarantineEntry {
  readonly id: number
  readonly agent: string
  readonly epoch: string | null
  readonly lane: string | null
  readonly first: number | null
  readonly count: number | null
  readonly reason: string
  readonly bytes: number
  readonly at: number
}

export interface Quarantine {
  /** Keeps one entry; the oldest go when rows or bytes are over the limit. Called inside a transaction. */
  add(row: QuarantineRow): void
  /** The transaction around add() was rolled back. */
  rolledBack(): void
  /** Newest first. */
  list(limit: number): QuarantineEntry[]
  /** Entries ever made by agent since this start, and what is kept now. */
  counts(): { readonly rows: number; readonly bytes: number; readonly byAgent: ReadonlyMap<string, number> }
}

export function createQuarantine(db: Database, limits: QuarantineLimits): Quarantine {
  const insert = db.prepare(
    'insert into quarantine (agent, epoch, lane, first, count, reason, raw, bytes, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const oldest = db.prepare('select id, bytes from quarantine order by id limit 1')
  const drop = db.prepare('delete from quarantine where id = ?')
  const size = () =>
    db.prepare('select count(*) as rows, coalesce(sum(bytes), 0) as bytes from quarantine').get() as {
      rows: number
      bytes: number
    }
  const byAgent = new Map<string, number>()
  let kept = size()
  return {
    add(q) {
      const bytes = (q.raw?.length ?? 0) + q.reason.length
      insert.run(q.agent, q.epoch, q.lane, q.first, q.count, q.reason.slice(0, 512), q.raw, bytes, q.at)
      byAgent.set(q.agent, (byAgent.get(q.agent) ?? 0) + 1)
      kept.rows++
      kept.bytes += bytes
      while (kept.rows > limits.rows || (kept.bytes > limits.bytes && kept.rows > 1)) {
        const first = oldest.get() as { id: number; bytes: number }
        drop.run(first.id)
        kept.rows--
        kept.bytes -= first.bytes
      }
    },
    rolledBack() {
      kept = size()
    },
    list(limit) {
      return db
        .prepare(
          'select id, agent, epoch, lane, first, count, reason, bytes, at from quarantine order by id desc limit ?',
        )
        .all(limit) as unknown as QuarantineEntry[]
    },
    counts: () => ({ ...kept, byAgent }),
  }
}
