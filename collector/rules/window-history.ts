// The recent past of series, for rates: a window cut into slices, of each slice one sample that matters. What a sample costs
// does not grow with how many samples a window holds.
import { createRows, type History } from './histories.ts'

/** slope: change per millisecond. fall: how far below the highest of the window. rise: how far above the lowest. */
export type WindowKind = 'slope' | 'fall' | 'rise'

export interface WindowHistory extends History {
  /** Takes a sample; the last one is not taken again. */
  take(series: number, value: number, at: number): void
  /** Up to the last sample; NaN for a slope of which less than half a window is known, and where there is but one sample. */
  read(series: number): number
}

/** Slices of a window: what is looked back over is shorter than the window by at most one. */
const SLICES = 16
/** The oldest sample of a window may be in the slice before those. */
const RING = SLICES + 1
/** Series with a window of one length and kind. A row is 288 bytes. */
const MAX_SERIES = 200_000

export function createWindowHistory(
  name: string,
  windowMs: number,
  kind: WindowKind,
  maxSeries: number = MAX_SERIES,
): WindowHistory {
  const sliceMs = windowMs / SLICES
  let slotAt = new Float64Array(0)
  let slot = new Float64Array(0)
  let last = new Float64Array(0)
  let lastAt = new Float64Array(0)
  const rows = createRows(maxSeries, (capacity) => {
    slotAt = wider(slotAt, capacity * RING)
    slot = wider(slot, capacity * RING)
    last = wider(last, capacity)
    lastAt = wider(lastAt, capacity)
  })

  function empty(row: number): void {
    slotAt.fill(Number.NEGATIVE_INFINITY, row * RING, (row + 1) * RING)
    lastAt[row] = Number.NEGATIVE_INFINITY
  }

  const isKept = (value: number, kept: number): boolean =>
    kind === 'fall' ? value >= kept : kind === 'rise' ? value <= kept : false

  const history: WindowHistory = {
    name,
    fillsPerTurn: 1000,
    atStart: true,
    fill(series, past, until) {
      const row = rows.of(series.id)
      if (row < 0) return
      let known = false
      past(series, until - windowMs, until, (at, value) => {
        // what came since is stored too
        if (!known) empty(row)
        known = true
        history.take(series.id, value, at)
      })
    },
    open: (series) => rows.take(series.id, empty),
    close: rows.give,
    series: rows.series,
    take(series, value, at) {
      const row = rows.of(series)
      if (row < 0 || Number.isNaN(value)) return
      if (at < (lastAt[row] as number))
        empty(row) // a wrong clock wrote what is there
      else if (at === lastAt[row]) return
      last[row] = value
      lastAt[row] = at
      const slice = Math.floor(at / sliceMs)
      const i = row * RING + (slice % RING)
      if (Math.floor((slotAt[i] as number) / sliceMs) === slice && !isKept(value, slot[i] as number)) return
      slot[i] = value
      slotAt[i] = at
    },
    read(series) {
      const row = rows.of(series)
      if (row < 0) return Number.NaN
      const now = lastAt[row] as number
      const value = last[row] as number
      let oldest = now
      let from = Number.NaN
      let furthest = Number.NaN
      for (let i = row * RING; i < (row + 1) * RING; i++) {
        const at = slotAt[i] as number
        if (!(at >= now - windowMs)) continue
        const kept = slot[i] as number
        if (at < oldest) {
          oldest = at
          from = kept
        }
        if (!isKept(furthest, kept)) furthest = kept
      }
      if (kind === 'slope') return now - oldest < windowMs / 2 ? Number.NaN : (value - from) / (now - oldest)
      const far = kind === 'fall' ? furthest - value : value - furthest
      return far > 0 || oldest < now ? far : Number.NaN
    },
  }
  return history
}

function wider(old: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const column = new Float64Array(size).fill(Number.NEGATIVE_INFINITY, old.length)
  column.set(old)
  return column
}
