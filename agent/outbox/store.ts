// Everything the commit thread does, without the thread: one transaction per request, quotas, retention, a full disk.
// Synchronous; used by commit-thread.ts and directly by tests.
import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { ClockReading } from '#shared/wire/batch.ts'
import type { Lane } from '#shared/wire/topics.ts'
import { type BatchTable, createBatchTable } from './batch-table.ts'
import type {
  BodyToCommit,
  JournalOperation,
  LostStore,
  OpenReport,
  SmallOperation,
  StoredBatch,
  StoreLimits,
  StoreState,
} from './commit-messages.ts'
import { createJournalTable } from './journal-table.ts'
import { createSeriesTable } from './series-table.ts'
import { createSmallTable } from './small-table.ts'
import { isCorruption, isDiskFull, openStoreFile, setAside } from './store-file.ts'

/** Lowest class first: what goes when room must be made. */
const CLASSES: readonly Lane[] = ['telemetry', 'event', 'result']
const FORGET_AT_ONCE = 500
/** An acknowledgement mark for the retention is written at most this often. */
const MARK_EVERY_MS = 60_000

export interface Store {
  state(): StoreState
  report(): OpenReport
  /** Commits all bodies in one transaction, making room on a full disk first. Throws SqliteError when it cannot. */
  commit(bodies: readonly BodyToCommit[], clock: ClockReading): void
  read(lane: Lane, after: number, maxBytes: number): StoredBatch[]
  acknowledge(lane: Lane, seq: number, wall: number): void
  /** Retention, quotas, the reserve file; cheap when nothing is due. */
  tidy(wall: number): void
  small(space: string, operation: SmallOperation): unknown
  journal(operation: JournalOperation): unknown
  close(): void
  /** Closes and moves the file aside after damage; open a new store afterwards. */
  abandon(reason: string, wall: number): LostStore
}

/** `dropped` counts on over a re-opening. Throws SqliteError when the disk does not allow a store at all. */
export function openStore(
  dir: string,
  limits: StoreLimits,
  wall: number,
  dropped: Map<string, number> = new Map(),
): Store {
  const { db, lost } = openStoreFile(dir, wall)
  try {
    return storeOn(db, lost, dir, limits, dropped)
  } catch (error) {
    // Damage that only the first queries met.
    db.close()
    if (!isCorruption(error)) throw error
    const found = setAside(dir, (error as Error).message, wall)
    return storeOn(openStoreFile(dir, wall).db, found, dir, limits, dropped)
  }
}

function storeOn(
  db: DatabaseSync,
  lost: LostStore | null,
  dir: string,
  limits: StoreLimits,
  dropped: Map<string, number>,
): Store {
  const reserve = join(dir, 'reserve')
  const lastMark = new Map<Lane, number>()
  const forgettable = new Map<Lane, number>()
  let redefine = false
  const lanes = Object.keys(limits.quotaBytes) as Lane[]
  const batches = createBatchTable(db, lanes)
  const series = createSeriesTable(db)
  const small = createSmallTable(db)
  const journal = createJournalTable(db, batches)
  const epoch = epochOf(db)
  const putAcknowledged = db.prepare('INSERT OR REPLACE INTO acknowledged (lane, at, seq) VALUES (?, ?, ?)')
  const getForgettable = db.prepare('SELECT max(seq) AS seq FROM acknowledged WHERE lane = ? AND at <= ?')
  const dropMarks = db.prepare('DELETE FROM acknowledged WHERE at < ?')

  /** Counted when the transaction that discarded them is committed. */
  let discarded: (readonly [key: string, n: number])[] = []
  const count = (reason: string, lane: Lane, n: number) => discarded.push([`${reason}:${lane}`, n])
  function inTransaction<T>(work: () => T): T {
    discarded = []
    const value = transaction(db, batches, work)
    for (const { lane, count: n } of batches.takeDamaged()) count('damaged', lane, n)
    for (const [key, n] of discarded) if (n > 0) dropped.set(key, (dropped.get(key) ?? 0) + n)
    if (batches.takeRedefine()) redefine = true
    return value
  }

  function keepQuotas(): void {
    for (const lane of lanes) {
      while (batches.marks(lane).bytes > limits.quotaBytes[lane]) {
        if (batches.forget(lane, Number.MAX_SAFE_INTEGER, 8) > 0) continue
        const n = batches.discardOldest(lane, 'quota')
        if (n === 0) break
        count('quota', lane, n)
      }
    }
  }

  /** Frees about `bytes` inside the file: acknowledged batches first, then the lowest class. False when nothing is left. */
  function makeRoom(bytes: number): boolean {
    rmSync(reserve, { force: true })
    return inTransaction(() => {
      const held = () => lanes.reduce((sum, lane) => sum + batches.marks(lane).bytes, 0)
      const before = held()
      const enough = () => before - held() >= bytes
      for (const lane of CLASSES) while (!enough() && batches.forget(lane, Number.MAX_SAFE_INTEGER, 8) > 0);
      for (const lane of CLASSES.slice(0, 2)) {
        while (!enough()) {
          const n = batches.discardOldest(lane, 'disk-full')
          if (n === 0) break
          count('disk-full', lane, n)
        }
      }
      return held() < before
    })
  }

  function commitOnce(bodies: readonly BodyToCommit[], clock: ClockReading): void {
    inTransaction(() => {
      for (const body of bodies) {
        if (body.series) series.put(body.series)
        batches.append(body, clock)
      }
      keepQuotas()
    })
  }

  function tidy(wallNow: number): void {
    inTransaction(() => {
      for (const lane of lanes) {
        const { seq } = getForgettable.get(lane, wallNow - limits.retainMs) as { seq: number | null }
        if (seq !== null) forgettable.set(lane, seq)
        batches.forget(lane, forgettable.get(lane) ?? 0, FORGET_AT_ONCE)
      }
      dropMarks.run(wallNow - limits.retainMs - MARK_EVERY_MS)
      journal.forget(wallNow)
      batches.saveMarks()
      keepQuotas()
    })
    keepReserve(reserve, limits.reserveBytes)
  }

  keepReserve(reserve, limits.reserveBytes)
  return {
    state() {
      const state = {
        epoch,
        lanes: {
          event: batches.marks('event'),
          telemetry: batches.marks('telemetry'),
          result: batches.marks('result'),
        },
        dropped: Object.fromEntries(dropped),
        redefine,
      }
      redefine = false
      return state
    },
    report: () => ({ lost, series: series.all() }),
    commit(bodies, clock) {
      try {
        commitOnce(bodies, clock)
      } catch (error) {
        if (!isDiskFull(error)) throw error
        const needed = bodies.reduce((sum, b) => sum + (b.body?.length ?? 0), 256 * 1024)
        if (!makeRoom(needed)) throw error
        commitOnce(bodies, clock)
      }
    },
    read: (lane, after, maxBytes) => inTransaction(() => batches.read(lane, after, maxBytes)),
    acknowledge(lane, seq, wallNow) {
      batches.acknowledge(lane, seq)
      const last = lastMark.get(lane)
      if (last !== undefined && Math.abs(wallNow - last) < MARK_EVERY_MS) return
      inTransaction(() => {
        batches.saveMarks()
        putAcknowledged.run(lane, wallNow, batches.marks(lane).acknowledged)
      })
      lastMark.set(lane, wallNow)
    },
    tidy,
    small: (space, operation) => inTransaction(() => small.run(space, operation)),
    journal: (operation) => inTransaction(() => journal.run(operation)),
    close: () => db.close(),
    abandon(reason, wallNow) {
      try {
        db.close()
      } catch {
        // A damaged file may refuse to close; it is renamed either way.
      }
      return setAside(dir, reason, wallNow)
    },
  }
}

function transaction<T>(db: DatabaseSync, batches: BatchTable, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const value = work()
    db.exec('COMMIT')
    return value
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    batches.reload()
    throw error
  }
}

function epochOf(db: DatabaseSync): string {
  const row = db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string } | undefined
  if (row !== undefined) return row.value
  const epoch = randomUUID()
  db.prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?)").run(epoch)
  return epoch
}

/** Keeps a file of real blocks; without room for it there is none, and the next tidy tries again. */
function keepReserve(path: string, bytes: number): void {
  try {
    if (bytes === 0 || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= bytes) return
    const file = openSync(path, 'w', 0o600)
    try {
      const block = Buffer.alloc(64 * 1024, 1)
      for (let written = 0; written < bytes; written += block.length) writeSync(file, block)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch {
    rmSync(path, { force: true })
  }
}
