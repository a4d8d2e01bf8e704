// The live stream over real sockets.
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { ROLES } from '#shared/http/session.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { until } from '#test/support/until.ts'
import { policyOf } from './policy.ts'

interface Client {
  readonly status: number
  readonly request: ClientRequest
  text(): string
  ended(): boolean
  pause(): void
}

function open(base: string, headers: Record<string, string>): Promise<Client> {
  return new Promise((resolve, reject) => {
    const request = get(`${base}/api/v1/live`, { headers, agent: false }, (response: IncomingMessage) => {
      let text = ''
      let ended = false
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('close', () => {
        ended = true
      })
      response.on('error', () => undefined)
      const pause = () => void response.pause()
      resolve({ status: response.statusCode ?? 0, request, text: () => text, ended: () => ended, pause })
    })
    request.on('error', reject)
  })
}

const idsOf = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map((m) => Number(m[1]))

it('gives 200 clients every delta in order, does not wait for one that does not read, and ends with the session', async () => {
  await using t = await createTestApi()
  const base = await t.api.start('127.0.0.1', 0)
  const headers = { cookie: await t.signIn() }
  const clients = await Promise.all(Array.from({ length: 200 }, () => open(base, headers)))
  await until(() => clients.every((c) => c.text().includes('event: hello')))
  expect(t.live.clients()).toBe(200)
  const [slow, ...others] = clients as [Client, ...Client[]]
  slow.pause()
  const first = t.live.newestId() + 1
  const device = { id: 'x'.repeat(200) } as never
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 100; i++) t.live.publish('device', { device }, 'acme')
    const last = `id: ${first + round * 100 + 99}\n`
    await until(() => others.every((c) => c.text().slice(-1000).includes(last)), { timeoutMs: 15_000 })
  }
  const all = Array.from({ length: 500 }, (_, i) => first + i)
  for (const client of others) expect(idsOf(client.text())).toEqual(all)
  // the one that did not read is let go as soon as it owes too much; whoever is read from is never let go
  expect(t.live.clients()).toBeGreaterThanOrEqual(199)
  await t.app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { ...headers, 'x-requested-with': 'test' },
  })
  await t.live.beat()
  await until(() => others.every((c) => c.ended()))
  expect(others.every((c) => c.text().includes('event: goodbye\ndata: {"reason":"signed-out"}'))).toBe(true)
  expect(t.live.clients()).toBe(0)
  slow.request.destroy()
}, 60_000)

it('is not for other sites, strangers and wrong tokens', async () => {
  await using t = await createTestApi()
  const base = await t.api.start('127.0.0.1', 0)
  const cookie = await t.signIn()
  const status = async (headers: Record<string, string>) => {
    const client = await open(base, headers)
    client.request.destroy()
    return client.status
  }
  expect(await status({})).toBe(401)
  expect(await status({ authorization: 'Bearer wrong' })).toBe(401)
  expect(await status({ cookie, origin: 'https://evil.example' })).toBe(403)
  expect(await status({ cookie, 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await status({ cookie, origin: base })).toBe(200)
  expect(await status({ cookie })).toBe(200)
})

it('says so when there is no place left', async () => {
  await using t = await createTestApi()
  const base = await t.api.start('127.0.0.1', 0)
  const headers = { cookie: await t.signIn() }
  const hello = { version: '0', now: 0 }
  const sink = { write: () => undefined, backlog: () => 0, close: () => undefined, stillAllowed: async () => true }
  for (let i = 0; i < 1000; i++) t.live.add({ ...sink }, undefined, hello)
  const answer = await fetch(`${base}/api/v1/live`, { headers })
  expect(answer.status).toBe(429)
  expect(await answer.json()).toMatchObject({ error: { code: 'too-many-requests', action: expect.any(String) } })
})

it('ends when a token is revoked', async () => {
  await using t = await createTestApi()
  const base = await t.api.start('127.0.0.1', 0)
  const owner = {
    user: 'admin',
    role: 'admin',
    customers: null,
    kind: 'session',
    expiresAt: null,
    language: null,
  } as const
  const { id, token } = await t.access.createToken(owner, { name: 'wall' })
  const client = await open(base, { authorization: `Bearer ${token}` })
  await until(() => client.text().includes('event: hello'))
  await t.live.beat()
  expect(client.ended()).toBe(false)
  await t.access.revokeToken(owner, id)
  await t.live.beat()
  await until(() => client.ended())
  expect(client.text()).toContain('signed-out')
})

it('ends at once with the session, the rights or the token, and others go on', async () => {
  await using t = await createTestApi()
  const base = await t.api.start('127.0.0.1', 0)
  const admin = { cookie: await t.signIn(), 'x-requested-with': 'test' }
  const account = async (name: string) => {
    await t.access.createUser('test', { name, role: 'noc', password: 'long enough', language: null })
    const headers = { cookie: await t.signIn(name, 'long enough'), 'x-requested-with': 'test' }
    const made = await t.app.inject({ method: 'POST', url: '/api/v1/tokens', headers, payload: { name: 'x' } })
    const { id, token } = made.json()
    const client = await open(base, headers)
    return { name, headers, client, id, byToken: await open(base, { authorization: `Bearer ${token}` }) }
  }
  const [out, demoted, ended, kept] = await Promise.all(['ann', 'bob', 'carl', 'dora'].map(account))
  if (!out || !demoted || !ended || !kept) throw new Error('no accounts')
  const ask = async (method: 'DELETE' | 'PATCH', url: string, headers: Record<string, string>, payload?: object) => {
    const answer = await t.app.inject({ ...{ method, url, headers }, ...(payload ? { payload } : {}) })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
  }
  await ask('DELETE', '/api/v1/session', out.headers)
  await ask('PATCH', `/api/v1/users/${demoted.name}`, admin, { role: 'viewer' })
  await ask('DELETE', `/api/v1/users/${ended.name}/sessions`, admin)
  await ask('DELETE', `/api/v1/tokens/${ended.id}`, admin)
  const over = [out.client, demoted.client, demoted.byToken, ended.client, ended.byToken]
  await until(() => over.every((client) => client.ended()))
  for (const client of [out.byToken, kept.client, kept.byToken]) expect(client.ended()).toBe(false)
})

it('tells nobody of a kind of thing whose list is not theirs to read', async () => {
  await using t = await createTestApi()
  const base = await t.api.start('127.0.0.1', 0)
  const lists = {
    ...{ alarm: '/api/v1/alarms', incident: '/api/v1/incidents', agent: '/api/v1/agents', device: '/api/v1/devices' },
    ...{ sweep: '/api/v1/sites/:id/sweeps', topology: '/api/v1/sites/:id/links' },
  } as const
  const clients = await Promise.all(
    ROLES.map(async (role) => {
      const customers = role === 'admin' ? null : ['acme']
      const name = `a-${role}`
      await t.access.createUser('test', { name, role, customers, password: 'long enough', language: null })
      return { role, client: await open(base, { cookie: await t.signIn(name, 'long enough') }) }
    }),
  )
  await until(() => clients.every(({ client }) => client.text().includes('event: hello')))
  for (const name of Object.keys(lists) as (keyof typeof lists)[])
    t.live.publish(name, { [name]: { id: 'x', customer: 'acme' } } as never, 'acme')
  t.live.publish('device', { device: { id: 'the-last' } as never }, 'acme')
  await until(() => clients.every(({ client }) => client.text().includes('the-last')))
  for (const { role, client } of clients) {
    const heard = Object.keys(lists).filter((name) => client.text().includes(`event: ${name}\n`))
    const may = Object.entries(lists).filter(([, url]) => policyOf('GET', url)?.includes(role))
    expect(heard, role).toEqual(may.map(([name]) => name))
  }
})
