// Whether the hours of a route are open, by the clock on the wall of its zone, and when they open next. An hour that the wall
// clock leaves out is no time; one that it shows twice counts twice.
import { type RouteHours, WEEKDAYS } from '#shared/domain/notification-route.ts'

type Windows = RouteHours['windows']

const DAY_MS = 86_400_000
/** Windows are weekly; the longest pause between two is a week and a shift of the clock. */
const DAYS_AHEAD = 8

/** True when `at` (ms UTC) is inside one of the windows in the IANA zone. */
export function isOpenAt(windows: Windows, zone: string, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone)
  return isOpenLocal(windows, local.dayOfWeek - 1, local.hour * 60 + local.minute)
}

/** The first moment at or after `at` that is inside a window, ms UTC; undefined when there is none. */
export function nextOpening(windows: Windows, zone: string, at: number): number | undefined {
  if (isOpenAt(windows, zone, at)) return at
  const start = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone)
  const moments = new Set<number>()
  for (let day = 0; day <= DAYS_AHEAD; day++) {
    const date = start.toPlainDate().add({ days: day })
    for (const { from } of windows) {
      const local = date.toPlainDateTime({ hour: Number(from.slice(0, 2)), minute: Number(from.slice(3)) })
      for (const disambiguation of ['earlier', 'later'] as const)
        moments.add(local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds)
    }
  }
  // where the wall clock jumps it may jump into a window, forwards or back
  let shift: Temporal.ZonedDateTime | null = start
  for (;;) {
    shift = shift.getTimeZoneTransition('next')
    if (shift === null || shift.epochMilliseconds > at + DAYS_AHEAD * DAY_MS) break
    moments.add(shift.epochMilliseconds)
  }
  const sorted = [...moments].filter((moment) => moment >= at).sort((a, b) => a - b)
  return sorted.find((moment) => isOpenAt(windows, zone, moment))
}

/** `weekday` 0 is Monday; a window that ends at or before its beginning goes on into the next day. */
function isOpenLocal(windows: Windows, weekday: number, minute: number): boolean {
  const today = WEEKDAYS[weekday] as (typeof WEEKDAYS)[number]
  const yesterday = WEEKDAYS[(weekday + 6) % 7] as (typeof WEEKDAYS)[number]
  return windows.some(({ days, from, to }) => {
    const begins = minutesOf(from)
    const ends = minutesOf(to)
    if (ends > begins) return days.includes(today) && minute >= begins && minute < ends
    return (days.includes(today) && minute >= begins) || (days.includes(yesterday) && minute < ends)
  })
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
