// outrider-agent doctor: everything the agent needs, each ok or what to do next.
import { join } from 'node:path'
import { type CheckResult, runChecks } from '#shared/doctor/doctor.ts'
import type { Machine } from '#shared/doctor/machine.ts'
import { exitCodeOf, languageOf, reporter } from '#shared/doctor/report.ts'
import { systemMachine } from '#shared/doctor/system-machine.ts'
import type { AgentConfig } from '../config/config.ts'
import { AGENT_CHECKS, type AgentDoctorContext } from '../doctor/doctor.ts'
import { type RunningAgent, readRunningAgent } from '../doctor/running-agent.ts'
import { AGENT_WORDS } from '../doctor/words.ts'
import { readIdentity } from '../identity/identity.ts'
import { inspectOutbox } from '../outbox/inspect.ts'
import { createPinger } from '../protocols/icmp/icmp.ts'
import { trySignIn } from '../uplink/try-sign-in.ts'
import type { BrokerConnection } from '../uplink/uplink.ts'
import { PROGRAM } from './program.ts'
import { readConfigFile } from './read-file.ts'
import { storedView } from './stored-view.ts'

export interface DoctorOptions {
  readonly config?: string
  readonly data?: string
  readonly lang?: string
  readonly json?: boolean
  readonly devices?: boolean
}

const PAGE_MS = 3_000
const PING = { count: 1, timeoutMs: 1_000 }

/** Looks at everything and changes nothing. 0: nothing failed, 1: something did. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const report = reporter({
    ...{ program: PROGRAM, table: AGENT_WORDS, language: languageOf(options.lang, process.env) },
    ...{ json: options.json === true, out: console.log, progress: console.error },
  })
  const problems: string[] = []
  const { config: file, data } = options
  const place = { ...(file === undefined ? {} : { config: file }), ...(data === undefined ? {} : { data }) }
  const own = readConfigFile(place, undefined, (line) => problems.push(line))
  const config = own && inUse(own)
  const first: CheckResult = { check: 'config', findings: configFindings(options, config, problems), ms: 0 }
  report.onResult(first)
  const results = [first]
  if (config !== undefined)
    results.push(...(await runChecks(AGENT_CHECKS, await contextOf(config, options.devices === true), report)))
  report.end(results)
  return exitCodeOf(results, AGENT_WORDS)
}

function configFindings(options: DoctorOptions, config: AgentConfig | undefined, problems: readonly string[]) {
  if (config === undefined) return problems.map((problem) => ({ id: 'config-bad', params: { problem } }))
  const params = { file: options.config ?? '-', agent: config.agent.id, devices: config.devices.length }
  return [{ id: 'config-good', params }]
}

/** The file's settings with what came from the collector, as the agent uses them. */
function inUse(own: AgentConfig): AgentConfig {
  const { devices, inputs } = storedView(own).view
  return { ...own, devices, inputs }
}

async function contextOf(config: AgentConfig, devices: boolean): Promise<AgentDoctorContext> {
  const machine = systemMachine()
  const connection = connectionOf(config)
  const identity = config.enrolled ? readIdentity(config.dataDir) : undefined
  const outboxDir = join(config.dataDir, 'outbox')
  return {
    config,
    machine,
    devices,
    connection,
    running: await runningOn(config, outboxDir, machine),
    collectorUrl: identity?.kind === 'good' ? identity.identity.collectorUrl : undefined,
    inspectOutbox: () => inspectOutbox(outboxDir),
    trySignIn: (signal) =>
      connection instanceof Error
        ? Promise.resolve({ ok: false, step: 'sign-in', problem: connection.message })
        : trySignIn(connection, config.agent.id, signal),
    ping: (signal) => createPinger().ping('127.0.0.1', PING, signal),
  }
}

function connectionOf({ broker, dataDir, enrolled }: AgentConfig): BrokerConnection | Error {
  const { url, username, password, ca, cert, key } = broker
  if (!enrolled)
    return {
      ...{ url, username },
      ...(password ? { password: password.reveal() } : {}),
      ...(ca ? { ca: ca.reveal() } : {}),
      ...(cert ? { cert: cert.reveal() } : {}),
      ...(key ? { key: key.reveal() } : {}),
    }
  const read = readIdentity(dataDir)
  if (read.kind !== 'good') return new Error(read.kind === 'bad' ? read.problem : `no identity in ${dataDir}`)
  const { pair, ca: pinned } = read.identity
  return { url, username, key: pair.key, cert: pair.certificate, ca: ca ? `${pinned}\n${ca.reveal()}` : pinned }
}

/** The lock a SQLite file in use carries tells of an agent whose page is off. */
async function runningOn(
  { agent, health }: AgentConfig,
  outboxDir: string,
  machine: Machine,
): Promise<RunningAgent | 'silent' | undefined> {
  if (health.port !== 0) {
    const page = `http://127.0.0.1:${health.port}/`
    const answer = await machine.get(page, {}, AbortSignal.timeout(PAGE_MS)).catch(() => undefined)
    const found = answer && readRunningAgent(answer.body, agent.id)
    if (found) return found
  }
  return machine.inUse(join(outboxDir, 'outbox.db-shm')) ? 'silent' : undefined
}
