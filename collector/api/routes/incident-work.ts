import type { IncidentDetail as Detail } from '#shared/http/incidents.ts'
import {
  Assignees,
  ChangePriority,
  ChangeTier,
  IncidentCounts,
  IncidentCountsQuery,
  IncidentDetail,
  LinkIncident,
  LinkParams,
  MergeIncident,
  OpenIncident,
  TakeAlarms,
  TakenAlarms,
} from '#shared/http/incidents.ts'
import { IdParams } from '#shared/http/paging.ts'
import type { Role } from '#shared/http/session.ts'
import type { ApiDeps, IncidentBook } from '../deps.ts'
import { incidentFor } from '../outside.ts'
import { policyOf } from '../policy.ts'
import { found, Problem, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Incidents opened by hand, put together, made of two, linked; how many there are, and who may work on one. */
export function addIncidentWorkRoutes(app: Routes, deps: ApiDeps): void {
  const { reads, access } = deps
  const tags = ['incidents']
  const answer = { 200: IncidentDetail }
  const book = () => bookOf(deps)
  const shown = async (id: string, request: Parameters<typeof asking>[0]): Promise<Detail> =>
    incidentFor(asking(request), found(await reads.incident(id), 'incident'))

  app.get(
    '/api/v1/incidents/counts',
    {
      schema: {
        ...{ tags, summary: 'How many incidents', querystring: IncidentCountsQuery },
        response: { 200: IncidentCounts },
      },
    },
    async (request) => {
      const counts = await reads.incidentCounts(request.query, asking(request).customers)
      // who works on what is not for people at a customer's
      return asking(request).role === 'customer' ? { ...counts, assignees: [] } : counts
    },
  )
  app.get(
    '/api/v1/incidents/:id/assignees',
    { schema: { tags, summary: 'Who may work on it', params: IdParams, response: { 200: Assignees } } },
    async (request) => {
      const { customer } = found(await reads.incidentRow(request.params.id), 'incident')
      const users = await access.users()
      return {
        items: users.filter((user) => mayWorkOn(user, customer)).map(({ name, role }) => ({ name, role })),
      }
    },
  )
  app.post(
    '/api/v1/incidents',
    { schema: { tags, summary: 'Open an incident by hand', body: OpenIncident, response: { 201: IncidentDetail } } },
    async (request, reply) => {
      const { id } = settled(await book().open(request.body, asking(request).user))
      return reply.code(201).send(await shown(id, request))
    },
  )
  app.post(
    '/api/v1/incidents/:id/alarms',
    {
      schema: {
        ...{ tags, summary: 'Put alarms into the incident', params: IdParams, body: TakeAlarms },
        response: { 200: TakenAlarms },
      },
    },
    async (request) => {
      const { items } = settled(await book().take(request.params.id, request.body, asking(request).user))
      return { items }
    },
  )
  app.post(
    '/api/v1/incidents/:id/merge',
    {
      schema: { tags, summary: 'Merge into another incident', params: IdParams, body: MergeIncident, response: answer },
    },
    async (request) => {
      settled(await book().merge(request.params.id, request.body, asking(request).user))
      return shown(request.body.into, request)
    },
  )
  app.post(
    '/api/v1/incidents/:id/tier',
    { schema: { tags, summary: 'Change the tier', params: IdParams, body: ChangeTier, response: answer } },
    async (request) => {
      settled(await book().setTier(request.params.id, request.body, asking(request).user))
      return shown(request.params.id, request)
    },
  )
  app.post(
    '/api/v1/incidents/:id/priority',
    {
      schema: { tags, summary: 'Change impact and urgency', params: IdParams, body: ChangePriority, response: answer },
    },
    async (request) => {
      settled(await book().setPriority(request.params.id, request.body, asking(request).user))
      return shown(request.params.id, request)
    },
  )
  app.post(
    '/api/v1/incidents/:id/links',
    { schema: { tags, summary: 'Link to another incident', params: IdParams, body: LinkIncident, response: answer } },
    async (request) => {
      const { to, kind } = request.body
      settled(await book().link(request.params.id, to, kind, asking(request).user))
      return shown(request.params.id, request)
    },
  )
  app.delete(
    '/api/v1/incidents/:id/links/:other',
    { schema: { tags, summary: 'Take a link away', params: LinkParams, response: answer } },
    async (request) => {
      settled(await book().link(request.params.id, request.params.other, null, asking(request).user))
      return shown(request.params.id, request)
    },
  )
}

export function bookOf({ incidents }: ApiDeps): IncidentBook {
  if (incidents === undefined) throw new Problem('unavailable', 'incidents are not worked on here')
  return incidents
}

/** Whether an incident of this customer may be assigned to them: those whom the API lets work on it. */
export function mayWorkOn(
  user: { readonly role: Role; readonly disabled: boolean; readonly customers: readonly string[] | null },
  customer: string,
): boolean {
  const workers = policyOf('POST', '/api/v1/incidents/:id/state')
  const works = typeof workers === 'object' && workers.includes(user.role)
  return works && !user.disabled && (user.customers === null || user.customers.includes(customer))
}
