import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Session } from '#shared/http/session.ts'
import { createTestApi } from '#test/support/test-api.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
beforeAll(async () => {
  t = await createTestApi()
  await t.access.createUser('admin', { name: 'wei', role: 'noc', password: 'chosen by admin', language: null })
})
afterAll(() => t[Symbol.asyncDispose]())

const as = async (user: string, password?: string) => {
  const headers = { cookie: await t.signIn(user, password), 'x-requested-with': 'outrider' }
  return {
    get: async () => (await t.app.inject({ url: '/api/v1/session', headers })).json<Session>(),
    patch: (payload: object) => t.app.inject({ method: 'PATCH', url: '/api/v1/session', headers, payload }),
    put: (url: string, payload: object) => t.app.inject({ method: 'PUT', url, headers, payload }),
  }
}

it('keeps what somebody wants with the account, part by part', async () => {
  const wei = await as('wei', 'chosen by admin')
  expect((await wei.get()).preferences).toEqual({ timeZone: null, theme: 'auto', palette: 'normal' })
  const first = await wei.patch({ timeZone: 'Asia/Urumqi', palette: 'colour-blind' })
  expect(first.json()).toMatchObject({ user: 'wei', role: 'noc', language: null })
  await wei.patch({ theme: 'dark', language: 'zh-CN' })
  const elsewhere = await (await as('wei', 'chosen by admin')).get()
  expect(elsewhere.preferences).toEqual({ timeZone: 'Asia/Urumqi', theme: 'dark', palette: 'colour-blind' })
  expect(elsewhere.language).toBe('zh-CN')
  await wei.patch({ timeZone: null })
  expect((await wei.get()).preferences).toEqual({ timeZone: null, theme: 'dark', palette: 'colour-blind' })
  // nobody else's
  expect((await (await as('admin')).get()).preferences.theme).toBe('auto')
})

it('refuses what is no zone, no theme or no preference, and says where', async () => {
  const wei = await as('wei', 'chosen by admin')
  for (const wrong of [{ timeZone: 'Mars/Base' }, { theme: 'pink' }, { role: 'admin' }]) {
    const answer = await wei.patch(wrong)
    expect(answer.statusCode, JSON.stringify(wrong)).toBe(400)
  }
  const { error } = (await wei.patch({ timeZone: 'Mars/Base' })).json()
  expect(error.details).toEqual([{ path: 'timeZone', message: 'not an IANA time zone' }])
})

it('lets a token change nothing of the account it acts for', async () => {
  const owner = { user: 'wei', role: 'noc', customers: null, kind: 'session', expiresAt: null, language: null } as const
  const { token } = await t.access.createToken(owner, { name: 'script' })
  const headers = { authorization: `Bearer ${token}` }
  const answer = await t.app.inject({ method: 'PATCH', url: '/api/v1/session', headers, payload: { theme: 'light' } })
  expect(answer.statusCode).toBe(400)
})

it('says that a password was given until an own one is chosen', async () => {
  const wei = await as('wei', 'chosen by admin')
  expect((await wei.get()).passwordGiven).toBe(true)
  const password = 'chosen by wei'
  const change = { current: 'chosen by admin', password, revokeTokens: false }
  expect((await wei.put('/api/v1/session/password', change)).statusCode).toBe(204)
  expect((await wei.get()).passwordGiven).toBe(false)
  await t.access.updateUser('admin', 'wei', { password: 'given once more' })
  expect((await (await as('wei', 'given once more')).get()).passwordGiven).toBe(true)
  // the one in the environment was chosen by who installs
  expect((await (await as('admin')).get()).passwordGiven).toBe(false)
})
