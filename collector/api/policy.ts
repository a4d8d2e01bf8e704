// Who may use which route. A route that is not here does not start: deny by default, decided in one place.
import type { Role } from '#shared/http/session.ts'

export type Policy = 'public' | readonly Role[]

const EVERYONE: Policy = ['admin', 'noc', 'viewer']
const OPERATORS: Policy = ['admin', 'noc']
const ADMINS: Policy = ['admin']

export const POLICY: Readonly<Record<string, Policy>> = {
  'POST /api/v1/session': 'public',
  'GET /api/v1/session': EVERYONE,
  'DELETE /api/v1/session': EVERYONE,
  'GET /api/v1/tokens': EVERYONE,
  'POST /api/v1/tokens': EVERYONE,
  'DELETE /api/v1/tokens/:id': EVERYONE,
  'GET /api/v1/users': ADMINS,
  'POST /api/v1/users': ADMINS,
  'PATCH /api/v1/users/:name': ADMINS,
  'GET /api/v1/customers': EVERYONE,
  'GET /api/v1/sites': EVERYONE,
  'POST /api/v1/customers': ADMINS,
  'PATCH /api/v1/customers/:id': ADMINS,
  'DELETE /api/v1/customers/:id': ADMINS,
  'POST /api/v1/sites': ADMINS,
  'PATCH /api/v1/sites/:id': ADMINS,
  'DELETE /api/v1/sites/:id': ADMINS,
  'GET /api/v1/sites/:id/config/devices': OPERATORS,
  'GET /api/v1/sites/:id/config/devices/:device': OPERATORS,
  'PUT /api/v1/sites/:id/config/devices/:device': ADMINS,
  'DELETE /api/v1/sites/:id/config/devices/:device': ADMINS,
  'POST /api/v1/sites/:id/config/devices/import': ADMINS,
  'GET /api/v1/sites/:id/config/credentials': OPERATORS,
  'PUT /api/v1/sites/:id/config/credentials/:name': ADMINS,
  'DELETE /api/v1/sites/:id/config/credentials/:name': ADMINS,
  'GET /api/v1/sites/:id/config/settings': OPERATORS,
  'PUT /api/v1/sites/:id/config/settings': ADMINS,
  'GET /api/v1/sites/:id/config/profiles': OPERATORS,
  'GET /api/v1/sites/:id/config/profiles/:name': OPERATORS,
  'PUT /api/v1/sites/:id/config/profiles/:name': ADMINS,
  'DELETE /api/v1/sites/:id/config/profiles/:name': ADMINS,
  'GET /api/v1/sites/:id/config/status': OPERATORS,
  'POST /api/v1/sites/:id/config/push': ADMINS,
  'GET /api/v1/agents': EVERYONE,
  'GET /api/v1/agents/:id': EVERYONE,
  'GET /api/v1/devices': EVERYONE,
  'GET /api/v1/devices/:id': EVERYONE,
  'GET /api/v1/devices/:id/diagnostics': EVERYONE,
  'POST /api/v1/devices/:id/diagnostics': OPERATORS,
  'GET /api/v1/alarms': EVERYONE,
  'GET /api/v1/alarms/:id': EVERYONE,
  'POST /api/v1/alarms/actions': OPERATORS,
  'GET /api/v1/incidents': EVERYONE,
  'GET /api/v1/incidents/:id': EVERYONE,
  'GET /api/v1/incidents/:id/evidence': EVERYONE,
  'POST /api/v1/incidents/:id/notes': OPERATORS,
  'POST /api/v1/incidents/:id/assign': OPERATORS,
  'POST /api/v1/incidents/:id/state': OPERATORS,
  'POST /api/v1/incidents/:id/diagnostics': OPERATORS,
  'GET /api/v1/rules': EVERYONE,
  'GET /api/v1/rules/:id': EVERYONE,
  'GET /api/v1/rules/:id/evaluations': EVERYONE,
  'POST /api/v1/rules': ADMINS,
  'PUT /api/v1/rules/:id': ADMINS,
  'DELETE /api/v1/rules/:id': ADMINS,
  'GET /api/v1/events': EVERYONE,
  'GET /api/v1/samples': EVERYONE,
  'GET /api/v1/quarantine': OPERATORS,
  'GET /api/v1/gaps': EVERYONE,
  'GET /api/v1/audit': ADMINS,
  'GET /api/v1/audit/verification': ADMINS,
  'GET /api/v1/notifications': OPERATORS,
  'GET /api/v1/channels': OPERATORS,
  'POST /api/v1/channels/:id/test': ADMINS,
  'GET /api/v1/health': EVERYONE,
  'GET /api/v1/live': EVERYONE,
  'GET /api/v1/openapi.json': 'public',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': EVERYONE,
  'GET /docs': 'public',
  'GET /docs/*': 'public',
  'GET /': 'public',
  'GET /*': 'public',
}

/** Policy of a route, by its pattern. Routes that the documentation plug-in adds below /docs are public files. */
export function policyOf(method: string, url: string): Policy | undefined {
  const verb = method === 'HEAD' ? 'GET' : method
  const exact = POLICY[`${verb} ${url}`]
  if (exact) return exact
  return verb === 'GET' && url.startsWith('/docs/') ? POLICY['GET /docs/*'] : undefined
}
