import '#shared/seal/reflect-metadata.ts'
import { X509Certificate } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { describe, expect, it } from 'vitest'
import type { EnrolmentAnswer, EnrolmentGrant, EnrolmentRow, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { makeSealingKey } from '#shared/seal/seal.ts'
import { createTestApi } from '#test/support/test-api.ts'

const SITE = { id: 'hq', customer: 'acme', name: 'Head office', timeZone: 'Asia/Shanghai' }
const OTHER = { ...SITE, id: 'branch', name: 'Branch' }

async function start(now?: () => number) {
  const t = await createTestApi({ sites: [SITE, OTHER], ...(now ? { now } : {}) })
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
})
