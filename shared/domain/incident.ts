// An incident is an unplanned interruption or a failed item (ITIL). People work on incidents; alarms are their evidence.
import { z } from 'zod'
import { Labels } from './series-meaning.ts'
import { Suppression } from './suppression.ts'

export const INCIDENT_STATES = ['new', 'diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved', 'closed'] as const
export const IncidentState = z.enum(INCIDENT_STATES)
export type IncidentState = z.infer<typeof IncidentState>

/** Which state may follow which, for people. The system itself resolves from any open state and reopens from resolved. */
export const NEXT_STATES: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  new: ['diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved'],
  diagnosing: ['new', 'in-progress', 'on-site', 'waiting', 'resolved'],
  'in-progress': ['diagnosing', 'on-site', 'waiting', 'resolved'],
  'on-site': ['in-progress', 'waiting', 'resolved'],
  waiting: ['diagnosing', 'in-progress', 'on-site', 'resolved'],
  resolved: ['in-progress', 'closed'],
  closed: [],
}

/** What a waiting incident waits for. */
export const WAITING_FOR = ['customer', 'part', 'carrier', 'other'] as const
export const WaitingFor = z.enum(WAITING_FOR)
export type WaitingFor = z.infer<typeof WaitingFor>

/** Why people call an incident resolved. */
export const RESOLUTIONS = [
  'fixed',
  'workaround',
  'carrier',
  'customer-side',
  'by-itself',
  'no-fault',
  'other',
] as const
export const Resolution = z.enum(RESOLUTIONS)
export type Resolution = z.infer<typeof Resolution>

/** Support levels: a higher one knows more. */
export const TIERS = [1, 2, 3, 4] as const
export const Tier = z.int().min(1).max(4)

/** `duplicate`: about the same, each stays as it is; to make one of two, merge them. */
export const LINK_KINDS = ['related', 'duplicate'] as const
export const LinkKind = z.enum(LINK_KINDS)
export type LinkKind = z.infer<typeof LinkKind>

/** An incident that went into another one: what it was about is the other one's from then on. */
export const MergedIncident = z.object({
  id: z.string(),
  number: z.int(),
  site: z.string(),
  device: z.string().nullable(),
  rule: z.string().nullable(),
  causeAlarm: z.string().nullable(),
})
export type MergedIncident = z.infer<typeof MergedIncident>

/** ITIL impact x urgency -> 1 (highest) to 4. */
export const Priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
export type Priority = z.infer<typeof Priority>
export const LEVELS = ['high', 'medium', 'low'] as const
export const Level = z.enum(LEVELS)
export type Level = z.infer<typeof Level>

export const Incident = z.object({
  id: z.string(),
  /** Short number people say on the phone. */
  number: z.int(),
  customer: z.string(),
  site: z.string(),
  device: z.string().nullable(),
  title: z.string(),
  state: IncidentState,
  impact: Level,
  urgency: Level,
  priority: Priority,
  tier: z.int().min(1).max(4),
  assignee: z.string().nullable(),
  openedAt: z.number(),
  resolvedAt: z.number().nullable(),
  closedAt: z.number().nullable(),
  /** Rule that opened it, or null for one opened by hand. */
  rule: z.string().nullable(),
  /** Alarm whose raise opened it. */
  causeAlarm: z.string().nullable(),
  alarms: z.array(z.string()),
  openAlarms: z.int(),
  /** Those of its alarms that stand; absent in incidents of old. */
  standing: z.array(z.string()).optional(),
  /** Why nobody has been told of it: all its alarms were held back when it opened. Absent: people may be told. */
  held: Suppression.optional(),
  /** Earlier incident of the same identity that this one follows, when outside the reopen window. */
  follows: z.string().nullable(),
  reopened: z.int(),
  /** None of its alarms stands: when it will be resolved by itself. */
  resolveAt: z.number().optional(),
  /** When a person first did something about it. */
  firstResponseAt: z.number().optional(),
  /** While it is `waiting`: for what. */
  waitingFor: WaitingFor.optional(),
  /** Why a person called it resolved. */
  resolution: Resolution.optional(),
  /** Alarms that people put into it: they stay, and come back to it while it is open, whatever they are about. */
  pinned: z.array(z.string()).optional(),
  /** Incidents that were merged into this one. */
  merged: z.array(MergedIncident).optional(),
  /** It is closed because it was merged into this other one. */
  mergedInto: z.object({ id: z.string(), number: z.int() }).optional(),
})
export type Incident = z.infer<typeof Incident>

export const TIMELINE_KINDS = [
  'opened',
  'alarm-raised',
  'alarm-cleared',
  'state',
  'assigned',
  'note',
  'diagnostic-requested',
  'diagnostic-result',
  'notification',
  'reopened',
  'resolved',
  'closed',
  'tier',
  'priority',
  'linked',
  'unlinked',
  'alarms-in',
  'alarms-out',
  'merged',
] as const
export const TimelineEntry = z.object({
  id: z.string(),
  incident: z.string(),
  at: z.number(),
  kind: z.enum(TIMELINE_KINDS),
  /** User name, or `system`. */
  actor: z.string(),
  text: z.string(),
  /** Structured detail for the console; shape by kind. */
  data: z.record(z.string(), z.unknown()),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

/** A stored diagnostic result that a timeline entry or verdict cites. */
export const Evidence = z.object({
  id: z.string(),
  incident: z.string().nullable(),
  device: z.string(),
  action: z.string(),
  command: z.string(),
  state: z.enum(['pending', 'done', 'failed', 'refused', 'expired', 'not-run']),
  requestedBy: z.string(),
  requestedAt: z.number(),
  endedAt: z.number().nullable(),
  arguments: z.record(z.string(), z.unknown()),
  /** What the device's profile calls it; absent: what the action is called. */
  title: Labels.optional(),
  result: z.unknown().nullable(),
  error: z.string().nullable(),
})
export type Evidence = z.infer<typeof Evidence>
