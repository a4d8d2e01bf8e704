import { Readiness } from '#shared/http/administration.ts'
import type { ApiDeps } from '../deps.ts'
import type { Routes } from './route.ts'

/** For orchestrators, Prometheus and people with curl. */
export function addOperationRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['operations']
  const answer = { 200: Readiness, 503: Readiness }
  app.get('/healthz', { schema: { tags, summary: 'The process answers', response: { 200: Readiness } } }, async () => ({
    ok: true,
    reasons: [],
  }))
  app.get(
    '/readyz',
    { schema: { tags, summary: 'Everything it needs works', response: answer } },
    async (_request, reply) => {
      const readiness = deps.readiness()
      return reply.code(readiness.ok ? 200 : 503).send(readiness)
    },
  )
  app.get('/metrics', { schema: { tags, summary: 'Prometheus metrics' } }, async (_request, reply) => {
    const { type, text } = await deps.metrics()
    return reply.type(type).serializer(String).send(text)
  })
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
