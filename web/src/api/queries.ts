// What the screens read, as TanStack Query definitions. Keys begin with the resource so that live events can refresh them.
import { infiniteQueryOptions, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { Evidence } from '#shared/domain/incident.ts'
import type { HealthSummary } from '#shared/http/administration.ts'
import type { BoardFacets } from '#shared/http/alarm-board.ts'
import type { AlarmDetail, AlarmPage } from '#shared/http/alarms.ts'
import type { AgentIdentity } from '#shared/http/enrolment.ts'
import type { IncidentDetail, IncidentRow } from '#shared/http/incidents.ts'
import type { AgentList, AgentRow, DeviceDetail, DeviceRow, SiteRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import type { EventRow, GapRow, QuarantineRow } from '#shared/http/records.ts'
import type { Session } from '#shared/http/session.ts'
import { ApiFailure, type FailureCode, get } from './client.ts'

/** `say`: hears of a reading that failed while what was read before stays on screen; silence is said by the banner. */
export function createQueries(say: (failure: ApiFailure) => void = () => undefined): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      // nothing was learnt: what is on screen stays, with what is being typed there
      onError: (error, query) => {
        if (query.state.data === undefined || !(error instanceof ApiFailure) || !PASSING.has(error.code)) return
        query.setState({ ...query.state, status: 'success', error: null, isInvalidated: true })
        if (!SILENT.has(error.code)) say(error)
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        // the collector's answer will not change by asking again; a missing answer may
        retry: (count, error) => count < 2 && (!(error instanceof ApiFailure) || error.code === 'network'),
      },
    },
  })
}

/** Nobody answered: the banner says how old what is on screen is. */
const SILENT: ReadonlySet<string> = new Set<FailureCode>(['network', 'unavailable'])
/** Says nothing about what was asked for, and will be otherwise. */
const PASSING: ReadonlySet<string> = new Set<FailureCode>(['network', 'unavailable', 'internal', 'too-many-requests'])

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => get<Session>('/session', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => get<HealthSummary>('/health', {}, signal),
  refetchInterval: 60_000,
})

export const alarmQuery = (id: string) =>
  queryOptions({
    queryKey: ['alarms', id],
    queryFn: ({ signal }) => get<AlarmDetail>(`/alarms/${encodeURIComponent(id)}`, {}, signal),
  })

/** How many alarms stand now by each rule, among others. */
export const standingByRuleQuery = queryOptions({
  queryKey: ['alarm-facets', 'standing'],
  queryFn: ({ signal }) => get<BoardFacets>('/alarms/facets', { view: 'all', standing: true }, signal),
  refetchInterval: 15_000,
})

export const deviceAlarmsQuery = (device: string) =>
  queryOptions({
    queryKey: ['alarms', 'of-device', device],
    queryFn: ({ signal }) =>
      get<z.infer<typeof AlarmPage>>('/alarms', { device, all: true, sort: 'raisedAt', limit: 20 }, signal),
  })

export interface IncidentFilter {
  readonly open?: boolean | undefined
  readonly state?: readonly string[] | undefined
  readonly priority?: readonly number[] | undefined
  readonly assignee?: string | undefined
  readonly device?: string | undefined
  readonly q?: string | undefined
}

export const incidentsQuery = (filter: IncidentFilter) =>
  infiniteQueryOptions({
    queryKey: ['incidents', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      get<Page<IncidentRow>>('/incidents', { ...filter, limit: 200, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incidents', id],
    queryFn: ({ signal }) => get<IncidentDetail>(`/incidents/${encodeURIComponent(id)}`, {}, signal),
  })

export const devicesQuery = (filter: {
  readonly q?: string | undefined
  readonly state?: string[] | undefined
  readonly site?: string | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['devices', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      get<Page<DeviceRow>>('/devices', { ...filter, limit: 500, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })

export const deviceQuery = (id: string) =>
  queryOptions({
    queryKey: ['devices', id],
    queryFn: ({ signal }) => get<DeviceDetail>(`/devices/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: 30_000,
  })

export const deviceEventsQuery = (device: string) =>
  queryOptions({
    queryKey: ['events', device],
    queryFn: ({ signal }) => get<Page<EventRow>>('/events', { device, limit: 50 }, signal),
    refetchInterval: 30_000,
  })

export const deviceDiagnosticsQuery = (device: string) =>
  queryOptions({
    queryKey: ['diagnostics', device],
    queryFn: ({ signal }) =>
      get<Page<z.infer<typeof Evidence>>>(`/devices/${encodeURIComponent(device)}/diagnostics`, {}, signal),
  })

/** All of them: names and time zones are needed everywhere. */
export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: async ({ signal }) => ({ items: await allOf<SiteRow>('/sites', signal), nextCursor: null }),
  staleTime: 300_000,
})

export const quarantineQuery = queryOptions({
  queryKey: ['quarantine'],
  queryFn: ({ signal }) => get<Page<QuarantineRow>>('/quarantine', { limit: 50 }, signal),
})

export const gapsQuery = queryOptions({
  queryKey: ['gaps'],
  queryFn: ({ signal }) => get<Page<GapRow>>('/gaps', { limit: 50 }, signal),
})

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => get<z.infer<typeof AgentList>>('/agents', {}, signal),
  refetchInterval: 30_000,
})

export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', id],
    queryFn: ({ signal }) => get<AgentRow>(`/agents/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: 15_000,
  })

/** null: it signs in with a password of the collector's file and has no certificate. */
export const agentIdentityQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', id, 'identity'],
    queryFn: ({ signal }) => get<AgentIdentity | null>(`/agents/${encodeURIComponent(id)}/identity`, {}, signal),
    refetchInterval: 15_000,
  })

export const agentDevicesQuery = (agent: string) =>
  queryOptions({
    queryKey: ['devices', 'list', { agent }],
    queryFn: ({ signal }) => get<Page<DeviceRow>>('/devices', { agent, limit: 200 }, signal),
  })

/** Every item of a paged list, a thousand at a time. */
export async function allOf<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await get(path, { limit: 1000, cursor: cursor ?? undefined }, signal)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}
