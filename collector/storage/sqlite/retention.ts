// Lets old samples and records go, a little at a time: raw samples become roll-ups, roll-ups become coarser, then end.

import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { Database } from './database.ts'
import { ratesOf } from './reads/sample-reads.ts'
import { DAY, encodeRollUp, FIVE_MINUTES, HOUR, type RollUpBucket, STEPS, widen } from './roll-up.ts'
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
const DAYS_AT_ONCE = 8
const ROWS_AT_ONCE = 2000

/** One short piece at a time; true when there is more to do now. */
export function createRetention(
  db: Database,
  source: ReturnType<typeof createSampleSource>,
  limits: RetentionLimits,
): (now: number) => boolean {
  const oldest = db.prepare('select from_at from sample_chunk where series = ? order by from_at limit 1')
  const dropChunks = db.prepare('delete from sample_chunk where series = ? and to_at < ?')
  const putRollUp = db.prepare('insert or replace into sample_rollup values (?, ?, ?, ?)')
  const dropRollUps = db.prepare('delete from sample_rollup where series = ? and step = ? and day < ?')
  const dropEvents = db.prepare(
    'delete from device_event where id in (select id from device_event where at < ? order by id limit ?)',
  )
  let next = 1

  const expireDay = (series: SeriesInfo, day: number): void => {
    const end = day + DAY
    const counter = series.kind === 'counter32' || series.kind === 'counter64'
    const from = counter ? day - HOUR : day
    const read: [number, number][] = []
    source.read(series.id, from, end - 1, (at, value) => void read.push([at, value]))
    read.sort((a, b) => a[0] - b[0])
    const judged = counter ? ratesOf(series, read, () => source.restarts(series.device, from, end)) : read
    const points = judged.filter((p): p is [number, number] => p[0] >= day && p[1] !== null)
    if (points.length > 0)
      for (const step of STEPS) putRollUp.run(series.id, step, day, encodeRollUp(widen(points.map(bucketOf), step)))
    dropChunks.run(series.id, end)
  }

  return (now) => {
    const end = Math.min(source.size(), next + SERIES_AT_ONCE)
    const keepFrom = now - (now % DAY) - limits.raw * DAY
    let days = 0
    db.transaction(() => {
      for (; next < end && days < DAYS_AT_ONCE; next++) {
        const series = source.byId(next)
        const first = oldest.get(next)
        if (series && first) {
          let day = Number(first.from_at)
          for (day -= day % DAY; day + DAY <= keepFrom && days < DAYS_AT_ONCE; day += DAY, days++)
            expireDay(series, day)
          // not finished with this series: it comes first next time
          if (days >= DAYS_AT_ONCE) break
        }
        dropRollUps.run(next, FIVE_MINUTES, now - limits.fiveMinutes * DAY)
        dropRollUps.run(next, HOUR, now - limits.hour * DAY)
      }
      dropEvents.run(now - limits.events * DAY, ROWS_AT_ONCE)
    })
    if (next < source.size()) return true
    next = 1
    return false
  }
}

const bucketOf = ([at, v]: [number, number]): RollUpBucket => ({ at, count: 1, min: v, max: v, sum: v, last: v })
