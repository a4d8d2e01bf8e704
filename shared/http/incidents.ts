// Incidents: list, one with timeline, evidence and alarms, and what people do to it.
import { z } from 'zod'
import {
  Evidence,
  Incident,
  IncidentState,
  LinkKind,
  Priority,
  Resolution,
  Tier,
  TimelineEntry,
  WaitingFor,
} from '../domain/incident.ts'
import { AlarmRow, TraceEntry } from './alarms.ts'
import { flag, Id, instant, PageQuery, repeated, searchText } from './paging.ts'
import { UserName } from './session.ts'

export const IncidentRow = Incident.extend({
  deviceName: z.string().nullable(),
  siteName: z.string(),
  customerName: z.string(),
})
export type IncidentRow = z.infer<typeof IncidentRow>

const IncidentFilter = z.object({
  state: repeated(IncidentState).optional(),
  priority: repeated(z.coerce.number().pipe(Priority)).optional(),
  tier: repeated(z.coerce.number().pipe(Tier)).optional(),
  open: flag.optional(),
  customer: Id.optional(),
  site: Id.optional(),
  device: Id.optional(),
  assignee: Id.optional(),
  /** True: only those that are assigned to nobody. */
  unassigned: flag.optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** In title, number, customer, site and device. */
  q: searchText.optional(),
})

/**
 * GET /api/v1/incidents, newest first, or the most urgent first (of one priority the newest). `open=true` leaves out resolved
 * and closed ones.
 */
export const IncidentListQuery = PageQuery.extend(IncidentFilter.shape).extend({
  sort: z.enum(['opened', 'priority']).default('opened'),
})
export type IncidentListQuery = z.infer<typeof IncidentListQuery>

/** GET /api/v1/incidents/counts, of the same filter as the list. */
export const IncidentCountsQuery = IncidentFilter
export type IncidentCountsQuery = z.infer<typeof IncidentCountsQuery>
export const IncidentCounts = z.object({
  /** Whatever states the filter asks for. */
  states: z.record(IncidentState, z.int()),
  /** Whatever priorities the filter asks for. */
  priorities: z.record(z.enum(['1', '2', '3', '4']), z.int()),
  /** Who open ones are assigned to, whatever the filter asks for; most first, at most 100. '' is nobody. */
  assignees: z.array(z.object({ name: z.string(), count: z.int() })),
})
export type IncidentCounts = z.infer<typeof IncidentCounts>

/** GET /api/v1/incidents/{id}/assignees: who may work on it. */
export const Assignees = z.object({ items: z.array(z.object({ name: z.string(), role: z.string() })) })

/** A file that somebody attached. It is always saved, never shown, but for pictures beside a note. */
export const Attachment = z.object({
  id: z.string(),
  incident: z.string(),
  name: z.string(),
  /** Bytes. */
  size: z.int(),
  /** By its content: a picture, else application/octet-stream. */
  type: z.string(),
  sha256: z.string(),
  by: z.string(),
  at: z.number(),
})
export type Attachment = z.infer<typeof Attachment>
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024
export const MAX_ATTACHMENTS_PER_NOTE = 10
/** POST /api/v1/incidents/{id}/attachments?name=: the bytes as application/octet-stream. A note must hold it within a day. */
export const UploadQuery = z.object({ name: z.string().min(1).max(1000) })
export const UploadBody = z.any().describe('The bytes of the file')
export const AttachmentParams = z.object({ id: Id, attachment: Id })

export const LinkedRow = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  state: IncidentState,
  customer: z.string(),
  kind: LinkKind,
  by: z.string(),
  at: z.number(),
})
export type LinkedRow = z.infer<typeof LinkedRow>

/** GET /api/v1/incidents/{id}. Timeline, evidence and files are also those of what was merged into it. */
export const IncidentDetail = IncidentRow.extend({
  timeline: z.array(TimelineEntry),
  evidence: z.array(Evidence),
  alarmRows: z.array(AlarmRow),
  trace: z.array(TraceEntry),
  links: z.array(LinkedRow),
  attachments: z.array(Attachment),
  /** The timeline has more than is shown: the newest are. */
  timelineCut: z.boolean(),
})
export type IncidentDetail = z.infer<typeof IncidentDetail>

const Note = z.string().max(2000).default('')

/** POST /api/v1/incidents/{id}/notes. `attachments` were uploaded before. */
export const AddNote = z.strictObject({
  text: z.string().trim().min(1).max(10_000),
  attachments: z.array(Id).max(MAX_ATTACHMENTS_PER_NOTE).default([]),
})
/**
 * POST /api/v1/incidents/{id}/assign; null takes the assignee away. `from`, here and below: what it was seen to be; 409 when
 * somebody has changed it since.
 */
export const Assign = z.strictObject({ assignee: UserName.nullable(), from: UserName.nullable().optional() })
/** POST /api/v1/incidents/{id}/state */
export const ChangeState = z.strictObject({
  state: IncidentState,
  note: Note,
  from: IncidentState.optional(),
  waitingFor: WaitingFor.optional(),
  resolution: Resolution.optional(),
})
/** POST /api/v1/incidents/{id}/tier */
export const ChangeTier = z.strictObject({ tier: Tier, note: Note, from: Tier.optional() })
/** POST /api/v1/incidents/{id}/priority */
export const ChangePriority = z.strictObject({
  impact: Incident.shape.impact,
  urgency: Incident.shape.urgency,
  note: Note,
  from: Incident.pick({ impact: true, urgency: true }).optional(),
})
/**
 * POST /api/v1/incidents: opens one by hand. With alarms of one customer it is about them, and they go into it out of the
 * incidents they are in; otherwise name a device or a site.
 */
export const OpenIncident = z.strictObject({
  title: z.string().trim().min(1).max(300),
  site: Id.optional(),
  device: Id.optional(),
  impact: Incident.shape.impact.default('medium'),
  urgency: Incident.shape.urgency.default('medium'),
  note: z.string().max(10_000).default(''),
  alarms: z.array(Id).max(500).default([]),
  /** Assign it to who opens it. */
  take: z.boolean().default(false),
})
export type OpenIncident = z.infer<typeof OpenIncident>
/** POST /api/v1/incidents/{id}/alarms: alarms go into this open incident, out of the ones they are in, and stay. */
export const TakeAlarms = z.strictObject({ alarms: z.array(Id).min(1).max(500), note: Note })
export type TakeAlarms = z.infer<typeof TakeAlarms>
export const TakenAlarms = z.object({
  items: z.array(z.object({ id: z.string(), ok: z.boolean(), problem: z.string().nullable() })),
})
/** POST /api/v1/incidents/{id}/merge: this one goes into the other and is closed. It cannot be taken back. */
export const MergeIncident = z.strictObject({ into: Id, note: Note })
/** POST /api/v1/incidents/{id}/links */
export const LinkIncident = z.strictObject({ to: Id, kind: LinkKind })
/** DELETE /api/v1/incidents/{id}/links/{other} */
export const LinkParams = z.object({ id: Id, other: Id })
/** POST /api/v1/incidents/{id}/diagnostics and POST /api/v1/devices/{id}/diagnostics (without `device`). */
export const RequestDiagnostic = z.strictObject({
  action: z.string().min(1).max(64),
  /** Collector-wide device id; default: the incident's device. */
  device: Id.optional(),
  arguments: z.record(z.string().max(64), z.unknown()).default({}),
})
/** 202: the evidence row that will receive the result. */
export const DiagnosticAccepted = z.object({ command: z.string(), evidence: Evidence })
export type DiagnosticAccepted = z.infer<typeof DiagnosticAccepted>
/** GET /api/v1/incidents/{id}/evidence and /api/v1/devices/{id}/diagnostics */
export const EvidenceList = z.object({ items: z.array(Evidence), nextCursor: z.string().nullable() })
