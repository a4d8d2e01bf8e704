import { pageOf } from '#shared/http/paging.ts'
import { CreateUser, UpdateUser, UserParams } from '#shared/http/session.ts'
import { Ended, RoleTable, UserRow } from '#shared/http/users.ts'
import type { ChangeResult } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { sessionIdOf } from '../guard.ts'
import { found, Problem } from '../problems.ts'
import { roleTable } from '../role-table.ts'
import { asking, type Routes } from './route.ts'

/** User accounts, for administrators. */
export function addUserRoutes(app: Routes, { access, live }: ApiDeps): void {
  const tags = ['users']
  const one = async (name: string) =>
    found(
      (await access.users()).find((u) => u.name === name),
      'user',
    )
  app.get('/api/v1/users', { schema: { tags, summary: 'Users', response: { 200: pageOf(UserRow) } } }, async () => ({
    items: await access.users(),
    nextCursor: null,
  }))
  app.post(
    '/api/v1/users',
    { schema: { tags, summary: 'Add a user', body: CreateUser, response: { 201: UserRow } } },
    async (request, reply) => {
      settle(await access.createUser(asking(request).user, request.body))
      return reply.code(201).send(await one(request.body.name))
    },
  )
  app.patch(
    '/api/v1/users/:name',
    {
      schema: {
        tags,
        summary: 'Change a user',
        params: UserParams,
        body: UpdateUser,
        response: { 200: UserRow },
      },
    },
    async (request) => {
      const { name } = request.params
      const { user, kind } = asking(request)
      const keep = kind === 'session' ? sessionIdOf(request) : undefined
      settle(await access.updateUser(user, name, request.body, keep))
      await live.recheck(name)
      return one(name)
    },
  )
  app.delete(
    '/api/v1/users/:name/sessions',
    {
      schema: { tags, summary: 'Sign a user out everywhere', params: UserParams, response: { 200: Ended } },
    },
    async (request) => {
      const { user, kind } = asking(request)
      const keep = kind === 'session' ? sessionIdOf(request) : undefined
      const sessions = await access.endSessions(user, request.params.name, keep)
      await live.recheck(request.params.name)
      return { sessions: found(sessions, 'user'), tokens: 0 }
    },
  )
  app.get('/api/v1/roles', { schema: { tags, summary: 'What each role may do', response: { 200: RoleTable } } }, () =>
    roleTable((app.swagger() as { paths?: Record<string, Record<string, { summary?: string }>> }).paths ?? {}),
  )
}

function settle(result: ChangeResult): void {
  if (result.ok) return
  if (result.reason === 'not-found') throw new Problem('not-found', 'there is no such user')
  if (result.reason === 'customers')
    throw new Problem(
      'bad-request',
      'an administrator sees every customer; somebody at a customer needs at least one',
      {
        details: [{ path: 'customers', message: 'does not fit the role' }],
      },
    )
  const message = result.reason === 'exists' ? 'there is a user of that name' : 'the last administrator must stay one'
  throw new Problem('conflict', message)
}
