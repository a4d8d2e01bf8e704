// What the collector finds: devices, alarms and incidents are too many to be known here. Sites, and with them customers,
// are known.
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { z } from 'zod'
import type { AlarmPage, AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import type { DeviceRow, SiteRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'
import { sitesQuery } from '../api/queries.ts'
import { matching } from './match.ts'

/** Of each kind. */
const SHOWN = 5
const PAUSE_MS = 140

export interface Found {
  readonly sites: readonly SiteRow[]
  readonly customers: readonly { readonly id: string; readonly name: string }[]
  readonly devices: readonly DeviceRow[]
  readonly alarms: readonly AlarmRow[]
  readonly incidents: readonly IncidentRow[]
  /** An answer is on its way. */
  readonly isSearching: boolean
  readonly failure: unknown
}

export function useFound(typed: string): Found {
  const [q] = useDebouncedValue(typed.trim(), PAUSE_MS)
  const enabled = q !== ''
  const devices = useSearch<Page<DeviceRow>>('/devices', q, enabled)
  const alarms = useSearch<z.infer<typeof AlarmPage>>('/alarms', q, enabled)
  const incidents = useSearch<Page<IncidentRow>>('/incidents', q, enabled)
  const places = useQuery(sitesQuery).data?.items
  const known = useMemo(() => placesOf(places ?? [], typed), [places, typed])
  const isSearching = enabled && [devices, alarms, incidents].some((one) => one.isFetching)
  const rows = <T>(of: { data?: { items: readonly T[] } | undefined }) => (enabled ? (of.data?.items ?? []) : [])
  return {
    ...known,
    ...{ devices: rows(devices), alarms: rows(alarms), incidents: rows(incidents) },
    isSearching: isSearching || q !== typed.trim(),
    failure: devices.error ?? alarms.error ?? incidents.error,
  }
}

function useSearch<T>(path: string, q: string, enabled: boolean) {
  return useQuery({
    queryKey: ['palette', path, q],
    queryFn: ({ signal }) => get<T>(path, { q, limit: SHOWN }, signal),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
}

function placesOf(sites: readonly SiteRow[], typed: string): Pick<Found, 'sites' | 'customers'> {
  if (typed.trim() === '') return { sites: [], customers: [] }
  const customers = [...new Map(sites.map((site) => [site.customer, site.customerName]))].map(([id, name]) => ({
    ...{ id, name },
  }))
  return {
    sites: matching(
      typed,
      sites.map((site) => ({ ...site, label: site.name, words: `${site.id} ${site.customerName}` })),
    ).slice(0, SHOWN),
    customers: matching(
      typed,
      customers.map((one) => ({ ...one, label: one.name, words: one.id })),
    ).slice(0, SHOWN),
  }
}
