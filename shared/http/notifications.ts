// Notifications: delivery log, channels, routes, and where each recipient stands with an alarm.
import { z } from 'zod'
import { LocalId } from '../domain/identity.ts'
import { Carried, NotificationState, ToldReason, ToldState, Transition } from '../domain/notification.ts'
import { Id, instant, PageQuery, repeated } from './paging.ts'

/** GET /api/v1/notifications: the delivery log, newest first. */
export const NotificationListQuery = PageQuery.extend({
  state: repeated(NotificationState).optional(),
  channel: Id.optional(),
  recipient: z.string().min(1).max(320).optional(),
  incident: Id.optional(),
  alarm: Id.optional(),
  transition: repeated(Transition).optional(),
  from: instant.optional(),
  to: instant.optional(),
})
export type NotificationListQuery = z.infer<typeof NotificationListQuery>
export const NotificationRow = z.object({
  key: z.string(),
  channel: z.string(),
  /** The channel's id, or `<channel>/<address>` where a route names addresses. */
  recipient: z.string(),
  /** Null for test messages and summaries of several. */
  incident: z.string().nullable(),
  incidentNumber: z.int().nullable(),
  /** Alarms the message is about; empty for an incident as a whole. */
  alarms: z.array(z.string()),
  /** Route that led here; null: the default one. */
  route: z.string().nullable(),
  transition: z.string(),
  at: z.number(),
  state: NotificationState,
  attempts: z.int(),
  /** When it is tried next, null when it is final. */
  nextAt: z.number().nullable(),
  /** What the provider said, or why it was suppressed. */
  answer: z.string().nullable(),
  /** What was wrong with the template; the message went out in the built-in words. */
  fault: z.string().nullable(),
})
export type NotificationRow = z.infer<typeof NotificationRow>

/** One recipient and one episode of one alarm: exactly one reason. `recipient` `*`: everybody who is not named. */
export const ToldRow = z.object({
  alarm: z.string(),
  episode: z.int(),
  recipient: z.string(),
  channel: z.string(),
  incident: z.string().nullable(),
  route: z.string().nullable(),
  state: ToldState,
  reason: ToldReason,
  /** One sentence, in English. */
  why: z.string(),
  at: z.number(),
  /** ms UTC when it is looked at again; only while waiting, null: until something happens. */
  until: z.number().nullable(),
  /** Key of the message that told the problem, and of the one that told its end, with how far they got. */
  message: z.string().nullable(),
  delivery: NotificationState.nullable(),
  answer: z.string().nullable(),
  recovery: z.string().nullable(),
  recoveryDelivery: NotificationState.nullable(),
})
export type ToldRow = z.infer<typeof ToldRow>

export const CHANNEL_KINDS = ['email', 'webhook', 'wecom', 'dingtalk', 'feishu', 'slack', 'sms'] as const
export const ChannelKind = z.enum(CHANNEL_KINDS)
export type ChannelKind = z.infer<typeof ChannelKind>
/** What of a channel's settings is secret, by kind, as paths; all must be given for a new one unless `optional`. */
export const CHANNEL_SECRETS: Readonly<Record<ChannelKind, readonly { path: string; optional: boolean }[]>> = {
  email: [{ path: 'server.password', optional: true }],
  webhook: [{ path: 'secret', optional: false }],
  wecom: [{ path: 'url', optional: false }],
  dingtalk: [
    { path: 'url', optional: false },
    { path: 'secret', optional: true },
  ],
  feishu: [
    { path: 'url', optional: false },
    { path: 'secret', optional: true },
  ],
  slack: [{ path: 'url', optional: false }],
  sms: [{ path: 'token', optional: true }],
}

/** GET /api/v1/channels: without secrets. */
export const ChannelRow = z.object({
  id: z.string(),
  kind: z.string(),
  enabled: z.boolean(),
  language: z.enum(['en', 'zh-CN']),
  on: z.array(Carried),
  /** Where it sends, without secrets: host or recipients. */
  target: z.string(),
  /** Channels of the configuration file are changed there only. */
  origin: z.enum(['file', 'database']),
  readOnly: z.boolean(),
  /** 0 for channels of the file. */
  version: z.int(),
  updatedAt: z.number().nullable(),
  updatedBy: z.string().nullable(),
  /** As written, without secrets; null for channels of the file. */
  settings: z.record(z.string(), z.unknown()).nullable(),
  /** Paths of secrets that are set. */
  secrets: z.array(z.string()),
  queued: z.int(),
  failed: z.int(),
  lastSentAt: z.number().nullable(),
  /** Since when nothing gets through, ms; null: it works, as far as is known. */
  failingSince: z.number().nullable(),
  lastProblem: z.string().nullable(),
})
export type ChannelRow = z.infer<typeof ChannelRow>
export const ChannelList = z.object({ items: z.array(ChannelRow), nextCursor: z.null() })
/** POST /api/v1/channels (version 0); PUT /api/v1/channels/{id} (409 when `version` is not the stored one). */
export const SaveChannel = z.strictObject({
  version: z.int().min(0),
  /** The channel as it would stand in the file, without secrets: id, kind, enabled, language, on, template and its kind's own. */
  settings: z.record(z.string().max(64), z.unknown()),
  /** By path. Left out: stays; null: taken away. */
  secrets: z.record(z.string().max(64), z.string().min(1).max(4096).nullable()).default({}),
})
export type SaveChannel = z.infer<typeof SaveChannel>
/** DELETE of a channel or route: the version that was seen. */
export const VersionQuery = z.object({ version: z.coerce.number().int().min(0) })
/** POST /api/v1/channels/{id}/test: the provider's real answer. */
export const ChannelTestResult = z.object({ ok: z.boolean(), answer: z.string(), durationMs: z.number() })
export type ChannelTestResult = z.infer<typeof ChannelTestResult>

export const RouteParams = z.object({ id: LocalId })
/** One route; its form is `Route` in shared/domain/notification-route.ts. */
export const RouteRow = z.object({
  id: z.string(),
  /** `built-in`: the one that holds while there is no other. */
  origin: z.enum(['built-in', 'file', 'database']),
  readOnly: z.boolean(),
  enabled: z.boolean(),
  version: z.int(),
  updatedAt: z.number().nullable(),
  updatedBy: z.string().nullable(),
  /** The route as written. */
  route: z.record(z.string(), z.unknown()),
  /** What is wrong with it now, e.g. a channel that is gone; it leads nowhere then. */
  problem: z.string().nullable(),
})
export type RouteRow = z.infer<typeof RouteRow>
/** GET /api/v1/notification-routes, in the order they are asked. */
export const RouteList = z.object({ items: z.array(RouteRow), nextCursor: z.null() })
/** POST /api/v1/notification-routes (version 0); PUT /api/v1/notification-routes/{id} (409 when `version` is not the stored one). */
export const SaveRoute = z.strictObject({ version: z.int().min(0), route: z.record(z.string().max(64), z.unknown()) })
export type SaveRoute = z.infer<typeof SaveRoute>

/** POST /api/v1/notification-routes/try: who would be told of this alarm at that time, by the routes as they are now. */
export const TryRoutes = z.strictObject({ alarm: Id, at: z.number().min(0).max(8.64e15).optional() })
export const TriedRoute = z.object({
  route: z.string(),
  /** `told`, `held` until the hours begin, or `skipped`: why not. */
  outcome: z.enum(['told', 'held', 'skipped']),
  why: z.string(),
  until: z.number().nullable(),
  recipients: z.array(z.string()),
})
export type TriedRoute = z.infer<typeof TriedRoute>
export const TriedRoutes = z.object({ items: z.array(TriedRoute), nextCursor: z.null() })
