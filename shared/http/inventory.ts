// Customers, sites, agents and devices as the console reads them.
import { z } from 'zod'
import { Agent, Customer, DEVICE_STATES, Device, Site } from '../domain/inventory.ts'
import { SeriesKind } from '../domain/sample.ts'
import { ShownMeaning } from '../domain/series-meaning.ts'
import { IDENTITY_STATES } from './enrolment.ts'
import { Id, PageQuery, repeated, searchText } from './paging.ts'

/** Where it is kept: in collector.yaml (read-only here) or in the collector's database. */
export const ORIGINS = ['file', 'collector'] as const
export const Origin = z.enum(ORIGINS)
export type Origin = z.infer<typeof Origin>

export const CustomerRow = Customer.extend({
  origin: Origin,
  sites: z.int(),
  devices: z.int(),
  openAlarms: z.int(),
})
export type CustomerRow = z.infer<typeof CustomerRow>

export const SiteRow = Site.extend({
  origin: Origin,
  customerName: z.string(),
  devices: z.int(),
  openAlarms: z.int(),
  /** Agents of the site that are online / all of them. */
  agentsOnline: z.int(),
  agents: z.int(),
})
export type SiteRow = z.infer<typeof SiteRow>

export const AgentRow = Agent.extend({
  siteName: z.string(),
  devices: z.int(),
  /** False when the agent trusts another command key: diagnostics sent to it will be refused. */
  commandKeyMatches: z.boolean().nullable(),
  /** Of its certificate; null: it signs in with a password of the file. Absent in live updates: it is what it was. */
  identity: z
    .object({ state: z.enum(IDENTITY_STATES), notAfter: z.number() })
    .nullable()
    .optional(),
})
export type AgentRow = z.infer<typeof AgentRow>
/** GET /api/v1/agents: few rows, plus the key every agent must trust. */
export const AgentList = z.object({
  items: z.array(AgentRow),
  nextCursor: z.string().nullable(),
  /** Base64 SPKI of the command-signing key, for the agents' `commandKey`. */
  commandKey: z.string(),
})
export type AgentList = z.infer<typeof AgentList>

export const DeviceListQuery = PageQuery.extend({
  customer: Id.optional(),
  site: Id.optional(),
  agent: Id.optional(),
  state: repeated(z.enum(DEVICE_STATES)).optional(),
  q: searchText.optional(),
})
export type DeviceListQuery = z.infer<typeof DeviceListQuery>

export const DeviceRow = Device.extend({ siteName: z.string(), customerName: z.string(), openAlarms: z.int() })
export type DeviceRow = z.infer<typeof DeviceRow>

/** Newest value of one series of a device. For counters `value` is the rate per second, null when none is known. */
export const LatestSample = z.object({
  metric: z.string(),
  resource: z.string(),
  unit: z.string(),
  kind: SeriesKind,
  states: z.record(z.string(), z.string()).nullable(),
  tags: z.record(z.string(), z.string()),
  at: z.number().nullable(),
  value: z.number().nullable(),
  /** What the device's profile says of it; absent where it says nothing. */
  ...ShownMeaning.shape,
})
export type LatestSample = z.infer<typeof LatestSample>

/** GET /api/v1/devices/{id} */
export const DeviceDetail = DeviceRow.extend({
  series: z.array(LatestSample),
  /**
   * Why no answer is possible, where it is not that its agent is silent: `revoked: stolen`, or `unwatched: ...` with what its
   * agent could not use of what is kept for it; null otherwise.
   */
  unknownBecause: z.string().nullable().optional(),
  /** Diagnostics that may be asked for: ids of shared/diagnostics. */
  actions: z.array(z.string()),
})
export type DeviceDetail = z.infer<typeof DeviceDetail>
export const SiteListQuery = PageQuery.extend({ customer: Id.optional(), q: searchText.optional() })
