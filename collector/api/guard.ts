// Stands before every route: policy, identity, origin. A route without a policy entry throws while the server is built.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiDeps } from './deps.ts'
import { bearerOf, viewerOf } from './kiosk-cookie.ts'
import { policyOf } from './policy.ts'
import { Problem } from './problems.ts'
import type { Reads } from './reads.ts'
import { keepToScope, refuseOutOfScope } from './scope.ts'
import { withoutWindowNames } from './window-names.ts'

const PLAIN_COOKIE = 'outrider_session'
/** Browsers take a __Host- cookie over HTTPS only, from this host only, for all paths. */
const SECURE_COOKIE = '__Host-outrider_session'
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Must be added before any route. */
export function guard(
  app: FastifyInstance,
  { access, kiosks, reads }: Pick<ApiDeps, 'access' | 'kiosks'> & { readonly reads: Pick<Reads, 'customerOf'> },
): void {
  app.decorateRequest('principal', null)
  app.decorateRequest('viewer', null)
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat())
      if (!policyOf(method, route.url)) throw new Error(`route ${method} ${route.url} has no policy entry`)
  })
  app.addHook('onRequest', async (request) => {
    const url = request.routeOptions.url
    // no route: the not-found handler answers
    if (url === undefined) return
    const policy = policyOf(request.method, url)
    if (!policy) throw new Problem('forbidden', 'not allowed')
    // a stream holds a place for as long as it is open: that is not for another site's page either
    if (!SAFE.has(request.method) || url.endsWith('/live')) refuseForeignOrigin(request)
    if (policy === 'public') return
    if (policy === 'kiosk') {
      request.viewer = (await viewerOf(request, kiosks)) ?? null
      if (!request.viewer) throw new Problem('unauthenticated', 'this link is not valid, or not any more')
      return
    }
    const principal = await access.identify({ sessionId: sessionIdOf(request), bearer: bearerOf(request) }, request.ip)
    if (!principal) throw new Problem('unauthenticated', 'sign in first')
    if (!policy.includes(principal.role)) throw new Problem('forbidden', 'your role does not allow this')
    if (!SAFE.has(request.method) && principal.kind === 'session') refuseSimpleRequest(request)
    refuseOutOfScope(request, principal)
    request.principal = principal
  })
  app.addHook('preHandler', async (request) => {
    if (request.principal) await keepToScope(request, request.principal, reads)
  })
  app.addHook('preSerialization', async ({ principal }, _reply, payload) =>
    principal === null || principal.customers === null ? payload : withoutWindowNames(payload),
  )
}

/** Session id the browser sent, whichever cookie fits the connection. */
export function sessionIdOf(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName(request)]
}

export function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? SECURE_COOKIE : PLAIN_COOKIE
}

/** Browsers say where a request comes from; another site's page may not act here. */
function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin
  if (origin === undefined) {
    if (request.headers['sec-fetch-site'] === 'cross-site') throw new Problem('forbidden', 'request from another site')
    return
  }
  const own = URL.parse(`${request.protocol}://${request.host}`)
  if (own === null || URL.parse(origin)?.host !== own.host) throw new Problem('forbidden', 'request from another site')
}

/** What a form on another page can send without asking first carries neither of these. */
function refuseSimpleRequest(request: FastifyRequest): void {
  const json = /^application\/json\b/i.test(request.headers['content-type'] ?? '')
  if (!json && request.headers['x-requested-with'] === undefined)
    throw new Problem('forbidden', 'missing header', { action: 'send application/json or X-Requested-With' })
}
