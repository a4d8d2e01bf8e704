// Sweeps of a site and what they propose.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ProposalRow, ProposalState, SweepRow } from '#shared/http/discovery.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'

const sitePath = (site: string) => `/sites/${encodeURIComponent(site)}`
export const sweepsPath = (site: string) => `${sitePath(site)}/sweeps`
export const proposalsPath = (site: string) => `${sitePath(site)}/proposals`

export function isUnderWay({ state }: Pick<SweepRow, 'state'>): boolean {
  return state === 'waiting' || state === 'running' || state === 'stopping'
}

/** Newest first. Live events put progress in; while one is under way it is asked for too, for when they fail. */
export const sweepsQuery = (site: string) =>
  queryOptions({
    queryKey: ['sweeps', site],
    queryFn: ({ signal }) => get<Page<SweepRow>>(sweepsPath(site), { limit: 10 }, signal),
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? 5_000 : 60_000),
  })

export interface ProposalFilter {
  readonly state: ProposalState
  readonly snmp?: boolean | undefined
  readonly q?: string | undefined
}

export const proposalsQuery = (site: string, { state, snmp, q }: ProposalFilter) =>
  infiniteQueryOptions({
    queryKey: ['proposals', site, { state, snmp, q }],
    queryFn: ({ pageParam, signal }) =>
      get<Page<ProposalRow>>(
        proposalsPath(site),
        { state, q, snmp: snmp ? 'true' : undefined, limit: 200, cursor: pageParam ?? undefined },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })
