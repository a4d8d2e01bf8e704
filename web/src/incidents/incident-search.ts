// The incident list's part of the address.
import type { IncidentState } from '#shared/domain/incident.ts'
import type { IncidentFilter } from './incident-queries.ts'

export const INCIDENT_VIEWS = ['open', 'mine', 'unassigned', 'resolved', 'all'] as const
export type IncidentView = (typeof INCIDENT_VIEWS)[number]

export interface IncidentSearch {
  readonly view?: IncidentView | undefined
  readonly as?: 'board' | undefined
  readonly q?: string | undefined
  readonly state?: IncidentState | undefined
  readonly priority?: number | undefined
  readonly tier?: number | undefined
  readonly customer?: string | undefined
  readonly site?: string | undefined
  readonly assignee?: string | undefined
  readonly sort?: 'priority' | undefined
}

/** What may be chosen beside the view. */
export const FILTERS = ['state', 'priority', 'tier', 'customer', 'site', 'assignee'] as const

// not from the schema: it would be part of the first load
const STATES = [
  ...(['new', 'diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved', 'closed'] as const),
] satisfies IncidentState[]

/** Reads the search part of an address; whatever is not understood is left out. */
export function readIncidentSearch(raw: Record<string, unknown>): IncidentSearch {
  const text = (value: unknown) => (value === undefined || value === '' ? undefined : String(value).slice(0, 200))
  const level = (value: unknown) => [1, 2, 3, 4].find((n) => n === Number(value))
  const read: IncidentSearch = {
    view: INCIDENT_VIEWS.find((v) => v === raw.view),
    as: raw.as === 'board' ? 'board' : undefined,
    q: text(raw.q),
    state: STATES.find((s) => s === raw.state),
    priority: level(raw.priority),
    tier: level(raw.tier),
    customer: text(raw.customer),
    site: text(raw.site),
    assignee: text(raw.assignee),
    sort: raw.sort === 'priority' ? 'priority' : undefined,
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))
}

/** What the collector is asked for; `user` is who looks. */
export function filterOf(search: IncidentSearch, user: string | undefined): IncidentFilter {
  const { view = 'open', q, state, priority, tier, customer, site, assignee, sort } = search
  return {
    ...(state !== undefined ? { state: [state] } : view === 'resolved' ? { state: ['resolved', 'closed'] } : {}),
    ...(state === undefined && (view === 'open' || view === 'mine' || view === 'unassigned') ? { open: true } : {}),
    ...(view === 'mine' ? { assignee: user } : assignee !== undefined ? { assignee } : {}),
    ...(view === 'unassigned' ? { unassigned: true } : {}),
    ...(priority === undefined ? {} : { priority: [priority] }),
    ...(tier === undefined ? {} : { tier: [tier] }),
    ...(customer === undefined ? {} : { customer }),
    ...(site === undefined ? {} : { site }),
    ...(q === undefined ? {} : { q }),
    ...(sort === undefined ? {} : { sort }),
  }
}

export const isFiltered = (search: IncidentSearch): boolean =>
  search.q !== undefined || FILTERS.some((name) => search[name] !== undefined)
