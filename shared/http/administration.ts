// Audit log, delivery log, notification channels, health.
import { z } from 'zod'
import { Id, instant, PageQuery, repeated, searchText } from './paging.ts'

/** GET /api/v1/audit, newest first. */
export const AuditListQuery = PageQuery.extend({
  actor: Id.optional(),
  action: Id.optional(),
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

export const NOTIFICATION_STATES = ['queued', 'sent', 'failed', 'suppressed'] as const
/** GET /api/v1/notifications: the delivery log, newest first. */
export const NotificationListQuery = PageQuery.extend({
  state: repeated(z.enum(NOTIFICATION_STATES)).optional(),
  channel: Id.optional(),
  incident: Id.optional(),
})
export type NotificationListQuery = z.infer<typeof NotificationListQuery>
export const NotificationRow = z.object({
  key: z.string(),
  channel: z.string(),
  incident: z.string().nullable(),
  transition: z.string(),
  at: z.number(),
  state: z.enum(NOTIFICATION_STATES),
  attempts: z.int(),
  /** When it is tried next, null when it is final. */
  nextAt: z.number().nullable(),
  /** What the provider said, or why it was suppressed. */
  answer: z.string().nullable(),
})
export type NotificationRow = z.infer<typeof NotificationRow>

/** GET /api/v1/channels: without secrets. */
export const ChannelRow = z.object({
  id: z.string(),
  kind: z.string(),
  enabled: z.boolean(),
  /** Where it sends, without secrets: host or recipients. */
  target: z.string(),
  queued: z.int(),
  failed: z.int(),
  lastSentAt: z.number().nullable(),
})
export type ChannelRow = z.infer<typeof ChannelRow>
export const ChannelList = z.object({ items: z.array(ChannelRow), nextCursor: z.null() })
/** POST /api/v1/channels/{id}/test: the provider's real answer. */
export const ChannelTestResult = z.object({ ok: z.boolean(), answer: z.string(), durationMs: z.number() })
export type ChannelTestResult = z.infer<typeof ChannelTestResult>

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
})
export type HealthSummary = z.infer<typeof HealthSummary>
/** GET /healthz and /readyz (503 when not ready). */
export const Readiness = z.object({
  ok: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
})
export type Readiness = z.infer<typeof Readiness>
