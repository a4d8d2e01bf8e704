// How a window repeats, between the words of RFC 5545 and what a person chooses. What is more than that stays as written.

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export const REPEATS = ['once', 'daily', 'weekly', 'monthly-day', 'monthly-weekday', 'custom'] as const
export type RepeatKind = (typeof REPEATS)[number]

/** Of a month: the first to the fourth, or the last. */
export const NTHS = [1, 2, 3, 4, -1] as const

export interface Repeat {
  readonly kind: RepeatKind
  /** Every so many days, weeks or months. */
  readonly interval: number
  readonly days: readonly Weekday[]
  readonly monthDay: number
  readonly nth: number
  /** As written, for `custom`. */
  readonly rrule: string
}

/** What it would be if somebody chose another kind now, by the day it begins: `2026-03-01T22:00`. */
export function repeatAt(start: string, kind: RepeatKind = 'once'): Repeat {
  const day = new Date(`${start.slice(0, 10)}T00:00Z`)
  const valid = !Number.isNaN(day.getTime())
  const monthDay = valid ? day.getUTCDate() : 1
  const weekday = WEEKDAYS[valid ? (day.getUTCDay() + 6) % 7 : 0] as Weekday
  return { kind, interval: 1, days: [weekday], monthDay, nth: Math.min(4, Math.ceil(monthDay / 7)), rrule: '' }
}

/** Undefined: not yet enough to be a rule. */
export function rruleOf(repeat: Repeat): string | null | undefined {
  const { kind, days, monthDay, nth } = repeat
  const every = repeat.interval > 1 ? `;INTERVAL=${repeat.interval}` : ''
  const listed = WEEKDAYS.filter((day) => days.includes(day))
  if (kind === 'once') return null
  if (kind === 'daily') return `FREQ=DAILY${every}`
  if (kind === 'monthly-day') return `FREQ=MONTHLY${every};BYMONTHDAY=${monthDay}`
  if (kind === 'custom') return repeat.rrule.trim() === '' ? undefined : repeat.rrule.trim()
  if (listed.length === 0) return undefined
  if (kind === 'weekly') return `FREQ=WEEKLY${every};BYDAY=${listed.join(',')}`
  return `FREQ=MONTHLY${every};BYDAY=${nth}${listed[0]}`
}

/** The form's view of a rule; `custom` where the form has no words for it. */
export function repeatOf(rrule: string | null, start: string): Repeat {
  const plain = repeatAt(start)
  if (rrule === null) return plain
  const custom: Repeat = { ...plain, kind: 'custom', rrule }
  const parts = new Map(rrule.split(';').map((part) => part.split('=', 2) as [string, string]))
  const interval = Number(parts.get('INTERVAL') ?? 1)
  const by = parts.get('BYDAY') ?? ''
  const keys = [...parts.keys()].filter((key) => key !== 'INTERVAL' && key !== 'FREQ').join()
  if (!Number.isInteger(interval) || interval < 1) return custom
  const freq = parts.get('FREQ')
  const common = { ...plain, interval }
  if (freq === 'DAILY' && keys === '') return { ...common, kind: 'daily' }
  if (freq === 'WEEKLY' && keys === 'BYDAY') {
    const days = by.split(',')
    return days.every(isWeekday) ? { ...common, kind: 'weekly', days } : custom
  }
  if (freq === 'MONTHLY' && keys === 'BYMONTHDAY') {
    const monthDay = Number(parts.get('BYMONTHDAY'))
    return monthDay >= 1 && monthDay <= 31 ? { ...common, kind: 'monthly-day', monthDay } : custom
  }
  const [, nth, day = ''] = /^(-?\d)(\w\w)$/.exec(by) ?? []
  if (freq === 'MONTHLY' && keys === 'BYDAY' && isWeekday(day) && NTHS.some((one) => one === Number(nth)))
    return { ...common, kind: 'monthly-weekday', nth: Number(nth), days: [day] }
  return custom
}

function isWeekday(text: string): text is Weekday {
  return WEEKDAYS.some((day) => day === text)
}
