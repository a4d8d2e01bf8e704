import { queryOptions } from '@tanstack/react-query'
import type { Page } from '#shared/http/paging.ts'
import type { Token } from '#shared/http/session.ts'
import { get } from '../api/client.ts'

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => get<Page<Token>>('/tokens', {}, signal),
  refetchInterval: 30_000,
})
