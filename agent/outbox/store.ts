// Everything the commit thread does, without the thread: one transaction per request, quotas, retention, a full disk.
// Synchronous; used by commit-thread.ts and directly by tests.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { ClockReading } from '#shared/wire/batch.ts'
import type { Lane } from '#shared/wire/topics.ts'
import { type BatchTable, createBatchTable } from './batch-table.ts'
import type {
  BodyToCommit,
  DefinitionPage,
  JournalOperation,
  LostStore,
  OpenReport,
  SmallOperation,
  StoredBatch,
  StoreLimits,
  StoreState,
} from './commit-messages.ts'
import { createJournalTable } from './journal-table.ts'
import { createReserve } from './reserve.ts'
import { createSeriesTable } from './series-table.ts'
import { createSmallTable } from './small-table.ts'
import { isCorruption, isDiskFull, openStoreFile, setAside } from './store-file.ts'

/** Whose acknowledged batches go first when the disk is full. Of what is not acknowledged only telemetry goes. */
const CLASSES: readonly Lane[] = ['telemetry', 'event', 'result']
/** Room for a transaction that only deletes, and for the pages of one commit to move from the log into the file. */
const LAST_RESERVE_BYTES = 2 * 2 ** 20
const DELETED_AT_ONCE = 8
/** Of the file; SQLite's default. */
const PAGE_BYTES = 4096
const SMALL_BYTES = 64 * 1024
const FORGET_AT_ONCE = 500
/** An acknowledgement mark for the retention is written at most this often. */
const MARK_EVERY_MS = 60_000

export interface Store {
  /** What was found damaged at opening, or null. */
  readonly lost: LostStore | null
  state(): StoreState
  report(): OpenReport
  definitions(after: number, maxBytes: number): DefinitionPage
  /**
   * Commits all bodies in one transaction. On a full disk acknowledged batches, then the oldest telemetry make room, then
   * the reserve; events and results that wait for the collector stay. Throws SqliteError when that is not enough.
   */
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
  const reserve = createReserve(join(dir, 'reserve'), limits.reserveBytes)
  const lastReserve = createReserve(join(dir, 'reserve-last'), Math.min(limits.reserveBytes, LAST_RESERVE_BYTES))
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

  /** True when the file has `bytes` to use again inside; else the reserve was given up. */
  function makeRoom(bytes: number): boolean {
    const { held } = reserve
    for (const spare of [reserve, lastReserve]) if (!foldLog()) spare.release()
    foldLog()
    // The log's blocks came free: they become the reserves again.
    lastReserve.keep(true)
    if (held) reserve.keep(true)
    while (freeInside() < bytes && freeSome());
    foldLog()
    lastReserve.keep(true)
    if (freeInside() >= bytes) return true
    reserve.release()
    return false
  }

  function freeInside(): number {
    const { freelist_count: pages } = db.prepare('PRAGMA freelist_count').get() as { freelist_count: number }
    return pages * PAGE_BYTES
  }

  /** Gives up a few batches: acknowledged ones first, then the oldest telemetry. False when there are none. */
  function freeSome(): boolean {
    const step = () => {
      for (const lane of CLASSES) {
        const { oldest, acknowledged } = batches.marks(lane)
        if (oldest > 0 && oldest <= acknowledged && batches.forget(lane, acknowledged, DELETED_AT_ONCE) > 0) return true
      }
      for (let n = 0; n < DELETED_AT_ONCE; n++) {
        const records = batches.discardOldest('telemetry', 'disk-full')
        if (records === 0) return n > 0
        count('disk-full', 'telemetry', records)
      }
      return true
    }
    try {
      return inTransaction(step)
    } catch (error) {
      if (!isDiskFull(error) || !lastReserve.release()) throw error
      return inTransaction(step)
    }
  }

  /** The log's pages go into the file and its blocks come free; false when the disk does not allow it. */
  function foldLog(): boolean {
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return true
    } catch (error) {
      if (!isDiskFull(error)) throw error
      return false
    }
  }

  function withRoom<T>(bytes: number, work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (!isDiskFull(error)) throw error
    }
    const fitsInside = makeRoom(bytes)
    try {
      return work()
    } catch (error) {
      if (!isDiskFull(error) || !fitsInside || !lastReserve.release()) throw error
    }
    // What fits into the file needs blocks for the log only until that is folded.
    try {
      return work()
    } finally {
      foldLog()
      lastReserve.keep(true)
    }
  }

  function commitOnce(bodies: readonly BodyToCommit[], clock: ClockReading): void {
    inTransaction(() => {
      for (const body of bodies) {
        if (body.series) series.put(body.series)
        batches.append(body, clock)
        for (const { space, key, value } of body.marks ?? []) small.run(space, { do: 'set', key, value })
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
    reserve.keep()
    lastReserve.keep()
  }

  reserve.keep()
  lastReserve.keep()
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
    definitions: series.page,
    lost,
    report: () => ({ series: series.all() }),
    commit(bodies, clock) {
      const bytes = bodies.reduce((sum, b) => sum + (b.body?.length ?? 0), 256 * 1024)
      withRoom(bytes, () => commitOnce(bodies, clock))
      // Without the reserve a long log could not be moved into the file any more.
      if (!reserve.held && limits.reserveBytes > 0) foldLog()
    },
    read: (lane, after, maxBytes) => inTransaction(() => batches.read(lane, after, maxBytes)),
    acknowledge(lane, seq, wallNow) {
      batches.acknowledge(lane, seq)
      if (seq === 0) return
      const last = lastMark.get(lane)
      if (last !== undefined && Math.abs(wallNow - last) < MARK_EVERY_MS) return
      inTransaction(() => {
        batches.saveMarks()
        putAcknowledged.run(lane, wallNow, batches.marks(lane).acknowledged)
      })
      lastMark.set(lane, wallNow)
    },
    tidy,
    small: (space, operation) => withRoom(SMALL_BYTES, () => inTransaction(() => small.run(space, operation))),
    journal: (operation) => withRoom(SMALL_BYTES, () => inTransaction(() => journal.run(operation))),
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
