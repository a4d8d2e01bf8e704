import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { BackTest, BackTestList, LastBackTest, ShadowRecord } from '#shared/http/back-tests.ts'
import type { RuleEvaluations, RuleList, RulePreview, RuleRow } from '#shared/http/rules.ts'
import { ApiFailure, get, send } from '../api/client.ts'
import type { Draft } from '../ui/draft.ts'

export const rulePath = (id: string) => `/rules/${encodeURIComponent(id)}`

export const rulesQuery = queryOptions({
  queryKey: ['rules', 'list'],
  queryFn: ({ signal }) => get<z.infer<typeof RuleList>>('/rules', {}, signal),
  refetchInterval: 30_000,
})

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) => get<RuleRow>(rulePath(id), {}, signal),
    refetchInterval: 30_000,
  })

/** What the rule would be about; null: it cannot be asked yet. */
export const rulePreviewQuery = (rule: Draft | null) =>
  queryOptions({
    queryKey: ['rules', 'preview', rule],
    queryFn: () => send<RulePreview>('POST', '/rules/preview', { rule }),
    enabled: rule !== null,
    placeholderData: keepPreviousData,
    ...{ retry: false, gcTime: 0, staleTime: 10_000 },
  })

export const evaluationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'evaluations', id],
    queryFn: ({ signal }) => get<z.infer<typeof RuleEvaluations>>(`${rulePath(id)}/evaluations`, {}, signal),
    refetchInterval: 15_000,
  })

export const shadowQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['rules', 'shadow', id],
    queryFn: ({ pageParam, signal }) =>
      get<ShadowRecord>(`${rulePath(id)}/shadow`, { limit: 100, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: 30_000,
  })

export const backTestPath = (test: string) => `/rules/back-tests/${encodeURIComponent(test)}`

/** Read again while it goes on. */
export const backTestQuery = (test: string | undefined) =>
  queryOptions({
    queryKey: ['back-tests', test],
    queryFn: ({ signal }) => get<BackTest>(backTestPath(test ?? ''), {}, signal),
    enabled: test !== undefined,
    refetchInterval: ({ state: { data } }) => (data === undefined || isGoing(data) ? 1000 : false),
  })

/** One of this rule that goes on, so that it is found again after leaving the page. */
export const runningBackTestsQuery = queryOptions({
  queryKey: ['back-tests', 'list'],
  queryFn: ({ signal }) => get<z.infer<typeof BackTestList>>('/rules/back-tests', {}, signal),
})

/** null: there was none. */
export const lastBackTestQuery = (id: string) =>
  queryOptions({
    queryKey: ['back-tests', 'last', id],
    queryFn: async ({ signal }) => {
      try {
        return await get<z.infer<typeof LastBackTest>>(`${rulePath(id)}/back-test`, {}, signal)
      } catch (failure) {
        if (failure instanceof ApiFailure && failure.code === 'not-found') return null
        throw failure
      }
    },
  })

export const isGoing = ({ state }: Pick<BackTest, 'state'>): boolean => state === 'waiting' || state === 'running'
