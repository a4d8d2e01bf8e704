// What held an alarm back is over: before people are called, its device is asked once more. It may be booting, or be well.
import type { Alarm } from '#shared/domain/alarm.ts'

/** When polls last looked at what an alarm is about, and whether they still found it; undefined: no poll judges it. */
export type LastCheck = (alarm: Alarm) => { readonly at: number; readonly found: boolean } | undefined

/** Who is not asked again in this time is told about: traps are not asked, some are polled rarely. */
export const GRACE_MS = 10 * 60_000
/** How often those that wait are looked at, ms: the more there are the more rarely. */
export const lookEvery = (waiting: number): number => Math.max(2000, waiting)

/** Whether the alarm was there before `since` and has not been found anew after it. */
export function awaitsCheck(alarm: Alarm, since: number, lastCheck: LastCheck): boolean {
  if (alarm.raisedAt > since) return false
  const check = lastCheck(alarm)
  // what only events tell of is there again when another comes
  if (check === undefined) return alarm.lastAt <= since
  return !(check.at > since && check.found)
}
