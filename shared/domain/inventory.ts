// Who owns what and where it stands.
import { z } from 'zod'
import { AgentId, LocalId } from './identity.ts'

export const Customer = z.object({ id: LocalId, name: z.string().min(1).max(128) })
export type Customer = z.infer<typeof Customer>

export const Site = z.object({
  id: LocalId,
  customer: LocalId,
  name: z.string().min(1).max(128),
  /** IANA zone of the place, e.g. Asia/Shanghai. */
  timeZone: z.string().min(1).max(64),
})
export type Site = z.infer<typeof Site>

/** online: heard from within its heartbeat. unknown: not heard from since `unknownSince`. never: not yet connected. */
export const PRESENCES = ['never', 'online', 'unknown'] as const
export const Agent = z.object({
  id: AgentId,
  site: LocalId,
  presence: z.enum(PRESENCES),
  unknownSince: z.number().nullable(),
  lastSeen: z.number().nullable(),
  connectedAt: z.number().nullable(),
  version: z.string().nullable(),
  host: z.string().nullable(),
  epoch: z.string().nullable(),
  /** Agent wall clock minus collector clock, ms. */
  clockOffsetMs: z.number().nullable(),
  /** Records the agent holds that are not yet acknowledged, by lane. */
  backlog: z.record(z.string(), z.number()),
  /** Discarded records by reason since the agent started. */
  dropped: z.record(z.string(), z.number()),
  quarantined: z.number(),
  /** Why nothing is taken from it (two use its identity, or its data folder is an older copy), or null. */
  refused: z.string().nullable(),
  /** Records it had to discard before they were sent, ever, by `lane:reason`; lane `all` when an outbox began anew. */
  lost: z.record(z.string(), z.number()),
})
export type Agent = z.infer<typeof Agent>

/** up/down come from checks; unknown means no answer is possible (site or agent silent). */
export const DEVICE_STATES = ['up', 'down', 'unknown'] as const
export const DeviceState = z.enum(DEVICE_STATES)
export type DeviceState = z.infer<typeof DeviceState>

export const Device = z.object({
  id: z.string(),
  site: LocalId,
  customer: LocalId,
  agent: AgentId,
  name: z.string(),
  address: z.string(),
  state: DeviceState,
  stateSince: z.number().nullable(),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  version: z.string().nullable(),
  sysObjectId: z.string().nullable(),
  sysDescr: z.string().nullable(),
  profile: z.string().nullable(),
  profileReason: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  parents: z.array(z.string()),
  /** What feeds it with power, each alone enough: ids of devices, or names of what nobody watches. Absent: not declared. */
  poweredBy: z.array(z.string()).optional(),
  /** What is between it and its parents and is not watched, each alone enough: lines of carriers, unmanaged switches. */
  via: z.array(z.string()).optional(),
  /** The agent is connected to it. */
  nearAgent: z.boolean().optional(),
  /** Expected poll interval in seconds. */
  interval: z.number().nullable(),
  /** False when the agent no longer lists it; its history stays. */
  active: z.boolean(),
  /** Who says that it is watched; absent: its agent does not tell (0.1). */
  origin: z.enum(['file', 'collector']).optional(),
})
export type Device = z.infer<typeof Device>
