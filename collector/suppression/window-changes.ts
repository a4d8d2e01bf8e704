// What people may do to windows: pure, one window in, the window as it is then or why not out.
import type { WindowBody } from '#shared/http/maintenance.ts'
import type { MaintenanceWindow } from './maintenance-gate.ts'
import { type Adjusted, windowTimes } from './window-times.ts'

export interface WindowRefusal {
  readonly code: 'not-found' | 'conflict' | 'bad-request'
  readonly message: string
  readonly path?: string
}

export interface By {
  readonly actor: string
  readonly at: number
}

/** Longest that an occurrence may be extended to, from now. */
const LONGEST_EXTENSION_MS = 31 * 86_400_000
/** Occurrences that were ended or extended stay known so long, for the time after their end. */
const ADJUSTED_KEPT_MS = 40 * 86_400_000

export function isWindowRefusal(value: MaintenanceWindow | WindowRefusal): value is WindowRefusal {
  return 'code' in value
}

/** A new window, or a changed one when `before` is given; `version` is the one the person saw. */
export function writtenWindow(
  body: WindowBody,
  before: { readonly window: MaintenanceWindow; readonly version: number } | undefined,
  id: string,
  by: By,
): MaintenanceWindow | WindowRefusal {
  const times = windowTimes(body)
  if ('problem' in times) return { code: 'bad-request', message: times.problem, path: `window.${times.path}` }
  if (before && before.version !== before.window.version) return changedMeanwhile(before.window)
  if (!before && !times.activeAt(by.at) && times.next(by.at, 1).length === 0)
    return { code: 'bad-request', message: 'it is over already', path: 'window.start' }
  const sameTimes = before !== undefined && timesOf(before.window) === timesOf(body)
  const changed = { version: (before?.window.version ?? 0) + 1, updatedBy: by.actor, updatedAt: by.at }
  const { createdBy = by.actor, createdAt = by.at } = before?.window ?? {}
  return { ...body, id, createdBy, createdAt, ...changed, adjusted: sameTimes ? before.window.adjusted : [] }
}

/** The running occurrence ends at `end`: now, or later than planned. */
export function adjustedWindow(window: MaintenanceWindow, end: number, by: By): MaintenanceWindow | WindowRefusal {
  const times = windowTimes(window, window.adjusted)
  const active = 'problem' in times || !window.enabled ? undefined : times.activeAt(by.at)
  if (active === undefined) return { code: 'conflict', message: 'the window does not run now' }
  if (end > by.at + LONGEST_EXTENSION_MS)
    return { code: 'bad-request', message: 'at most 31 days from now', path: 'until' }
  if (end < by.at) return { code: 'bad-request', message: 'the end must be in the future', path: 'until' }
  const running = 'problem' in times ? [] : occurrencesAt(window, by.at)
  // ended: all that run; extended: the one that ends last
  const touched = end === by.at ? running : [active]
  const starts = new Set(touched.map(({ start }) => start))
  const kept = window.adjusted.filter((one) => !starts.has(one.start) && one.end > by.at - ADJUSTED_KEPT_MS)
  const adjusted: Adjusted[] = [...kept, ...touched.map(({ start }) => ({ start, end: Math.max(end, start + 1) }))]
  return { ...window, version: window.version + 1, updatedBy: by.actor, updatedAt: by.at, adjusted }
}

export const changedMeanwhile = ({ updatedBy, version }: MaintenanceWindow): WindowRefusal => ({
  code: 'conflict',
  message: `${updatedBy} has changed it meanwhile; it is version ${version} now`,
})

/** All occurrences that contain a moment, found by taking away one after the other. */
function occurrencesAt(window: MaintenanceWindow, now: number) {
  const found: { start: number; end: number }[] = []
  for (;;) {
    const gone = found.map(({ start }) => ({ start, end: start }))
    const times = windowTimes(window, [
      ...window.adjusted.filter((a) => !gone.some((g) => g.start === a.start)),
      ...gone,
    ])
    const active = 'problem' in times ? undefined : times.activeAt(now)
    if (active === undefined || found.length > 100) return found
    found.push(active)
  }
}

const timesOf = ({ start, zone, durationMinutes, rrule }: WindowBody): string =>
  JSON.stringify([start, zone, durationMinutes, rrule])
