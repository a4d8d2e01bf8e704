import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { WindowBody, WindowPage, WindowPreview } from '#shared/http/maintenance.ts'
import type { InhibitionList, SuppressedPage } from '#shared/http/suppression.ts'
import { get, send } from '../api/client.ts'

/** Windows begin and end by themselves. */
const FRESH_MS = 15_000

export const windowPath = (id: string) => `/maintenance-windows/${encodeURIComponent(id)}`

export const windowsQuery = (filter: {
  readonly over?: boolean | undefined
  readonly site?: string | undefined
  readonly device?: string | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['maintenance', 'windows', filter],
    queryFn: ({ pageParam, signal }) =>
      get<WindowPage>('/maintenance-windows', { ...filter, limit: 200, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: FRESH_MS,
  })

/** What a window would be about and when, before it is kept; null: not yet a window. */
export const windowPreviewQuery = (body: WindowBody | null) =>
  queryOptions({
    queryKey: ['maintenance', 'preview', body],
    queryFn: () => send<WindowPreview>('POST', '/maintenance-windows/preview', body),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    ...{ retry: false, gcTime: 0 },
  })

export const suppressedQuery = (filter: {
  readonly by?: string | undefined
  readonly q?: string | undefined
  readonly ref?: string | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['suppressed', filter],
    queryFn: ({ pageParam, signal }) =>
      get<SuppressedPage>('/suppressed', { ...filter, limit: 200, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: FRESH_MS,
  })

export const inhibitionsQuery = queryOptions({
  queryKey: ['inhibitions'],
  queryFn: ({ signal }) => get<InhibitionList>('/inhibitions', {}, signal),
})
