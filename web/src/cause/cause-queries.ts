import { queryOptions } from '@tanstack/react-query'
import type { IncidentCause, SiteDependencies } from '#shared/http/cause.ts'
import { get } from '../api/client.ts'

/** Below the incident, so that its deltas refresh it. */
export const causeQuery = (incident: string) =>
  queryOptions({
    queryKey: ['incidents', incident, 'cause'],
    queryFn: ({ signal }) => get<IncidentCause>(`/incidents/${encodeURIComponent(incident)}/cause`, {}, signal),
    retry: false,
  })

export const dependenciesQuery = (site: string) =>
  queryOptions({
    queryKey: ['dependencies', site],
    queryFn: ({ signal }) => get<SiteDependencies>(`/sites/${encodeURIComponent(site)}/dependencies`, {}, signal),
    refetchInterval: 15_000,
  })
