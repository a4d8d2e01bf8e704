// What a chart shows: values between two times, the alarms in it and the work on the equipment.
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { AlarmPage } from '#shared/http/alarms.ts'
import type { DeviceWork } from '#shared/http/maintenance.ts'
import type { SampleResult } from '#shared/http/records.ts'
import { get } from '../api/client.ts'
import { clock } from '../api/clock.ts'

/** `hours` back from now, or a time that stands still. */
export interface ChartRange {
  readonly hours: number
  readonly from?: number | undefined
  readonly to?: number | undefined
}

const LIVE_MS = 60_000
/** A mark is drawn no more exactly than this. */
const ROUND_MS = 300_000

export const chartSamplesQuery = (
  q: { readonly device: string; readonly metric: readonly string[]; readonly resource?: string | undefined },
  range: ChartRange,
) =>
  queryOptions({
    queryKey: ['samples', q, range],
    queryFn: ({ signal }) => get<z.infer<typeof SampleResult>>('/samples', { ...q, ...timesOf(range) }, signal),
    refetchInterval: isLive(range) ? LIVE_MS : false,
    enabled: q.metric.length > 0,
  })

/** Alarms of a device that stood at some time in the range, the newest first. */
export const chartAlarmsQuery = (device: string, range: ChartRange) =>
  queryOptions({
    queryKey: ['alarms', 'of-device', device, 'chart', rounded(range)],
    queryFn: async ({ signal }) => {
      const { from, to } = timesOf(range)
      const query = { device, all: true, sort: 'raisedAt', limit: 200, ...(to === undefined ? {} : { to }) }
      const { items } = await get<z.infer<typeof AlarmPage>>('/alarms', query, signal)
      return items.filter((alarm) => (alarm.clearedAt ?? Number.POSITIVE_INFINITY) >= from)
    },
    refetchInterval: isLive(range) ? LIVE_MS : false,
  })

export const chartWorkQuery = (device: string, range: ChartRange) =>
  queryOptions({
    queryKey: ['maintenance', 'of-device', device, rounded(range)],
    queryFn: ({ signal }) => {
      const { from, to = clock.now() } = timesOf(range)
      const path = `/devices/${encodeURIComponent(device)}/maintenance`
      return get<DeviceWork>(path, { from: Math.round(from), to: Math.round(to) }, signal)
    },
    staleTime: ROUND_MS,
  })

export const isLive = ({ from, to }: ChartRange): boolean => from === undefined || to === undefined

function timesOf({ hours, from, to }: ChartRange): { readonly from: number; readonly to?: number } {
  if (from !== undefined && to !== undefined) return { from, to }
  return { from: clock.now() - hours * 3_600_000 }
}

const rounded = (range: ChartRange) =>
  isLive(range) ? range.hours : [range.from, range.to].map((at) => Math.round((at ?? 0) / ROUND_MS))
