// Names and counts for live deltas, from the judgement's memory.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Evidence, Incident } from '#shared/domain/incident.ts'
import type { Customer, Device, Site } from '#shared/domain/inventory.ts'
import type { MessageContext } from '../notify/templates.ts'
import type { LiveNames } from './live-feed.ts'

/** What of the judgement is looked at. */
export interface NameSources {
  readonly inventory: {
    device(id: string): Device | undefined
    site(id: string): Site | undefined
    customers(): readonly Customer[]
    devices(): Iterable<Device>
  }
  readonly alarms: { active(): Iterable<Alarm> }
  readonly incidents: { get(id: string): Incident | undefined }
}

export function liveNames(
  sources: NameSources,
  commandKeyMatches: (agent: string) => boolean | null,
  isListed: (alarm: Alarm) => boolean,
): LiveNames {
  const { inventory, alarms, incidents } = sources
  return {
    device: (id) => inventory.device(id)?.name,
    site: (id) => inventory.site(id)?.name,
    customer: customerNames(inventory.customers),
    customerOf: (site) => inventory.site(site)?.customer ?? null,
    incident: (id) => incidents.get(id),
    openAlarms: () => countBy(alarms.active(), (a) => a.device ?? ''),
    devices: () => countBy(inventory.devices(), (d) => d.agent),
    commandKeyMatches,
    isListed,
  }
}

/** Names of customers as they are now. `list` gives another list whenever one of them has changed. */
export function customerNames(list: () => readonly Customer[]): (id: string) => string | undefined {
  let of: readonly Customer[] | undefined
  let names = new Map<string, string>()
  return (id) => {
    const now = list()
    if (now !== of) names = new Map(now.map((customer) => [customer.id, customer.name]))
    of = now
    return names.get(id)
  }
}

/** Names, the link and what is known so far, for messages about an incident. */
export function messageContext(
  names: LiveNames,
  publicUrl: string | undefined,
  incident: string | null,
  data: Readonly<Record<string, unknown>>,
  evidence: readonly Evidence[],
): MessageContext {
  const name = (id: unknown, of: (id: string) => string | undefined) =>
    typeof id === 'string' ? (of(id) ?? id) : undefined
  return {
    siteName: name(data.site, names.site),
    customerName: name(data.customer, names.customer),
    deviceName: name(data.device, names.device),
    evidence,
    ...(publicUrl && incident ? { url: `${publicUrl.replace(/\/$/, '')}/incidents/${incident}` } : {}),
  }
}

function countBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return counts
}
