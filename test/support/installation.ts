// A whole installation of real processes on loopback: MQTT broker (Mosquitto, or the collector's own), collector, agent,
// and a link between agent and broker that can be cut. For system tests, fault proofs, benches and the demo.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { stringify } from 'yaml'
import type { Agent } from '#shared/domain/inventory.ts'
import type { EnrolmentRow, MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { type Child, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { mosquittoFilesIn, untilListening, writeMosquittoFiles } from './mosquitto-with-tls.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { until } from './until.ts'

export const AGENT_ID = 'agent-hq-0001'
export const SITE_ID = 'hq'
export const ADMIN_PASSWORD = 'correct-horse-battery'
export const AGENT_PASSWORD = 'agent-password-for-tests'

/** One process that can be killed and started again at the same place. */
export interface Managed {
  start(): Promise<void>
  /** SIGTERM and wait. */
  stop(): Promise<void>
  /** SIGKILL and wait. */
  kill(): Promise<void>
  running(): boolean
  starts(): number
  pid(): number
  output(): string
  /** Resolves when the process started last has ended, for whatever reason. */
  whenGone(): Promise<void>
}

export interface Ports {
  readonly http: number
  readonly broker: number
  readonly trapPort: number
  readonly syslogUdpPort: number
  readonly syslogTcpPort: number
  readonly agentHealth: number
}

export interface Installation {
  readonly dir: string
  readonly agentDir: string
  /** A file whose lines the agent follows from its start. */
  readonly logFile: string
  readonly ports: Ports
  readonly agent: Managed
  readonly collector: Managed
  readonly broker: Managed
  /** Between agent and broker. */
  readonly link: TcpProxy
  readonly api: ApiClient
  agentRow(): Promise<Agent | undefined>
  /** The agent's own counters (its loopback page). */
  agentHealth(): Promise<Record<string, unknown>>
  /** What the collector has been told is lost, read from its database. */
  gaps(): Promise<{ lane: string; first: number; count: number; reason: string }[]>
  /** Resolves when the agent is online and everything it committed is acknowledged. */
  drained(timeoutMs: number): Promise<void>
  stop(): Promise<void>
}

export interface InstallationOptions {
  /**
   * `mosquitto`: a broker of its own with persistence off, open to all. `mosquitto-mtls`: with the configuration that
   * `broker-config` writes; the agent enrols and is approved. Default: mosquitto.
   */
  readonly broker?: 'mosquitto' | 'mosquitto-mtls' | 'embedded'
  /** Devices of agent.yaml; default: one that stands for 127.0.0.1, so that what is sent from there has a device. */
  readonly devices?: readonly Record<string, unknown>[]
  readonly agentConfig?: Readonly<Record<string, unknown>>
  readonly collectorConfig?: Readonly<Record<string, unknown>>
  readonly agentDir?: string
  /** How a program is started; benches pin cores here. */
  readonly launch?: (
    what: 'agent' | 'collector' | 'broker',
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => Child
  readonly progress?: (message: string) => void
  /** Keep the folder for a look afterwards. */
  readonly keep?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** Fixed ports instead of free ones. */
  readonly ports?: Partial<Ports>
  /** The administrator's password; default ADMIN_PASSWORD. */
  readonly password?: string
  readonly names?: { readonly customer: string; readonly site: string }
}

/** Starts everything and waits until the agent is online. */
export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const progress = options.progress ?? (() => {})
  const dir = mkdtempSync(join(tmpdir(), 'outrider-installation-'))
  const agentDir = options.agentDir ?? join(dir, 'agent')
  mkdirSync(agentDir, { recursive: true })
  const [http, broker, trapPort, syslogUdpPort, syslogTcpPort, agentHealth] = (await freePorts(6)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const ports: Ports = { http, broker, trapPort, syslogUdpPort, syslogTcpPort, agentHealth, ...options.ports }
  const embedded = options.broker === 'embedded'
  const mtls = options.broker === 'mosquitto-mtls' ? mosquittoFilesIn(dir, ports.broker) : undefined
  const link = await startTcpProxy({ host: '127.0.0.1', port: ports.broker })
  const files = filesIn(dir)
  writeCollectorFiles(files, dir, ports, embedded, mtls && { broker: mtls.broker, linkPort: link.port }, options)
  const launch = options.launch ?? ((_what, command, env) => startChild(command, { env }))
  const password = options.password ?? ADMIN_PASSWORD
  const env = { OUTRIDER_ADMIN_PASSWORD: password, ...options.env }

  const managed = (
    what: 'agent' | 'collector' | 'broker',
    command: readonly string[],
    ready: (child: Child) => Promise<unknown>,
  ): Managed => {
    let child: Child | undefined
    let starts = 0
    return {
      async start() {
        child = launch(what, command, env)
        starts++
        await ready(child)
      },
      stop: async () => child?.stop(),
      kill: async () => child?.kill(),
      running: () => child !== undefined && child.exited() === undefined,
      starts: () => starts,
      pid: () => child?.pid ?? -1,
      output: () => child?.output() ?? '',
      whenGone: async () => child?.gone,
    }
  }
  const answers = (url: string) => (child: Child) =>
    until(
      async () => {
        const end = child.exited()
        if (end) throw new Error(`ended with ${JSON.stringify(end)}:\n${child.output().slice(-4000)}`)
        return fetch(url).then(
          (r) => r.ok,
          () => false,
        )
      },
      { timeoutMs: 60_000, everyMs: 25, what: `${url} to answer` },
    )
  const collector = managed(
    'collector',
    ['node', 'collector/main.ts', 'run', '--config', files.collector],
    answers(`http://127.0.0.1:${ports.http}/readyz`),
  )
  const agent = managed(
    'agent',
    ['node', 'agent/main.ts', 'run', '--config', files.agent],
    answers(`http://127.0.0.1:${ports.agentHealth}/`),
  )
  const mosquitto = managed('broker', ['mosquitto', '-c', mtls?.conf ?? files.mosquitto], (child) =>
    untilListening(child, ports.broker),
  )
  const api = createApiClient(`http://127.0.0.1:${ports.http}`)

  const installation: Installation = {
    dir,
    agentDir,
    logFile: logFileIn(dir),
    ports,
    agent,
    collector,
    broker: embedded ? collector : mosquitto,
    link,
    api,
    agentRow: async () =>
      (await api.get<{ items: Agent[] }>('/api/v1/agents').catch(() => undefined))?.items.find(
        (a) => a.id === AGENT_ID,
      ),
    agentHealth: () =>
      fetch(`http://127.0.0.1:${ports.agentHealth}/`).then((r) => r.json() as Promise<Record<string, unknown>>),
    async gaps() {
      const db = new DatabaseSync(join(dir, 'collector', 'collector.db'), { readOnly: true })
      const rows = db.prepare('select lane, first, count, reason from stream_gap').all()
      db.close()
      return rows as { lane: string; first: number; count: number; reason: string }[]
    },
    drained: (timeoutMs) => drained(installation, timeoutMs),
    async stop() {
      await agent.stop()
      await collector.stop()
      if (!embedded) await mosquitto.stop()
      await link.stop()
      if (options.keep) progress(`kept: ${dir}`)
      else rmSync(dir, { recursive: true, force: true })
    },
  }
  try {
    if (mtls) await writeMosquittoFiles(mtls, files.collector, ports.broker)
    if (!embedded) await mosquitto.start()
    progress('broker up')
    await collector.start()
    await api.signIn('admin', password)
    progress('collector up')
    if (mtls) await enrolAgent(api, agentDir, progress)
    const signIn = mtls
      ? {}
      : {
          agent: { id: AGENT_ID },
          broker: { url: `mqtt://127.0.0.1:${link.port}`, password: AGENT_PASSWORD },
          commandKey: await commandKey(files.collector),
        }
    writeAgentFile(files.agent, agentDir, ports, signIn, options)
    await agent.start()
    await until(async () => (await installation.agentRow())?.presence === 'online', {
      timeoutMs: 60_000,
      what: 'the agent to be online',
    })
    progress('agent online')
    return installation
  } catch (error) {
    progress(`collector said:\n${collector.output().slice(-3000)}\nagent said:\n${agent.output().slice(-3000)}`)
    await installation.stop()
    throw error
  }
}

/** Nothing waits at the agent, twice in a row, while it is online. */
async function drained(installation: Installation, timeoutMs: number): Promise<void> {
  let quiet = 0
  await until(
    async () => {
      const health = await installation.agentHealth().catch(() => undefined)
      const waiting = Object.values((health?.backlog ?? { none: 1 }) as Record<string, number>).reduce(
        (a, b) => a + b,
        0,
      )
      const online = (await installation.agentRow())?.presence === 'online'
      quiet = waiting === 0 && online ? quiet + 1 : 0
      return quiet >= 3
    },
    { timeoutMs, everyMs: 200, what: 'the agent to have delivered everything' },
  )
}

function filesIn(dir: string) {
  return {
    collector: join(dir, 'collector.yaml'),
    agent: join(dir, 'agent.yaml'),
    mosquitto: join(dir, 'mosquitto.conf'),
  }
}

/** As a person does it: a token, the command at the site, a look at the request, the approval. */
async function enrolAgent(api: ApiClient, agentDir: string, progress: (message: string) => void): Promise<void> {
  const { token } = await api.post<MadeEnrolmentToken>('/api/v1/enrolment-tokens', { site: SITE_ID })
  const command = ['node', 'agent/main.ts', 'enrol', api.base, '--data', agentDir, '--lang', 'en']
  const enrolling = startChild(command, { env: { OUTRIDER_ENROLMENT_TOKEN: token } })
  const waiting = await until(
    async () => {
      if (enrolling.exited()) throw new Error(`enrol ended:\n${enrolling.output()}`)
      return (await api.get<{ items: EnrolmentRow[] }>('/api/v1/enrolments')).items.find((r) => r.state === 'waiting')
    },
    { timeoutMs: 30_000, what: 'the request of the agent' },
  )
  await api.post(`/api/v1/enrolments/${waiting.id}/decision`, { decision: 'approve', agent: AGENT_ID })
  await enrolling.gone
  if (enrolling.exited()?.code !== 0) throw new Error(`enrol failed:\n${enrolling.output()}`)
  if (!enrolling.output().includes(waiting.fingerprint))
    throw new Error(`the site was not shown the fingerprint ${waiting.fingerprint}:\n${enrolling.output()}`)
  progress('agent enrolled')
}

/** The public key agents must trust, as the command prints it. */
async function commandKey(collectorFile: string): Promise<string> {
  const child = startChild(['node', 'collector/main.ts', 'command-key', '--config', collectorFile])
  await child.gone
  const key = child.output().match(/[A-Za-z0-9+/]{56,}={0,2}/)?.[0]
  if (!key) throw new Error(`command-key printed no key:\n${child.output()}`)
  return key
}

function writeCollectorFiles(
  files: ReturnType<typeof filesIn>,
  dir: string,
  ports: Ports,
  embedded: boolean,
  mtls: { readonly broker: object; readonly linkPort: number } | undefined,
  options: InstallationOptions,
): void {
  const collector = {
    dataDir: join(dir, 'collector'),
    http: { host: '127.0.0.1', port: ports.http },
    broker: embedded
      ? { embedded: { host: '127.0.0.1', port: ports.broker } }
      : (mtls?.broker ?? { url: `mqtt://127.0.0.1:${ports.broker}` }),
    ...(mtls
      ? { enrolment: { names: ['127.0.0.1', 'localhost'], brokerUrl: `mqtts://127.0.0.1:${mtls.linkPort}` } }
      : {}),
    customers: [{ id: 'acme', name: options.names?.customer ?? 'Acme Ltd' }],
    sites: [{ id: SITE_ID, customer: 'acme', name: options.names?.site ?? 'Head office', timeZone: 'Asia/Shanghai' }],
    ...(mtls ? {} : { agents: [{ id: AGENT_ID, site: SITE_ID, password: AGENT_PASSWORD }] }),
    log: { level: 'info' },
    ...options.collectorConfig,
  }
  writeFileSync(files.collector, stringify(collector))
  const mosquitto = [
    `listener ${ports.broker} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'max_inflight_messages 1000',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
  ]
  writeFileSync(files.mosquitto, `${mosquitto.join('\n')}\n`)
}

const logFileIn = (dir: string) => join(dir, 'site.log')

function writeAgentFile(
  file: string,
  agentDir: string,
  ports: Ports,
  signIn: Readonly<Record<string, unknown>>,
  options: InstallationOptions,
): void {
  const devices = options.devices ?? [{ id: 'generator', name: 'Load generator', address: '127.0.0.1' }]
  const agent = {
    ...signIn,
    dataDir: agentDir,
    health: { port: ports.agentHealth },
    devices,
    inputs: {
      traps: { host: '127.0.0.1', port: ports.trapPort, stormLimit: null },
      syslog: {
        udp: { host: '127.0.0.1', port: ports.syslogUdpPort },
        tcp: { host: '127.0.0.1', port: ports.syslogTcpPort },
        stormLimit: null,
      },
      files: [{ path: logFileIn(dirname(file)), device: devices[0]?.id, from: 'start' }],
    },
    ...options.agentConfig,
  }
  writeFileSync(file, stringify(agent))
}
