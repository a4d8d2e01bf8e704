// Identities over the real way: API, authority, embedded broker with TLS, ingest, alarms; agents in this process.
import '#shared/seal/reflect-metadata.ts'
import { X509Certificate } from 'node:crypto'
import { cpSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import mqtt from 'mqtt'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Agent, startAgent } from '#agent/agent.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { findIdentity } from '#agent/identity/identity.ts'
import { askRunning } from '#collector/enrolment-control.ts'
import { restoreBackup, writeBackup } from '#collector/storage/sqlite/backup.ts'
import type { HealthSummary } from '#shared/http/administration.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { AgentIdentity } from '#shared/http/enrolment.ts'
import type { AgentRow } from '#shared/http/inventory.ts'
import { RenewalAnswer } from '#shared/wire/identity.ts'
import { downTopic, upTopic } from '#shared/wire/topics.ts'
import { type EnrolledSite, startEnrolledSite } from '../support/enrolled-site.ts'
import { until } from '../support/until.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function begin(): Promise<EnrolledSite & { readonly agent: string }> {
  const site = await startEnrolledSite()
  closing.push(() => site[Symbol.asyncDispose]())
  const { items } = await site.api.get<{ items: AgentRow[] }>('/api/v1/agents')
  return Object.assign(site, { agent: (items[0] as AgentRow).id })
}

const rowOf = (site: EnrolledSite, agent: string) => site.api.get<AgentRow>(`/api/v1/agents/${agent}`)
const identityOf = (site: EnrolledSite, agent: string) =>
  site.api.get<AgentIdentity>(`/api/v1/agents/${agent}/identity`)
const clonesOf = async (site: EnrolledSite) =>
  (await site.api.get<{ items: AlarmRow[] }>('/api/v1/alarms?all=true')).items.filter(
    (a) => a.alarmType === 'agent.cloned',
  )
const actionsOf = async (site: EnrolledSite) =>
  (await site.api.all<{ action: string; subject: string }>('/api/v1/audit')).map((e) => e.action)

/** A second program on a copy of the agent's folder. */
async function startCopy(site: EnrolledSite): Promise<Agent> {
  const dataDir = join(site.dir, 'copy')
  cpSync(join(site.dir, 'agent'), dataDir, { recursive: true })
  const secrets = { env: () => undefined, file: () => '' }
  const settings = { broker: { url: `mqtts://127.0.0.1:${site.link.port}` }, dataDir, health: { port: 0 } }
  const read = readAgentConfig(stringify(settings), { file: 'agent.yaml', secrets, identity: findIdentity })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const log = pino({ level: 'silent' })
  const copy = await startAgent({ config: read.value, program: 'agent-copy', log, onFatal: () => undefined })
  closing.push(() => copy.stop())
  return copy
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A client with the agent's name that collects what is answered about its identity. Rejects when it is not let in. */
async function connectAs(site: EnrolledSite & { agent: string }, tls: { key: string; cert: string; ca: string }) {
  const client = mqtt.connect(`mqtts://127.0.0.1:${site.link.port}`, {
    ...{ ...tls, clientId: site.agent, username: site.agent, protocolVersion: 4, clean: true, keepalive: 30 },
    reconnectPeriod: 0,
  })
  closing.push(() => void client.end(true))
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
  })
  client.on('error', () => undefined)
  const answers: RenewalAnswer[] = []
  client.on('message', (_topic, payload) => answers.push(RenewalAnswer.parse(JSON.parse(payload.toString()))))
  await client.subscribeAsync(downTopic(site.agent, 'identity'), { qos: 1 })
  return { client, answers }
}

/** A new certificate for the agent, asked for as the agent does, twice. `old`: key and certificate before. */
async function renewed(site: EnrolledSite & { agent: string }) {
  const identity = join(site.dir, 'agent', 'identity')
  const pem = readFileSync(join(identity, 'agent.pem'), 'utf8')
  const ca = readFileSync(join(identity, 'ca.pem'), 'utf8')
  const keys = await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const csr = (await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: P256 })).toString('pem')
  const first = await connectAs(site, { key: pem, cert: pem, ca })
  const request = JSON.stringify({ version: 1, agent: site.agent, csr })
  await first.client.publishAsync(upTopic(site.agent, 'identity'), request, { qos: 1 })
  const answer = await until(() => first.answers[0])
  if (answer.kind !== 'certificate') throw new Error(answer.reason)
  expect(answer.ca).toContain(ca.trim())
  await first.client.publishAsync(upTopic(site.agent, 'identity'), request, { qos: 1 })
  expect(await until(() => first.answers[1])).toEqual(answer)
  await first.client.endAsync(true)
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { key, cert: answer.certificate, ca, old: pem }
}

describe('identity', () => {
  it('cuts off a live agent within ten seconds of its revocation, for good', async () => {
    const site = await begin()
    expect(await identityOf(site, site.agent)).toMatchObject({ state: 'active', reason: null })
    const started = Date.now()
    await site.api.post(`/api/v1/agents/${site.agent}/revoke`, { reason: 'the box was stolen' })
    await until(() => (site.report().uplink as { connected: boolean }).connected === false, { timeoutMs: 10_000 })
    expect(Date.now() - started).toBeLessThan(10_000)
    const { lastSeen } = await until(async () => {
      const row = await rowOf(site, site.agent)
      return row.presence === 'unknown' ? row : undefined
    })
    await site.stopCollector()
    await site.startCollector()
    await until(async () => (await identityOf(site, site.agent)).state === 'revoked')
    expect(await rowOf(site, site.agent)).toMatchObject({ refused: 'revoked: the box was stolen', lastSeen })
    expect(await rowOf(site, site.agent)).toMatchObject({ presence: 'unknown', identity: { state: 'revoked' } })
    expect((await site.api.get<{ items: AlarmRow[] }>('/api/v1/alarms?all=true')).items).toEqual([])
    expect((site.report().uplink as { connected: boolean }).connected).toBe(false)
    expect(await actionsOf(site)).toContain('revoke-agent')
  })

  it('finds a copied folder within a minute, holds both off with an alarm, and lets one in again', async () => {
    const site = await begin()
    const started = Date.now()
    const copy = await startCopy(site)
    await until(async () => (await identityOf(site, site.agent)).state === 'quarantined', { timeoutMs: 60_000 })
    expect(Date.now() - started).toBeLessThan(60_000)
    const [alarm] = await until(async () => {
      const found = await clonesOf(site)
      return found.length > 0 ? found : undefined
    })
    expect(alarm).toMatchObject({ perceivedSeverity: 'critical', isCleared: false, agent: site.agent })
    await copy.stop()
    // a restart does not let it in, a person does
    await site.stopCollector()
    await site.startCollector()
    expect((await identityOf(site, site.agent)).state).toBe('quarantined')
    await site.api.post(`/api/v1/agents/${site.agent}/release`, { reason: 'the copy was switched off' })
    await until(async () => (await rowOf(site, site.agent)).presence === 'online', { timeoutMs: 60_000 })
    expect(await identityOf(site, site.agent)).toMatchObject({ state: 'active', reason: null })
    expect(await actionsOf(site)).toEqual(expect.arrayContaining(['quarantine-agent', 'release-agent']))
  })

  it('renews over the connection it serves: the new certificate holds, one for one key, and a revoked agent gets none', async () => {
    const site = await begin()
    await site.stopAgent()
    const { key, cert, ca, old } = await renewed(site)
    const second = await connectAs(site, { key, cert, ca })
    const now = await identityOf(site, site.agent)
    expect(now.serial).toBe(new X509Certificate(cert).serialNumber)
    await site.api.post(`/api/v1/agents/${site.agent}/revoke`, { reason: 'enough' })
    await until(() => !second.client.connected, { timeoutMs: 10_000 })
    await expect(connectAs(site, { key, cert, ca })).rejects.toThrow()
    await expect(connectAs(site, { key: old, cert: old, ca })).rejects.toThrow()
  })

  it('answers an agent a dozen times a minute, whatever it asks, and counts the rest', async () => {
    const site = await begin()
    await site.stopAgent()
    const pem = readFileSync(join(site.dir, 'agent', 'identity', 'agent.pem'), 'utf8')
    const ca = readFileSync(join(site.dir, 'agent', 'identity', 'ca.pem'), 'utf8')
    const { client, answers } = await connectAs(site, { key: pem, cert: pem, ca })
    const csr = `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(64)}\n-----END CERTIFICATE REQUEST-----\n`
    const request = JSON.stringify({ version: 1, agent: site.agent, csr })
    const tooOften = async () =>
      (await site.api.get<HealthSummary>('/api/v1/health')).figures['dropped.renewals.too-often'] ?? 0
    let asked = 0
    while ((await tooOften()) < 20) {
      await client.publishAsync(upTopic(site.agent, 'identity'), request, { qos: 1 })
      asked++
      if (asked <= 12) await until(() => answers.length === asked)
    }
    // the minute may have turned once meanwhile
    expect(answers.length).toBeLessThanOrEqual(24)
    expect(answers.every((answer) => answer.kind === 'refused')).toBe(true)
    expect((await identityOf(site, site.agent)).state).toBe('active')
  })

  it('outlives a restored backup: same authority, and certificates that were issued since', async () => {
    const site = await begin()
    const dir = join(site.dir, 'collector')
    const paths = { dir, keyFile: join(dir, 'command-key.pem'), file: join(site.dir, 'saved.db') }
    await writeBackup(paths)
    await site.stopAgent()
    const { key, cert, ca } = await renewed(site)
    const old = await identityOf(site, site.agent)
    expect(old.serial).toBe(new X509Certificate(cert).serialNumber)
    await site.stopCollector()
    rmSync(dir, { recursive: true })
    restoreBackup(paths)
    await site.startCollector()
    expect((await identityOf(site, site.agent)).serial).not.toBe(old.serial)
    const since = await connectAs(site, { key, cert, ca })
    await since.client.endAsync(true)
    await site.startAgent()
    await until(async () => (await rowOf(site, site.agent)).presence === 'online', { timeoutMs: 30_000 })
    expect(await clonesOf(site)).toEqual([])
  })

  it('goes on without what seals the key of the authority, and says what to put back', async () => {
    const site = await begin()
    await site.stopCollector()
    const key = join(site.dir, 'collector', 'keys', 'seal.key')
    renameSync(key, `${key}.away`)
    await site.startCollector()
    await until(async () => (await rowOf(site, site.agent)).presence === 'online', { timeoutMs: 30_000 })
    const token = site.api.post('/api/v1/enrolment-tokens', { site: 'hq' })
    await expect(token).rejects.toThrow(/503.*seal\.key is missing; put it back/s)
    const { ready, reasons } = await site.api.get<HealthSummary>('/api/v1/health')
    expect([ready, reasons.map((r) => r.code)]).toEqual([true, ['authority']])
    await site.api.post(`/api/v1/agents/${site.agent}/revoke`, { reason: 'this needs no key' })
    await until(() => (site.report().uplink as { connected: boolean }).connected === false, { timeoutMs: 10_000 })
    await site.stopCollector()
    renameSync(`${key}.away`, key)
    await site.startCollector()
    await site.api.post('/api/v1/enrolment-tokens', { site: 'hq' })
  })

  it('takes no restart for a copy', async () => {
    const site = await begin()
    for (let i = 0; i < 3; i++) {
      await site.stopAgent()
      await site.startAgent()
      await until(() => (site.report().uplink as { connected: boolean }).connected, { timeoutMs: 30_000 })
    }
    expect((await identityOf(site, site.agent)).state).toBe('active')
    expect(await clonesOf(site)).toEqual([])
  })

  it('answers the command line while it runs', async () => {
    const site = await begin()
    const dir = join(site.dir, 'collector')
    const made = await askRunning(dir, { do: 'make-token', draft: { site: 'hq' } })
    expect(made).toMatchObject({
      ok: true,
      value: { token: expect.stringMatching(/^ot1\./), createdBy: 'command line' },
    })
    expect(await askRunning(dir, { do: 'make-token', draft: { site: 'nowhere' } })).toMatchObject({ ok: false })
    expect(await askRunning(dir, { do: 'revoke-token', id: 'nothing' })).toMatchObject({ ok: false })
    expect(await askRunning(dir, { do: 'list-tokens' })).toMatchObject({ ok: true, value: [{ state: 'open' }, {}] })
    expect(await askRunning(dir, { do: 'format-disk' } as never)).toMatchObject({ ok: false })
    const taken = await askRunning(dir, { do: 'revoke-agent', agent: site.agent, reason: 'gone' })
    expect(taken).toMatchObject({ ok: true })
    expect((await identityOf(site, site.agent)).state).toBe('revoked')
    await site.stopCollector()
    expect(await askRunning(dir, { do: 'list-tokens' })).toBeUndefined()
  })
})
