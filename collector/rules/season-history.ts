// What a series usually is at this hour of the week: of each hour of past weeks its median and its spread. One bad week does not
// move it. The hour of the day stands in while there are too few weeks.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { RuleStateChange } from '../storage/change-set.ts'
import { createRows, type History, type Past } from './histories.ts'
import { medianOf, spreadOf } from './median.ts'
import { readDay, writeDay } from './season-days.ts'

export interface Usual {
  readonly centre: number
  /** What is between these is usual. Of the hour of the week both are the middle; of the hour of the day all days were between. */
  readonly low: number
  readonly high: number
  /** Comparable to a standard deviation. */
  readonly spread: number
  readonly season: 'hour-of-week' | 'hour-of-day'
  /** Hours that it is made of. */
  readonly hours: number
}

export interface SeasonHistory extends History {
  /** Takes a sample; one that is not newer than the last is not taken again. */
  take(series: number, value: number, at: number): void
  /** What is usual in the hour of the last sample; undefined while there is too little history. */
  usual(series: number): Usual | undefined
  changes(): readonly RuleStateChange[]
  restore(subject: string, state: unknown): void
}

export interface SeasonOptions {
  readonly name: string
  /** Weeks that are kept. */
  readonly weeks: number
  /** Offset of local time at the site of a series from UTC, ms. */
  offsetAt(site: string, at: number): number
  readonly maxSeries?: number
}

export const HOUR_MS = 3_600_000
export const HOURS = 168
/** Hours of the week as week of the same hour that must be known, else days of the same hour. */
const MIN_WEEKS = 3
const MIN_DAYS = 7
/** Values kept of the hour that runs. */
const SAMPLED = 32
/** An hour of which less than this is known is no hour. */
const MIN_HOUR_MS = HOUR_MS / 2
/** With four weeks a row is some 5.6 KB: 56 MB when all are used. */
const MAX_SERIES = 10_000
/** Makes the spread comparable to a standard deviation. */
const NORMAL = 1.4826

export function createSeasonHistory(options: SeasonOptions): SeasonHistory {
  const { name, weeks, offsetAt, maxSeries = MAX_SERIES } = options
  const perRow = HOURS * weeks
  let centre = new Float32Array(0)
  let spread = new Float32Array(0)
  let sampled = new Float32Array(0)
  let count = new Float64Array(0)
  let hour = new Float64Array(0)
  let hourAt = new Float64Array(0)
  let lastAt = new Float64Array(0)
  const sites: string[] = []
  const usual: (Usual | undefined)[] = []
  const stored = new Map<number, Map<number, string>>()
  /** Rows and days of the week that must be written. */
  const changed = new Map<number, Set<number>>()

  const rows = createRows(maxSeries, (capacity) => {
    centre = wider32(centre, capacity * perRow)
    spread = wider32(spread, capacity * perRow)
    sampled = wider32(sampled, capacity * SAMPLED)
    count = wider64(count, capacity)
    hour = wider64(hour, capacity)
    hourAt = wider64(hourAt, capacity)
    lastAt = wider64(lastAt, capacity)
  })

  function fresh(series: SeriesInfo, row: number): void {
    centre.fill(Number.NaN, row * perRow, (row + 1) * perRow)
    spread.fill(Number.NaN, row * perRow, (row + 1) * perRow)
    count[row] = 0
    hour[row] = hourAt[row] = lastAt[row] = Number.NEGATIVE_INFINITY
    sites[row] = series.site
    usual[row] = undefined
    for (const [day, text] of stored.get(series.id) ?? [])
      readDay(text, centre, spread, row * perRow + day * 24 * weeks, weeks)
    stored.delete(series.id)
  }

  /** The hour that ran is over: it becomes one of the past. */
  function close(series: number, row: number): void {
    const n = Math.min(SAMPLED, count[row] as number)
    const whole = (lastAt[row] as number) - (hourAt[row] as number) >= MIN_HOUR_MS
    if (n === 0 || !whole) return
    const values = sampled.slice(row * SAMPLED, row * SAMPLED + n)
    const middle = medianOf(values)
    const h = hourOfWeek(hour[row] as number)
    const i = row * perRow + h * weeks + (Math.floor((hour[row] as number) / HOURS) % weeks)
    centre[i] = middle
    spread[i] = spreadOf(values, middle)
    const days = changed.get(series) ?? new Set<number>()
    changed.set(series, days.add(Math.floor(h / 24)))
  }

  /** What was usual in the same hours; the hour of the week once there are weeks enough. */
  function lookBack(row: number, h: number): Usual | undefined {
    const of = (hours: readonly number[], season: Usual['season'], least: number): Usual | undefined => {
      const centres: number[] = []
      const spreads: number[] = []
      let places = 0
      for (const one of hours) {
        const from = row * perRow + one * weeks
        let here = 0
        for (let i = from; i < from + weeks; i++) {
          if (Number.isNaN(centre[i])) continue
          centres.push(centre[i] as number)
          spreads.push(spread[i] as number)
          here++
        }
        places += season === 'hour-of-week' ? here : Math.min(1, here)
      }
      if (places < least) return undefined
      const middle = medianOf(Float32Array.from(centres))
      const within = NORMAL * medianOf(Float32Array.from(spreads))
      const found = { centre: middle, season, hours: centres.length }
      // a working day says nothing of a Sunday: no day may have been like it
      if (season === 'hour-of-day')
        return { ...found, low: Math.min(...centres), high: Math.max(...centres), spread: within }
      const between = NORMAL * spreadOf(Float32Array.from(centres), middle)
      return { ...found, low: middle, high: middle, spread: Math.max(between, within) }
    }
    const sameHours = Array.from({ length: 7 }, (_, day) => day * 24 + (h % 24))
    return of([h], 'hour-of-week', MIN_WEEKS) ?? of(sameHours, 'hour-of-day', MIN_DAYS)
  }

  /** Hours that are stored of a series whose own history knows them not. */
  function learn(row: number, series: SeriesInfo, past: Past, until: number): void {
    const offset = (at: number) => offsetAt(series.site, at)
    let running = Number.NaN
    let values: number[] = []
    const end = () => {
      const h = hourOfWeek(running)
      const i = row * perRow + h * weeks + (Math.floor(running / HOURS) % weeks)
      if (values.length === 0 || !Number.isNaN(centre[i])) return
      const some = Float32Array.from(values)
      centre[i] = medianOf(some)
      spread[i] = spreadOf(some, centre[i] as number)
      const days = changed.get(series.id) ?? new Set<number>()
      changed.set(series.id, days.add(Math.floor(h / 24)))
    }
    past(series, until - weeks * HOURS * HOUR_MS, until, (at, value) => {
      const now = Math.floor((at + offset(at)) / HOUR_MS)
      if (now !== running) {
        end()
        running = now
        values = []
      }
      if (!Number.isNaN(value)) values.push(value)
    })
    // the last hour still runs
  }

  return {
    name,
    // some milliseconds each
    fillsPerTurn: 3,
    atStart: false,
    fill(series, past, until) {
      const row = rows.of(series.id)
      if (row < 0) return
      learn(row, series, past, until)
      if (hour[row] !== Number.NEGATIVE_INFINITY) usual[row] = lookBack(row, hourOfWeek(hour[row] as number))
    },
    open(series) {
      const remembered = stored.has(series.id)
      const found = rows.take(series.id, (row) => fresh(series, row))
      return found === 'fresh' && remembered ? 'known' : found
    },
    close(series) {
      rows.give(series)
      changed.delete(series)
      // written away with the next changes
      changed.set(series, ALL_DAYS)
    },
    series: rows.series,
    take(series, value, at) {
      const row = rows.of(series)
      if (row < 0 || Number.isNaN(value) || at === lastAt[row]) return
      const now = Math.floor((at + offsetAt(sites[row] as string, at)) / HOUR_MS)
      if (now !== hour[row]) {
        // an hour that comes back (a clock set right, the end of summer time) is not counted twice
        if (now > (hour[row] as number)) close(series, row)
        // polled less often than twice an hour: the last sample stands for the time since
        const slow = at - (lastAt[row] as number) >= MIN_HOUR_MS && at - (lastAt[row] as number) <= 2 * HOUR_MS
        hour[row] = now
        hourAt[row] = slow ? (lastAt[row] as number) : at
        count[row] = 0
        usual[row] = lookBack(row, hourOfWeek(now))
      }
      // of a busy hour values spread over it: every one, then each in the place of an older one
      const n = count[row] as number
      sampled[row * SAMPLED + (n % SAMPLED)] = value
      count[row] = n + 1
      lastAt[row] = at
    },
    usual(series) {
      const row = rows.of(series)
      return row < 0 ? undefined : usual[row]
    },
    changes() {
      if (changed.size === 0) return NONE
      const changes: RuleStateChange[] = []
      for (const [series, days] of changed) {
        const row = rows.of(series)
        for (const day of days) {
          const state = row < 0 ? null : writeDay(centre, spread, row * perRow + day * 24 * weeks, weeks)
          changes.push({ rule: name, subject: `h:${series} ${day}`, state })
        }
      }
      changed.clear()
      return changes
    },
    restore(subject, state) {
      const [series, day] = subject.slice(2).split(' ').map(Number) as [number, number]
      const days = stored.get(series) ?? new Map<number, string>()
      stored.set(series, days.set(day, String(state)))
    },
  }
}

const ALL_DAYS = new Set([0, 1, 2, 3, 4, 5, 6])
const NONE: readonly RuleStateChange[] = []

/** 1970-01-01 was a Thursday; which hour is 0 matters to nobody. */
const hourOfWeek = (hour: number): number => ((hour % HOURS) + HOURS) % HOURS

function wider32(old: Float32Array<ArrayBuffer>, size: number): Float32Array<ArrayBuffer> {
  const column = new Float32Array(size).fill(Number.NaN, old.length)
  column.set(old)
  return column
}

function wider64(old: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const column = new Float64Array(size)
  column.set(old)
  return column
}
