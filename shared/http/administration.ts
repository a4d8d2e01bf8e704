// Audit log, health.
import { z } from 'zod'
import { HealthPart } from './health.ts'
import { Id, instant, PageQuery, searchText } from './paging.ts'

/** GET /api/v1/audit, newest first. */
export const AuditListQuery = PageQuery.extend({
  actor: Id.optional(),
  action: Id.optional(),
  /** What it is about, e.g. `user:ann`; with a colon at its end, all of a kind: `user:`. */
  subject: Id.optional(),
  from: instant.optional(),
  to: instant.optional(),
  q: searchText.optional(),
})
export type AuditListQuery = z.infer<typeof AuditListQuery>
export const AuditRow = z.object({
  id: z.int(),
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  /** Hash of this entry, over its content and the entry before it. */
  hash: z.string(),
})
export type AuditRow = z.infer<typeof AuditRow>
/** GET /api/v1/audit/verification */
export const AuditVerification = z.object({
  ok: z.boolean(),
  entries: z.int(),
  /** First entry that does not fit, null when all do. */
  brokenAt: z.int().nullable(),
  problem: z.string().nullable(),
  head: z.string(),
})
export type AuditVerification = z.infer<typeof AuditVerification>

/** GET /api/v1/audit/verification/progress: how far the check that runs now is. */
export const AuditProgress = z.object({
  running: z.boolean(),
  /** Entries that were checked, of all there are. */
  checked: z.int(),
  entries: z.int(),
})
export type AuditProgress = z.infer<typeof AuditProgress>

/** GET /api/v1/health: what the console shows above the list. */
export const HealthSummary = z.object({
  version: z.string(),
  startedAt: z.number(),
  now: z.number(),
  ready: z.boolean(),
  /** Why not ready; each with a closed code. */
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  alarms: z.record(z.string(), z.int()),
  openIncidents: z.int(),
  agents: z.object({ online: z.int(), unknown: z.int(), never: z.int() }),
  devices: z.object({ up: z.int(), down: z.int(), unknown: z.int() }),
  /** Collector's own figures by name: ingest rate, backlog, dropped by reason. */
  figures: z.record(z.string(), z.number()),
  /** Part by part, where asked for by who may see it; else null. */
  parts: z.array(HealthPart).nullable(),
})
export type HealthSummary = z.infer<typeof HealthSummary>
/** GET /healthz and /readyz (503 when not ready). */
export const Readiness = z.object({
  ok: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
})
export type Readiness = z.infer<typeof Readiness>
