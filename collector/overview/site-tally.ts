// One pass over what is in memory: what stands at each site. Pure.
import { type Alarm, isShadow } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Agent, Customer, Device, Site } from '#shared/domain/inventory.ts'
import { SEVERITIES, type Severity, severityRank } from '#shared/domain/severity.ts'
import type { SuppressedBy } from '#shared/domain/suppression.ts'
import type { AgentConcern, AlarmFigures, SiteFigures } from '#shared/http/overview.ts'

/** What there is now; every list is of the whole installation. */
export interface TallySources {
  customers(): Iterable<Customer>
  sites(): Iterable<Site>
  agents(): Iterable<Agent>
  devices(): Iterable<Device>
  /** Standing alarms. */
  alarms(): Iterable<Alarm>
  /** Incidents that are neither resolved nor closed. */
  incidents(): Iterable<Incident>
}

export interface SiteTally {
  readonly figures: SiteFigures
  readonly heldBy: Partial<Record<SuppressedBy, number>>
  /** Standing alarms by whatever they are held, without those of rules in shadow. */
  standing: number
  /** When the last of its alarms was held back. */
  heldSince: number
  readonly incidents: { unassigned: number; readonly states: Record<string, number> }
  readonly concerns: AgentConcern[]
  backlog: number
}

/** More than this many records wait at an agent: it does not keep up. */
const BACKLOG_LIMIT = 1000

export function tallySites(from: TallySources): ReadonlyMap<string, SiteTally> {
  const names = new Map<string, string>()
  for (const { id, name } of from.customers()) names.set(id, name)
  const tallies = new Map<string, SiteTally>()
  for (const site of from.sites()) tallies.set(site.id, emptyTally(site, names.get(site.customer) ?? site.customer))
  for (const alarm of from.alarms()) {
    const tally = tallies.get(alarm.site)
    if (tally && !alarm.isCleared) addAlarm(tally, alarm)
  }
  for (const { site, state, assignee } of from.incidents()) {
    const tally = tallies.get(site)
    if (tally === undefined) continue
    tally.figures.incidents += 1
    if (assignee === null) tally.incidents.unassigned += 1
    tally.incidents.states[state] = (tally.incidents.states[state] ?? 0) + 1
  }
  for (const { site, state, active } of from.devices()) {
    const tally = active ? tallies.get(site) : undefined
    if (tally) tally.figures.devices[state] += 1
  }
  for (const agent of from.agents()) {
    const tally = tallies.get(agent.site)
    if (tally) addAgent(tally, agent)
  }
  return tallies
}

/** By how bad it is: severity first, then silence, then how many. Names make the order total. */
export function worstFirst({ figures: a }: SiteTally, { figures: b }: SiteTally): number {
  return (
    rankOf(b) - rankOf(a) ||
    b.agents.unknown - a.agents.unknown ||
    [...SEVERITIES].reverse().reduce((d, s) => d || b.alarms.counts[s] - a.alarms.counts[s], 0) ||
    b.devices.down - a.devices.down ||
    b.alarms.held - a.alarms.held ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : a.site < b.site ? -1 : 1)
  )
}

/** Whether anybody has to look there. */
export const isInTrouble = ({ figures }: SiteTally): boolean => figures.worst !== null || figures.agents.unknown > 0

export const noAlarms = (): AlarmFigures => ({
  counts: { indeterminate: 0, warning: 0, minor: 0, major: 0, critical: 0 },
  ...{ open: 0, unacknowledged: 0, held: 0 },
})

/** A silent agent blinds its site: no less than a major alarm there. */
function rankOf({ worst, agents }: SiteFigures): number {
  return Math.max(worst === null ? -1 : severityRank(worst), agents.unknown > 0 ? severityRank('major') : -1)
}

function emptyTally({ id, name, customer, timeZone }: Site, customerName: string): SiteTally {
  return {
    figures: {
      ...{ site: id, name, customer, customerName, timeZone, worst: null, alarms: noAlarms(), incidents: 0 },
      devices: { up: 0, down: 0, unknown: 0 },
      agents: { online: 0, unknown: 0, never: 0 },
      maintenance: 0,
    },
    ...{ heldBy: {}, standing: 0, heldSince: 0, incidents: { unassigned: 0, states: {} }, concerns: [], backlog: 0 },
  }
}

function addAlarm(tally: SiteTally, alarm: Alarm): void {
  const { figures, heldBy } = tally
  if (!isShadow(alarm)) tally.standing += 1
  const by = alarm.operatorState === 'shelved' ? 'shelved' : alarm.suppression?.by
  if (by !== undefined) {
    heldBy[by] = (heldBy[by] ?? 0) + 1
    if (by === 'maintenance') figures.maintenance += 1
    if (by !== 'shadow') {
      figures.alarms.held += 1
      tally.heldSince = Math.max(tally.heldSince, alarm.suppression?.since ?? 0)
    }
    return
  }
  if (alarm.operatorState === 'closed') return
  const severity: Severity = alarm.perceivedSeverity
  figures.alarms.counts[severity] += 1
  figures.alarms.open += 1
  if (alarm.operatorState === 'none') figures.alarms.unacknowledged += 1
  if (figures.worst === null || severityRank(severity) > severityRank(figures.worst)) figures.worst = severity
}

function addAgent(tally: SiteTally, { id, site, presence, unknownSince, backlog }: Agent): void {
  tally.figures.agents[presence] += 1
  let waiting = 0
  for (const lane in backlog) waiting += backlog[lane] ?? 0
  tally.backlog += waiting
  if (presence === 'online' && waiting <= BACKLOG_LIMIT) return
  tally.concerns.push({ id, site, siteName: tally.figures.name, presence, unknownSince, backlog: waiting })
}
