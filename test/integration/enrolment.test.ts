// The whole life of an identity with the real collector in this process: token, enrolment over HTTPS, records over TLS to
// the embedded broker, renewal in band, revocation.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Agent, startAgent } from '#agent/agent.ts'
import { enrol } from '#agent/commands/enrol.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { findIdentity, readIdentity } from '#agent/identity/identity.ts'
import { type Collector, startCollector } from '#collector/collector.ts'
import { readCollectorConfig } from '#collector/config/config.ts'
import type { AgentIdentity, EnrolmentRow, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { type ApiClient, createApiClient } from '#test/support/api-client.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { until } from '#test/support/until.ts'

const PASSWORD = 'correct-horse-battery'
const DAY = 86_400_000
const log = pino({ level: 'silent' })
const secrets = { env: () => undefined, file: () => '' }

describe('an identity, from token to revocation', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-enrolment-'))
  const data = join(dir, 'agent')
  const trusted = getCACertificates('default')
  let collector: Collector
  let api: ApiClient
  let url: string
  let agent: Agent | undefined
  let id = ''

  beforeAll(async () => {
    const [http, plain, secure] = (await freePorts(3)) as [number, number, number]
    const settings = {
      ...{ dataDir: join(dir, 'collector'), rulesDir: join(dir, 'rules.d') },
      http: { host: '127.0.0.1', port: http, tls: 'own' },
      broker: { embedded: { host: '127.0.0.1', port: plain, tls: { enabled: true, host: '127.0.0.1', port: secure } } },
      enrolment: { names: ['127.0.0.1'] },
      customers: [{ id: 'acme', name: 'Acme Ltd' }],
      sites: [{ id: 'hq', customer: 'acme', name: 'Head office', timeZone: 'Asia/Shanghai' }],
    }
    const read = readCollectorConfig(stringify(settings), 'collector.yaml', secrets)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    collector = await startCollector({ config: read.value, adminPassword: PASSWORD, log })
    setDefaultCACertificates([...trusted, readFileSync(join(dir, 'collector', 'keys', 'ca.pem'), 'utf8')])
    url = `https://127.0.0.1:${http}`
    api = createApiClient(url)
    await api.signIn('admin', PASSWORD)
  }, 60_000)
  afterAll(async () => {
    await agent?.stop()
    await collector?.stop()
    setDefaultCACertificates(trusted)
    rmSync(dir, { recursive: true, force: true })
  })

  const makeToken = (preApproved: boolean) =>
    api.post<MadeEnrolmentToken>('/api/v1/enrolment-tokens', { site: 'hq', validMinutes: 60, uses: 1, preApproved })
  const lines: string[] = []
  const run = (token: string, other: object = {}) =>
    enrol(url, { ...{ token, data, lang: 'en', name: 'rack-1', out: (line: string) => lines.push(line) }, ...other })
  const start = async (now?: () => number) => {
    const read = readAgentConfig(stringify({ dataDir: data, health: { port: 0 } }), {
      ...{ file: 'agent.yaml', secrets },
      identity: findIdentity,
    })
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const onFatal = (error: Error) => {
      throw error
    }
    agent = await startAgent({
      config: read.value,
      program: 'agent-in-test',
      log,
      onFatal,
      ...(now ? { identityNow: now } : {}),
    })
  }
  const identityOf = () => api.get<AgentIdentity>(`/api/v1/agents/${id}/identity`)
  const presence = async () => (await api.get<{ presence: string }>(`/api/v1/agents/${id}`)).presence
  const certificate = () => agent?.report().identity as { serial: string; state: string; problem: string | null }
  const uplink = () => agent?.report().uplink as { connected: boolean; lastProblem: string | null; connects: number }
  const backlog = () => Object.values(agent?.report().backlog as Record<string, number>).reduce((a, b) => a + b, 0)

  it('is asked for, compared by its fingerprint, approved and written', { timeout: 60_000 }, async () => {
    const { token, url: told } = await makeToken(false)
    expect(told).toBe(url)
    const enrolling = run(token, { sleep: () => new Promise((resolve) => setTimeout(resolve, 50)) })
    const row = await until(async () => {
      const { items } = await api.get<{ items: EnrolmentRow[] }>('/api/v1/enrolments')
      return items.find((one) => one.state === 'waiting')
    })
    await until(() => lines.join('\n').includes(row.fingerprint))
    expect(row).toMatchObject({ site: 'hq', host: 'rack-1', remoteAddress: '127.0.0.1' })
    await api.post(`/api/v1/enrolments/${row.id}/decision`, { decision: 'approve', agent: 'acme-hq-agent' })
    expect(await enrolling).toBe(0)
    id = 'acme-hq-agent'
    const read = readIdentity(data)
    if (read.kind !== 'good') throw new Error(JSON.stringify(read))
    expect(read.identity).toMatchObject({ agent: id, site: { id: 'hq', timeZone: 'Asia/Shanghai' } })
    expect(await identityOf()).toMatchObject({ state: 'active', fingerprint: row.fingerprint })
    lines.length = 0
    expect(await run(token, { data: join(dir, 'second') })).toBe(3)
    expect(lines.join()).toContain('has been used')
  })

  it('signs in over TLS without a configuration file, and its records are delivered', { timeout: 60_000 }, async () => {
    await start()
    await until(async () => (await presence()) === 'online', { timeoutMs: 30_000 })
    await until(() => backlog() === 0)
    expect(certificate()).toMatchObject({ state: 'good', serial: (await identityOf()).serial })
  })

  it('is renewed over its own connection and goes on delivering', { timeout: 60_000 }, async () => {
    const before = await identityOf()
    await agent?.stop()
    // By its own clock it is due; the certificate that comes is not yet over by that clock.
    await start(() => Date.now() + 23 * DAY)
    await until(async () => (await identityOf()).serial !== before.serial, { timeoutMs: 15_000 })
    await until(() => uplink().connects === 2 && uplink().connected, { timeoutMs: 20_000 })
    await until(() => certificate().state !== 'trying')
    expect(certificate().serial).toBe((await identityOf()).serial)
    expect(readdirSync(join(data, 'identity')).sort()).toEqual([
      'agent.pem',
      'ca.pem',
      'identity.json',
      'sealing-key.pem',
    ])
    await agent?.stop()
    await start()
    await until(async () => (await presence()) === 'online' && backlog() === 0, { timeoutMs: 30_000 })
    expect(certificate()).toMatchObject({ state: 'good', problem: null })
  })

  it('is cut off within 10 s of a revocation, and keeps what it sees', { timeout: 60_000 }, async () => {
    const began = performance.now()
    await api.post(`/api/v1/agents/${id}/revoke`, { reason: 'left the contract' })
    await until(() => !uplink().connected, { timeoutMs: 10_000 })
    expect(performance.now() - began).toBeLessThan(10_000)
    // After five attempts that were refused it says so.
    await until(() => /revoked or quarantined/.test(certificate().problem ?? ''), { timeoutMs: 50_000, everyMs: 100 })
    expect(uplink().connected).toBe(false)
    expect((await identityOf()).state).toBe('revoked')
  })

  it('comes back with a new token under a new number of records', { timeout: 60_000 }, async () => {
    const before = agent?.report().outbox as { epoch: string }
    const { token } = await makeToken(true)
    lines.length = 0
    expect(await run(token, { replace: true })).toBe(1)
    expect(lines.join()).toContain('The agent is running')
    await agent?.stop()
    expect(await run(token, { replace: true })).toBe(0)
    const read = readIdentity(data)
    if (read.kind !== 'good') throw new Error(JSON.stringify(read))
    id = read.identity.agent
    await start()
    await until(async () => (await presence()) === 'online' && backlog() === 0, { timeoutMs: 30_000 })
    const after = agent?.report().outbox as { epoch: string } | undefined
    expect(after?.epoch).toMatch(/^[0-9a-f-]{36}$/)
    expect(after?.epoch).not.toBe(before.epoch)
  })
})
