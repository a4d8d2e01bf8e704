// Incidents: list, one with timeline, evidence and alarms, and what people do to it.
import { z } from 'zod'
import { Evidence, Incident, IncidentState, Priority, TimelineEntry } from '../domain/incident.ts'
import { AlarmRow, TraceEntry } from './alarms.ts'
import { flag, Id, instant, PageQuery, repeated, searchText } from './paging.ts'
import { UserName } from './session.ts'

export const IncidentRow = Incident.extend({
  deviceName: z.string().nullable(),
  siteName: z.string(),
  customerName: z.string(),
})
export type IncidentRow = z.infer<typeof IncidentRow>

/** GET /api/v1/incidents, newest first. `open=true` leaves out resolved and closed ones. */
export const IncidentListQuery = PageQuery.extend({
  state: repeated(IncidentState).optional(),
  priority: repeated(z.coerce.number().pipe(Priority)).optional(),
  open: flag.optional(),
  customer: Id.optional(),
  site: Id.optional(),
  device: Id.optional(),
  assignee: Id.optional(),
  from: instant.optional(),
  to: instant.optional(),
  q: searchText.optional(),
})
export type IncidentListQuery = z.infer<typeof IncidentListQuery>

/** GET /api/v1/incidents/{id} */
export const IncidentDetail = IncidentRow.extend({
  timeline: z.array(TimelineEntry),
  evidence: z.array(Evidence),
  alarmRows: z.array(AlarmRow),
  trace: z.array(TraceEntry),
})
export type IncidentDetail = z.infer<typeof IncidentDetail>

/** POST /api/v1/incidents/{id}/notes */
export const AddNote = z.strictObject({ text: z.string().trim().min(1).max(10_000) })
/** POST /api/v1/incidents/{id}/assign; null takes the assignee away. */
export const Assign = z.strictObject({ assignee: UserName.nullable() })
/** POST /api/v1/incidents/{id}/state */
export const ChangeState = z.strictObject({ state: IncidentState, note: z.string().max(2000).default('') })
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
