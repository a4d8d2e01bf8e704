// What the incident screens read beside the list and the incident itself. Keys below ['incidents', 'list'] are read again live.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { Assignees, IncidentCounts, IncidentRow } from '#shared/http/incidents.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'

export interface IncidentFilter {
  readonly open?: boolean | undefined
  readonly state?: readonly string[] | undefined
  readonly priority?: readonly number[] | undefined
  readonly tier?: readonly number[] | undefined
  readonly customer?: string | undefined
  readonly site?: string | undefined
  readonly assignee?: string | undefined
  readonly unassigned?: boolean | undefined
  readonly q?: string | undefined
  readonly sort?: 'priority' | undefined
}

export const incidentPath = (id: string): string => `/incidents/${encodeURIComponent(id)}`

export const incidentListQuery = (filter: IncidentFilter, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['incidents', 'list', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      get<Page<IncidentRow>>('/incidents', { ...filter, limit, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  })

export const incidentCountsQuery = ({ sort: _, ...filter }: IncidentFilter) =>
  queryOptions({
    queryKey: ['incidents', 'list', 'counts', filter],
    queryFn: ({ signal }) => get<IncidentCounts>('/incidents/counts', filter, signal),
    placeholderData: keepPreviousData,
  })

export const assigneesQuery = (id: string) =>
  queryOptions({
    queryKey: ['assignees', id],
    queryFn: ({ signal }) => get<z.infer<typeof Assignees>>(`${incidentPath(id)}/assignees`, {}, signal),
  })

/** Messages about an incident, the newest first. */
export const deliveriesOfQuery = (incident: string) =>
  queryOptions({
    queryKey: ['notifications', 'of-incident', incident],
    queryFn: ({ signal }) => get<Page<NotificationRow>>('/notifications', { incident, limit: 200 }, signal),
    refetchInterval: 15_000,
  })

/** Incidents to choose from: by number or by what is in their title. */
export const incidentSearchQuery = (q: string, customer: string | undefined, openOnly: boolean) =>
  queryOptions({
    queryKey: ['incidents', 'list', 'search', q, customer, openOnly],
    queryFn: ({ signal }) =>
      get<Page<IncidentRow>>('/incidents', { q, customer, open: openOnly || undefined, limit: 12 }, signal),
    placeholderData: keepPreviousData,
  })

/** Devices to choose from. */
export const siteDevicesQuery = (site: string) =>
  queryOptions({
    queryKey: ['devices', 'list', { site, choice: true }],
    queryFn: ({ signal }) => get<Page<DeviceRow>>('/devices', { site, limit: 1000 }, signal),
  })
