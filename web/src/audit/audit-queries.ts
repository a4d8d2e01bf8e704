import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AuditProgress, AuditRow, AuditVerification } from '#shared/http/administration.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'
import type { AuditSearch } from './audit-search.ts'

export type AuditFilter = Omit<AuditSearch, 'range'>

/** One page; a cursor goes on from it. */
export const readAudit = (filter: AuditFilter, limit: number, cursor: string | null, signal?: AbortSignal) =>
  get<Page<AuditRow>>('/audit', { ...filter, limit, cursor: cursor ?? undefined }, signal)

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filter],
    queryFn: ({ pageParam, signal }) => readAudit(filter, 100, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    // what was read further down stays where it is
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > 1 ? false : 10_000),
  })

/** The entry about the same thing that came before `row`: what it was until then. */
export const entryBeforeQuery = (row: AuditRow) =>
  queryOptions({
    queryKey: ['audit', 'before', row.id],
    queryFn: async ({ signal }) => {
      const { items } = await readAudit({ subject: row.subject, to: row.at + 1 }, 50, null, signal)
      return items.find((one) => one.id < row.id && one.action === row.action) ?? null
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

export const verifyAudit = () => get<AuditVerification>('/audit/verification')

export const progressQuery = (isRunning: boolean) =>
  queryOptions({
    queryKey: ['audit', 'progress'],
    queryFn: ({ signal }) => get<AuditProgress>('/audit/verification/progress', {}, signal),
    enabled: isRunning,
    refetchInterval: 300,
    gcTime: 0,
  })
