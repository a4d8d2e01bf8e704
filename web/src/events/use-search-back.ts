// A page of a search may hold nothing and still not be the end: goes on by itself until enough is found, the end is reached
// or somebody stops it.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { EventPage } from '#shared/http/records.ts'

/** So many are enough for once. */
const ENOUGH = 50

export interface SearchBack {
  /** It goes on. */
  readonly busy: boolean
  /** So far was looked back, ms; null: not known, or to the end. */
  readonly readTo: number | null
  goOn(): void
  stop(): void
}

/** `filter` tells one search from another. */
export function useSearchBack(query: UseInfiniteQueryResult<InfiniteData<EventPage>>, filter: string): SearchBack {
  const found = query.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  const [state, setState] = useState({ filter, wanted: ENOUGH, stopped: false })
  const { wanted, stopped } = state.filter === filter ? state : { wanted: ENOUGH, stopped: false }
  const lacks = query.hasNextPage && !query.isError && found < wanted && !stopped
  const { isFetching, fetchNextPage } = query
  useEffect(() => {
    if (lacks && !isFetching) void fetchNextPage()
  }, [lacks, isFetching, fetchNextPage])
  const last = query.data?.pages.at(-1)
  return {
    busy: lacks || query.isFetchingNextPage,
    readTo: last?.readTo ?? last?.items.at(-1)?.at ?? null,
    goOn: () => setState({ filter, wanted: found + ENOUGH, stopped: false }),
    stop: () => setState({ filter, wanted, stopped: true }),
  }
}
