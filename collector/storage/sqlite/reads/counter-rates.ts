// Rates of one counter from its readings in order. Roll-ups and charts use the same.
import { counterRate } from '#shared/domain/counter-rate.ts'
import type { SeriesInfo } from '../../../ingest/evaluation.ts'

/** When the device started, ms; undefined when it tells no uptime. Asked only when the counter fell. */
export type Restarts = () => readonly number[] | undefined

export const isCounter = (s: Pick<SeriesInfo, 'kind'>): boolean => s.kind === 'counter32' || s.kind === 'counter64'

/** `next` takes readings in order; per second, null where none can be told, undefined for one that adds nothing. */
export function createRateMeter(series: Pick<SeriesInfo, 'kind'>): {
  next(at: number, value: number, restarts: Restarts): number | null | undefined
} {
  const bits = series.kind === 'counter32' ? 32 : 64
  let before = Number.NaN
  let last = 0
  return {
    next(at, value, restarts) {
      if (at <= before) return undefined
      const first = Number.isNaN(before)
      const restarted = !first && value < last ? restarts()?.some((s) => s > before && s <= at) : undefined
      const rate = first ? undefined : counterRate(bits, before, last, at, value, restarted)
      before = at
      last = value
      return rate === undefined || Number.isFinite(rate) ? rate : null
    },
  }
}

/** Rates of readings in order; the first reading only gives the second something to differ from. */
export function ratesOf(
  series: Pick<SeriesInfo, 'kind'>,
  points: readonly (readonly [number, number])[],
  restarts: Restarts,
): [number, number | null][] {
  const meter = createRateMeter(series)
  let known: { readonly starts: readonly number[] | undefined } | undefined
  const once = () => {
    known ??= { starts: restarts() }
    return known.starts
  }
  return points.flatMap(([at, value]): [number, number | null][] => {
    const rate = meter.next(at, value, once)
    return rate === undefined ? [] : [[at, rate]]
  })
}
