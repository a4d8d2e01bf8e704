// What of a route somebody may use who may see some customers only. A route that is not here is not for them: deny by default.
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../access/access.ts'
import { Problem } from './problems.ts'
import type { Owned, Reads } from './reads.ts'

export type Scope =
  /** Nothing of any customer is in it. */
  | 'open'
  /** Its handler asks for rows of these customers only. */
  | 'narrowed'
  /** All that it is about must be theirs: else there is no such thing. */
  | readonly About[]

interface About {
  readonly of: Owned
  readonly ids: (request: FastifyRequest) => readonly unknown[]
}

const inPath = (of: Owned): About => ({ of, ids: ({ params }) => [(params as { id?: unknown }).id] })
const DEVICE_OF_BODY: About = {
  of: 'device',
  ids: ({ body }) => [(body as { device?: unknown }).device].filter((id) => id !== undefined),
}
const ALARMS_OF_BODY: About = { of: 'alarm', ids: ({ body }) => (body as { alarms: string[] }).alarms }
const SITE_OF_BODY: About = {
  of: 'site',
  ids: ({ body }) => [(body as { site?: unknown }).site].filter((id) => id !== undefined),
}
const otherIncident = (field: 'into' | 'to'): About => ({
  of: 'incident',
  ids: ({ body }) => [(body as Record<string, unknown>)[field]],
})
const OTHER_IN_PATH: About = { of: 'incident', ids: ({ params }) => [(params as { other?: unknown }).other] }
/** `own` is no incident yet. */
const INCIDENT_OF_BODY: About = {
  of: 'incident',
  ids: ({ body }) => [(body as { to?: unknown }).to].filter((id) => id !== 'own'),
}

export const SCOPES: Readonly<Record<string, Scope>> = {
  'GET /api/v1/session': 'open',
  'PATCH /api/v1/session': 'open',
  'DELETE /api/v1/session': 'open',
  'PUT /api/v1/session/password': 'open',
  'GET /api/v1/tokens': 'open',
  'POST /api/v1/tokens': 'open',
  'DELETE /api/v1/tokens/:id': 'open',
  'GET /api/v1/overview': 'narrowed',
  'GET /api/v1/customers': 'narrowed',
  'GET /api/v1/sites': 'narrowed',
  'GET /api/v1/agents': 'narrowed',
  'GET /api/v1/agents/:id': [inPath('agent')],
  'GET /api/v1/agents/:id/identity': [inPath('agent')],
  'GET /api/v1/devices': 'narrowed',
  'GET /api/v1/devices/:id': [inPath('device')],
  'GET /api/v1/devices/:id/diagnostics': [inPath('device')],
  'POST /api/v1/devices/:id/diagnostics': [inPath('device')],
  'GET /api/v1/devices/:id/neighbours': [inPath('device')],
  'GET /api/v1/devices/:id/assets': [inPath('device')],
  'GET /api/v1/devices/:id/maintenance': [inPath('device')],
  'GET /api/v1/sites/:id/links': [inPath('site')],
  'POST /api/v1/sites/:id/links': [inPath('site')],
  'DELETE /api/v1/sites/:id/links/:link': [inPath('site')],
  'GET /api/v1/sites/:id/dependencies': [inPath('site')],
  'GET /api/v1/sites/:id/config/devices': [inPath('site')],
  'GET /api/v1/sites/:id/config/devices/:device': [inPath('site')],
  'GET /api/v1/sites/:id/config/credentials': [inPath('site')],
  'GET /api/v1/sites/:id/config/settings': [inPath('site')],
  'GET /api/v1/sites/:id/config/profiles': [inPath('site')],
  'GET /api/v1/sites/:id/config/profiles/:name': [inPath('site')],
  'GET /api/v1/sites/:id/config/status': [inPath('site')],
  'GET /api/v1/sites/:id/sweeps': [inPath('site')],
  'GET /api/v1/sites/:id/sweeps/:sweep': [inPath('site')],
  'DELETE /api/v1/sites/:id/sweeps/:sweep': [inPath('site')],
  'GET /api/v1/sites/:id/proposals': [inPath('site')],
  'GET /api/v1/sites/:id/device-tests/:test': [inPath('site')],
  'POST /api/v1/devices/:id/test': [inPath('device')],
  'GET /api/v1/alarms': 'narrowed',
  'GET /api/v1/alarms/board': 'narrowed',
  'GET /api/v1/alarms/board/:list': 'narrowed',
  'GET /api/v1/alarms/facets': 'narrowed',
  'GET /api/v1/alarms/owners': 'narrowed',
  'POST /api/v1/alarms/bulk': 'narrowed',
  'GET /api/v1/alarms/bulk/:id': 'narrowed',
  'GET /api/v1/alarms/history': 'narrowed',
  'POST /api/v1/alarms/export': 'narrowed',
  'POST /api/v1/alarms/history/export': 'narrowed',
  'GET /api/v1/alarm-views': 'narrowed',
  'POST /api/v1/alarm-views': 'narrowed',
  'PUT /api/v1/alarm-views/default': 'narrowed',
  'PUT /api/v1/alarm-views/:id': 'narrowed',
  'DELETE /api/v1/alarm-views/:id': 'narrowed',
  'GET /api/v1/alarms/:id': [inPath('alarm')],
  'POST /api/v1/alarms/actions': [{ of: 'alarm', ids: ({ body }) => (body as { ids: string[] }).ids }],
  'GET /api/v1/alarms/:id/trace': [inPath('alarm')],
  'GET /api/v1/alarms/:id/why': [inPath('alarm')],
  'GET /api/v1/incidents': 'narrowed',
  'GET /api/v1/incidents/:id': [inPath('incident')],
  'GET /api/v1/incidents/:id/evidence': [inPath('incident')],
  'GET /api/v1/incidents/:id/cause': [inPath('incident')],
  'POST /api/v1/incidents/:id/regroup': [inPath('incident'), ALARMS_OF_BODY, INCIDENT_OF_BODY],
  'POST /api/v1/incidents/:id/notes': [inPath('incident')],
  'POST /api/v1/incidents/:id/assign': [inPath('incident')],
  'POST /api/v1/incidents/:id/state': [inPath('incident')],
  'POST /api/v1/incidents/:id/diagnostics': [inPath('incident'), DEVICE_OF_BODY],
  'GET /api/v1/incidents/counts': 'narrowed',
  'GET /api/v1/incidents/:id/assignees': [inPath('incident')],
  'POST /api/v1/incidents': [DEVICE_OF_BODY, SITE_OF_BODY, ALARMS_OF_BODY],
  'POST /api/v1/incidents/:id/alarms': [inPath('incident'), ALARMS_OF_BODY],
  'POST /api/v1/incidents/:id/merge': [inPath('incident'), otherIncident('into')],
  'POST /api/v1/incidents/:id/tier': [inPath('incident')],
  'POST /api/v1/incidents/:id/priority': [inPath('incident')],
  'POST /api/v1/incidents/:id/links': [inPath('incident'), otherIncident('to')],
  'DELETE /api/v1/incidents/:id/links/:other': [inPath('incident'), OTHER_IN_PATH],
  'POST /api/v1/incidents/:id/attachments': [inPath('incident')],
  'GET /api/v1/incidents/:id/attachments/:attachment': [inPath('incident')],
  'DELETE /api/v1/incidents/:id/attachments/:attachment': [inPath('incident')],
  'GET /api/v1/events': 'narrowed',
  'GET /api/v1/quarantine': 'narrowed',
  'GET /api/v1/gaps': 'narrowed',
  'GET /api/v1/notifications': 'narrowed',
  'GET /api/v1/suppressed': 'narrowed',
  'GET /api/v1/rules': 'narrowed',
  'GET /api/v1/rules/:id': 'narrowed',
  'GET /api/v1/rules/:id/evaluations': 'narrowed',
  'GET /api/v1/maintenance-windows': 'narrowed',
  'GET /api/v1/maintenance-windows/:id': 'narrowed',
  'POST /api/v1/maintenance-windows': 'narrowed',
  'POST /api/v1/maintenance-windows/preview': 'narrowed',
  'PUT /api/v1/maintenance-windows/:id': 'narrowed',
  'DELETE /api/v1/maintenance-windows/:id': 'narrowed',
  'POST /api/v1/maintenance-windows/:id/end': 'narrowed',
  'POST /api/v1/maintenance-windows/:id/extend': 'narrowed',
  'GET /api/v1/trap-definitions': 'open',
  'GET /api/v1/trap-definitions/:oid': 'open',
  'GET /api/v1/samples': [{ of: 'device', ids: ({ query }) => [(query as { device?: unknown }).device] }],
  'GET /api/v1/health': 'narrowed',
  'GET /api/v1/live': 'narrowed',
}

/** Throws when the route is not for somebody with limits. */
export function refuseOutOfScope(request: FastifyRequest, { customers }: Principal): void {
  if (customers !== null && scopeOf(request) === undefined)
    throw new Problem('forbidden', 'only for those who may see every customer')
}

/** Throws when what the route is about is not theirs. After the form was checked. */
export async function keepToScope(
  request: FastifyRequest,
  principal: Principal,
  reads: Pick<Reads, 'customerOf'>,
): Promise<void> {
  const { customers } = principal
  const scope = scopeOf(request)
  if (customers === null || scope === undefined || typeof scope === 'string') return
  for (const { of, ids } of scope)
    for (const id of ids(request)) {
      const owner = typeof id === 'string' ? await reads.customerOf(of, id) : undefined
      if (owner === undefined || !customers.includes(owner)) throw new Problem('not-found', `there is no such ${of}`)
    }
}

const scopeOf = ({ method, routeOptions }: FastifyRequest): Scope | undefined =>
  SCOPES[`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url}`]
