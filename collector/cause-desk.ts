// Cause finding beside the judgement: what it is told in each turn, and what it needs to know of alarms and incidents. Wiring.
import type { Alarms } from './alarms/alarms.ts'
import { type Causes, type CausesOptions, createCauses } from './cause/cause.ts'
import { createDecisions, type Decision, type Decisions } from './cause/decisions.ts'
import { isOpen } from './incidents/incident-states.ts'
import type { Incidents } from './incidents/incidents.ts'
import type { Inventory } from './inventory/inventory.ts'

/** What cause finding takes from outside the judgement; nothing of it: only what devices declare counts. */
export interface CauseSources extends Partial<Pick<CausesOptions, 'linksOf' | 'forwards'>> {
  /** What people decided, as it is stored. */
  decisions?(): readonly Decision[]
}

export interface CauseDesk {
  readonly causes: Causes
  readonly decisions: Decisions
  restore(stored: Parameters<Causes['restore']>[0]): void
}

export interface CauseDeskParts {
  readonly sources: CauseSources
  readonly inventory: Inventory
  readonly alarms: () => Alarms
  readonly incidents: () => Incidents
  readonly language: 'zh-CN' | 'en'
}

export function createCauseDesk({ sources, inventory, alarms, incidents, language }: CauseDeskParts): CauseDesk {
  const decisions = createDecisions()
  const causes = createCauses({
    ...{ devices: inventory.devices, device: inventory.device, customerOf: inventory.customerOf, decisions, language },
    linksOf: (site) => sources.linksOf?.(site) ?? [],
    forwards: (device) => sources.forwards?.(device),
    alarm: (id) => alarms().get(id),
    owns(id) {
      const alarm = alarms().get(id)
      if (alarm?.incident == null || alarm.isCleared || alarm.suppression?.holds === 'incident') return false
      const incident = incidents().get(alarm.incident)
      return incident !== undefined && isOpen(incident.state) && incident.device === alarm.device
    },
  })
  return {
    causes,
    decisions,
    restore(stored) {
      causes.restore(stored)
      decisions.restore(sources.decisions?.() ?? [])
    },
  }
}
