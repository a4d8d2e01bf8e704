import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { ChannelList, NotificationRow, RouteList } from '#shared/http/notifications.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'
import type { NotificationSearch } from './notification-search.ts'

export const channelPath = (id: string) => `/channels/${encodeURIComponent(id)}`
export const routePath = (id: string) => `/notification-routes/${encodeURIComponent(id)}`

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => get<z.infer<typeof ChannelList>>('/channels', {}, signal),
  refetchInterval: 15_000,
})

export const routesQuery = queryOptions({
  queryKey: ['notification-routes'],
  queryFn: ({ signal }) => get<z.infer<typeof RouteList>>('/notification-routes', {}, signal),
  refetchInterval: 30_000,
})

export const deliveriesQuery = ({ state, channel, alarm, incident }: NotificationSearch) =>
  infiniteQueryOptions({
    queryKey: ['notifications', { state, channel, alarm, incident }],
    queryFn: ({ pageParam, signal }) =>
      get<Page<NotificationRow>>(
        '/notifications',
        { state, channel, alarm, incident, limit: 100, cursor: pageParam ?? undefined },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > 1 ? false : 10_000),
  })
