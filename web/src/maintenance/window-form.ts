// A maintenance window between what is kept and what a person fills in.
import type { WindowBody, WindowSelector } from '#shared/http/maintenance.ts'
import { fullTime } from '../ui/format.ts'
import { type Repeat, repeatAt, repeatOf, rruleOf } from './repeat.ts'

/** What the window is made for: where the person stood when starting it. */
export interface WindowFor {
  readonly customer?: string | undefined
  readonly site?: string | undefined
  readonly device?: string | undefined
  readonly resource?: string | undefined
  /** What people call it. */
  readonly name?: string | undefined
}

export const SCOPES = ['customers', 'sites', 'devices', 'resources'] as const
export type Scope = (typeof SCOPES)[number]

export interface WindowForm {
  readonly title: string
  readonly note: string
  readonly owner: string
  readonly enabled: boolean
  /** By commas. */
  readonly scope: Readonly<Record<Scope, string>>
  /** `role=core, rack=*`. */
  readonly tags: string
  readonly behaviour: WindowBody['behaviour']
  readonly start: string
  readonly zone: string
  readonly duration: string
  readonly repeat: Repeat
}

export const DURATIONS = ['30m', '1h', '2h', '4h', '8h', '1d'] as const

/** A window of two hours from now. */
export function newWindow(of: WindowFor, zone: string, now: number, title: string): WindowForm {
  const start = localMinute(now, zone)
  const { customer = '', site = '', device = '', resource = '' } = of
  const narrowest: Partial<Record<Scope, string>> =
    device !== '' ? { devices: device, resources: resource } : site !== '' ? { sites: site } : { customers: customer }
  return {
    ...{ title, note: '', owner: '', enabled: true, tags: '', behaviour: 'no-page', start, zone, duration: '2h' },
    scope: { customers: '', sites: '', devices: '', resources: '', ...narrowest },
    repeat: repeatAt(start),
  }
}

export function formOfWindow(body: WindowBody): WindowForm {
  const { selector } = body
  const text = (scope: Scope) => (selector[scope] ?? []).join(', ')
  return {
    ...{ title: body.title, note: body.note, owner: body.owner, enabled: body.enabled, behaviour: body.behaviour },
    scope: {
      customers: text('customers'),
      sites: text('sites'),
      devices: text('devices'),
      resources: text('resources'),
    },
    tags: Object.entries(selector.tags ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
    ...{ start: body.start, zone: body.zone, duration: minutesText(body.durationMinutes) },
    repeat: repeatOf(body.rrule, body.start),
  }
}

export type WindowField = 'title' | 'start' | 'zone' | 'duration' | 'repeat' | 'tags'

/** The window, or what of the form cannot be meant. */
export function windowOf(
  form: WindowForm,
): { readonly body: WindowBody } | { readonly wrong: ReadonlySet<WindowField> } {
  const wrong = new Set<WindowField>()
  const durationMinutes = minutesOf(form.duration)
  const rrule = rruleOf(form.repeat)
  const tags = tagsOf(form.tags)
  if (form.title.trim() === '') wrong.add('title')
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(form.start)) wrong.add('start')
  if (form.zone.trim() === '') wrong.add('zone')
  if (durationMinutes === undefined) wrong.add('duration')
  if (rrule === undefined) wrong.add('repeat')
  if (tags === undefined) wrong.add('tags')
  if (wrong.size > 0 || durationMinutes === undefined || rrule === undefined || tags === undefined) return { wrong }
  const lists = SCOPES.flatMap((scope) => {
    const list = form.scope[scope]
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
    return list.length === 0 ? [] : [[scope, list] as const]
  })
  const selector: WindowSelector = {
    ...Object.fromEntries(lists),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  }
  return {
    body: {
      ...{ title: form.title.trim(), note: form.note.trim(), owner: form.owner.trim(), enabled: form.enabled },
      ...{ selector, behaviour: form.behaviour, start: form.start, zone: form.zone.trim(), durationMinutes, rrule },
    },
  }
}

/** What people write of a window, to be compared: without what the collector adds; what is empty is left out. */
export function draftOfWindow(of: WindowBody): Readonly<Record<string, unknown>> {
  const { title, note, owner, enabled, selector, behaviour, start, zone, durationMinutes, rrule } = of
  const { tags, ...lists } = selector
  const texts = { ...(note === '' ? {} : { note }), ...(owner === '' ? {} : { owner }) }
  const scope = { ...lists, ...(tags === undefined || Object.keys(tags).length === 0 ? {} : { tags }) }
  const times = { start, zone, durationMinutes, ...(rrule === null ? {} : { rrule }) }
  return { title, ...texts, enabled, selector: scope, behaviour, ...times }
}

/** `2026-03-01T22:00` in that zone; in the reader's where the browser does not know the zone. */
export function localMinute(at: number, zone: string): string {
  try {
    return fullTime(at, zone).slice(0, 16).replace(' ', 'T')
  } catch {
    return fullTime(at).slice(0, 16).replace(' ', 'T')
  }
}

/** `1h 30m`, `2d`, or minutes alone; undefined when it is nothing of that or longer than 31 days. */
export function minutesOf(text: string): number | undefined {
  const plain = text.trim().toLowerCase()
  if (!/^(\d{1,5}\s*[dhm]?\s*)+$/.test(plain)) return undefined
  let minutes = 0
  for (const [, count, unit] of plain.matchAll(/(\d+)\s*([dhm]?)/g))
    minutes += Number(count) * (unit === 'd' ? 1440 : unit === 'h' ? 60 : 1)
  return minutes >= 1 && minutes <= 31 * 1440 ? minutes : undefined
}

export function minutesText(minutes: number): string {
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  return [d && `${d}d`, h && `${h}h`, m && `${m}m`].filter(Boolean).join(' ')
}

function tagsOf(text: string): Record<string, string> | undefined {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const pairs = parts.map((part) => /^([^=]+)=(.*)$/.exec(part))
  if (pairs.some((pair) => pair === null)) return undefined
  return Object.fromEntries(pairs.map((pair) => [pair?.[1]?.trim() ?? '', pair?.[2]?.trim() ?? '']))
}
