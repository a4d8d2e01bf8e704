import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { HealthSummary } from '#shared/http/administration.ts'
import { get } from '../api/client.ts'

export const partsQuery = queryOptions({
  queryKey: ['health', 'parts'],
  queryFn: ({ signal }) => get<HealthSummary>('/health', { parts: true }, signal),
  refetchInterval: 5000,
  placeholderData: keepPreviousData,
})
