import { connect as tcp } from 'node:net'
import { type ConnectionOptions, connect as secure } from 'node:tls'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { allDown, upTopic } from '#shared/wire/topics.ts'
import { createTestAuthority, type Oddity, type TestAuthority } from '#test/support/test-authority.ts'
import { until } from '#test/support/until.ts'
import { createAgentLink } from '../agent-link/agent-link.ts'
import type { HeldCertificate } from '../authority/authority.ts'
import { type BrokerLimits, createBroker } from './broker.ts'

const log = pino({ level: 'silent' })
const ME = 'agent-me-0001'
const OTHER = 'agent-other-1'
const ends: (() => Promise<unknown> | undefined)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function rig(limits: Partial<BrokerLimits> = {}) {
  const authority = await createTestAuthority()
  const withdrawn = new Set<string>()
  const server = await authority.issueServer(['localhost', '127.0.0.1'], Date.now())
  const broker = await createBroker({
    host: '127.0.0.1',
    port: 0,
    authenticate: (agent, password) => password.toString() === `secret of ${agent}`,
    secure: {
      host: '127.0.0.1',
      port: 0,
      isAdmitted: (agent, serial) => !withdrawn.has(agent) && !withdrawn.has(serial),
    },
    log,
    limits,
  })
  await broker.start()
  const port = await broker.openSecure({ ca: authority.ca, ...server })
  const got: string[] = []
  const link = createAgentLink({
    broker: { kind: 'embedded', open: broker.open },
    onMessage: (agent, channel) => got.push(`${agent} ${channel}`) > 0,
    clock: { mono: () => performance.now() },
    log,
  })
  link.start()
  ends.push(
    () => link.stop(),
    () => broker.stop(),
  )
  await until(() => link.state().connected)
  return { authority, broker, withdrawn, got, link, port }
}
type Rig = Awaited<ReturnType<typeof rig>>

function client(r: Rig, identity: Partial<HeldCertificate>, more: IClientOptions = {}): MqttClient {
  const made = mqtt.connect({
    ...{ host: '127.0.0.1', port: r.port, protocol: 'mqtts', servername: 'localhost', ca: r.authority.ca },
    ...(identity.certificate === undefined ? {} : { cert: identity.certificate, key: identity.key as string }),
    ...{ protocolVersion: 4, clean: true, keepalive: 60, reconnectPeriod: 0, clientId: ME },
    ...more,
  })
  made.on('error', () => undefined)
  ends.unshift(() => void made.end(true))
  return made
}

/** `in` when the broker let it in, else `out`. */
const outcome = (made: MqttClient): Promise<string> =>
  new Promise((resolve) => {
    made.once('connect', () => resolve('in'))
    made.once('close', () => resolve('out'))
  })

const made = (authority: TestAuthority, oddity: Partial<Oddity> = {}) => authority.odd({ commonName: ME, ...oddity })

describe('secure door', () => {
  it('lets an agent in by its certificate, without a password, over TLS 1.2 and 1.3', async () => {
    const r = await rig()
    const me = await made(r.authority)
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const versions: ConnectionOptions = { minVersion: version, maxVersion: version }
      const agent = client(r, me, versions as IClientOptions)
      expect(await outcome(agent)).toBe('in')
      expect((await agent.subscribeAsync(allDown(ME), { qos: 1 }))[0]?.qos).toBe(1)
      await agent.publishAsync(upTopic(ME, 'event'), 'x', { qos: 1 })
    }
    await until(() => r.got.length === 2)
    expect(r.got).toEqual([`${ME} event`, `${ME} event`])
  })

  it('takes the name from the certificate: no other client id, no other user name', async () => {
    const r = await rig()
    const other = client(r, await made(r.authority, { commonName: OTHER }), { clientId: OTHER })
    expect(await outcome(other)).toBe('in')
    const me = await made(r.authority)
    expect(await outcome(client(r, me, { clientId: OTHER }))).toBe('out')
    expect(await outcome(client(r, me, { clientId: OTHER, username: OTHER }))).toBe('out')
    expect(await outcome(client(r, me, { username: OTHER, password: `secret of ${OTHER}` }))).toBe('out')
    expect(await outcome(client(r, me, { username: ME }))).toBe('in')
    expect(other.connected).toBe(true)
  })

  it.each<[string, Partial<Oddity>]>([
    ['expired', { notAfter: Date.now() - 1000, notBefore: Date.now() - 100_000 }],
    ['not yet valid', { notBefore: Date.now() + 3_600_000 }],
    ['self-signed', { selfSigned: true }],
    ["a server's", { usage: 'server' }],
    ['of a wildcard', { commonName: '+' }],
    ['of everything', { commonName: '#' }],
    ['of a path', { commonName: `${OTHER}/up` }],
    ['of nobody', { commonName: '' }],
    ['with a NUL', { commonName: `${ME}\0x` }],
    ['with two names', { commonName: [ME, OTHER] }],
    ['too long', { commonName: 'a'.repeat(65) }],
    ['of the collector', { commonName: 'outrider.collector' }],
  ])('refuses a certificate that is %s', async (_what, oddity) => {
    const r = await rig()
    expect(await outcome(client(r, await made(r.authority, oddity)))).toBe('out')
    expect(r.broker.health().agents).toBe(0)
    expect(Object.keys(r.broker.health().refused)).toHaveLength(1)
  })

  it('refuses strangers: no certificate, another authority, plain bytes, TLS 1.1', async () => {
    const r = await rig()
    const foreign = await createTestAuthority()
    expect(await outcome(client(r, {}))).toBe('out')
    expect(await outcome(client(r, await made(foreign)))).toBe('out')
    expect(await outcome(client(r, {}, { protocol: 'mqtt' }))).toBe('out')
    const old: ConnectionOptions = { port: r.port, host: '127.0.0.1', ca: r.authority.ca, servername: 'localhost' }
    const weak = { ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const socket = secure(weak)
    const ended = await new Promise<string>((resolve) => {
      socket.on('secureConnect', () => resolve('in'))
      socket.on('error', () => resolve('out'))
    })
    expect(ended).toBe('out')
    expect(r.broker.health()).toMatchObject({ agents: 0, refused: { 'tls-handshake': expect.any(Number) } })
  })

  it('cuts a withdrawn certificate at once when told, soon when not, and lets it in no more', async () => {
    const r = await rig()
    const me = await made(r.authority)
    const told = client(r, me)
    expect(await outcome(told)).toBe('in')
    r.withdrawn.add(ME)
    r.broker.disconnect(ME)
    await until(() => !told.connected, { timeoutMs: 500 })
    expect(await outcome(client(r, me))).toBe('out')
    r.withdrawn.clear()
    const next = client(r, await made(r.authority))
    expect(await outcome(next)).toBe('in')
    r.withdrawn.add(ME)
    await until(() => !next.connected, { timeoutMs: 5000 })
  })

  it('ends a connection with its certificate', async () => {
    const r = await rig()
    const agent = client(r, await made(r.authority, { notAfter: Date.now() + 3000 }))
    expect(await outcome(agent)).toBe('in')
    await until(() => !agent.connected, { timeoutMs: 8000 })
  })

  it('bounds handshakes that never end', async () => {
    const r = await rig({ connectTimeoutMs: 300 })
    const silent = Array.from({ length: 20 }, () => tcp(r.port, '127.0.0.1').on('error', () => undefined))
    ends.unshift(async () => void silent.map((s) => s.destroy()))
    await until(() => silent.every((s) => s.closed))
    await until(() => r.broker.health().connections === 0)
    // past the handshake, but without a sign-in
    const me = await made(r.authority)
    const quiet = secure({ port: r.port, host: '127.0.0.1', ca: r.authority.ca, cert: me.certificate, key: me.key })
    quiet.on('error', () => undefined)
    ends.unshift(async () => void quiet.destroy())
    await until(() => quiet.closed)
    await until(() => r.broker.health().connections === 0)
  })

  it('shows a new certificate without a restart', async () => {
    const r = await rig()
    const me = await made(r.authority)
    const before = client(r, me)
    expect(await outcome(before)).toBe('in')
    const next = await createTestAuthority()
    const server = await next.issueServer(['localhost'], Date.now())
    expect(
      await r.broker.openSecure({ ca: r.authority.ca + next.ca, certificate: server.certificate, key: server.key }),
    ).toBe(r.port)
    expect(before.connected).toBe(true)
    expect(await outcome(client(r, me, { ca: next.ca }))).toBe('in')
    await expect(r.broker.openSecure({ ca: next.ca, certificate: server.certificate, key: me.key })).rejects.toThrow()
    expect(await outcome(client(r, await made(next), { ca: next.ca }))).toBe('in')
  })
})
