// Tokens and requests to join, read again every few seconds: no live event tells of them.
import { queryOptions } from '@tanstack/react-query'
import type { EnrolmentRow, EnrolmentTokenRow } from '#shared/http/enrolment.ts'
import type { DeviceDetail, DeviceRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'

/** Newest first; never with the secret. */
export const tokensQuery = queryOptions({
  queryKey: ['enrolment-tokens'],
  queryFn: ({ signal }) => get<Page<EnrolmentTokenRow>>('/enrolment-tokens', { limit: 200 }, signal),
  refetchInterval: 15_000,
})

export const enrolmentsQuery = queryOptions({
  queryKey: ['enrolments'],
  queryFn: ({ signal }) => get<Page<EnrolmentRow>>('/enrolments', { limit: 200 }, signal),
  refetchInterval: 10_000,
})

export const isWaiting = (row: EnrolmentRow) => row.state === 'waiting'

/** How often the page that waits for one agent looks. */
export const WATCH_MS = 2_000

/** Its devices, and the first of them that has measured something since. */
export const firstSampleQuery = (agent: string, since: number) =>
  queryOptions({
    queryKey: ['agents', agent, 'first-sample', since],
    queryFn: async ({ signal }) => {
      const devices = await get<Page<DeviceRow>>('/devices', { agent, limit: 20 }, signal)
      for (const device of devices.items) {
        const detail = await get<DeviceDetail>(`/devices/${encodeURIComponent(device.id)}`, {}, signal)
        const at = Math.max(0, ...detail.series.map((sample) => sample.at ?? 0))
        if (at >= since) return { devices: devices.items.length, device: { id: device.id, name: device.name, at } }
      }
      return { devices: devices.items.length, device: null }
    },
    refetchInterval: (query) => (query.state.data?.device ? false : WATCH_MS),
    retry: false,
  })
