// What stands and what is worked on at a customer; live with the overview beside it.
import { queryOptions } from '@tanstack/react-query'
import type { AlarmPage } from '#shared/http/alarms.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'

const SHOWN = 8

/** Below the overview, so that what refreshes it refreshes these. */
export const customerAlarmsQuery = (customer: string) =>
  queryOptions({
    queryKey: ['overview', 'alarms', customer],
    queryFn: ({ signal }) =>
      get<Pick<AlarmPage, 'items'>>('/alarms', { customer, cleared: false, suppressed: false, limit: SHOWN }, signal),
  })

export const customerIncidentsQuery = (customer: string) =>
  queryOptions({
    queryKey: ['overview', 'incidents', customer],
    queryFn: ({ signal }) => get<Page<IncidentRow>>('/incidents', { customer, open: true, limit: SHOWN }, signal),
  })
