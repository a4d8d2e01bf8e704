import '#shared/seal/reflect-metadata.ts'
import { X509Certificate } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { describe, expect, it } from 'vitest'
import type { Agent, Device } from '#shared/domain/inventory.ts'
import type { EnrolmentAnswer, EnrolmentGrant, EnrolmentRow, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { makeSealingKey } from '#shared/seal/seal.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { emptyChangeSet } from '../storage/change-set.ts'
import { createInventoryStore } from '../storage/sqlite/inventory-store.ts'

const SEALING_KEY = makeSealingKey().publicKey

const SITE = { id: 'hq', customer: 'acme', name: 'Head office', timeZone: 'Asia/Shanghai' }
const OTHER = { ...SITE, id: 'branch', name: 'Branch' }

async function start(now?: () => number, trustedProxies: string[] = [], problem?: string) {
  const sites = [SITE, OTHER]
  const t = await createTestApi({ sites, trustedProxies, ...(problem ? { problem } : {}), ...(now ? { now } : {}) })
  const cookie = await t.signIn()
  const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
    const headers = { cookie, 'x-requested-with': 'test' }
    const answer = await t.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
  }
  const make = async (draft: object = {}) =>
    (await call('POST', '/enrolment-tokens', { site: 'hq', ...draft })).body as MadeEnrolmentToken
  /** As an agent would: without a session. */
  const ask = async (token: string, csr: string, more: object = {}, from = '127.0.0.1') => {
    const payload = { token, csr, sealingKey: makeSealingKey().publicKey, host: 'box', program: 'x', addresses: [] }
    const url = '/api/v1/enrolments'
    const answer = await t.app.inject({
      method: 'POST',
      url,
      payload: { ...payload, ...more },
      remoteAddress: from,
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const pickup = async (id: string, secret: string) => {
    const answer = await t.app.inject({
      method: 'POST',
      url: `/api/v1/enrolments/${id}/pickup`,
      payload: { secret },
      remoteAddress: '127.0.0.1',
    })
    return { status: answer.statusCode, body: answer.json() as EnrolmentAnswer }
  }
  const audit = async () =>
    ((await call('GET', '/audit')).body.items as { action: string; subject: string; actor: string }[]).map(
      (e) => e.action,
    )
  return Object.assign(t, { call, make, ask, pickup, audit })
}

async function request(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return (await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm })).toString('pem')
}

describe('enrolment', () => {
  it('goes from a token over a waiting request and a decision to a certificate', async () => {
    await using t = await start()
    const token = await t.make({ note: 'for the new box' })
    expect(token).toMatchObject({ state: 'open', uses: 1, used: 0, url: 'https://collector.test:8080' })
    expect(token.token).toContain(`.${t.authority.pin}`)
    const waiting = await t.ask(token.token, await request(), { host: 'gateway-7', addresses: ['10.1.2.3'] })
    expect(waiting).toMatchObject({ status: 202, body: { state: 'waiting' } })
    const { id, pickup, fingerprint } = waiting.body
    const [row] = (await t.call('GET', '/enrolments')).body.items as EnrolmentRow[]
    expect(row).toMatchObject({
      id,
      fingerprint,
      host: 'gateway-7',
      addresses: ['10.1.2.3'],
      remoteAddress: '127.0.0.1',
    })
    expect((await t.pickup(id, pickup)).body).toMatchObject({ state: 'waiting', pickup })
    const decided = await t.call('POST', `/enrolments/${id}/decision`, { decision: 'approve' })
    expect(decided).toMatchObject({ status: 200, body: { state: 'granted', decidedBy: 'admin' } })
    const granted = (await t.pickup(id, pickup)).body as EnrolmentGrant
    expect(granted).toMatchObject({
      state: 'granted',
      site: SITE,
      ca: t.authority.ca,
      brokerUrl: expect.stringMatching(/^mqtts:/),
    })
    expect(granted.agent).toMatch(/^hq-[a-z0-9]{6}$/)
    const certificate = new X509Certificate(granted.certificate)
    expect(certificate.subject).toBe(`CN=${granted.agent}`)
    expect(t.enrolment.isAdmitted(granted.agent, certificate.serialNumber)).toBe(true)
    expect((await t.call('GET', `/agents/${granted.agent}/identity`)).body).toMatchObject({
      state: 'active',
      fingerprint,
    })
    const [after] = (await t.call('GET', '/enrolment-tokens')).body.items
    expect(after).toMatchObject({ state: 'used', used: 1 })
    expect(after).not.toHaveProperty('token')
    expect(await t.audit()).toEqual(
      expect.arrayContaining(['create-enrolment-token', 'ask-enrolment', 'grant-enrolment']),
    )
  })

  it('shows the token once, takes it over https or from this machine only, and believes only trusted proxies', async () => {
    await using t = await start()
    const { token } = await t.make({ preApproved: true })
    const csr = await request()
    const outside = await t.ask(token, csr, {}, '192.0.2.9')
    expect(outside).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden', action: expect.stringMatching(/tls/) } },
    })
    const claimed = await t.app.inject({
      method: 'POST',
      url: '/api/v1/enrolments',
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' },
      remoteAddress: '192.0.2.9',
      payload: { token, csr, sealingKey: SEALING_KEY, host: 'box', program: 'x', addresses: [] },
    })
    expect(claimed.statusCode).toBe(403)
    expect((await t.ask(token, csr, {}, '::ffff:127.0.0.1')).status).toBe(201)
    expect(JSON.stringify((await t.call('GET', '/enrolment-tokens')).body)).not.toContain(token.split('.')[2])
    const log = JSON.stringify((await t.call('GET', '/audit')).body)
    expect(log).not.toContain(token.split('.')[2])
  })

  it('believes a trusted proxy that says https', async () => {
    await using t = await start(undefined, ['192.0.2.9'])
    const { token } = await t.make({ preApproved: true })
    const payload = { token, csr: await request(), sealingKey: SEALING_KEY, host: 'b', program: 'x', addresses: [] }
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7', 'x-forwarded-host': 'col.test' }
    const url = '/api/v1/enrolments'
    const answer = await t.app.inject({ method: 'POST', url, headers, remoteAddress: '192.0.2.9', payload })
    expect(answer.json()).toMatchObject({ state: 'granted', brokerUrl: 'mqtts://col.test:8883' })
    const [row] = (await t.call('GET', '/enrolments')).body.items
    expect(row.remoteAddress).toBe('198.51.100.7')
  })

  it('grants one of 100 racing requests', async () => {
    await using t = await start()
    const { token } = await t.make({ preApproved: true })
    const requests = await Promise.all(Array.from({ length: 60 }, request))
    const answers = await Promise.all(requests.map((csr, i) => t.ask(token, csr, {}, `127.0.0.${i % 5}`)))
    const statuses = answers.map((a) => a.status)
    expect(statuses.filter((s) => s === 201)).toHaveLength(1)
    expect(statuses.filter((s) => s === 403)).toHaveLength(59)
    for (const { status, body } of answers)
      if (status === 403) expect(body.error.details).toEqual([{ path: 'token', message: 'used' }])
  })

  it('tells the same to a wrong id and a wrong secret, and slows who tries many', async () => {
    await using t = await start()
    const { token } = await t.make()
    const csr = await request()
    const [head, id, secret = '', pin] = token.split('.')
    const wrong = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`
    const a = await t.ask([head, id, wrong, pin].join('.'), csr)
    const b = await t.ask([head, 'aaaaaaaaaa', secret, pin].join('.'), csr)
    expect(a).toEqual(b)
    expect(a.status).toBe(403)
    expect((await t.ask('not a token', csr)).status).toBe(400)
    const many: number[] = []
    for (let i = 0; i < 80; i++) many.push((await t.ask([head, id, wrong, pin].join('.'), csr, {}, '127.0.9.9')).status)
    expect(many.filter((status) => status === 429)).toHaveLength(20)
    // others are not held up
    expect((await t.ask(token, csr)).status).toBe(202)
    const waiting = (await t.call('GET', '/enrolments')).body.items[0].id
    const first = await t.pickup(waiting, 'x'.repeat(32))
    const second = await t.pickup('never-there', 'x'.repeat(32))
    expect(first).toEqual(second)
    expect(first.status).toBe(404)
  })

  it('refuses what is too large, malformed or of another kind without a trace', async () => {
    await using t = await start()
    const { token } = await t.make()
    const csr = await request()
    const bad: [object, number][] = [
      [{ csr: 'x'.repeat(9000) }, 400],
      [{ csr: 'x'.repeat(40_000) }, 413],
      [{ csr: csr.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE') }, 400],
      [{ csr: csr.replace(/^(M.{20}).{4}/m, '$1AAAA') }, 400],
      [{ csr: `${csr}\n${csr}` }, 400],
      [{ sealingKey: 'short' }, 400],
      [{ host: '' }, 400],
      [{ host: 'x'.repeat(300) }, 400],
      [{ addresses: Array(33).fill('10.0.0.1') }, 400],
      [{ more: 1 }, 400],
    ]
    for (const [more, status] of bad) expect([more, (await t.ask(token, csr, more)).status]).toEqual([more, status])
    expect((await t.call('GET', '/enrolments')).body.items).toEqual([])
    expect((await t.call('GET', '/enrolment-tokens')).body.items[0]).toMatchObject({ used: 0 })
  })

  it('lets administrators decide, operators look, and viewers neither', async () => {
    await using t = await start()
    const { token } = await t.make()
    const waiting = (await t.ask(token, await request())).body as { id: string }
    for (const [role, reads, writes] of [
      ['noc', 200, 403],
      ['viewer', 403, 403],
    ] as const) {
      await t.access.createUser('admin', { name: role, role, password: 'a long password', language: null })
      const cookie = await t.signIn(role, 'a long password')
      const as = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
        (await t.app.inject({ method, url: `/api/v1${url}`, headers: { cookie }, ...(payload ? { payload } : {}) }))
          .statusCode
      expect(await as('GET', '/enrolment-tokens')).toBe(reads)
      expect(await as('GET', '/enrolments')).toBe(reads)
      expect(await as('POST', '/enrolment-tokens', { site: 'hq' })).toBe(writes)
      expect(await as('POST', `/enrolments/${waiting.id}/decision`, { decision: 'approve' })).toBe(writes)
      expect(await as('POST', '/agents/some-agent/revoke', { reason: 'x' })).toBe(writes)
      expect(await as('POST', '/agents/some-agent/release', { reason: 'x' })).toBe(writes)
    }
    const url = `/enrolments/${waiting.id}/decision`
    expect((await t.call('POST', url, { decision: 'reject', reason: 'not ours' })).body).toMatchObject({
      state: 'rejected',
    })
    expect((await t.call('POST', url, { decision: 'approve' })).status).toBe(409)
    expect((await t.call('POST', '/enrolments/none/decision', { decision: 'approve' })).status).toBe(404)
    expect((await t.call('POST', '/enrolment-tokens', { site: 'nowhere' })).status).toBe(400)
    expect((await t.call('POST', '/enrolment-tokens', { site: 'hq', validMinutes: 1441 })).status).toBe(400)
    expect((await t.call('GET', '/agents/nobody-there/identity')).status).toBe(404)
    expect((await t.call('POST', '/agents/nobody-there/revoke', { reason: 'x' })).status).toBe(404)
  })

  it('revokes and says so', async () => {
    await using t = await start()
    const { token } = await t.make({ preApproved: true })
    const { agent } = (await t.ask(token, await request())).body as EnrolmentGrant
    const revoked = await t.call('POST', `/agents/${agent}/revoke`, { reason: 'stolen' })
    expect(revoked).toMatchObject({ status: 200, body: { agent, state: 'revoked', reason: 'stolen' } })
    expect((await t.call('POST', `/agents/${agent}/release`, { reason: 'sorry' })).status).toBe(409)
    expect((await t.call('POST', `/agents/${agent}/revoke`, {})).status).toBe(400)
  })

  it('tells with each agent what its identity is worth, and with a device why it is unknown', async () => {
    await using t = await start()
    const { token } = await t.make({ preApproved: true })
    const { agent } = (await t.ask(token, await request())).body as EnrolmentGrant
    const known = { customer: 'acme', agent, site: 'hq', state: 'unknown', name: 'Switch', address: '192.0.2.1' }
    createInventoryStore(t.database).write(
      {
        ...emptyChangeSet(),
        agents: [{ id: agent, site: 'hq' } as Agent],
        devices: [{ id: 'hq.switch', ...known } as Device],
      },
      1,
    )
    const { notAfter } = (await t.call('GET', `/agents/${agent}/identity`)).body
    const agents = async () => (await t.call('GET', '/agents')).body.items as { id: string; identity: unknown }[]
    expect(await agents()).toMatchObject([{ id: agent, identity: { state: 'active', notAfter } }])
    expect((await t.call('GET', '/devices/hq.switch')).body).toMatchObject({ unknownBecause: null })
    await t.call('POST', `/agents/${agent}/revoke`, { reason: 'stolen' })
    expect(await agents()).toMatchObject([{ id: agent, identity: { state: 'revoked', notAfter } }])
    expect((await t.call('GET', '/devices/hq.switch')).body).toMatchObject({ unknownBecause: 'revoked: stolen' })
  })

  it('says what is wrong when nothing can be signed', async () => {
    await using t = await start(undefined, [], 'the key is missing; put it back')
    const { status, body } = await t.call('POST', '/enrolment-tokens', { site: 'hq' })
    expect([status, body.error.message]).toEqual([503, 'the key is missing; put it back'])
  })
})
