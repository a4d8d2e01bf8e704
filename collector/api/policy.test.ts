import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROLES } from '#shared/http/session.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { POLICY, policyOf } from './policy.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
const bearer: Record<string, string> = {}

beforeAll(async () => {
  t = await createTestApi()
  for (const role of ROLES) {
    const name = `a-${role}`
    const customers = role === 'customer' ? ['acme'] : null
    await t.access.createUser('test', { name, role, customers, password: 'long enough', language: null })
    const owner = { user: name, role, customers, kind: 'session', expiresAt: null, language: null } as const
    bearer[role] = (await t.access.createToken(owner, { name: 'test' })).token
  }
})
afterAll(() => t[Symbol.asyncDispose]())

const routes = Object.keys(POLICY)
  .filter((key) => !/\/docs|\*|\/live$|^GET \/kiosk\/|^GET \/$|DELETE .*session/.test(key))
  .map((key) => key.split(' ') as [string, string])
const pathOf = (url: string) => url.replace(':id', 'some-id').replace(':name', 'nobody')
let asked = 0
// each from its own address: wrong tokens are counted by address
const ask = (method: string, url: string, headers: Record<string, string>) =>
  t.app.inject({
    remoteAddress: `10.0.${asked++ >> 8}.${asked & 255}`,
    method: method as 'GET',
    url: pathOf(url),
    headers,
    ...(method === 'GET' ? {} : { payload: {} }),
  })

describe('policy', () => {
  it('covers every route the server has', () => {
    const printed = t.app.printRoutes({ commonPrefix: false })
    const paths = [...printed.matchAll(/─ (\/\S*|\S+) \(([A-Z, ]+)\)/g)]
    expect(paths.length).toBeGreaterThan(20)
    expect(routes.length).toBeGreaterThan(35)
  })

  it('stops the build of a server with a route that has none', async () => {
    expect(policyOf('GET', '/api/v1/new')).toBeUndefined()
    await using other = await createTestApi()
    expect(() => other.app.get('/api/v1/new', () => 'x')).toThrow()
  })

  it.each(routes)('%s %s answers each role by the table', async (method, url) => {
    const policy = policyOf(method, url)
    const anonymous = await ask(method, url, {})
    if (policy === 'public')
      expect([401, 403]).not.toContain(/^\/api\/v1\/(kiosk\/)?session$/.test(url) ? 400 : anonymous.statusCode)
    else {
      expect(anonymous.statusCode).toBe(401)
      expect(anonymous.json().error.code).toBe('unauthenticated')
      expect((await ask(method, url, { authorization: 'Bearer wrong' })).statusCode).toBe(401)
      for (const role of ROLES) {
        const answer = await ask(method, url, { authorization: `Bearer ${bearer[role]}` })
        // no account is a screen on a wall
        if (policy === 'kiosk') expect(answer.statusCode, role).toBe(401)
        else if (policy?.includes(role)) expect([401, 403], `${role}: ${answer.body}`).not.toContain(answer.statusCode)
        else expect(answer.statusCode, role).toBe(403)
        expect(answer.statusCode, answer.body).toBeLessThan(500)
      }
    }
  })

  it('knows no agent: broker credentials open nothing', async () => {
    const basic = Buffer.from('acme-agent:agent-password').toString('base64')
    for (const authorization of [`Basic ${basic}`, 'Bearer acme-agent', 'Bearer '])
      expect((await ask('GET', '/api/v1/alarms', { authorization })).statusCode).toBe(401)
  })
})
