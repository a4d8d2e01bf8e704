import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Page } from '#shared/http/paging.ts'
import type { EventRow } from '#shared/http/records.ts'
import type { TrapDefinitionList, UnknownTrapDetail, UnknownTrapList } from '#shared/http/traps.ts'
import { get } from '../api/client.ts'
import { clock } from '../api/clock.ts'
import { type EventSearch, SHOWN_KINDS } from './event-search.ts'

/** Read again every so often as long as only the newest are shown: who reads further back is not pulled away. */
const FRESH_MS = 15_000

export const eventsQuery = ({ q, kind, device, site, level, hours }: EventSearch) =>
  infiniteQueryOptions({
    queryKey: ['events', 'list', { q, kind, device, site, level, hours }],
    queryFn: ({ pageParam, signal }) =>
      get<Page<EventRow>>(
        '/events',
        {
          ...{ q, device, site, level, kind: kind ?? [...SHOWN_KINDS], limit: 100, cursor: pageParam ?? undefined },
          from: hours === undefined ? undefined : clock.now() - hours * 3_600_000,
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : FRESH_MS),
  })

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
