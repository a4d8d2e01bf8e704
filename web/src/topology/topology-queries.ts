// Who stands beside whom, and which unit stood in the place of a device.
import { queryOptions } from '@tanstack/react-query'
import type { AssetList, NeighbourList, SiteLinks } from '#shared/http/topology.ts'
import { get } from '../api/client.ts'

const devicePath = (device: string) => `/devices/${encodeURIComponent(device)}`
export const linksPath = (site: string) => `/sites/${encodeURIComponent(site)}/links`

export const neighboursQuery = (device: string) =>
  queryOptions({
    queryKey: ['neighbours', device],
    queryFn: ({ signal }) => get<NeighbourList>(`${devicePath(device)}/neighbours`, {}, signal),
    refetchInterval: 60_000,
  })

export const assetsQuery = (device: string) =>
  queryOptions({
    queryKey: ['assets', device],
    queryFn: ({ signal }) => get<AssetList>(`${devicePath(device)}/assets`, {}, signal),
    refetchInterval: 300_000,
  })

export const linksQuery = (site: string) =>
  queryOptions({
    queryKey: ['links', site],
    queryFn: ({ signal }) => get<SiteLinks>(linksPath(site), {}, signal),
    refetchInterval: 60_000,
  })
