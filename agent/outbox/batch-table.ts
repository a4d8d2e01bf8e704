// The batches of the three lanes in SQLite: numbered at append, read in order without holes, dropped oldest first.
// Every write runs inside the caller's transaction; after a rollback call reload().
import type { DatabaseSync } from 'node:sqlite'
import type { ClockReading } from '#shared/wire/batch.ts'
import { bodyHash, packBody } from '#shared/wire/packing.ts'
import type { Lane } from '#shared/wire/topics.ts'
import { misplaced, placeOf } from './batch-place.ts'
import type { BodyToCommit, LaneMarks, StoredBatch } from './commit-messages.ts'

const EMPTY = new Uint8Array(0)
const EMPTY_HASH = bodyHash(EMPTY)
/** What a row costs beside its body; a quota counts it so that a million tiny batches are not free. */
const ROW_BYTES = 160
const MAX_BATCHES_PER_READ = 64

export interface BatchTable {
  marks(lane: Lane): LaneMarks
  /** Packs, numbers and inserts; returns the first sequence number. */
  append(body: BodyToCommit, clock: ClockReading): number
  /**
   * Batches that hold `after` + 1 and what follows, in order and without holes, at least one when there is one.
   * Damaged or missing rows come as gaps (and are stored as such), deleted acknowledged ones as gap 'not-retained'.
   */
  read(lane: Lane, after: number, maxBytes: number): StoredBatch[]
  /** Raises the mark in memory; it is stored with the lane's next write. One lost in a crash only costs a re-send. */
  acknowledge(lane: Lane, seq: number): void
  saveMarks(): void
  /** Deletes up to `limit` batches acknowledged up to `seq`; returns how many went. */
  forget(lane: Lane, seq: number, limit: number): number
  /** Turns the oldest unacknowledged batch into a gap; returns its records, 0 when there is none. */
  discardOldest(lane: Lane, reason: string): number
  /** True once after batches that define series were discarded. */
  takeRedefine(): boolean
  /** Records that turned out damaged since the last call. */
  takeDamaged(): { readonly lane: Lane; readonly count: number }[]
  reload(): void
}

interface Row {
  readonly id: number
  readonly first: number
  readonly count: number
  readonly body: Uint8Array
  readonly hash: string
  readonly boot: string
  readonly mono: number
  readonly wall: number
  readonly gap: string | null
  readonly defines: number
  readonly place: number
}

interface Marks {
  oldest: number
  newest: number
  acknowledged: number
  bytes: number
}

/** `lanes` comes as data: the commit thread does without the modules that name them, and so without zod. */
export function createBatchTable(db: DatabaseSync, lanes: readonly Lane[]): BatchTable {
  const insert = db.prepare(`INSERT INTO batch (lane, first, count, body, hash, boot, mono, wall, gap, defines, place)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const putMark = db.prepare('INSERT OR REPLACE INTO mark (lane, newest, acknowledged, bytes) VALUES (?, ?, ?, ?)')
  const getMark = db.prepare('SELECT newest, acknowledged, bytes FROM mark WHERE lane = ?')
  const getOldest = db.prepare('SELECT min(first) AS first FROM batch WHERE lane = ?')
  const atOrBefore = db.prepare('SELECT max(first) AS first FROM batch WHERE lane = ? AND first <= ?')
  const from = db.prepare('SELECT * FROM batch WHERE lane = ? AND first >= ? ORDER BY first')
  const undiscarded = db.prepare(`SELECT id, first, count, length(body) AS size, defines, boot, mono, wall FROM batch
    WHERE lane = ? AND gap IS NULL AND first + count - 1 > ? ORDER BY first LIMIT 1`)
  const before = db.prepare(
    'SELECT id, first, count, gap FROM batch WHERE lane = ? AND first < ? ORDER BY first DESC LIMIT 1',
  )
  const after = db.prepare('SELECT id, first, count, gap FROM batch WHERE lane = ? AND first = ?')
  const makeGap = db.prepare("UPDATE batch SET body = x'', hash = ?, gap = ?, defines = 0 WHERE id = ?")
  const widen = db.prepare('UPDATE batch SET count = ?, gap = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM batch WHERE id = ?')
  const old = db.prepare(
    `SELECT id, first, count, length(body) AS size FROM batch WHERE lane = ? ORDER BY first LIMIT ?`,
  )
  const marks = new Map<Lane, Marks>()
  let redefine = false
  let damaged: { lane: Lane; count: number }[] = []

  const of = (lane: Lane): Marks => marks.get(lane) as Marks
  const save = (lane: Lane): void => {
    const m = of(lane)
    putMark.run(lane, m.newest, m.acknowledged, m.bytes)
  }

  function reload(): void {
    redefine = false
    damaged = []
    for (const lane of lanes) {
      const mark = getMark.get(lane) as Omit<Marks, 'oldest'> | undefined
      const oldest = (getOldest.get(lane) as { first: number | null }).first ?? 0
      marks.set(lane, {
        oldest,
        newest: mark?.newest ?? 0,
        acknowledged: Math.max(
          mark?.acknowledged ?? 0,
          Math.min(marks.get(lane)?.acknowledged ?? 0, mark?.newest ?? 0),
        ),
        bytes: mark?.bytes ?? 0,
      })
    }
  }

  function append(record: BodyToCommit, clock: ClockReading): number {
    const m = of(record.lane)
    const first = m.newest + 1
    const raw = typeof record.body === 'string' ? Buffer.from(record.body) : record.body
    const body = raw === undefined ? EMPTY : packBody(raw)
    const gap = raw === undefined ? (record.gap ?? 'discarded') : null
    const hash = raw === undefined ? EMPTY_HASH : bodyHash(body)
    const defines = record.series && record.series.length > 0 ? 1 : 0
    const place = placeOf(record.lane, first, record.count, hash)
    const { boot, mono, wall } = clock
    insert.run(record.lane, first, record.count, body, hash, boot, mono, wall, gap, defines, place)
    m.newest += record.count
    m.bytes += body.length + ROW_BYTES
    if (m.oldest === 0) m.oldest = first
    if (gap !== null) mergeGaps(record.lane, first)
    save(record.lane)
    return first
  }

  /** Joins the gap that starts at `first` with gaps directly before and after it. */
  function mergeGaps(lane: Lane, first: number): void {
    type Part = Pick<Row, 'id' | 'first' | 'count' | 'gap'>
    let row = after.get(lane, first) as unknown as Part
    const previous = before.get(lane, first) as unknown as Part | undefined
    if (previous?.gap != null && previous.first + previous.count === row.first) row = join(previous, row)
    const next = after.get(lane, row.first + row.count) as unknown as Part | undefined
    if (next?.gap != null) join(row, next)

    function join(left: Part, right: Part): Part {
      const reasons = new Set([...`${left.gap}`.split('+'), ...`${right.gap}`.split('+')])
      const joined = { ...left, count: left.count + right.count, gap: [...reasons].join('+').slice(0, 128) }
      remove.run(right.id)
      widen.run(joined.count, joined.gap, left.id)
      of(lane).bytes -= ROW_BYTES
      return joined
    }
  }

  function discard(
    lane: Lane,
    row: { id: number; first: number; count: number; size: number; defines: number },
    reason: string,
  ): void {
    makeGap.run(EMPTY_HASH, reason, row.id)
    of(lane).bytes -= row.size
    if (row.defines) redefine = true
    mergeGaps(lane, row.first)
    save(lane)
  }

  function read(lane: Lane, afterSeq: number, maxBytes: number): StoredBatch[] {
    const m = of(lane)
    const out: StoredBatch[] = []
    const holes: { first: number; count: number; id?: number; size: number; defines: number }[] = []
    let expected = afterSeq + 1
    let bytes = 0
    const full = () => out.length >= MAX_BATCHES_PER_READ || (out.length > 0 && bytes >= maxBytes)
    const gap = (count: number, reason: string, clock: ClockReading) => {
      out.push({ lane, first: expected, count, body: EMPTY, hash: EMPTY_HASH, committed: clock, gap: { reason } })
      expected += count
    }
    const start = (atOrBefore.get(lane, expected) as { first: number | null }).first ?? 0
    for (const raw of expected > m.newest ? [] : from.iterate(lane, start)) {
      const row = raw as unknown as Row
      if (full()) break
      if (row.gap === null && row.place !== placeOf(lane, row.first, row.count, row.hash))
        throw misplaced(lane, row.first)
      const clock = { boot: row.boot, mono: row.mono, wall: row.wall }
      if (row.first > expected) {
        const retained = row.first === m.oldest
        if (!retained) holes.push({ first: expected, count: row.first - expected, size: 0, defines: 1 })
        gap(row.first - expected, retained ? 'not-retained' : 'damaged', clock)
      }
      const end = row.first + row.count
      if (end <= expected) continue
      if (row.gap !== null) gap(end - expected, row.gap, clock)
      else if (bodyHash(row.body) !== row.hash) {
        holes.push({ id: row.id, first: row.first, count: row.count, size: row.body.length, defines: row.defines })
        gap(end - expected, 'damaged', clock)
      } else {
        out.push({ lane, first: row.first, count: row.count, body: row.body, hash: row.hash, committed: clock })
        expected = end
        bytes += row.body.length + ROW_BYTES
      }
    }
    if (!full() && expected <= m.newest) {
      const clock = { boot: '', mono: 0, wall: 0 }
      const gone = m.oldest === 0
      if (!gone) holes.push({ first: expected, count: m.newest - expected + 1, size: 0, defines: 1 })
      gap(m.newest - expected + 1, gone ? 'not-retained' : 'damaged', clock)
    }
    for (const hole of holes) repair(lane, hole)
    return out
  }

  function repair(
    lane: Lane,
    hole: { first: number; count: number; id?: number; size: number; defines: number },
  ): void {
    damaged.push({ lane, count: hole.count })
    if (hole.id === undefined) {
      const { lastInsertRowid } = insert.run(lane, hole.first, hole.count, EMPTY, EMPTY_HASH, '', 0, 0, 'damaged', 0, 0)
      of(lane).bytes += ROW_BYTES
      discard(lane, { ...hole, id: Number(lastInsertRowid) }, 'damaged')
    } else discard(lane, { ...hole, id: hole.id }, 'damaged')
  }

  reload()
  return {
    marks: (lane) => ({ ...of(lane) }),
    append,
    read,
    reload,
    acknowledge(lane, seq) {
      const m = of(lane)
      m.acknowledged = Math.min(Math.max(m.acknowledged, seq), m.newest)
    },
    saveMarks: () => lanes.forEach(save),
    forget(lane, seq, limit) {
      const m = of(lane)
      let gone = 0
      for (const row of old.all(lane, limit) as { id: number; first: number; count: number; size: number }[]) {
        if (row.first + row.count - 1 > Math.min(seq, m.acknowledged)) break
        remove.run(row.id)
        m.bytes -= row.size + ROW_BYTES
        gone++
      }
      if (gone === 0) return 0
      m.oldest = (getOldest.get(lane) as { first: number | null }).first ?? 0
      save(lane)
      return gone
    },
    discardOldest(lane, reason) {
      const row = undiscarded.get(lane, of(lane).acknowledged) as
        | { id: number; first: number; count: number; size: number; defines: number }
        | undefined
      if (row === undefined) return 0
      discard(lane, row, reason)
      return row.count
    },
    takeRedefine() {
      const was = redefine
      redefine = false
      return was
    },
    takeDamaged() {
      const was = damaged
      damaged = []
      return was
    },
  }
}
