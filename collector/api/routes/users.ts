import { pageOf } from '#shared/http/paging.ts'
import { CreateUser, UpdateUser, User, UserParams } from '#shared/http/session.ts'
import type { ChangeResult } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** User accounts, for administrators. */
export function addUserRoutes(app: Routes, { access, actions }: ApiDeps): void {
  app.get(
    '/api/v1/users',
    { schema: { tags: ['users'], summary: 'Users', response: { 200: pageOf(User) } } },
    async () => ({ items: await access.users(), nextCursor: null }),
  )
  app.post(
    '/api/v1/users',
    { schema: { tags: ['users'], summary: 'Add a user', body: CreateUser, response: { 201: User } } },
    async (request, reply) => {
      const { name, role, language } = request.body
      settle(await access.createUser(request.body))
      await actions.audit(asking(request).user, 'create-user', `user:${name}`, { role })
      return reply.code(201).send({ name, role, language, disabled: false })
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
      const { password, ...shown } = request.body
      settle(await access.updateUser(name, request.body))
      const detail = { ...shown, ...(password === undefined ? {} : { password: 'changed' }) }
      await actions.audit(asking(request).user, 'update-user', `user:${name}`, detail)
      return (await access.users()).find((u) => u.name === name)
    },
  )
}

function settle(result: ChangeResult): void {
  if (result.ok) return
  if (result.reason === 'not-found') throw new Problem('not-found', 'there is no such user')
  const message = result.reason === 'exists' ? 'there is a user of that name' : 'the last administrator must stay one'
  throw new Problem('conflict', message)
}
