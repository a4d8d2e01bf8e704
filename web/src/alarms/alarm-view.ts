// What of the alarm list is asked for: the filter is the URL's search part. Pure.
import type { AlarmSource } from '#shared/domain/alarm.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { AlarmViewName, BoardFacet, BoardSort } from '#shared/http/alarm-board.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'

/** Highest first: the order of counters and of the list. */
export const SEVERITY_ORDER = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const satisfies Severity[]

/** The same as at the collector; named here so that its schemas are not part of the first load. */
export const ALARM_VIEWS = [
  'active',
  'new',
  'ack',
  'cleared',
  'shelved',
  'suppressed',
  'all',
] as const satisfies AlarmViewName[]
export const ALARM_ORDERS = [
  ...(['severity', 'raised', 'last', 'duration', 'count', 'customer', 'site', 'device', 'type', 'owner'] as const),
] as const satisfies BoardSort[]
export const FACETS = ['customer', 'site', 'device', 'type', 'source', 'owner', 'rule'] as const satisfies BoardFacet[]
const SOURCES = ['poll', 'trap', 'log', 'check', 'liveness'] as const satisfies AlarmSource[]
export const NOBODY = '-'

export type AlarmSearch = {
  /** Several values apart by commas: any of them. */
  readonly [F in BoardFacet]?: string | undefined
} & {
  readonly severity?: readonly Severity[] | undefined
  readonly view?: AlarmViewName | undefined
  readonly q?: string | undefined
  /** Acknowledged for at least so many hours. */
  readonly ackedOver?: number | undefined
  readonly sort?: BoardSort | undefined
  readonly dir?: 'asc' | 'desc' | undefined
  /** The saved view it began with. */
  readonly saved?: string | undefined
  /** Alarm open in the side panel. */
  readonly alarm?: string | undefined
}

/** What a person may do with it right now: the state column. */
export type AlarmStatus = 'new' | 'ack' | 'cleared' | 'shelved' | 'suppressed' | 'closed'

export function statusOf(row: Pick<AlarmRow, 'operatorState' | 'isCleared' | 'suppression'>): AlarmStatus {
  if (row.operatorState === 'shelved') return 'shelved'
  if (row.operatorState === 'closed') return 'closed'
  if (row.isCleared) return 'cleared'
  if (row.suppression !== null) return 'suppressed'
  return row.operatorState === 'ack' ? 'ack' : 'new'
}

/** Who answers for it; null: nobody. */
export const ownerOf = ({ owner, ackBy, operatorState }: AlarmRow): string | null =>
  owner ?? (operatorState === 'ack' ? ackBy : null)

/** Reads the search part of an address; whatever is not understood is left out, never an error. */
export function readAlarmSearch(raw: Record<string, unknown>): AlarmSearch {
  const severities = partsOf(raw.severity)
  const severity = SEVERITY_ORDER.filter((s) => severities.includes(s))
  const list = (value: unknown) => {
    const parts = partsOf(value).slice(0, 100)
    return parts.length > 0 ? parts.map((part) => part.slice(0, 160)).join(',') : undefined
  }
  const sources = partsOf(raw.source)
  const text = (value: unknown) => String(value ?? '').slice(0, 200) || undefined
  const one = <T extends string>(of: readonly T[], value: unknown) => of.find((item) => item === value)
  const hours = Number(raw.ackedOver)
  return dropUndefined({
    severity: severity.length > 0 ? severity : undefined,
    view: one(ALARM_VIEWS, raw.view),
    q: text(raw.q),
    sort: one(ALARM_ORDERS, raw.sort),
    dir: one(['asc', 'desc'], raw.dir),
    customer: list(raw.customer),
    site: list(raw.site),
    device: list(raw.device),
    type: list(raw.type),
    source: list(SOURCES.filter((s) => sources.includes(s))),
    owner: list(raw.owner),
    rule: list(raw.rule),
    ackedOver: hours > 0 && hours <= 8760 ? hours : undefined,
    saved: text(raw.saved),
    alarm: text(raw.alarm),
  })
}

/** Values of a facet, as the address has them. */
export const partsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : String(value ?? '').split(',')).map(String).filter(Boolean)

/** Names of values in the reader's language, to be searched as they read: kind, value, word. */
export type Dictionary = readonly (readonly ['type' | 'severity' | 'status' | 'source', string, string])[]

/** Parameters of GET /alarms/board for it; without place and open causes. */
export function boardParams(search: AlarmSearch, dictionary: Dictionary): Record<string, string | string[] | number> {
  const { saved: _, alarm: _alarm, ...rest } = search
  const params: Record<string, string | string[] | number> = {}
  for (const [key, value] of Object.entries(rest)) {
    if (value !== undefined) params[key] = Array.isArray(value) ? value.join(',') : (value as string | number)
  }
  const means = meaningsOf(search.q, dictionary)
  if (means.length > 0) params.means = means
  return params
}

/** Which values the words of a search may mean: `0~type~link.down`. */
export function meaningsOf(q: string | undefined, dictionary: Dictionary): string[] {
  return wordsOf(q)
    .flatMap((word, place) =>
      dictionary
        .filter(([, , name]) => name.toLowerCase().includes(word))
        .map(([kind, value]) => `${place}~${kind}~${value}`),
    )
    .slice(0, 200)
}

const wordsOf = (q: string | undefined) => (q ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10)

/** Whether a row that came meanwhile belongs in the list: as the collector decides it. */
export function belongs(row: AlarmRow, search: AlarmSearch, dictionary: Dictionary, now: number): boolean {
  const status = statusOf(row)
  const view = search.view ?? 'active'
  const isActive = status === 'new' || status === 'ack' || status === 'cleared'
  if (!(view === 'all' || (view === 'active' ? isActive : status === view))) return false
  if (search.severity !== undefined && !search.severity.includes(row.perceivedSeverity)) return false
  const values = { customer: row.customer, site: row.site, device: row.device, type: row.alarmType, source: row.source }
  const facets: Readonly<Record<BoardFacet, string | null>> = {
    ...values,
    owner: ownerOf(row) ?? NOBODY,
    rule: row.rule,
  }
  for (const facet of FACETS)
    if (search[facet] !== undefined && !partsOf(search[facet]).includes(facets[facet] ?? '')) return false
  if (search.ackedOver !== undefined && !((row.ackAt ?? now) <= now - search.ackedOver * 3_600_000)) return false
  const words = wordsOf(search.q)
  if (words.length === 0) return true
  const text = searchTextOf(row)
  const meanings = new Set(meaningsOf(search.q, dictionary))
  const meant = (place: number) =>
    meanings.has(`${place}~type~${row.alarmType}`) ||
    meanings.has(`${place}~severity~${row.perceivedSeverity}`) ||
    meanings.has(`${place}~status~${status}`) ||
    meanings.has(`${place}~source~${row.source}`)
  return words.every((word, place) => text.includes(word) || meant(place))
}

function searchTextOf(row: AlarmRow): string {
  const number = row.incidentNumber === null ? '' : `#${row.incidentNumber}`
  const parts = [row.text, row.deviceName, row.siteName, row.customerName, row.resource, row.alarmType, row.device]
  return [...parts, row.site, row.customer, row.rule, row.ackNote, row.owner, row.ackBy, number]
    .join('\n')
    .toLowerCase()
}

/** Whether anything but order and place narrows the list. */
export function isFiltered(search: AlarmSearch): boolean {
  const { sort: _sort, dir: _dir, saved: _saved, alarm: _alarm, view, ...narrowing } = search
  return (view ?? 'active') !== 'active' || Object.values(narrowing).some((value) => value !== undefined)
}

/** By severity: how often the severity of each is. */
export const noCounts = (): Record<Severity, number> =>
  Object.fromEntries(SEVERITY_ORDER.map((s) => [s, 0])) as Record<Severity, number>
export const noViews = (): Record<AlarmViewName, number> =>
  Object.fromEntries(ALARM_VIEWS.map((v) => [v, 0])) as Record<AlarmViewName, number>

function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T
}
