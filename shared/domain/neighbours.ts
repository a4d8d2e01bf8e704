// What a device tells of those beside it, as the agent read it: rows of its LLDP, CDP, forwarding and ARP tables, and what
// it says of itself so that others' rows can be recognised as it.
import { z } from 'zod'

const text = (max: number) => z.string().max(max)
/** Lower case, `00:1a:2b:3c:4d:5e`. */
const Mac = text(17)
const Address = text(64)

export const NEIGHBOUR_TABLES = ['self', 'lldp', 'cdp', 'fdb', 'arp'] as const
export type NeighbourTable = (typeof NEIGHBOUR_TABLES)[number]

/** How an id of LLDP is to be read (IEEE 802.1AB 8.5.2.2 and 8.5.3.2), in one vocabulary for chassis and ports. */
export const ID_FORMS = ['mac', 'address', 'name', 'alias', 'local'] as const

/** One announced neighbour (LLDP or CDP). */
export const AnnouncedRow = z.object({
  /** Resource of the own port: `if:Gi0/1`; '' when the device did not tell which. */
  port: text(256),
  chassis: text(255).optional(),
  chassisForm: z.enum(ID_FORMS).optional(),
  remotePort: text(255).optional(),
  portForm: z.enum(ID_FORMS).optional(),
  portDescr: text(255).optional(),
  name: text(255).optional(),
  descr: text(255).optional(),
  caps: z.array(text(24)).max(16).optional(),
  addresses: z.array(Address).max(8).optional(),
})
export type AnnouncedRow = z.infer<typeof AnnouncedRow>

/** Addresses learned on one port. Of a port with many only those of interest are named. */
export const LearnedRow = z.object({ port: text(256), count: z.int().nonnegative(), macs: z.array(Mac).max(512) })
export type LearnedRow = z.infer<typeof LearnedRow>

export const ArpRow = z.object({ port: text(256), ip: Address, mac: Mac })
export type ArpRow = z.infer<typeof ArpRow>

export const SelfFacts = z.object({
  name: text(255).optional(),
  chassis: text(255).optional(),
  macs: z.array(Mac).max(1024),
  addresses: z.array(Address).max(512),
  /** Serial numbers of its chassis and stack members. */
  serials: z.array(text(128)).max(64),
})
export type SelfFacts = z.infer<typeof SelfFacts>

const named = {
  kind: z.literal('neighbours'),
  /** Agent wall clock, ms since 1970 UTC. */
  at: z.number(),
  device: text(63).nullable(),
}

/**
 * A table as it was read. A long one goes in parts, each complete for a range of row keys (`neighbourKey`, by code unit): rows
 * after `after` and up to `upTo` that are missing from this part are gone. null is open. Each part stands for itself.
 */
export const NeighboursEvent = z.object({
  ...named,
  table: z.enum(NEIGHBOUR_TABLES),
  range: z.object({ after: text(600).nullable(), upTo: text(600).nullable() }),
  self: SelfFacts.optional(),
  announced: z.array(AnnouncedRow).max(4096).optional(),
  learned: z.array(LearnedRow).max(4096).optional(),
  arp: z.array(ArpRow).max(4096).optional(),
  /** Why the table is missing or short. */
  note: text(256).optional(),
})
export type NeighboursEvent = z.infer<typeof NeighboursEvent>

export type ObservedRow = AnnouncedRow | LearnedRow | ArpRow

/** What rows are sorted and told apart by. */
export function neighbourKey(row: ObservedRow): string {
  if ('ip' in row) return row.ip
  if ('macs' in row) return row.port
  return [row.port, row.chassis ?? '', row.remotePort ?? '', row.name ?? ''].join('\u001f').slice(0, 600)
}
