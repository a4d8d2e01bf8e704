import {
  AddNote,
  Assign,
  ChangeState,
  DiagnosticAccepted,
  EvidenceList,
  IncidentDetail,
  IncidentListQuery,
  IncidentRow,
  RequestDiagnostic,
} from '#shared/http/incidents.ts'
import { IdParams, pageOf } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { incidentFor, incidentRowFor } from '../outside.ts'
import { found, Problem, settled } from '../problems.ts'
import { bookOf, mayWorkOn } from './incident-work.ts'
import { asking, type Routes } from './route.ts'

/** Incidents and what people do to them. Changes answer with the whole incident as it then stands. */
export function addIncidentRoutes(app: Routes, deps: ApiDeps): void {
  const { reads, actions } = deps
  const tags = ['incidents']
  const answer = { 200: IncidentDetail }
  const whole = async (id: string) => found(await reads.incident(id), 'incident')

  app.get(
    '/api/v1/incidents',
    { schema: { tags, summary: 'Incidents', querystring: IncidentListQuery, response: { 200: pageOf(IncidentRow) } } },
    async (request) => {
      const who = asking(request)
      const page = await reads.incidents(request.query, who.customers)
      return { ...page, items: page.items.map((row) => incidentRowFor(who, row)) }
    },
  )
  app.get(
    '/api/v1/incidents/:id',
    { schema: { tags, summary: 'One incident', params: IdParams, response: answer } },
    async (request) => incidentFor(asking(request), await whole(request.params.id)),
  )
  app.get(
    '/api/v1/incidents/:id/evidence',
    { schema: { tags, summary: 'Evidence', params: IdParams, response: { 200: EvidenceList } } },
    async (request) => {
      found(await reads.incidentRow(request.params.id), 'incident')
      return { items: await reads.evidence({ incident: request.params.id }), nextCursor: null }
    },
  )
  app.post(
    '/api/v1/incidents/:id/notes',
    { schema: { tags, summary: 'Add a note', params: IdParams, body: AddNote, response: answer } },
    async (request) => {
      const { text, attachments } = request.body
      const { user } = asking(request)
      settled(
        attachments.length > 0
          ? await bookOf(deps).note(request.params.id, text, attachments, user)
          : await actions.addNote(request.params.id, user, text),
      )
      return incidentFor(asking(request), await whole(request.params.id))
    },
  )
  app.post(
    '/api/v1/incidents/:id/assign',
    { schema: { tags, summary: 'Assign', params: IdParams, body: Assign, response: answer } },
    async (request) => {
      const { assignee, from } = request.body
      const { customer } = found(await reads.incidentRow(request.params.id), 'incident')
      const users = assignee === null ? [] : await deps.access.users()
      if (assignee !== null && !users.some((u) => u.name === assignee && mayWorkOn(u, customer)))
        throw new Problem('bad-request', 'there is no such user who may work on it', {
          details: [{ path: 'assignee', message: 'no such user' }],
        })
      settled(await actions.assign(request.params.id, asking(request).user, assignee, from))
      return incidentFor(asking(request), await whole(request.params.id))
    },
  )
  app.post(
    '/api/v1/incidents/:id/state',
    { schema: { tags, summary: 'Change the state', params: IdParams, body: ChangeState, response: answer } },
    async (request) => {
      const { state, note, ...detail } = request.body
      settled(await actions.changeState(request.params.id, asking(request).user, state, note, detail))
      return incidentFor(asking(request), await whole(request.params.id))
    },
  )
  app.post(
    '/api/v1/incidents/:id/diagnostics',
    {
      schema: {
        tags,
        summary: 'Ask for a diagnostic',
        params: IdParams,
        body: RequestDiagnostic,
        response: { 202: DiagnosticAccepted },
      },
    },
    async (request, reply) => {
      const incident = found(await reads.incidentRow(request.params.id), 'incident')
      const device = request.body.device ?? incident.device
      if (device === null) throw new Problem('bad-request', 'name a device: the incident is about a whole site')
      const { action, arguments: args } = request.body
      const wish = { incident: incident.id, device, action, arguments: args, actor: asking(request).user }
      const { command } = settled(await actions.requestDiagnostic(wish))
      const [evidence] = await reads.evidence({ command })
      return reply.code(202).send({ command, evidence: found(evidence, 'diagnostic') })
    },
  )
}
