// The whole of what is watched on one screen: how much stands, where it is worst, who works on it, what is held back.
import { z } from 'zod'
import { PRESENCES } from '../domain/inventory.ts'
import { Severity } from '../domain/severity.ts'
import { SuppressedBy } from '../domain/suppression.ts'
import { Id } from './paging.ts'

export const MAX_OVERVIEW_SITES = 2000

/** GET /api/v1/overview. `sites` is how many are listed, the worst first. */
export const OverviewQuery = z.object({
  customer: Id.optional(),
  hours: z.coerce
    .number()
    .pipe(z.union([z.literal(24), z.literal(168)]))
    .default(24),
  sites: z.coerce.number().int().min(0).max(MAX_OVERVIEW_SITES).default(60),
})
export type OverviewQuery = z.infer<typeof OverviewQuery>

/** Alarms that stand and are not held back, shelved or closed: what the list shows of them. */
export const AlarmFigures = z.object({
  counts: z.record(Severity, z.int()),
  open: z.int(),
  unacknowledged: z.int(),
  /** Standing ones that are held back, shelved ones included. */
  held: z.int(),
})
export type AlarmFigures = z.infer<typeof AlarmFigures>

export const SiteFigures = z.object({
  site: z.string(),
  name: z.string(),
  customer: z.string(),
  customerName: z.string(),
  timeZone: z.string(),
  /** The worst of its alarms that are not held back; null: none. */
  worst: Severity.nullable(),
  alarms: AlarmFigures,
  /** Open ones. */
  incidents: z.int(),
  devices: z.object({ up: z.int(), down: z.int(), unknown: z.int() }),
  agents: z.object({ online: z.int(), unknown: z.int(), never: z.int() }),
  /** Alarms held by a window now. */
  maintenance: z.int(),
})
export type SiteFigures = z.infer<typeof SiteFigures>

/** An agent that is not heard, or that has more to send than it should. */
export const AgentConcern = z.object({
  id: z.string(),
  site: z.string(),
  siteName: z.string(),
  presence: z.enum(PRESENCES),
  unknownSince: z.number().nullable(),
  /** Records it holds that are not acknowledged. */
  backlog: z.int(),
})
export type AgentConcern = z.infer<typeof AgentConcern>

export const RunningWindow = z.object({
  id: z.string(),
  title: z.string(),
  owner: z.string(),
  /** First moment after it, ms UTC. */
  end: z.number(),
  held: z.int(),
})
export type RunningWindow = z.infer<typeof RunningWindow>

export const Overview = z.object({
  now: z.number(),
  alarms: AlarmFigures,
  /** Since when no alarm stands that is not held back; null: one does, or there never was one. */
  quietSince: z.number().nullable(),
  heldBy: z.record(SuppressedBy, z.int()),
  /** Open ones by state, e.g. `new`, `in-progress`. */
  incidents: z.object({ open: z.int(), unassigned: z.int(), states: z.record(z.string(), z.int()) }),
  devices: z.object({ up: z.int(), down: z.int(), unknown: z.int() }),
  agents: z.object({
    online: z.int(),
    unknown: z.int(),
    never: z.int(),
    backlog: z.int(),
    /** Worst first; at most 20. */
    concerns: z.array(AgentConcern),
  }),
  /** Worst first, at most as many as were asked for, of `siteCount`. */
  sites: z.array(SiteFigures),
  siteCount: z.int(),
  /** How many of all sites have an alarm of their own or a silent agent. */
  sitesInTrouble: z.int(),
  /** Windows that run now; null: not for who asks. */
  maintenance: z.array(RunningWindow).nullable(),
  trend: z.object({
    hours: z.int(),
    /** By hour, the oldest first, the running one last. `open`: standing at its end, held back ones included. */
    points: z.array(z.object({ at: z.number(), raised: z.int(), cleared: z.int(), open: z.int() })),
  }),
})
export type Overview = z.infer<typeof Overview>
