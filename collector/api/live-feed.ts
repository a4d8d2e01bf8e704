// Turns committed changes into live deltas. Names come from memory: a storm must not ask the database for each alarm.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Agent, Device } from '#shared/domain/inventory.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import type { LiveHub } from './live-hub.ts'

export interface LiveNames {
  device(id: string): string | undefined
  site(id: string): string | undefined
  customer(id: string): string | undefined
  /** Whose a site is; null: not known. */
  customerOf(site: string): string | null
  incident(id: string): Incident | undefined
  /** Open alarms by device id. */
  openAlarms(): ReadonlyMap<string, number>
  /** Devices by agent id. */
  devices(): ReadonlyMap<string, number>
  commandKeyMatches(agent: string): boolean | null
  isListed(alarm: Alarm): boolean
}

/** Publishes one delta per changed thing; call after each commit. Costs nothing while nobody listens. */
export function publishChanges(live: LiveHub, names: LiveNames, changes: ChangeSet): void {
  if (live.isIdle()) {
    const { alarms, incidents, timeline, agents, devices, topology } = changes
    if ([alarms, incidents, timeline, agents, devices, topology].some((list) => list.length > 0)) live.skip()
    return
  }
  for (const { alarm, action, at, actor, late } of changes.alarms) {
    const row = {
      ...alarm,
      deviceName: alarm.device === null ? null : (names.device(alarm.device) ?? alarm.device),
      siteName: names.site(alarm.site) ?? alarm.site,
      customerName: names.customer(alarm.customer) ?? alarm.customer,
      incidentNumber: alarm.incident === null ? null : (names.incident(alarm.incident)?.number ?? null),
    }
    live.publish('alarm', { alarm: row, action, at, actor, late, inList: names.isListed(alarm) }, alarm.customer)
  }
  publishIncidents(live, names, changes)
  publishTopology(live, names, changes)
  if (changes.agents.length > 0) {
    const devices = names.devices()
    for (const agent of changes.agents)
      live.publish('agent', { agent: agentRow(agent, devices, names) }, names.customerOf(agent.site))
  }
  if (changes.devices.length > 0) {
    const alarms = names.openAlarms()
    for (const device of changes.devices)
      live.publish('device', { device: deviceRow(device, alarms, names) }, device.customer)
  }
}

/** More devices at once than somebody looks at: then it is said of the site alone. */
const MOST_DEVICES = 50

/** Sites whose neighbours, links or units are others now, and by whom that is told. */
function publishTopology(live: LiveHub, names: LiveNames, { topology }: ChangeSet): void {
  const sites = new Map<string, Set<string>>()
  const note = (device: string) => {
    const site = device.slice(0, device.indexOf('.'))
    sites.set(site, (sites.get(site) ?? new Set()).add(device))
  }
  for (const write of topology) {
    if (write.kind === 'observation') note(write.observation.device)
    else if (write.kind === 'asset') note(write.asset.device)
    else if (write.kind === 'forget') note(write.device)
    else if (write.kind === 'link' && write.link !== null) for (const end of [write.link.a, write.link.b]) note(end)
  }
  for (const [site, devices] of sites) {
    const told = devices.size > MOST_DEVICES ? [] : [...devices]
    live.publish('topology', { site, devices: told }, names.customerOf(site))
  }
}

function publishIncidents(live: LiveHub, names: LiveNames, changes: ChangeSet): void {
  const changed = new Map<string, { incident: Incident; what: Set<'row' | 'timeline' | 'evidence'> }>()
  const note = (incident: Incident | undefined, what: 'row' | 'timeline' | 'evidence') => {
    if (!incident) return
    const known = changed.get(incident.id) ?? { incident, what: new Set() }
    if (what === 'row') known.incident = incident
    known.what.add(what)
    changed.set(incident.id, known)
  }
  for (const incident of changes.incidents) note(incident, 'row')
  for (const entry of changes.timeline) note(names.incident(entry.incident), 'timeline')
  for (const entry of changes.timeline)
    if (entry.kind === 'diagnostic-requested' || entry.kind === 'diagnostic-result')
      note(names.incident(entry.incident), 'evidence')
  for (const { incident, what } of changed.values()) {
    const row = {
      ...incident,
      deviceName: incident.device === null ? null : (names.device(incident.device) ?? incident.device),
      siteName: names.site(incident.site) ?? incident.site,
      customerName: names.customer(incident.customer) ?? incident.customer,
    }
    live.publish('incident', { incident: row, changed: [...what] }, incident.customer)
  }
}

const agentRow = (agent: Agent, devices: ReadonlyMap<string, number>, names: LiveNames) => ({
  ...agent,
  siteName: names.site(agent.site) ?? agent.site,
  devices: devices.get(agent.id) ?? 0,
  commandKeyMatches: names.commandKeyMatches(agent.id),
})

const deviceRow = (device: Device, alarms: ReadonlyMap<string, number>, names: LiveNames) => ({
  ...device,
  siteName: names.site(device.site) ?? device.site,
  customerName: names.customer(device.customer) ?? device.customer,
  openAlarms: alarms.get(device.id) ?? 0,
})
