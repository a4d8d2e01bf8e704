// What stands on the wall at a moment: a function of the time since it was opened. Nothing is counted or scheduled, so
// nothing runs away.
import type { View } from './wall-options.ts'

export interface Shown {
  readonly index: number
  readonly view: View
  /** ms since the view began, and how often all views were shown before. */
  readonly elapsed: number
  readonly round: number
}

/** The view `now` ms after the wall was opened. */
export function shownAt(views: readonly View[], now: number): Shown {
  const cycle = views.reduce((sum, view) => sum + view.seconds * 1000, 0)
  const round = Math.floor(now / cycle)
  let elapsed = now - round * cycle
  let index = 0
  for (const [i, view] of views.entries()) {
    index = i
    if (elapsed < view.seconds * 1000) break
    if (i < views.length - 1) elapsed -= view.seconds * 1000
  }
  return { index, view: views[index] as View, elapsed, round }
}

/**
 * Which of `pages` stands at that moment. A board that stands alone turns its pages one after the other; in a rotation it
 * begins with the first, which has the worst, and the others take the rest of its time in turn.
 */
export function pageAt(shown: Shown, alone: boolean, pages: number, pageSeconds: number, now: number): number {
  if (pages <= 1) return 0
  const pageMs = pageSeconds * 1000
  if (alone) return Math.floor(now / pageMs) % pages
  const slots = Math.max(1, Math.floor((shown.view.seconds * 1000) / pageMs))
  if (slots === 1) return shown.round % pages
  const slot = Math.min(slots - 1, Math.floor(shown.elapsed / pageMs))
  return slot === 0 ? 0 : 1 + ((shown.round * (slots - 1) + slot - 1) % (pages - 1))
}

/** Minutes of the day in `zone`. */
export function minuteOfDay(now: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(now)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return of('hour') * 60 + of('minute')
}

/** Whether `now` is in the hours that are dimmed; they may go over midnight. */
export function isNight(
  night: { readonly from: number; readonly to: number } | null,
  now: number,
  zone: string,
): boolean {
  if (night === null) return false
  const minute = minuteOfDay(now, zone)
  return night.from < night.to ? minute >= night.from && minute < night.to : minute >= night.from || minute < night.to
}

const clocks = new Map<string, Intl.DateTimeFormat>()
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone },
  })
  clocks.set(zone, made)
  return made
}
