// What stands everywhere, read again as it changes.
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { LiveEventName } from '#shared/http/live.ts'
import type { Overview } from '#shared/http/overview.ts'
import { get } from '../api/client.ts'
import { useConsole } from '../app/console.ts'

export interface OverviewFilter {
  readonly hours?: number | undefined
  readonly customer?: string | undefined
  /** How many sites are listed, the worst first. */
  readonly sites?: number | undefined
}

export const overviewQuery = (filter: OverviewFilter = {}) =>
  queryOptions({
    queryKey: ['overview', filter],
    queryFn: ({ signal }) => get<Overview>('/overview', { ...filter }, signal),
    refetchInterval: 30_000,
  })

/** All sites with what stands at each. */
export const allSites = { sites: 2000 } as const

const MOVES: ReadonlySet<LiveEventName> = new Set(['alarm', 'incident', 'agent', 'device'])
/** However fast things change: a person reads no faster, and many look. */
const EVERY_MS = 2000

/** The overview, live. What was shown stays until the next answer is there. */
export function useOverview(filter: OverviewFilter = {}) {
  const { live } = useConsole()
  const queries = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = live.onEvent((name) => {
      if (!MOVES.has(name)) return
      timer ??= setTimeout(() => {
        timer = undefined
        void queries.invalidateQueries({ queryKey: ['overview'] })
      }, EVERY_MS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [live, queries])
  return useQuery({ ...overviewQuery(filter), placeholderData: (old) => old })
}
