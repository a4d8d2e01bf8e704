import { queryOptions } from '@tanstack/react-query'
import type { CustomerRow } from '#shared/http/inventory.ts'
import type { KioskRow } from '#shared/http/kiosk.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'
import { allOf } from '../api/queries.ts'

/** Links of wallboards with their screens. Whether a screen is there shows within seconds. */
export const wallboardsQuery = queryOptions({
  queryKey: ['kiosks'],
  queryFn: ({ signal }) => get<Page<KioskRow>>('/kiosks', {}, signal),
  refetchInterval: 5000,
})

export const customersQuery = queryOptions({
  queryKey: ['customers', 'all'],
  queryFn: async ({ signal }) => ({ items: await allOf<CustomerRow>('/customers', signal) }),
  staleTime: 60_000,
})
