// Lets old samples and records go, a little at a time: expired chunks become roll-ups in the transaction that deletes
// them, so every sample is in exactly one of the two; roll-ups end when their time is over.
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { Database } from './database.ts'
import { ratesOf } from './reads/counter-rates.ts'
import { createRecordRetention } from './record-retention.ts'
import { DAY, encodeRollUp, FIVE_MINUTES, HOUR, type RollUpBucket, readRollUp, STEPS, widen } from './roll-up.ts'
import { readChunk } from './sample-codec.ts'
import type { createSampleSource } from './sample-source.ts'

/** Days each layer is kept. */
export interface RetentionLimits {
  readonly raw: number
  readonly fiveMinutes: number
  readonly hour: number
  readonly events: number
}
export const RETENTION: RetentionLimits = { raw: 30, fiveMinutes: 180, hour: 1095, events: 365 }

const SERIES_AT_ONCE = 200
const CHUNKS_AT_ONCE = 64
/** Work of one call ends after so many expired chunks. */
const CHUNKS_PER_CALL = 256

/** Asked inside the transaction before a chunk is let go, `overdueMs` after its time; false keeps it for now. */
export type ExpiryGuard = (series: number, through: number, data: Uint8Array, overdueMs: number) => boolean

/** One short piece at a time; true when there is more to do now. */
export function createRetention(
  db: Database,
  source: ReturnType<typeof createSampleSource>,
  limits: RetentionLimits,
  guard: () => ExpiryGuard | undefined = () => undefined,
): (now: number) => boolean {
  const oldest = db.prepare(
    'select from_at, through, to_at, data from sample_chunk where series = ? order by from_at, through limit ?',
  )
  const anyOld = db.prepare('select 1 from sample_chunk where series = ? and from_at < ? limit 1')
  const dropChunk = db.prepare('delete from sample_chunk where series = ? and from_at = ? and through = ?')
  const getRollUp = db.prepare('select data from sample_rollup where series = ? and step = ? and day = ?')
  const putRollUp = db.prepare('insert or replace into sample_rollup values (?, ?, ?, ?)')
  const dropRollUps = db.prepare('delete from sample_rollup where series = ? and step = ? and day < ?')
  const retainRecords = createRecordRetention(db, limits.events)
  let next = 1
  let records = true

  /** Returns how many chunks went. */
  const expire = (series: SeriesInfo, before: number): number => {
    const rows = oldest.all(series.id, CHUNKS_AT_ONCE + 1)
    const mayGo = guard()
    const stays = rows.findIndex(
      (r, i) =>
        Number(r.to_at) >= before ||
        i === CHUNKS_AT_ONCE ||
        mayGo?.(series.id, Number(r.through), r.data as Uint8Array, before - Number(r.to_at)) === false,
    )
    const doomed = stays < 0 ? rows : rows.slice(0, stays)
    if (doomed.length === 0) return 0
    const read: [number, number][] = []
    for (const r of doomed) readChunk(r.data as Uint8Array, (at, value) => void read.push([at, value]))
    const counter = series.kind === 'counter32' || series.kind === 'counter64'
    // the first sample that stays gets its rate here: its predecessor goes
    const follower = counter && stays >= 0 ? rows[stays] : undefined
    let first = true
    if (follower)
      readChunk(follower.data as Uint8Array, (at, value) => {
        if (first) read.push([at, value])
        first = false
      })
    read.sort((a, b) => a[0] - b[0])
    const from = read[0]?.[0] ?? 0
    const judged = counter ? ratesOf(series, read, () => source.restarts(series.device, from, before + DAY)) : read
    addToRollUps(series.id, judged)
    for (const r of doomed) dropChunk.run(series.id, r.from_at as number, r.through as number)
    return doomed.length
  }

  const addToRollUps = (series: number, points: readonly (readonly [number, number | null])[]): void => {
    const known = points.filter((p): p is [number, number] => p[1] !== null).map(bucketOf)
    for (const [day, buckets] of Map.groupBy(known, (b) => b.at - (b.at % DAY)))
      for (const step of STEPS) {
        const row = getRollUp.get(series, step, day)
        const before = row ? readRollUp(row.data as Uint8Array) : []
        const all = before.concat(widen(buckets, step)).sort((a, b) => a.at - b.at)
        putRollUp.run(series, step, day, encodeRollUp(widen(all, step)))
      }
  }

  return (now) => {
    const end = Math.min(source.size(), next + SERIES_AT_ONCE)
    const keepFrom = now - limits.raw * DAY
    let chunks = 0
    db.transaction(() => {
      for (; next < end && chunks < CHUNKS_PER_CALL; next++) {
        const series = source.byId(next)
        if (series && anyOld.get(next, keepFrom)) {
          const gone = expire(series, keepFrom)
          chunks += gone
          // not finished with this series: it comes first next time
          if (gone === CHUNKS_AT_ONCE) break
        }
        dropRollUps.run(next, FIVE_MINUTES, now - limits.fiveMinutes * DAY)
        dropRollUps.run(next, HOUR, now - limits.hour * DAY)
      }
      if (records) records = retainRecords(now)
    })
    if (next < source.size()) return true
    if (records) return true
    next = 1
    records = true
    return false
  }
}

const bucketOf = ([at, v]: readonly [number, number]): RollUpBucket => ({
  ...{ at, count: 1, min: v, max: v, sum: v, last: v },
})
