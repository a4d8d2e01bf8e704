// How many alarms came and went by hour, and how many stood: what stands now, taken back hour by hour. Pure.
import type { Overview } from '#shared/http/overview.ts'

export const HOUR_MS = 3_600_000

/** Alarms raised and cleared in an hour; `hour` is whole hours since 1970 UTC. */
export interface AlarmHour {
  readonly hour: number
  readonly raised: number
  readonly cleared: number
}

/** `hours` points, the running hour last. Hours that are not told had nothing. */
export function trendOf(told: readonly AlarmHour[], hours: number, standing: number, now: number): Overview['trend'] {
  const byHour = new Map(told.map((one) => [one.hour, one]))
  const last = Math.floor(now / HOUR_MS)
  const points: Overview['trend']['points'] = []
  let open = standing
  for (let hour = last; hour > last - hours; hour--) {
    const { raised = 0, cleared = 0 } = byHour.get(hour) ?? {}
    points.push({ at: hour * HOUR_MS, raised, cleared, open })
    // history that begins in the middle does not know what stood before it
    open = Math.max(0, open - raised + cleared)
  }
  return { hours, points: points.reverse() }
}
