// What of the Current list is shown and in which order. Pure; the filter is the URL's search part.
import type { Severity } from '#shared/domain/severity.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'

/** Highest first: the order of counters and of the list. */
export const SEVERITY_ORDER = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const satisfies Severity[]

export const ALARM_VIEWS = ['active', 'new', 'ack', 'cleared', 'shelved', 'suppressed', 'all'] as const
export type AlarmViewName = (typeof ALARM_VIEWS)[number]
export const ALARM_ORDERS = ['severity', 'raised', 'last', 'count', 'site', 'device'] as const
export type AlarmOrder = (typeof ALARM_ORDERS)[number]

export interface AlarmSearch {
  readonly severity?: readonly Severity[] | undefined
  readonly view?: AlarmViewName | undefined
  readonly q?: string | undefined
  readonly sort?: AlarmOrder | undefined
  readonly dir?: 'asc' | 'desc' | undefined
  readonly site?: string | undefined
  readonly customer?: string | undefined
  readonly device?: string | undefined
  /** Alarm open in the side panel. */
  readonly alarm?: string | undefined
}

/** What a person may do with it right now: the state column. */
export type AlarmStatus = 'new' | 'ack' | 'cleared' | 'shelved' | 'suppressed' | 'closed'

export function statusOf(row: AlarmRow): AlarmStatus {
  if (row.operatorState === 'shelved') return 'shelved'
  if (row.operatorState === 'closed') return 'closed'
  if (row.isCleared) return 'cleared'
  if (row.suppression !== null) return 'suppressed'
  return row.operatorState === 'ack' ? 'ack' : 'new'
}

/** Reads the search part of an address; whatever is not understood is left out, never an error. */
export function readAlarmSearch(raw: Record<string, unknown>): AlarmSearch {
  const listed = Array.isArray(raw.severity) ? raw.severity : String(raw.severity ?? '').split(',')
  const severity = SEVERITY_ORDER.filter((s) => listed.includes(s))
  const text = (value: unknown) => (value === undefined || value === '' ? undefined : String(value).slice(0, 200))
  const one = <T extends string>(of: readonly T[], value: unknown) => of.find((item) => item === value)
  return dropUndefined({
    severity: severity.length > 0 ? severity : undefined,
    view: one(ALARM_VIEWS, raw.view),
    q: text(raw.q),
    sort: one(ALARM_ORDERS, raw.sort),
    dir: one(['asc', 'desc'], raw.dir),
    site: text(raw.site),
    customer: text(raw.customer),
    device: text(raw.device),
    alarm: text(raw.alarm),
  })
}

export interface AlarmSelection {
  readonly rows: readonly AlarmRow[]
  /** By severity, of everything the other filters let through; without the cleared ones in the active view. */
  readonly counts: Readonly<Record<Severity, number>>
  /** By view, before severity and text: how much is set aside. */
  readonly views: Readonly<Record<AlarmViewName, number>>
}

export function selectAlarms(all: Iterable<AlarmRow>, search: AlarmSearch): AlarmSelection {
  const counts: Record<Severity, number> = { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0 }
  const views = { active: 0, new: 0, ack: 0, cleared: 0, shelved: 0, suppressed: 0, all: 0 }
  const view = search.view ?? 'active'
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const rows: AlarmRow[] = []
  for (const row of all) {
    if (search.site !== undefined && row.site !== search.site) continue
    if (search.customer !== undefined && row.customer !== search.customer) continue
    if (search.device !== undefined && row.device !== search.device) continue
    const status = statusOf(row)
    views.all += 1
    if (status !== 'closed') views[status] += 1
    if (isActive(status)) views.active += 1
    if (!(view === 'all' || (view === 'active' ? isActive(status) : status === view))) continue
    if (words.length > 0 && !hasWords(row, words)) continue
    // what still needs hands: a cleared alarm only waits for its acknowledgement
    if (!row.isCleared || view !== 'active') counts[row.perceivedSeverity] += 1
    if (search.severity === undefined || search.severity.includes(row.perceivedSeverity)) rows.push(row)
  }
  return { rows: rows.sort(orderOf(search.sort ?? 'severity', search.dir ?? 'desc')), counts, views }
}

function isActive(status: AlarmStatus): boolean {
  return status === 'new' || status === 'ack' || status === 'cleared'
}

function hasWords(row: AlarmRow, words: readonly string[]): boolean {
  const text = searchTextOf(row)
  return words.every((word) => text.includes(word))
}

/** Rows are replaced, never changed, so that what was put together once stays right. */
const searchTexts = new WeakMap<AlarmRow, string>()

function searchTextOf(row: AlarmRow): string {
  const known = searchTexts.get(row)
  if (known !== undefined) return known
  const number = row.incidentNumber === null ? '' : `#${row.incidentNumber}`
  const parts = [row.deviceName, row.siteName, row.customerName, row.resource, row.alarmType, row.text, row.ackBy]
  const text = [...parts, row.ackNote, number].join(' ').toLowerCase()
  searchTexts.set(row, text)
  return text
}

const RANK: Readonly<Record<Severity, number>> = { critical: 4, major: 3, minor: 2, warning: 1, indeterminate: 0 }

/** A cleared alarm waits for its acknowledgement below the open ones of the same severity; ids make the order total. */
function orderOf(order: AlarmOrder, dir: 'asc' | 'desc'): (a: AlarmRow, b: AlarmRow) => number {
  const sign = dir === 'asc' ? 1 : -1
  const newest = (a: AlarmRow, b: AlarmRow) => b.raisedAt - a.raisedAt || (a.id < b.id ? -1 : 1)
  const by: Readonly<Record<AlarmOrder, (a: AlarmRow, b: AlarmRow) => number>> = {
    severity: (a, b) => liveRank(a) - liveRank(b),
    raised: (a, b) => a.raisedAt - b.raisedAt,
    last: (a, b) => a.lastAt - b.lastAt,
    count: (a, b) => a.count - b.count,
    site: (a, b) => (a.siteName < b.siteName ? -1 : a.siteName > b.siteName ? 1 : 0),
    device: (a, b) => {
      const [left, right] = [a.deviceName ?? '', b.deviceName ?? '']
      return left < right ? -1 : left > right ? 1 : 0
    },
  }
  const compare = by[order]
  return (a, b) => sign * compare(a, b) || newest(a, b)
}

function liveRank(row: AlarmRow): number {
  return row.isCleared ? RANK[row.perceivedSeverity] - 10 : RANK[row.perceivedSeverity]
}

function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T
}
