import {
  AuditListQuery,
  AuditProgress,
  AuditRow,
  AuditVerification,
  HealthSummary,
} from '#shared/http/administration.ts'
import { HealthQuery } from '#shared/http/health.ts'
import { pageOf } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { WORKERS } from '../policy.ts'
import { asking, type Routes } from './route.ts'

/** Audit log and the health summary. */
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
    () => deps.audit.verify(),
  )
  app.get(
    '/api/v1/audit/verification/progress',
    { schema: { tags, summary: 'How far a running check of the chain is', response: { 200: AuditProgress } } },
    async () => deps.audit.progress(),
  )
  app.get(
    '/api/v1/health',
    { schema: { tags, summary: 'How it is', querystring: HealthQuery, response: { 200: HealthSummary } } },
    async (request) => {
      const { customers, role } = asking(request)
      const mayLook = customers === null && WORKERS.includes(role)
      const readiness = deps.readiness()
      return {
        version: deps.version,
        startedAt: deps.startedAt,
        now: deps.now(),
        ready: readiness.ok,
        // the installation's own state is nobody's who sees a part of it
        reasons: customers === null ? readiness.reasons : [],
        ...(await deps.reads.counts(customers)),
        figures: customers === null ? deps.figures() : {},
        parts: request.query.parts && mayLook ? [...((await deps.health?.()) ?? [])] : null,
      }
    },
  )
}
