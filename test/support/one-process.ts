// Collector (with its own broker) and agent in this process, on loopback, for short stories. No process is started.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { stringify } from 'yaml'
import { type Agent as RunningAgent, startAgent } from '#agent/agent.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import { type Collector, startCollector } from '#collector/collector.ts'
import { readCollectorConfig } from '#collector/config/config.ts'
import type { AgentList } from '#shared/http/inventory.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { freePorts } from './free-ports.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { until } from './until.ts'

export interface OneProcessOptions {
  readonly devices: readonly object[]
  /** Parts of collector.yaml and agent.yaml that replace the usual ones. */
  readonly collector?: Readonly<Record<string, unknown>>
  readonly agent?: Readonly<Record<string, unknown>>
  /** The site's policy file. */
  readonly policy?: Readonly<Record<string, unknown>>
}

export interface OneProcess extends AsyncDisposable {
  readonly api: ApiClient
  readonly trapsTo: { readonly host: string; readonly port: number }
  /** The collector's data folder. */
  readonly dataDir: string
  /** Between agent and broker. */
  readonly link: TcpProxy
  /** What the agent says of itself. */
  report(): Record<string, unknown>
  startCollector(): Promise<void>
  stopCollector(): Promise<void>
  /** Resolves when the agent is online and has nothing left to deliver. */
  delivered(): Promise<void>
}

const PASSWORD = 'correct-horse-battery'
const AGENT = 'agent-hq-0001'

/** Starts both and waits until the agent is online. */
export async function startOneProcess(options: OneProcessOptions): Promise<OneProcess> {
  await using stack = new AsyncDisposableStack()
  const dir = mkdtempSync(join(tmpdir(), 'outrider-one-process-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const [http, broker, trapPort] = (await freePorts(3)) as [number, number, number]
  const log = pino({ level: 'silent' })
  const dataDir = join(dir, 'collector')
  const secrets = { env: () => undefined, file: () => '' }
  const api = createApiClient(`http://127.0.0.1:${http}`)
  let collector: Collector | undefined
  const begin = async () => {
    const settings = {
      ...{ dataDir, rulesDir: join(dir, 'rules.d'), http: { host: '127.0.0.1', port: http } },
      broker: { embedded: { host: '127.0.0.1', port: broker } },
      customers: [{ id: 'acme', name: 'Acme Ltd' }],
      sites: [{ id: 'hq', customer: 'acme', name: 'Head office' }],
      agents: [{ id: AGENT, site: 'hq', password: 'agent-password' }],
      ...options.collector,
    }
    const read = readCollectorConfig(stringify(settings), 'collector.yaml', secrets)
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    collector = await startCollector({ config: read.value, adminPassword: PASSWORD, log })
    await api.signIn('admin', PASSWORD)
  }
  const end = async () => collector?.stop()
  stack.defer(end)
  await begin()

  const link = await startTcpProxy({ host: '127.0.0.1', port: broker })
  stack.defer(() => link.stop())
  mkdirSync(join(dir, 'agent'))
  const policyFile = join(dir, 'policy.yaml')
  writeFileSync(policyFile, stringify(options.policy ?? {}))
  const settings = {
    agent: { id: AGENT },
    broker: { url: `mqtt://127.0.0.1:${link.port}`, password: 'agent-password' },
    commandKey: (await api.get<AgentList>('/api/v1/agents')).commandKey,
    ...{ policyFile, dataDir: join(dir, 'agent'), health: { port: 0 } },
    devices: options.devices,
    inputs: { traps: { host: '127.0.0.1', port: trapPort } },
    ...options.agent,
  }
  const read = readAgentConfig(stringify(settings), { file: 'agent.yaml', secrets })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const onFatal = (error: Error) => {
    throw error
  }
  const agent: RunningAgent = await startAgent({ config: read.value, program: 'agent-in-test', log, onFatal })
  stack.defer(() => agent.stop())

  const online = async () => (await api.get<AgentList>('/api/v1/agents')).items[0]?.presence === 'online'
  const delivered = () =>
    until(
      async () =>
        (await online().catch(() => false)) &&
        Object.values(agent.report().backlog as Record<string, number>).every((waiting) => waiting === 0),
      { timeoutMs: 60_000, everyMs: 50, what: 'everything to be delivered' },
    )
  await until(online, { timeoutMs: 30_000, what: 'the agent to be online' })
  const running = stack.move()
  return {
    ...{ api, dataDir, link, startCollector: begin, stopCollector: async () => end(), report: agent.report },
    trapsTo: { host: '127.0.0.1', port: trapPort },
    delivered: async () => void (await delivered()),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
