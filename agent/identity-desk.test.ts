// The identity and the uplink together, against a broker over TLS: what the machines of both say to each other.
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeSealingKey, seal } from '#shared/seal/seal.ts'
import { systemClock } from '#shared/time/clock.ts'
import { RenewalRequest } from '#shared/wire/identity.ts'
import { createMemoryOutbox } from '#test/support/memory-outbox.ts'
import { createTestAuthority, type TestAuthority } from '#test/support/test-authority.ts'
import { createTlsSide } from '#test/support/tls-side.ts'
import { until } from '#test/support/until.ts'
import { readAgentConfig } from './config/config.ts'
import { makeKeyRequest } from './identity/csr.ts'
import { findIdentity, saveIdentity } from './identity/identity.ts'
import { createIdentityDesk, type IdentityDesk } from './identity-desk.ts'
import { createUplink, type Uplink } from './uplink/uplink.ts'

const AGENT = 'acme-hq-agent'
const DAY = 86_400_000
const secrets = { env: () => undefined, file: () => '' }
const sealing = makeSealingKey()
const log = pino({ level: 'silent' })
let dir: string
let authority: TestAuthority
let side: Awaited<ReturnType<typeof createTlsSide>>
let desk: IdentityDesk
let uplink: Uplink
let days = 0
const outbox = () => createMemoryOutbox()
let store = outbox()

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'desk-'))
  days = 0
  store = outbox()
  authority = await createTestAuthority()
  side = await createTlsSide(AGENT, authority, await authority.issueServer(['127.0.0.1'], 0))
  const { key, csr } = makeKeyRequest(AGENT)
  const site = { id: 'hq', name: 'HQ', customer: 'acme', timeZone: 'Asia/Shanghai' }
  const brokerUrl = `mqtts://127.0.0.1:${side.port}`
  const record = {
    version: 1 as const,
    agent: AGENT,
    site,
    brokerUrl,
    commandKey: '',
    collectorUrl: 'x',
    enrolledAt: 1,
  }
  saveIdentity(dir, { record, key, certificate: await issue(csr), ca: authority.ca, sealingKey: sealing.privatePem })
  start()
})
afterEach(async () => {
  desk.stop()
  await uplink.stop()
  await side.close()
  rmSync(dir, { recursive: true, force: true })
})

async function issue(csr: string): Promise<string> {
  const issued = await authority.issueAgent(csr, AGENT, Date.now())
  if ('refused' in issued) throw new Error(issued.refused)
  return issued.certificate
}
function start(): void {
  const read = readAgentConfig(`dataDir: ${dir}`, { file: 'agent.yaml', secrets, identity: findIdentity })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const clock = systemClock()
  const now = () => Date.now() + days * DAY
  desk = createIdentityDesk({ config: read.value, clock, log, now })
  uplink = createUplink({
    ...{ connection: desk.connection, agentId: AGENT, outbox: store, clock, log, random: () => 0.01 },
    about: { program: 'test/1', host: 'here', startedAt: 1, commandKey: '' },
    dropped: () => ({}),
    onCommand: () => undefined,
    onIdentity: desk.onIdentity,
    onLink: desk.onLink,
  })
  uplink.start()
  desk.start(uplink)
}
const restart = async () => {
  desk.stop()
  await uplink.stop()
  start()
}
const put = (n: number) => {
  for (let i = 0; i < n; i++) store.eventLine(`{"kind":"agent","at":1,"device":null,"code":"t","message":"${i}"}`)
}
const delivered = () => until(() => store.state().lanes.event.acknowledged === store.state().lanes.event.newest)
/** Starts where the certificate is due, and gives back the request. */
const asked = async () => {
  await until(() => uplink.facts().connected)
  days = 23
  await restart()
  const text = await until(() => side.identity[0], { timeoutMs: 15_000 })
  return RenewalRequest.parse(JSON.parse(text))
}
const say = (certificate: string) =>
  side.say(JSON.stringify({ version: 1, kind: 'certificate', certificate, ca: authority.ca }))

it('goes over to the renewed certificate and delivers on', { timeout: 30_000 }, async () => {
  put(10)
  const { csr, agent } = await asked()
  expect(agent).toBe(AGENT)
  const certificate = await issue(csr)
  put(10)
  say(certificate)
  const { serialNumber } = new X509Certificate(certificate)
  await until(() => side.serials.at(-1) === serialNumber)
  await until(() => !existsSync(join(dir, 'identity', 'previous.pem')))
  put(10)
  await delivered()
  expect(side.committed()).toBe(30)
  expect(desk.facts()).toMatchObject({ serial: serialNumber, problem: null, site: 'hq' })
})

it('comes back with the old certificate when the broker refuses the new one, and loses nothing', {
  timeout: 30_000,
}, async () => {
  const { csr } = await asked()
  const before = desk.facts()?.serial
  const certificate = await issue(csr)
  side.withdrawn.add(new X509Certificate(certificate).serialNumber)
  put(20)
  say(certificate)
  await until(() => /refused the new certificate/.test(desk.facts()?.problem ?? ''), { timeoutMs: 20_000 })
  expect(desk.facts()?.serial).toBe(before)
  await delivered()
  expect(side.committed()).toBe(20)
  await restart()
  await until(() => uplink.facts().connected)
  expect(desk.connection()).toMatchObject({ username: AGENT, cert: expect.stringContaining('BEGIN CERTIFICATE') })
})

it('opens what was sealed to the agent', () => {
  expect(desk.openSealed(seal(sealing.publicKey, 'community', AGENT), AGENT)).toBe('community')
  expect(() => desk.openSealed(seal(sealing.publicKey, 'community', 'another'), AGENT)).toThrow()
})

it('has neither certificate nor key where a password signs in', () => {
  const text = `dataDir: ${dir}/none\nagent: {id: ${AGENT}}\nbroker: {url: "mqtt://b", password: pw}\n`
  const read = readAgentConfig(text, { file: 'agent.yaml', secrets, identity: findIdentity })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const plain = createIdentityDesk({ config: read.value, clock: systemClock(), log })
  expect(plain.connection()).toEqual({ url: 'mqtt://b', username: AGENT, password: 'pw' })
  expect(plain.facts()).toBeNull()
  expect(() => plain.openSealed('x1.', 'x')).toThrow('not enrolled')
})
