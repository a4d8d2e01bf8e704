// A collector and an agent that is enrolled at it, both in this process, over TLS on loopback; what the agent watches comes
// from the collector, from its file, or both.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { pino } from 'pino'
import { stringify } from 'yaml'
import { type Agent, startAgent } from '#agent/agent.ts'
import { enrol } from '#agent/commands/enrol.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { findIdentity, readIdentity } from '#agent/identity/identity.ts'
import { type Collector, startCollector } from '#collector/collector.ts'
import { type CollectorConfig, readCollectorConfig } from '#collector/config/config.ts'
import type { MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import type { AgentConfigStatus, SiteConfigStatus } from '#shared/http/site-config.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { freePorts } from './free-ports.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { until } from './until.ts'

const PASSWORD = 'correct-horse-battery'
const secrets = { env: () => undefined, file: () => '' }

/** Of all collectors of this process, by folder: sites of tests that run at once must not forget each other's. */
const authorities = new Map<string, string>()
const system = getCACertificates('default')
const trustAuthorities = (): void => setDefaultCACertificates([...system, ...authorities.values()])

export interface EnrolledSite extends AsyncDisposable {
  readonly api: ApiClient
  /** Between agent and broker. */
  readonly link: TcpProxy
  readonly dir: string
  readonly trapPort: number
  startCollector(): Promise<void>
  stopCollector(): Promise<void>
  startAgent(): Promise<void>
  stopAgent(): Promise<void>
  /** Called once, in the moment the agent logs this. */
  whenAgentSays(message: string, act: () => void): void
  report(): Record<string, unknown>
  /** Makes one more identity, for a site; the agent is not started. */
  enrol(site: string): Promise<{ code: number; agent: string }>
  /** What the agent says of its site configuration. */
  site(): { version: number; state: string; origins: Record<string, string>; onTrial: boolean }
  status(): Promise<AgentConfigStatus>
  /** Resolves when the agent uses the version it should. */
  settled(): Promise<AgentConfigStatus>
}

/** Starts both and waits until the agent is online. `agent`: parts of agent.yaml. */
export async function startEnrolledSite(
  agentFile: Readonly<Record<string, unknown>> = {},
  configAnswerMs = 60_000,
  /** Life of the agent's certificates, shorter than a file may ask for. */
  certificateSeconds?: number,
): Promise<EnrolledSite> {
  await using stack = new AsyncDisposableStack()
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const dir = mkdtempSync(join(tmpdir(), 'outrider-enrolled-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const [http, plain, secure, trapPort] = (await freePorts(4)) as [number, number, number, number]
  const url = `https://127.0.0.1:${http}`
  const api = createApiClient(url)
  let collector: Collector | undefined
  const begin = async () => {
    const settings = {
      ...{ dataDir: join(dir, 'collector'), rulesDir: join(dir, 'rules.d'), enrolment: { names: ['127.0.0.1'] } },
      http: { host: '127.0.0.1', port: http, tls: 'own' },
      broker: { embedded: { host: '127.0.0.1', port: plain, tls: { enabled: true, host: '127.0.0.1', port: secure } } },
      customers: [{ id: 'acme', name: 'Acme Ltd' }],
      sites: [{ id: 'hq', customer: 'acme', name: 'Head office' }],
    }
    const read = readCollectorConfig(stringify(settings), 'collector.yaml', secrets)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const { enrolment } = read.value
    const config: CollectorConfig =
      certificateSeconds === undefined
        ? read.value
        : { ...read.value, enrolment: { ...enrolment, certificateDays: certificateSeconds / 86_400 } }
    collector = await startCollector({
      config,
      adminPassword: PASSWORD,
      log: log.child({ of: 'collector' }),
    })
    authorities.set(dir, readFileSync(join(dir, 'collector', 'keys', 'ca.pem'), 'utf8'))
    trustAuthorities()
    await api.signIn('admin', PASSWORD)
  }
  stack.defer(() => {
    authorities.delete(dir)
    trustAuthorities()
  })
  stack.defer(() => collector?.stop())
  await begin()
  const link = await startTcpProxy({ host: '127.0.0.1', port: secure })
  stack.defer(() => link.stop())

  const data = join(dir, 'agent')
  const enrolInto = async (site: string, folder: string) => {
    const draft = { site, validMinutes: 60, uses: 1, preApproved: true }
    const { token } = await api.post<MadeEnrolmentToken>('/api/v1/enrolment-tokens', draft)
    const said: string[] = []
    const out = (line: string) => void said.push(line)
    const code = await enrol(url, { token, data: folder, lang: 'en', name: 'here', out })
    const read = readIdentity(folder)
    if (read.kind !== 'good') throw new Error(`enrol: ${code} ${said.join('\n')}`)
    return { code, agent: read.identity.agent }
  }
  await enrolInto('hq', data)
  let agent: Agent | undefined
  const waiting = new Map<string, () => void>()
  const agentLog = pino(
    { level: 'info' },
    {
      write(line: string) {
        if (log.level !== 'silent') process.stdout.write(line)
        const { msg } = JSON.parse(line) as { msg: string }
        const act = waiting.get(msg)
        waiting.delete(msg)
        act?.()
      },
    },
  )
  const beginAgent = async () => {
    const settings = {
      broker: { url: `mqtts://127.0.0.1:${link.port}` },
      ...{ dataDir: data, health: { port: 0 } },
      ...agentFile,
    }
    const options = { file: 'agent.yaml', secrets, identity: findIdentity }
    const read = readAgentConfig(stringify(settings), options)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const onFatal = (error: Error) => {
      throw error
    }
    agent = await startAgent({
      config: read.value,
      program: 'agent-in-test',
      log: agentLog,
      configAnswerMs,
      onFatal,
    })
  }
  stack.defer(() => agent?.stop())
  await beginAgent()
  const status = async () => {
    const { agents } = await api.get<SiteConfigStatus>('/api/v1/sites/hq/config/status')
    return agents[0] as AgentConfigStatus
  }
  const report = () => agent?.report() ?? {}
  await until(
    async () => (await api.get<{ items: { presence: string }[] }>('/api/v1/agents')).items[0]?.presence === 'online',
    {
      timeoutMs: 30_000,
      what: 'the agent to be online',
    },
  )
  const running = stack.move()
  return {
    ...{ api, link, dir, trapPort, status, report, startCollector: begin, startAgent: beginAgent },
    enrol: (site) => enrolInto(site, join(dir, `agent-of-${site}`)),
    stopCollector: async () => collector?.stop(),
    stopAgent: async () => agent?.stop(),
    whenAgentSays: (message, act) => void waiting.set(message, act),
    site: () => report().site as never,
    async settled() {
      let last: AgentConfigStatus | undefined
      return until(
        async () => {
          last = await status()
          const done = last.wanted > 0 && last.applied === last.wanted && last.reportedAt !== null
          return done && last.state !== 'waiting' ? last : undefined
        },
        { timeoutMs: 30_000, what: `the configuration to be used` },
      )
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
