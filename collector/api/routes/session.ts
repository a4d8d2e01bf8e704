import { IdParams, pageOf } from '#shared/http/paging.ts'
import { CreatedToken, CreateToken, Session, SignIn, Token } from '#shared/http/session.ts'
import type { Principal } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { cookieName, sessionIdOf } from '../guard.ts'
import { found, Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Signing in and out, bearer tokens. */
export function addSessionRoutes(app: Routes, deps: ApiDeps): void {
  const { access, actions } = deps
  app.post(
    '/api/v1/session',
    { schema: { tags: ['session'], summary: 'Sign in', body: SignIn, response: { 200: Session } } },
    async (request, reply) => {
      const { user, password } = request.body
      const result = await access.signIn(user, password, request.ip, sessionIdOf(request))
      if (!result.ok && result.reason === 'throttled') {
        reply.header('retry-after', Math.ceil(result.retryAfterMs / 1000))
        throw new Problem('too-many-requests', 'too many attempts', { action: 'wait a minute and try again' })
      }
      if (!result.ok) {
        request.log.warn({ address: request.ip }, 'sign-in refused')
        throw new Problem('unauthenticated', 'user or password is wrong')
      }
      await actions.audit(user, 'sign-in', `user:${user}`, { address: request.ip })
      const secure = request.protocol === 'https'
      const options = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure }
      const maxAge = Math.floor(((result.principal.expiresAt ?? 0) - deps.now()) / 1000)
      reply.setCookie(cookieName(request), result.sessionId, { ...options, maxAge })
      return sessionOf(result.principal)
    },
  )
  app.get(
    '/api/v1/session',
    { schema: { tags: ['session'], summary: 'Who am I', response: { 200: Session } } },
    async (request) => sessionOf(asking(request)),
  )
  app.delete('/api/v1/session', { schema: { tags: ['session'], summary: 'Sign out' } }, async (request, reply) => {
    const principal = asking(request)
    const id = sessionIdOf(request)
    if (principal.kind === 'session' && id) await access.signOut(id)
    await actions.audit(principal.user, 'sign-out', `user:${principal.user}`)
    reply.clearCookie(cookieName(request), { path: '/', secure: request.protocol === 'https' })
    return reply.code(204).send()
  })

  app.get(
    '/api/v1/tokens',
    { schema: { tags: ['session'], summary: 'Tokens', response: { 200: pageOf(Token) } } },
    async (request) => ({ items: await access.tokens(asking(request)), nextCursor: null }),
  )
  app.post(
    '/api/v1/tokens',
    {
      schema: { tags: ['session'], summary: 'Make a bearer token', body: CreateToken, response: { 201: CreatedToken } },
    },
    async (request, reply) => {
      const principal = asking(request)
      const created = await access.createToken(principal, request.body)
      await actions.audit(principal.user, 'create-token', `token:${created.id}`, {
        name: created.name,
        role: created.role,
      })
      return reply.code(201).send(created)
    },
  )
  app.delete(
    '/api/v1/tokens/:id',
    { schema: { tags: ['session'], summary: 'Revoke a token', params: IdParams } },
    async (request, reply) => {
      const principal = asking(request)
      found((await access.revokeToken(principal, request.params.id)) || undefined, 'token')
      await actions.audit(principal.user, 'revoke-token', `token:${request.params.id}`)
      return reply.code(204).send()
    },
  )
}

const sessionOf = ({ user, role, language, expiresAt, kind }: Principal) => ({ user, role, language, expiresAt, kind })
