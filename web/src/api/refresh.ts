// Live events refresh what is on screen: rows are put in place, pages that hold more are read again.
import type { QueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { SweepRow } from '#shared/http/discovery.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import type { AgentList, AgentRow, DeviceDetail } from '#shared/http/inventory.ts'
import type { LivePayload } from '#shared/http/live.ts'
import type { Page } from '#shared/http/paging.ts'
import type { Live } from './live.ts'
import { agentsQuery, sitesQuery } from './queries.ts'

/** At most one re-read per key and this time, and one after the other, however fast deltas come. */
const SETTLE_MS = 400

export function refreshFromLive(live: Live, queries: QueryClient): void {
  /** Keys that wait or are being read; true: changed again since the reading began. */
  const busy = new Map<string, boolean>()
  const again = (...key: string[]) => {
    const name = key.join('\n')
    if (busy.has(name)) return void busy.set(name, true)
    busy.set(name, false)
    setTimeout(async () => {
      busy.set(name, false)
      // a reading that is cut short by the next change would never come to its end
      await queries.invalidateQueries({ queryKey: key })
      const isOther = busy.get(name)
      busy.delete(name)
      if (isOther) again(...key)
    }, SETTLE_MS)
  }

  live.onEvent((name, payload) => {
    if (name === 'incident') {
      const { incident, changed } = payload as LivePayload<'incident'>
      queries.setQueryData<IncidentDetail>(['incidents', incident.id], (old) => old && { ...old, ...incident })
      if (changed.length > 0) again('incidents', incident.id)
      again('incidents', 'list')
      again('health')
    } else if (name === 'device') {
      const { device } = payload as LivePayload<'device'>
      queries.setQueryData<DeviceDetail>(['devices', device.id], (old) => old && { ...old, ...device })
      again('devices', 'list')
    } else if (name === 'agent') {
      const { agent } = payload as LivePayload<'agent'>
      const site = queries.getQueryData(sitesQuery.queryKey)?.items.find((one) => one.id === agent.site)
      // how many agents it has is said with it
      if (site === undefined || site.agents === 0) again('sites')
      queries.setQueryData<AgentRow>(['agents', agent.id], (old) => old && { ...old, ...agent })
      queries.setQueryData<z.infer<typeof AgentList>>(agentsQuery.queryKey, (old) => {
        if (!old) return old
        const known = old.items.some((item) => item.id === agent.id)
        const items = known
          ? old.items.map((item) => (item.id === agent.id ? { ...item, ...agent } : item))
          : [...old.items, agent]
        return { ...old, items }
      })
    } else if (name === 'sweep') {
      const { sweep } = payload as LivePayload<'sweep'>
      queries.setQueryData<Page<SweepRow>>(['sweeps', sweep.site], (old) => {
        if (!old) return old
        const known = old.items.some((item) => item.id === sweep.id)
        const items = known ? old.items.map((item) => (item.id === sweep.id ? sweep : item)) : [sweep, ...old.items]
        return { ...old, items }
      })
      again('proposals', sweep.site)
    } else if (name === 'topology') {
      const { site, devices } = payload as LivePayload<'topology'>
      for (const key of ['links', 'dependencies']) again(key, site)
      for (const key of ['neighbours', 'assets'])
        if (devices.length === 0) again(key)
        else for (const device of devices) again(key, device)
    } else if (name === 'alarm') {
      const { alarm } = payload as LivePayload<'alarm'>
      again('alarms', alarm.id)
      if (alarm.device) again('alarms', 'of-device', alarm.device)
      if (alarm.incident) again('incidents', alarm.incident)
    } else if (name === 'reset' || (name === 'hello' && !(payload as LivePayload<'hello'>).resumed)) {
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
    } else if (name === 'hello') {
      // nothing was missed, but what was asked for meanwhile may have had no answer
      void queries.invalidateQueries({
        predicate: ({ state }) => state.status === 'error' || state.isInvalidated || state.fetchFailureCount > 0,
      })
    }
  })
}
