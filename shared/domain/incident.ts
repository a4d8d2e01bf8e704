// An incident is an unplanned interruption or a failed item (ITIL). People work on incidents; alarms are their evidence.
import { z } from 'zod'
import { Labels } from './series-meaning.ts'
import { Suppression } from './suppression.ts'

export const INCIDENT_STATES = ['new', 'diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved', 'closed'] as const
export const IncidentState = z.enum(INCIDENT_STATES)
export type IncidentState = z.infer<typeof IncidentState>

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
