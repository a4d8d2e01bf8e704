import type { QueryClient } from '@tanstack/react-query'
import type { CustomerRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import type { Session } from '#shared/http/session.ts'
import { get } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'

/** True for an administrator where no customer is known yet; false also when that cannot be found out. */
export async function isNewInstallation(queries: QueryClient): Promise<boolean> {
  if (queries.getQueryData<Session>(sessionQuery.queryKey)?.role !== 'admin') return false
  try {
    return (await get<Page<CustomerRow>>('/customers', { limit: 1 })).items.length === 0
  } catch {
    return false
  }
}
