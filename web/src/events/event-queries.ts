import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { EventPage } from '#shared/http/records.ts'
import type { TrapDefinitionList, UnknownTrapDetail, UnknownTrapList } from '#shared/http/traps.ts'
import { get } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { type EventSearch, SHOWN_KINDS } from './event-search.ts'

/** What the collector is asked for; the newest have a way of their own (event-tail.ts). */
export function eventFilter({ q, kind, device, site, level, trap }: EventSearch) {
  return { q, device, site, level, trap, kind: kind ?? [...SHOWN_KINDS] }
}

export const eventsQuery = (search: EventSearch) =>
  infiniteQueryOptions({
    queryKey: ['events', 'list', { ...eventFilter(search), hours: search.hours, from: search.from, to: search.to }],
    queryFn: ({ pageParam, signal }) =>
      get<EventPage>(
        '/events',
        { ...eventFilter(search), ...timesOf(search), limit: 100, cursor: pageParam ?? undefined },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 30_000,
  })

function timesOf({ hours, from, to }: EventSearch): { readonly from?: number; readonly to?: number } {
  if (from !== undefined && to !== undefined) return { from, to }
  return hours === undefined ? {} : { from: clock.now() - hours * 3_600_000 }
}

export const unknownTrapsQuery = (filter: {
  readonly q?: string | undefined
  readonly ignored?: boolean | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['unknown-traps', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      get<UnknownTrapList>(
        '/unknown-traps',
        { q: filter.q, state: filter.ignored ? 'ignored' : 'open', limit: 200, cursor: pageParam ?? undefined },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: 30_000,
  })

export const trapPath = (oid: string) => `/unknown-traps/${encodeURIComponent(oid)}`

export const unknownTrapQuery = (oid: string) =>
  queryOptions({
    queryKey: ['unknown-traps', oid],
    queryFn: ({ signal }) => get<UnknownTrapDetail>(trapPath(oid), {}, signal),
    // what somebody is filling in is not exchanged under the hand
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false },
  })

export const trapDefinitionsQuery = (filter: {
  readonly q?: string | undefined
  readonly vendor?: string | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['trap-definitions', filter],
    queryFn: ({ pageParam, signal }) =>
      get<TrapDefinitionList>('/trap-definitions', { ...filter, limit: 200, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
