// A route in the form: the same object as in a file, changed by path.
import type { Draft } from '../ui/draft.ts'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

export interface HoursWindow {
  readonly days: readonly Day[]
  readonly from: string
  readonly to: string
}

export interface Target {
  readonly channel: string
  readonly addresses?: readonly string[]
}

export const WORKING_HOURS: HoursWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:30', to: '18:00' }

export const MATCH_LISTS = ['customers', 'sites', 'devices', 'alarmTypes', 'classes'] as const

export function newRoute(order: number): Draft {
  return { id: '', title: '', enabled: true, order, match: {}, to: [] }
}

/** After the last, with room before it. */
export function nextOrder(orders: readonly number[]): number {
  const last = Math.max(0, ...orders)
  return Math.min(10_000, last + 10 - (last % 10))
}

/** What is still missing or cannot be meant, by path. */
export function wrongRoute(route: Draft): readonly { readonly path: string; readonly why: 'id' | 'needed' | 'time' }[] {
  const wrong: { path: string; why: 'id' | 'needed' | 'time' }[] = []
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(String(route.id ?? ''))) wrong.push({ path: 'id', why: 'id' })
  const to = (route.to ?? []) as readonly Target[]
  if (to.length === 0 || to.some((one) => one.channel === '')) wrong.push({ path: 'to', why: 'needed' })
  const { windows = [] } = (route.hours ?? {}) as { windows?: readonly HoursWindow[] }
  const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text)
  if (windows.some((one) => !isTime(one.from) || !isTime(one.to) || one.days.length === 0))
    wrong.push({ path: 'hours', why: 'time' })
  return wrong
}

/** Days in a row read as one: `mon-fri`. */
export function daySpans(days: readonly string[]): readonly (readonly [Day, Day])[] {
  const spans: [Day, Day][] = []
  for (const [i, day] of DAYS.entries()) {
    if (!days.includes(day)) continue
    const last = spans.at(-1)
    if (last && DAYS.indexOf(last[1]) === i - 1) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
