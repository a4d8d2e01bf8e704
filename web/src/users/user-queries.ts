import { queryOptions } from '@tanstack/react-query'
import type { Page } from '#shared/http/paging.ts'
import type { RoleTable, UserRow } from '#shared/http/users.ts'
import { get } from '../api/client.ts'

export const userPath = (name: string) => `/users/${encodeURIComponent(name)}`

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => get<Page<UserRow>>('/users', {}, signal),
  // people come and go
  refetchInterval: 15_000,
})

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => get<RoleTable>('/roles', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
})
