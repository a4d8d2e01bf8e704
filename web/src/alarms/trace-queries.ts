import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { TracePage, Why } from '#shared/http/trace.ts'
import { get } from '../api/client.ts'

const path = (alarm: string) => `/alarms/${encodeURIComponent(alarm)}`

/** Keys begin with the alarm's own, so that its deltas refresh them. */
export const traceQuery = (alarm: string) =>
  infiniteQueryOptions({
    queryKey: ['alarms', alarm, 'trace'],
    queryFn: ({ pageParam, signal }) =>
      get<TracePage>(`${path(alarm)}/trace`, { limit: 50, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    retry: false,
  })

/** One line per recipient: told, or not and why. */
export const whyQuery = (alarm: string) =>
  queryOptions({
    queryKey: ['alarms', alarm, 'why'],
    queryFn: ({ signal }) => get<z.infer<typeof Why>>(`${path(alarm)}/why`, {}, signal),
    retry: false,
  })
