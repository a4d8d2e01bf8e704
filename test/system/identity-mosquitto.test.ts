// Identities over the real Mosquitto with its written configuration: two sites; an agent of each enrols and runs; one
// renews, and is revoked. The other must notice nothing.
import { X509Certificate } from 'node:crypto'
import { cpSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { stringify } from 'yaml'
import { type Agent, startAgent } from '#agent/agent.ts'
import { enrol } from '#agent/commands/enrol.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { findIdentity } from '#agent/identity/identity.ts'
import type { AgentIdentity, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import type { AgentRow } from '#shared/http/inventory.ts'
import type { EventRow } from '#shared/http/records.ts'
import { AGENT_ID, type Installation, startInstallation } from '../support/installation.ts'
import { programOrSkip, requireProgram } from '../support/programs.ts'
import { until } from '../support/until.ts'

const DAY = 86_400_000

describe('identities over Mosquitto', () => {
  const usable = requireProgram('mosquitto') !== undefined
  let installation: Installation
  let branch: Agent
  let branchId: string
  /** How far the branch's clock of certificates is ahead, ms. */
  let ahead = 0
  const dataDir = () => join(installation.dir, 'branch')

  beforeAll(async () => {
    if (!usable) return
    const place = { customer: 'acme', timeZone: 'Asia/Shanghai' }
    const sites = [
      { id: 'hq', name: 'Head office', ...place },
      { id: 'branch', name: 'Branch', ...place },
    ]
    installation = await startInstallation({ broker: 'mosquitto-mtls', collectorConfig: { sites } })
    const draft = { site: 'branch', preApproved: true }
    const { token } = await installation.api.post<MadeEnrolmentToken>('/api/v1/enrolment-tokens', draft)
    const said: string[] = []
    const out = (line: string) => void said.push(line)
    const code = await enrol(installation.api.base, { token, data: dataDir(), lang: 'en', out })
    if (code !== 0) throw new Error(said.join('\n'))
    branch = await start(dataDir())
    branchId = JSON.parse(readFileSync(join(dataDir(), 'identity', 'identity.json'), 'utf8')).agent
    await until(async () => (await row(branchId)).presence === 'online', { timeoutMs: 30_000 })
  })
  afterAll(async () => {
    await branch?.stop()
    await installation?.stop()
  })

  /** An agent in this process, on the identity of that folder. */
  async function start(folder: string): Promise<Agent> {
    const secrets = { env: () => undefined, file: () => '' }
    const settings = { dataDir: folder, health: { port: 0 } }
    const read = readAgentConfig(stringify(settings), { file: 'agent.yaml', secrets, identity: findIdentity })
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const identityNow = () => Date.now() + ahead
    const log = pino({ level: 'silent' })
    return startAgent({ config: read.value, program: 'branch', log, onFatal: () => undefined, identityNow })
  }
  const needs = (context: TestContext) => programOrSkip(context, 'mosquitto')
  const row = (agent: string) => installation.api.get<AgentRow>(`/api/v1/agents/${agent}`)
  const identity = (agent: string) => installation.api.get<AgentIdentity>(`/api/v1/agents/${agent}/identity`)
  const isConnected = () => (branch.report().uplink as { connected: boolean }).connected
  const shown = () => new X509Certificate(readFileSync(join(dataDir(), 'identity', 'agent.pem'), 'utf8'))
  /** The other site's: the same as before when nothing touched it. */
  const othersConnection = async () => {
    const { connected, connects } = (await installation.agentHealth()).uplink as Record<string, unknown>
    return { connected, connects }
  }
  const listKnown = () => installation.collector.output().split('the broker knows the revocation list').length - 1

  it('renews in-band, and goes on with the new certificate', async (context) => {
    needs(context)
    const before = await identity(branchId)
    const other = await othersConnection()
    ahead = 25 * DAY
    await until(async () => (await identity(branchId)).serial !== before.serial, { timeoutMs: 30_000 })
    const after = await identity(branchId)
    await until(() => shown().serialNumber === after.serial)
    await until(() => isConnected(), { timeoutMs: 20_000 })
    expect(after).toMatchObject({ state: 'active' })
    expect(after.fingerprint).not.toBe(before.fingerprint)
    expect(shown().subject).toBe(`CN=${branchId}`)
    expect((await row(branchId)).presence).toBe('online')
    expect(await othersConnection()).toEqual(other)
  })

  it('finds a copied folder within a minute, and lets one in again when a person says so', async (context) => {
    needs(context)
    const folder = join(installation.dir, 'copy')
    cpSync(dataDir(), folder, { recursive: true })
    const at = performance.now()
    const copy = await start(folder)
    try {
      await until(async () => (await identity(branchId)).state === 'quarantined', { timeoutMs: 60_000 })
      expect(performance.now() - at).toBeLessThan(60_000)
    } finally {
      await copy.stop()
    }
    await until(() => !isConnected(), { timeoutMs: 10_000 })
    await installation.api.post(`/api/v1/agents/${branchId}/release`, { reason: 'the copy was switched off' })
    await until(() => isConnected(), { timeoutMs: 70_000, what: 'the agent to be let in again' })
    await until(async () => (await row(branchId)).presence === 'online', { timeoutMs: 30_000 })
  })

  it('cuts a live agent within ten seconds of its revocation; the broker refuses it from then on', async (context) => {
    needs(context)
    const other = await othersConnection()
    const known = listKnown()
    expect(isConnected()).toBe(true)
    const at = performance.now()
    await installation.api.post(`/api/v1/agents/${branchId}/revoke`, { reason: 'the box was sold' })
    await until(() => !isConnected(), { timeoutMs: 10_000, everyMs: 5 })
    expect(performance.now() - at).toBeLessThan(10_000)
    await until(() => listKnown() > known, { timeoutMs: 30_000, what: 'the broker to know the list' })
    expect(isConnected()).toBe(false)
    expect((await row(branchId)).refused).toBe('revoked: the box was sold')
    expect(await othersConnection()).toEqual(other)
  })

  it('goes on without the key of the authority', async (context) => {
    needs(context)
    const key = join(installation.dir, 'collector', 'keys', 'ca.key')
    await installation.collector.stop()
    renameSync(key, `${key}.away`)
    await installation.collector.start()
    await installation.api.signIn('admin', 'correct-horse-battery')
    await until(async () => (await row(AGENT_ID)).presence === 'online', { timeoutMs: 60_000 })
    await installation.collector.stop()
    renameSync(`${key}.away`, key)
    await installation.collector.start()
    await installation.api.signIn('admin', 'correct-horse-battery')
    expect(isConnected()).toBe(false)
  })

  it('keeps it out over a restart of broker and collector, and nobody else', async (context) => {
    needs(context)
    await Promise.all([installation.broker.kill(), installation.collector.stop()])
    await installation.broker.start()
    await until(() => !isConnected())
    await installation.collector.start()
    await installation.api.signIn('admin', 'correct-horse-battery')
    await until(() => listKnown() > 0, { timeoutMs: 30_000, what: 'the list to be known' })
    await until(async () => (await row(AGENT_ID)).presence === 'online', { timeoutMs: 60_000 })
    expect(isConnected()).toBe(false)
    expect((await identity(branchId)).state).toBe('revoked')
    const events = await installation.api.all<EventRow>('/api/v1/events')
    expect(events.filter((e) => JSON.stringify(e).includes('agent.cloned'))).toEqual([])
  })
})
