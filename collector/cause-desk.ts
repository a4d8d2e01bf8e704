// Cause finding beside the judgement: what it is told in each turn, and what it needs to know of alarms and incidents. Wiring.
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import type { Alarms } from './alarms/alarms.ts'
import { type Causes, type CausesOptions, createCauses } from './cause/cause.ts'
import { createDecisions, type Decision, type Decisions } from './cause/decisions.ts'
import { familyOf } from './cause/evidence.ts'
import { isOpen } from './incidents/incident-states.ts'
import type { Incidents } from './incidents/incidents.ts'
import type { Inventory } from './inventory/inventory.ts'
import type { Rules } from './rules/rules.ts'

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
  readonly rules: Rules
  readonly alarms: Alarms
  readonly incidents: Incidents
  readonly language: 'zh-CN' | 'en'
}

export function createCauseDesk({ sources, inventory, rules, alarms, incidents, language }: CauseDeskParts): CauseDesk {
  const decisions = createDecisions()
  /** Whether an alarm is in an open incident of its own device, and that about the same or about something else. */
  function standsIn(id: string): 'own' | 'other' | undefined {
    const alarm = alarms.get(id)
    if (alarm?.incident == null || alarm.isCleared || alarm.suppression?.holds === 'incident') return undefined
    const incident = incidents.get(alarm.incident)
    if (!incident || !isOpen(incident.state)) return undefined
    // people put it there: it follows from nothing that is elsewhere
    if (incident.pinned?.includes(id)) return 'own'
    const about = [incident, ...(incident.merged ?? [])].filter(({ device }) => device === alarm.device)
    if (about.length === 0) return undefined
    const isIt = (causeAlarm: string | null) => {
      const cause = causeAlarm === null ? undefined : alarms.get(causeAlarm)
      return causeAlarm === id || (cause !== undefined && familyOf(cause) === familyOf(alarm))
    }
    return about.some(({ causeAlarm }) => isIt(causeAlarm)) ? 'own' : 'other'
  }

  const causes = createCauses({
    ...{ devices: inventory.devices, device: inventory.device, customerOf: inventory.customerOf, decisions, language },
    linksOf: (site) => sources.linksOf?.(site) ?? [],
    forwards: (device) => sources.forwards?.(device),
    alarm: (id) => alarms.get(id),
    owns: (id) => standsIn(id) === 'own',
    isAside: (id) => standsIn(id) === 'other',
    lastCheck: (alarm) => rules.lastCheck({ ...alarm, key: alarmKeyOf(alarm) }),
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
