import { pageOf } from '#shared/http/paging.ts'
import { CreateUser, UpdateUser, User, UserParams } from '#shared/http/session.ts'
import type { ChangeResult } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** User accounts, for administrators. */
export function addUserRoutes(app: Routes, { access }: ApiDeps): void {
  app.get(
    '/api/v1/users',
    { schema: { tags: ['users'], summary: 'Users', response: { 200: pageOf(User) } } },
    async () => ({ items: await access.users(), nextCursor: null }),
  )
  app.post(
    '/api/v1/users',
    { schema: { tags: ['users'], summary: 'Add a user', body: CreateUser, response: { 201: User } } },
    async (request, reply) => {
      const { name, role, customers, language } = request.body
      settle(await access.createUser(asking(request).user, request.body))
      return reply.code(201).send({ name, role, customers, language, disabled: false })
    },
  )
  app.patch(
    '/api/v1/users/:name',
    {
      schema: {
        tags: ['users'],
        summary: 'Change a user',
        params: UserParams,
        body: UpdateUser,
        response: { 200: User },
      },
    },
    async (request) => {
      const { name } = request.params
      settle(await access.updateUser(asking(request).user, name, request.body))
      return (await access.users()).find((u) => u.name === name)
    },
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
