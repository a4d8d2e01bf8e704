// From a proposal to a device of the site configuration: what is suggested, what stands in the way.
import type { ManagedDevice } from '#shared/devices/managed-device.ts'
import type { AcceptProposals, ProposalRow } from '#shared/http/discovery.ts'
import type { Proposal } from './discovery-store.ts'

export interface SiteNames {
  readonly devices: ReadonlySet<string>
  readonly credentials: ReadonlySet<string>
  /** More than one agent: a device says which one watches it. */
  readonly agents: readonly string[]
}

/** As the API shows it. */
export function proposalRow(p: Proposal, names: SiteNames): ProposalRow {
  const { keys: _, ...row } = p
  return {
    ...row,
    suggestion: {
      id: freeId(slugOf(p), names.devices),
      name: (p.found.sysName ?? p.found.address).slice(0, 128),
      credentials: credentialsOf(p, names),
    },
    blocked: blockedBecause(p, names),
  }
}

/** Why it cannot become a device as it is. */
export function blockedBecause(p: Proposal, names: SiteNames): string | null {
  if (p.device !== null) return `it is the device "${p.device}" already`
  const { credentials, credentialsFrom } = p.found
  if (credentialsFrom === 'file' && credentials !== null && !names.credentials.has(credentials))
    return (
      `it answers to "${credentials}" of the agent's own file: keep credentials of that name for the site, ` +
      'or choose others of the site'
    )
  return null
}

type Wish = AcceptProposals['items'][number]

/** The device it becomes. `taken`: ids that are in use or given away already. */
export function deviceFrom(
  p: Proposal,
  wish: Wish,
  names: SiteNames,
  taken: ReadonlySet<string>,
): Partial<ManagedDevice> {
  const { found } = p
  const credentials = wish.credentials === undefined ? credentialsOf(p, names) : wish.credentials
  const port = found.snmpPort !== null && found.snmpPort !== 161 ? { port: found.snmpPort } : {}
  const profile = wish.profile === undefined ? {} : { profile: wish.profile }
  const tcp = found.openPorts.slice(0, 4).map((n) => ({ port: n }))
  return {
    id: wish.id ?? freeId(slugOf(p), taken),
    name: wish.name ?? (found.sysName ?? found.address).slice(0, 128),
    address: wish.address ?? found.address,
    ...(credentials === null ? {} : { snmp: { credentials, ...port, ...profile } }),
    ...(found.answers.includes('ping') ? { icmp: {} } : {}),
    // without SNMP and ICMP an open port is all there is to watch
    ...(credentials === null && !found.answers.includes('ping') && tcp.length > 0 ? { tcp } : {}),
    tags: wish.tags ?? {},
    parents: wish.parents ?? [],
    ...(names.agents.length > 1 ? { agent: p.agent } : {}),
  }
}

function credentialsOf({ found }: Proposal, names: SiteNames): string | null {
  return found.credentials !== null && names.credentials.has(found.credentials) ? found.credentials : null
}

function slugOf({ found }: Proposal): string {
  const text = (found.sysName ?? '').split('.')[0] ?? ''
  const slug = (words: string) =>
    words
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56)
      .replace(/-+$/, '')
  return slug(text) || `device-${slug(found.address)}`
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`
}
