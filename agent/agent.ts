// The agent, wired in one straight line: inputs -> outbox -> uplink, and commands back. Stops in the order intake,
// workers, outbox, uplink.
import { randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { printProblem } from '#shared/config/read-config.ts'
import { systemClock } from '#shared/time/clock.ts'
import type { SiteConfig } from '#shared/wire/site-config.ts'
import { type AgentConfig, mayGetDevices } from './config/config.ts'
import { siteView } from './config/site-view.ts'
import { createDeviceTestDesk } from './device-test-desk.ts'
import { createDiagnostics } from './diagnostics/diagnostics.ts'
import { DiagnosticsPolicy, readPolicy, unknownExceptions } from './diagnostics/policy.ts'
import { createHealth, droppedOf } from './health/health.ts'
import { createIdentityDesk } from './identity-desk.ts'
import { createLiveSite } from './live-site.ts'
import { createOutbox } from './outbox/outbox.ts'
import { createCommandJournal } from './outbox/small-stores.ts'
import { createPinger } from './protocols/icmp/icmp.ts'
import { pollAll } from './scheduling/poll-all.ts'
import { createSiteConfigDesk } from './site-config/site-config.ts'
import { verifierOf } from './site-config/verify-config.ts'
import { createSweepDesk } from './sweep-desk.ts'
import { createUplink } from './uplink/uplink.ts'

export interface Agent {
  /** Bounded; idempotent. */
  stop(): Promise<void>
  report(): Record<string, unknown>
}

export interface AgentOptions {
  readonly config: AgentConfig
  readonly program: string
  readonly log: Logger
  /** Something only a new process can mend. */
  readonly onFatal: (error: Error) => void
  /** Wall ms by which the life of the certificate is judged; the collector's time when absent. For tests. */
  readonly identityNow?: () => number
  /** Time in which the collector must answer after a new configuration. For tests. */
  readonly configAnswerMs?: number
}

/** Starts everything. Rejects, after undoing what it began, when a listener cannot open its socket. */
export async function startAgent({
  config,
  program,
  log,
  onFatal,
  identityNow,
  configAnswerMs,
}: AgentOptions): Promise<Agent> {
  await using starting = new AsyncDisposableStack()
  const clock = systemClock()
  const startedAt = clock.wall()
  const agentId = config.agent.id
  const room = (name: string) => log.child({ room: name })
  const refusals: Record<string, number> = {}
  const refuse = (name: string, n = 1) => void Object.assign(refusals, { [name]: (refusals[name] ?? 0) + n })

  const outbox = createOutbox({
    dir: join(config.dataDir, 'outbox'),
    limits: limitsOf(config),
    clock,
    log: room('outbox'),
    onFatal,
  })
  const pinger = createPinger()

  const dropped = () => ({
    ...droppedOf(outbox.state(), site.listenerTotals(), diagnostics.counters().dropped),
    ...refusals,
  })

  const identity = createIdentityDesk({ config, clock, log: room('identity'), now: identityNow })
  const viewOf = (from: SiteConfig | undefined) => siteView(config, from, (box) => identity.openSealed(box, agentId))
  const siteConfig = createSiteConfigDesk({
    ...{ dir: join(config.dataDir, 'site-config'), agentId, verify: verifierOf(config.commandKey), clock },
    async apply(next) {
      const view = viewOf(next)
      return [...view.problems, ...(await site.apply(view))]
    },
    ...{ owner: `${agentId} ${config.commandKey}`, answerWithinMs: configAnswerMs },
    answeredAt: () => uplink.facts().answeredAt,
    connects: () => uplink.facts().connects,
    send: (report) => uplink.publish('config', JSON.stringify(report)),
    log: room('site-config'),
  })
  const first = viewOf(siteConfig.stored)
  // devices may come from the collector later: what the policy excepts holds for them all the same
  const policy = policyOf(config, mayGetDevices(config) ? undefined : config.devices)
  const unknown = unknownExceptions(policy, first.devices)
  if (unknown.length > 0)
    log.warn({ devices: unknown.slice(0, 20) }, 'the policy excepts devices that are not there now')
  const site = await createLiveSite({
    own: config,
    first,
    outbox,
    pinger,
    clock,
    log,
    refuse,
    resolve: addressesOf,
    tellsNeighbours: () => uplink.facts().takes.includes('neighbours'),
  })
  const uplink = createUplink({
    connection: identity.connection,
    agentId,
    outbox,
    about: { program, host: hostname(), startedAt, commandKey: config.commandKey, instance: randomUUID() },
    dropped,
    onCommand: (payload) => void diagnostics.handle(payload),
    onIdentity: identity.onIdentity,
    onConfig: siteConfig.onPiece,
    ...{ configVersion: siteConfig.version, configHash: siteConfig.hash },
    onLink: identity.onLink,
    clock,
    log: room('uplink'),
    random: Math.random,
  })

  const forDesks = () => ({
    ...{ credentials: config.credentials, emit: outbox.appendResult, clock, log: room('discovery') },
    open: (box: string) => identity.openSealed(box, agentId),
    ...{ devices: () => site.devices.all(), profiles: () => site.profiles() },
  })
  const diagnostics = createDiagnostics({
    agentId,
    commandKey: config.commandKey,
    device: (id) => site.devices.get(id),
    policy,
    journal: createCommandJournal(outbox, clock),
    emitResult: outbox.appendResult,
    clock: {
      now: () => clock.wall() - (uplink.facts().clockOffsetMs ?? 0),
      doubtMs: () => (uplink.facts().clockOffsetMs === null ? Number.POSITIVE_INFINITY : CLOCK_DOUBT_MS),
    },
    log: room('diagnostics'),
    runners: {
      pinger,
      snmp: (device) => site.client(device.id),
      pollNow: (device, signal) => pollAll(site.pollers(device.id), signal),
    },
    site: {
      ...createSweepDesk({ ...forDesks(), policy: policy.discovery }),
      ...createDeviceTestDesk({ ...forDesks(), policy, pinger, device: (id) => site.devices.get(id) }),
    },
  })

  starting.defer(() => uplink.stop())
  starting.defer(() => identity.stop())
  starting.defer(() => outbox.stop())
  await outbox.start()
  starting.defer(() => diagnostics.stop())
  await diagnostics.start()
  outbox.event({ kind: 'agent', at: startedAt, device: null, code: 'started', message: `${program} started` })
  const health = createHealth(
    config.health.port,
    {
      ...{ agentId, program, startedAt, outbox: outbox.state, uplink: uplink.facts, identity: identity.facts },
      ...{ listeners: site.listeners, polls: site.polls, commands: diagnostics.counters, dropped },
      site: () => ({ ...siteConfig.facts(), origins: site.origins(), profiles: site.profileFacts() }),
    },
    room('health'),
  )
  starting.defer(() => health.stop())
  starting.defer(() => site.stop())
  siteConfig.started([...first.problems, ...(await site.start())])
  const ticks = setInterval(() => siteConfig.tick(), 1_000)
  starting.defer(async () => {
    clearInterval(ticks)
    await siteConfig.stop()
  })
  uplink.start()
  identity.start(uplink)
  await health.start()
  log.info({ program, ...site.figures() }, 'agent is up')

  const running = starting.move()
  return { stop: () => running.disposeAsync(), report: health.report }
}

/** How wrong the estimate of the collector's clock may be: one way of an ack, and drift since. */
const CLOCK_DOUBT_MS = 5_000

function limitsOf({ outbox }: AgentConfig) {
  const bytes = (megabytes: number) => Math.round(megabytes * 2 ** 20)
  return {
    quotaBytes: {
      result: bytes(outbox.resultMegabytes),
      event: bytes(outbox.eventMegabytes),
      telemetry: bytes(outbox.telemetryMegabytes),
    },
    retainMs: outbox.retainHours * 3_600_000,
    memoryBytes: bytes(outbox.memoryMegabytes),
  }
}

/** The site's policy; without a file the defaults. Throws every problem, with file and line, of one that cannot be used. */
function policyOf(
  { policyFile: file }: AgentConfig,
  devices: readonly { readonly id: string }[] | undefined,
): DiagnosticsPolicy {
  if (file === undefined) return DiagnosticsPolicy.parse({})
  const read = readPolicy(readFileSync(file, 'utf8'), { file, devices })
  if (!read.ok) throw new Error(read.problems.map(printProblem).join('\n'))
  return read.value
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map((entry) => entry.address)
}
