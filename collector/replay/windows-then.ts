// Maintenance windows over the past: what came and went inside one would have told nobody.
import type { Places } from '../rules/selector.ts'
import { matchAlarms } from '../suppression/alarm-matcher.ts'
import type { MaintenanceWindow } from '../suppression/maintenance-gate.ts'
import { windowTimes } from '../suppression/window-times.ts'
import type { WouldBe } from './would-be.ts'

/** Windows as they are kept now; those that are switched off or cannot be read hold nothing. */
export function insideWindows(
  windows: readonly MaintenanceWindow[],
  places: Pick<Places, 'device'>,
): (one: WouldBe) => boolean {
  const live = windows.flatMap((window) => {
    const times = window.enabled ? windowTimes(window, window.adjusted) : undefined
    return times && 'activeAt' in times ? [{ times, fits: matchAlarms(window.selector, places) }] : []
  })
  return ({ alarm, raisedAt, clearedAt }) =>
    clearedAt !== null &&
    live.some(
      ({ times, fits }) => fits(alarm) && clearedAt <= (times.activeAt(raisedAt)?.end ?? Number.NEGATIVE_INFINITY),
    )
}
