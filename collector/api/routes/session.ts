import { IdParams, pageOf } from '#shared/http/paging.ts'
import { UpdatePreferences } from '#shared/http/preferences.ts'
import { CreatedToken, CreateToken, Session, SignIn, Token } from '#shared/http/session.ts'
import { ChangePassword } from '#shared/http/users.ts'
import type { Principal } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { cookieName, sessionIdOf } from '../guard.ts'
import { found, Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Signing in and out, bearer tokens. */
export function addSessionRoutes(app: Routes, deps: ApiDeps): void {
  const { access, live } = deps
  const sessionOf = async ({ user, role, customers, language, expiresAt, kind }: Principal) => ({
    ...{ user, role, customers: customers === null ? null : [...customers], language, expiresAt, kind },
    ...(await access.personal(user)),
  })
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
  app.patch(
    '/api/v1/session',
    {
      schema: {
        tags: ['session'],
        summary: 'How I want the console',
        body: UpdatePreferences,
        response: { 200: Session },
      },
    },
    async (request) => {
      const principal = own(asking(request))
      await access.changePreferences(principal.user, request.body)
      const { language } = request.body
      return sessionOf(language === undefined ? principal : { ...principal, language })
    },
  )
  app.delete('/api/v1/session', { schema: { tags: ['session'], summary: 'Sign out' } }, async (request, reply) => {
    const principal = asking(request)
    await access.signOut(principal.user, principal.kind === 'session' ? sessionIdOf(request) : undefined)
    await live.recheck(principal.user)
    reply.clearCookie(cookieName(request), { path: '/', secure: request.protocol === 'https' })
    return reply.code(204).send()
  })
  app.put(
    '/api/v1/session/password',
    { schema: { tags: ['session'], summary: 'Change your own password', body: ChangePassword } },
    async (request, reply) => {
      const principal = asking(request)
      if (principal.kind === 'token') throw new Problem('forbidden', 'a token does not change passwords; sign in')
      const result = await access.changePassword(principal, request.body, sessionIdOf(request), request.ip)
      if (!result.ok)
        throw new Problem('bad-request', 'the present password is wrong', {
          details: [{ path: 'current', message: 'this is not your present password' }],
        })
      await live.recheck(principal.user)
      return reply.code(204).send()
    },
  )

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
      await live.recheck()
      return reply.code(204).send()
    },
  )
}

/** A token acts for somebody; it is not them. */
function own(principal: Principal): Principal {
  if (principal.kind === 'token') throw new Problem('bad-request', 'a token has no preferences: sign in for that')
  return principal
}
