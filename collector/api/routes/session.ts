import { IdParams, pageOf } from '#shared/http/paging.ts'
import { CreatedToken, CreateToken, Session, SignIn, Token } from '#shared/http/session.ts'
import type { Principal } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { cookieName, sessionIdOf } from '../guard.ts'
import { found, Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Signing in and out, bearer tokens. */
export function addSessionRoutes(app: Routes, deps: ApiDeps): void {
  const { access } = deps
  app.post(
    '/api/v1/session',
    { schema: { tags: ['session'], summary: 'Sign in', body: SignIn, response: { 200: Session } } },
    async (request, reply) => {
      const { user, password } = request.body
      const result = await access.signIn(user, password, request.ip, sessionIdOf(request))
      if (!result.ok) {
        request.log.warn({ address: request.ip }, 'sign-in refused')
        throw new Problem('unauthenticated', 'user or password is wrong')
      }
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
    await access.signOut(principal.user, principal.kind === 'session' ? sessionIdOf(request) : undefined)
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
      const created = await access.createToken(asking(request), request.body)
      return reply.code(201).send(created)
    },
  )
  app.delete(
    '/api/v1/tokens/:id',
    { schema: { tags: ['session'], summary: 'Revoke a token', params: IdParams } },
    async (request, reply) => {
      found((await access.revokeToken(asking(request), request.params.id)) || undefined, 'token')
      return reply.code(204).send()
    },
  )
}

const sessionOf = ({ user, role, customers, language, expiresAt, kind }: Principal) => ({
  ...{ user, role, customers: customers === null ? null : [...customers], language, expiresAt, kind },
})
