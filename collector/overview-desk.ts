// The overview put together: the judgement's memory, windows that run, and what the store counted by hour. Wiring.
import type { SuppressionBook } from './api/deps.ts'
import type { AlarmHourReads } from './api/reads.ts'
import type { Judgement } from './evaluation.ts'
import { createOverview, type OverviewBook } from './overview/overview.ts'

export interface OverviewParts {
  readonly judgement: Pick<Judgement, 'inventory' | 'alarms' | 'incidents'>
  readonly windows: SuppressionBook['windows']
  readonly reads: AlarmHourReads
  readonly now: () => number
}

const MAX_WINDOWS = 20

export function overviewDesk({ judgement, windows, reads, now }: OverviewParts): OverviewBook {
  const { inventory, alarms, incidents } = judgement
  return createOverview(
    {
      customers: () => inventory.customers(),
      sites: () => inventory.sites(),
      agents: () => inventory.agents(),
      devices: () => inventory.devices(),
      alarms: () => alarms.active(),
      incidents: () => incidents.open(),
      windows: () =>
        windows({ state: 'active', limit: MAX_WINDOWS })
          .items.map(({ id, title, owner, active, held }) => ({ id, title, owner, held, end: active?.end ?? 0 }))
          .sort((a, b) => a.end - b.end),
      hours: (from, only) => reads.alarmHours(from, only),
      lastClear: (only) => reads.lastClear(only),
    },
    now,
  )
}
