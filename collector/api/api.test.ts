import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ADMIN_PASSWORD, createTestApi } from '#test/support/test-api.ts'

describe('session', () => {
  it('sets a cookie scripts cannot read, and ends it on sign-out', async () => {
    await using t = await createTestApi()
    const payload = { user: 'admin', password: ADMIN_PASSWORD }
    const answer = await t.app.inject({ method: 'POST', url: '/api/v1/session', payload })
    expect(answer.json()).toMatchObject({ user: 'admin', role: 'admin', kind: 'session' })
    expect(answer.headers['set-cookie']).toMatch(/^outrider_session=.*HttpOnly; SameSite=Lax/)
    const cookie = (answer.headers['set-cookie'] as string).split(';')[0] as string
    expect((await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).statusCode).toBe(200)
    const out = { method: 'DELETE' as const, url: '/api/v1/session', headers: { cookie, 'x-requested-with': 'test' } }
    expect((await t.app.inject(out)).statusCode).toBe(204)
    expect((await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).statusCode).toBe(401)
  })

  it('takes no session id from outside and ends the old one at the next sign-in', async () => {
    await using t = await createTestApi()
    const first = await t.signIn()
    const planted = 'outrider_session=chosen-by-an-attacker'
    const payload = { user: 'admin', password: ADMIN_PASSWORD }
    const again = await t.app.inject({ method: 'POST', url: '/api/v1/session', payload, headers: { cookie: first } })
    const second = (again.headers['set-cookie'] as string).split(';')[0] as string
    expect(second).not.toBe(first)
    for (const [cookie, status] of [
      [first, 401],
      [planted, 401],
      [second, 200],
    ] as const)
      expect((await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).statusCode).toBe(status)
  })

  it('says the same for a wrong password and a wrong user, and slows guessing', async () => {
    let time = 1_000_000
    await using t = await createTestApi({ now: () => time })
    const guess = (user: string, password: string, remoteAddress = '10.0.0.1') =>
      t.app.inject({ method: 'POST', url: '/api/v1/session', payload: { user, password }, remoteAddress })
    const wrong = await guess('admin', 'nope')
    const nobody = await guess('nobody', 'nope')
    expect([wrong.statusCode, wrong.body]).toEqual([nobody.statusCode, nobody.body])
    const codes: number[] = []
    for (let i = 0; i < 30; i++) codes.push((await guess('admin', `guess ${i}`, `10.0.1.${i}`)).statusCode)
    expect(codes.filter((c) => c === 401)).toHaveLength(9)
    expect(codes.filter((c) => c === 429)).toHaveLength(21)
    expect((await guess('admin', ADMIN_PASSWORD, '10.0.2.1')).statusCode).toBe(429)
    time += 61_000
    expect((await guess('admin', ADMIN_PASSWORD, '10.0.2.1')).statusCode).toBe(200)
  })

  it('refuses what another site’s page can send', async () => {
    await using t = await createTestApi()
    const cookie = await t.signIn()
    const post = (headers: Record<string, string>, payload: string) =>
      t.app.inject({ method: 'POST', url: '/api/v1/tokens', headers: { cookie, ...headers }, payload })
    const body = JSON.stringify({ name: 'x' })
    const json = { 'content-type': 'application/json' }
    expect((await post({ ...json, origin: 'https://evil.example' }, body)).statusCode).toBe(403)
    expect((await post({ ...json, origin: 'null' }, body)).statusCode).toBe(403)
    expect((await post({ 'content-type': 'text/plain' }, body)).statusCode).toBe(403)
    expect((await post({ ...json, origin: 'http://localhost:80' }, body)).statusCode).toBe(201)
  })

  it('lets a role change, a new password or disabling end all sessions', async () => {
    await using t = await createTestApi()
    for (const change of [{ role: 'viewer' as const }, { password: 'another one' }, { disabled: true }]) {
      const name = `u${Object.keys(change)[0]}`
      await t.access.createUser('test', { name, role: 'noc', password: 'long enough', language: null })
      const cookie = await t.signIn(name, 'long enough')
      await t.access.updateUser('test', name, change)
      expect((await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).statusCode).toBe(401)
    }
    expect(await t.access.updateUser('test', 'admin', { disabled: true })).toEqual({ ok: false, reason: 'last-admin' })
  })

  it('gives a token no more than its maker has, and takes it back', async () => {
    await using t = await createTestApi()
    await t.access.createUser('test', { name: 'val', role: 'viewer', password: 'long enough', language: null })
    const cookie = await t.signIn('val', 'long enough')
    const make = (role: string) =>
      t.app.inject({ method: 'POST', url: '/api/v1/tokens', headers: { cookie }, payload: { name: 'x', role } })
    expect((await make('admin')).json()).toMatchObject({ error: { code: 'bad-request', details: [{ path: 'role' }] } })
    const made = await make('viewer')
    expect(made.json().role).toBe('viewer')
    const headers = { authorization: `Bearer ${made.json().token}` }
    expect((await t.app.inject({ url: '/api/v1/alarms', headers })).statusCode).toBe(200)
    expect((await t.app.inject({ url: '/api/v1/audit', headers })).statusCode).toBe(403)
    const gone = { method: 'DELETE' as const, url: `/api/v1/tokens/${made.json().id}`, headers }
    expect((await t.app.inject(gone)).statusCode).toBe(204)
    expect((await t.app.inject({ url: '/api/v1/alarms', headers })).statusCode).toBe(401)
  })
})

describe('requests', () => {
  it('names every wrong field', async () => {
    await using t = await createTestApi()
    const headers = { cookie: await t.signIn() }
    const answer = await t.app.inject({ url: '/api/v1/alarms?limit=0&severity=bad&sort=x', headers })
    expect(answer.statusCode).toBe(400)
    expect(
      answer
        .json()
        .error.details.map((d: { path: string }) => d.path)
        .sort(),
    ).toEqual(['limit', 'severity', 'sort'])
    expect((await t.app.inject({ url: '/api/v1/alarms?cursor=zzz', headers })).statusCode).toBe(400)
  })

  it('bounds size and depth, and keeps prototypes clean', async () => {
    await using t = await createTestApi()
    const headers = { cookie: await t.signIn(), 'content-type': 'application/json' }
    const post = (payload: string) => t.app.inject({ method: 'POST', url: '/api/v1/tokens', headers, payload })
    expect((await post(`{"name":"${'x'.repeat(300_000)}"}`)).statusCode).toBe(413)
    expect((await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).json().error.message).toMatch(/deeply/)
    expect((await post('{"name":"x","__proto__":{"role":"admin"}}')).statusCode).toBe(400)
    expect((await post('{"name":')).statusCode).toBe(400)
    expect((await post('{"name":"x","extra":1}')).statusCode).toBe(400)
  })

  it('keeps device text data', async () => {
    await using t = await createTestApi()
    const evil = `<script>alert(1)</script>"'\u001b[31m`
    const doc = JSON.stringify({ kind: 'log', message: evil })
    t.database.connection
      .prepare(`insert into device_event values (1, 'agent-one', 'e', 1, 'hq', 'hq.sw', 'log', 5, 6, ?)`)
      .run(doc)
    const answer = await t.app.inject({ url: '/api/v1/events', headers: { cookie: await t.signIn() } })
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.json().items[0].event.message).toBe(evil)
  })
})

describe('console', () => {
  it('says how to build it when it is not there', async () => {
    await using t = await createTestApi()
    const page = await t.app.inject({ url: '/' })
    expect(page.body).toContain('npm run build:web')
    expect((await t.app.inject({ url: '/api/v1/nothing' })).json().error.code).toBe('not-found')
  })

  it('serves files, the application for its paths, and no inline script', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-console-'))
    mkdirSync(join(dir, 'assets'))
    writeFileSync(join(dir, 'index.html'), '<!doctype html><html><head></head><body>app</body></html>')
    writeFileSync(join(dir, 'assets', 'a-123.js'), 'export {}')
    await using t = await createTestApi({ consoleDir: dir })
    const page = await t.app.inject({ url: '/incidents/17' })
    expect(page.body).toContain('app')
    const csp = page.headers['content-security-policy'] as string
    expect(csp).toContain("script-src 'self';")
    expect(csp).not.toContain('unsafe')
    const nonce = /csp-nonce" content="([^"]+)"/.exec(page.body)?.[1]
    expect(csp).toContain(`'nonce-${nonce}'`)
    const asset = await t.app.inject({ url: '/assets/a-123.js' })
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect((await t.app.inject({ url: '/assets/none.js' })).statusCode).toBe(404)
    expect((await t.app.inject({ url: '/../../package.json' })).body).not.toContain('"outrider"')
  })
})

describe('tokens', () => {
  it('that are guessed are answered with 429 and the time to wait', async () => {
    await using t = await createTestApi()
    const guess = (n: number) =>
      t.app.inject({
        url: '/api/v1/alarms',
        headers: { authorization: `Bearer guess-${n}` },
        remoteAddress: '10.9.9.9',
      })
    const answers: Awaited<ReturnType<typeof guess>>[] = []
    for (let i = 0; i < 35; i++) answers.push(await guess(i))
    expect(answers.slice(0, 30).every((a) => a.statusCode === 401)).toBe(true)
    expect(answers.at(-1)?.statusCode).toBe(429)
    expect(answers.at(-1)?.json().error.code).toBe('too-many-requests')
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
  })
})

describe('a store that cannot write', () => {
  it('is said to be unavailable', async () => {
    const now = () => {
      throw Object.assign(new Error('disk full'), { code: 'unavailable' })
    }
    await using t = await createTestApi()
    const headers = { cookie: await t.signIn() }
    await using broken = await createTestApi({ deps: { access: t.access, audit: { verify: now, progress: now } } })
    const answer = await broken.app.inject({ url: '/api/v1/audit/verification', headers })
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'unavailable'])
    expect(answer.body).not.toContain('disk full')
  })
})
