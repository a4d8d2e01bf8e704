// What people at a customer's see of alarms and incidents: what happened, without what we say among ourselves.
import type { TimelineEntry } from '#shared/domain/incident.ts'
import type { AlarmDetail, AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentDetail, IncidentRow } from '#shared/http/incidents.ts'
import type { Principal } from '../access/access.ts'

type Asking = Pick<Principal, 'role'>

/** Whether remarks, evidence and reasons of rules are left out. */
export const isOutside = ({ role }: Asking): boolean => role === 'customer'

/** A row as `who` may see it. */
export function alarmFor<T extends Remarked>(who: Asking, alarm: T): T {
  if (!isOutside(who)) return alarm
  const { suppression, changedSeverity } = alarm
  return {
    ...{ ...alarm, ackNote: '', suppression: suppression && { ...suppression, why: '' } },
    ...(changedSeverity && { changedSeverity: { ...changedSeverity, note: '' } }),
  }
}

type Remarked = Pick<AlarmRow, 'ackNote' | 'suppression' | 'changedSeverity'>

/** An alarm as `who` may see it. */
export function alarmDetailFor(who: Asking, alarm: AlarmDetail): AlarmDetail {
  if (!isOutside(who)) return alarm
  // why it is held back may be what somebody remarked when they put it away
  const isOurs = (h: AlarmDetail['history'][number]) => h.actor === 'system' && h.action !== 'suppress'
  const history = alarm.history.map((h) => (isOurs(h) ? h : { ...h, note: '' }))
  return { ...alarmFor(who, alarm), history, trace: [] }
}

/** A row as `who` may see it. */
export const incidentRowFor = <T extends Pick<IncidentRow, 'held'>>(who: Asking, incident: T): T =>
  isOutside(who) && incident.held ? { ...incident, held: { ...incident.held, why: '' } } : incident

/** An incident as `who` may see it. */
export function incidentFor(who: Pick<Principal, 'role' | 'customers'>, incident: IncidentDetail): IncidentDetail {
  const links = incident.links.filter((link) => who.customers === null || who.customers.includes(link.customer))
  const mayKnow = (entry: TimelineEntry) => who.customers === null || isLinkWithin(entry, who.customers)
  if (!isOutside(who)) return { ...incident, links, timeline: incident.timeline.filter(mayKnow) }
  const timeline = incident.timeline.flatMap((entry) => {
    if (INTERNAL.has(entry.kind)) return []
    return [entry.actor === 'system' ? { ...entry, data: {} } : { ...entry, text: '', data: {} }]
  })
  const alarmRows = incident.alarmRows.map((row) => alarmFor(who, row))
  return { ...incidentRowFor(who, incident), timeline, alarmRows, evidence: [], trace: [], links: [], attachments: [] }
}

/** No link, or one to an incident of these customers. Those of old do not say whose it is. */
function isLinkWithin({ kind, data }: TimelineEntry, customers: readonly string[]): boolean {
  if (kind !== 'linked' && kind !== 'unlinked') return true
  const { customer } = (data.to ?? {}) as { customer?: unknown }
  return typeof customer === 'string' && customers.includes(customer)
}

const INTERNAL: ReadonlySet<string> = new Set([
  'note',
  'notification',
  'diagnostic-requested',
  'diagnostic-result',
  'tier',
  'linked',
  'unlinked',
  'alarms-in',
  'alarms-out',
])
