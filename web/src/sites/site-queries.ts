// What the collector keeps for a site and what its agents made of it.
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { CustomerRow, DeviceRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import type {
  ConfigDeviceRow,
  CredentialList,
  ProfileFileList,
  SiteConfigStatus,
  SiteSettingsRow,
} from '#shared/http/site-config.ts'
import { get } from '../api/client.ts'
import { allOf } from '../api/queries.ts'

export const customersQuery = queryOptions({
  queryKey: ['customers'],
  queryFn: async ({ signal }) => ({ items: await allOf<CustomerRow>('/customers', signal) }),
  staleTime: 60_000,
})

/** A customer or site was made, changed or removed: whatever names or counts them is read again; resolves with the lists. */
export async function placesChanged(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ queryKey: ['overview'] })
  await Promise.all(['customers', 'sites'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
}

/** Below /sites/{id}/config. */
export const configPath = (site: string) => `/sites/${encodeURIComponent(site)}/config`

/** All devices kept by the collector for the site. */
export const managedDevicesQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-config', site, 'devices'],
    queryFn: ({ signal }) => allOf<ConfigDeviceRow>(`${configPath(site)}/devices`, signal),
  })

/** What agents of the site really watch, whoever told them. */
export const watchedDevicesQuery = (site: string) =>
  infiniteQueryOptions({
    queryKey: ['devices', 'list', { site }],
    queryFn: ({ pageParam, signal }) =>
      get<Page<DeviceRow>>('/devices', { site, limit: 1000, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  })

export const credentialsQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-config', site, 'credentials'],
    queryFn: ({ signal }) => get<z.infer<typeof CredentialList>>(`${configPath(site)}/credentials`, {}, signal),
  })

export const settingsQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-config', site, 'settings'],
    queryFn: ({ signal }) => get<SiteSettingsRow>(`${configPath(site)}/settings`, {}, signal),
  })

export const profilesQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-config', site, 'profiles'],
    queryFn: ({ signal }) => get<z.infer<typeof ProfileFileList>>(`${configPath(site)}/profiles`, {}, signal),
  })

/** Read again while something is on its way. */
export const statusQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-config', site, 'status'],
    queryFn: ({ signal }) => get<SiteConfigStatus>(`${configPath(site)}/status`, {}, signal),
    refetchInterval: (query) => (query.state.data?.agents.some((agent) => agent.state === 'waiting') ? 1_000 : 15_000),
  })
