// What the overview and the pages of customers and sites show of the made-up installation: counted as a collector does,
// over the alarms as they stand; the past is a working week made up the same each time.
import { createOverview, type OverviewBook } from '#collector/overview/overview.ts'
import { HOUR_MS } from '#collector/overview/trend.ts'
import type { Customer, Site } from '#shared/domain/inventory.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import type { AgentRow, DeviceRow } from '#shared/http/inventory.ts'
import type { RunningWindow } from '#shared/http/overview.ts'

export interface PlayedPlaces {
  customers(): readonly Customer[]
  sites(): readonly Site[]
  agents(): readonly Omit<AgentRow, 'commandKeyMatches'>[]
  devices(): readonly DeviceRow[]
  alarms(): Iterable<AlarmRow>
  incidents(): Iterable<IncidentRow>
  /** An installation on its first day has no past. */
  readonly empty: boolean
}

export function playedOverview(played: PlayedPlaces): OverviewBook {
  return createOverview(
    {
      ...played,
      alarms: () => [...played.alarms()].filter((alarm) => !alarm.isCleared),
      incidents: () => [...played.incidents()].filter(({ state }) => state !== 'resolved' && state !== 'closed'),
      windows: () => (played.empty ? [] : windowsAt(Date.now())),
      hours: (from) => (played.empty ? [] : pastHours(from, Date.now())),
      lastClear: () => (played.empty ? null : Date.now() - 42 * 60_000),
    },
    Date.now,
  )
}

/** Fewer at night, more when work begins, one storm. */
export function pastHours(from: number, now: number) {
  const last = Math.floor(now / HOUR_MS)
  return Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => {
    const hour = from + i
    const ofDay = (hour + 8) % 24
    const busy = ofDay > 7 && ofDay < 19 ? 4 : 1
    const storm = last - hour === 9 ? 38 : 0
    const quiet = last - hour === 8 ? 37 : 0
    const raised = storm + busy + ((hour * 7) % 5)
    return { hour, raised, cleared: quiet + busy + ((hour * 11 + 2) % 5) }
  })
}

function windowsAt(now: number): RunningWindow[] {
  return [
    { id: 'w-1', title: 'Firmware of the access switches, 3rd floor', owner: 'lena', end: now + 5_400_000, held: 1 },
  ]
}
