import { AuditListQuery, AuditRow, AuditVerification, HealthSummary } from '#shared/http/administration.ts'
import { ChannelList, ChannelTestResult, NotificationListQuery, NotificationRow } from '#shared/http/notifications.ts'
import { IdParams, pageOf } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { found } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Audit log, delivery log, channels and the health summary. */
export function addAdministrationRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['administration']
  app.get(
    '/api/v1/audit',
    { schema: { tags, summary: 'Audit log', querystring: AuditListQuery, response: { 200: pageOf(AuditRow) } } },
    (request) => deps.reads.audit(request.query),
  )
  app.get(
    '/api/v1/audit/verification',
    { schema: { tags, summary: 'Check the whole audit chain', response: { 200: AuditVerification } } },
    () => deps.verifyAudit(),
  )
  app.get(
    '/api/v1/notifications',
    {
      schema: {
        tags,
        summary: 'Delivery log',
        querystring: NotificationListQuery,
        response: { 200: pageOf(NotificationRow) },
      },
    },
    (request) => deps.reads.notifications(request.query),
  )
  app.get(
    '/api/v1/channels',
    { schema: { tags, summary: 'Notification channels', response: { 200: ChannelList } } },
    async () => ({ items: await deps.channels.list(), nextCursor: null }),
  )
  app.post(
    '/api/v1/channels/:id/test',
    { schema: { tags, summary: 'Send a test message', params: IdParams, response: { 200: ChannelTestResult } } },
    async (request) => {
      const { id } = request.params
      const result = found(await deps.channels.test(id), 'channel')
      await deps.actions.audit(asking(request).user, 'test-channel', `channel:${id}`, { ok: result.ok })
      return result
    },
  )
  app.get(
    '/api/v1/health',
    { schema: { tags, summary: 'Figures above the lists', response: { 200: HealthSummary } } },
    async () => {
      const readiness = deps.readiness()
      return {
        version: deps.version,
        startedAt: deps.startedAt,
        now: deps.now(),
        ready: readiness.ok,
        reasons: readiness.reasons,
        ...(await deps.reads.counts()),
        figures: deps.figures(),
      }
    },
  )
}
