import { IncidentCause, Regroup, RegroupResult, SiteDependencies } from '#shared/http/cause.ts'
import { IdParams } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** What depends on what at a site, the cause of an incident, and alarms grouped otherwise by people. */
export function addCauseRoutes(app: Routes, { causes, reads }: ApiDeps): void {
  if (causes === undefined) return
  const tags = ['causes']
  app.get(
    '/api/v1/sites/:id/dependencies',
    {
      schema: {
        tags,
        summary: 'What depends on what at a site',
        params: IdParams,
        response: { 200: SiteDependencies },
      },
    },
    async (request) => {
      const site = found(await reads.site(request.params.id), 'site').id
      const none = { site, agentPlace: 'none' as const, nodes: [], edges: [], problems: [] }
      return causes.dependencies(site) ?? none
    },
  )
  app.get(
    '/api/v1/incidents/:id/cause',
    { schema: { tags, summary: 'Cause of an incident', params: IdParams, response: { 200: IncidentCause } } },
    async (request) => {
      const { id, causeAlarm, alarmRows } = found(await reads.incident(request.params.id), 'incident')
      const why = alarmRows.find((row) => row.id === causeAlarm)?.text ?? ''
      return (
        causes.causeOf(id) ?? {
          incident: id,
          node: null,
          name: null,
          alarm: causeAlarm,
          why,
          symptoms: [],
          decisions: [],
        }
      )
    },
  )
  app.post(
    '/api/v1/incidents/:id/regroup',
    {
      schema: {
        ...{ tags, summary: 'Move alarms into another incident or into their own', params: IdParams, body: Regroup },
        response: { 200: RegroupResult },
      },
    },
    async (request) => {
      const { items } = settled(await causes.regroup(request.params.id, request.body, asking(request).user))
      return { items: [...items] }
    },
  )
}
