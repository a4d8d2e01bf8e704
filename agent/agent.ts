// The agent, wired in one straight line: inputs -> outbox -> uplink, and commands back. Stops in the order intake,
// workers, outbox, uplink.
import { randomUUID } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { printProblem } from '#shared/config/read-config.ts'
import { systemClock } from '#shared/time/clock.ts'
import type { AgentConfig } from './config/config.ts'
import { createDeviceList } from './devices/device-list.ts'
import { createSourceMap } from './devices/source-map.ts'
import { createDiagnostics } from './diagnostics/diagnostics.ts'
import { DiagnosticsPolicy, readPolicy } from './diagnostics/policy.ts'
import { createHealth, droppedOf } from './health/health.ts'
import { createIdentityDesk } from './identity-desk.ts'
import type { Listener, Poller } from './inputs/input.ts'
import { createListeners, createPollers } from './inputs/registry.ts'
import { readProfiles } from './inputs/snmp-poll/profile-files.ts'
import { createOutbox } from './outbox/outbox.ts'
import { createCommandJournal, createEngineStore, createFilePlaceStore } from './outbox/small-stores.ts'
import { createPinger } from './protocols/icmp/icmp.ts'
import { createSnmpClient } from './protocols/snmp/snmp.ts'
import type { SnmpClient } from './protocols/snmp/snmp-client.ts'
import { oneAtATime } from './scheduling/one-at-a-time.ts'
import { pollAll } from './scheduling/poll-all.ts'
import { createScheduler } from './scheduling/scheduling.ts'
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
}

/** Starts everything. Rejects, after undoing what it began, when a listener cannot open its socket. */
export async function startAgent({ config, program, log, onFatal }: AgentOptions): Promise<Agent> {
  await using starting = new AsyncDisposableStack()
  const clock = systemClock()
  const startedAt = clock.wall()
  const agentId = config.agent.id
  const room = (name: string) => log.child({ room: name })
  const devices = createDeviceList(config.devices)
  const policy = await policyOf(config)
  const { profiles, problems } = await readProfiles(config.profilesDir === undefined ? [] : [config.profilesDir])
  for (const problem of problems) log.warn({ problem }, 'device profile')
  const listeners: Listener[] = []
  const pollers: Poller[] = []
  const refusals: Record<string, number> = {}
  const refuse = (name: string, n = 1) => void Object.assign(refusals, { [name]: (refusals[name] ?? 0) + n })

  const outbox = createOutbox({
    dir: join(config.dataDir, 'outbox'),
    limits: limitsOf(config),
    clock,
    log: room('outbox'),
    onFatal,
  })
  const clients = new Map<string, SnmpClient>()
  for (const { id, address, snmp } of config.devices) {
    if (snmp === undefined) continue
    const { port, timeoutMs, retries, maxRepetitions } = snmp
    const target = { address, port, timeoutMs, retries, maxRepetitions, credentials: snmp }
    clients.set(id, createSnmpClient(target, { dropped: (reason) => refuse(`snmp:${reason}`) }))
  }
  const pinger = createPinger()

  const counters = () => listeners.map((listener) => listener.counters())
  const dropped = () => ({ ...droppedOf(outbox.state(), counters(), diagnostics.counters().dropped), ...refusals })

  const identity = createIdentityDesk(config, clock, room('identity'))
  const uplink = createUplink({
    connection: identity.connection,
    agentId,
    outbox,
    about: { program, host: hostname(), startedAt, commandKey: config.commandKey, instance: randomUUID() },
    dropped,
    onCommand: (payload) => void diagnostics.handle(payload),
    onIdentity: identity.onIdentity,
    onLink: identity.onLink,
    clock,
    log: room('uplink'),
    random: Math.random,
  })

  const diagnostics = createDiagnostics({
    agentId,
    commandKey: config.commandKey,
    device: devices.get,
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
      snmp: (device) => clients.get(device.id),
      pollNow: (device, signal) =>
        pollAll(
          pollers.filter((poller) => poller.device === device.id),
          signal,
        ),
    },
  })

  starting.defer(() => uplink.stop())
  starting.defer(() => identity.stop())
  starting.defer(() => outbox.stop())
  await outbox.start()
  starting.defer(() => diagnostics.stop())
  await diagnostics.start()
  const sources = createSourceMap({ devices: config.devices, resolve: addressesOf })
  await sources.start()
  starting.defer(() => sources.stop())

  outbox.event({ kind: 'agent', at: startedAt, device: null, code: 'started', message: `${program} started` })
  for (const event of devices.inventory(startedAt)) outbox.event(event)

  for (const device of config.devices) {
    const made = createPollers({
      ...{ device, recorder: outbox, clock, log: room('pollers'), pinger, client: clients.get(device.id) },
      profiles: () => profiles,
      onIdentity: (identity) => {
        const event = devices.learn(identity) ? devices.change(device.id, clock.wall()) : undefined
        if (event !== undefined) outbox.event(event)
      },
      dropped: (reason, n) => refuse(`snmp-poll:${reason}`, n),
    })
    pollers.push(...made.map(oneAtATime))
  }
  const scheduler = createScheduler({ pollers, recorder: outbox, clock, random: Math.random, log: room('scheduling') })
  starting.defer(() => {
    for (const client of clients.values()) client.close()
  })
  starting.defer(() => scheduler.stop())

  const health = createHealth(
    config.health.port,
    {
      ...{ agentId, program, startedAt, outbox: outbox.state, uplink: uplink.facts, identity: identity.facts },
      ...{ listeners: counters, polls: scheduler.counters, commands: diagnostics.counters, dropped },
    },
    room('health'),
  )
  starting.defer(() => health.stop())
  const parts = { config, sources: sources.lookup, recorder: outbox, clock, log }
  const stores = { engines: createEngineStore(outbox), places: createFilePlaceStore(outbox) }
  listeners.push(...createListeners({ ...parts, ...stores, onTrap: (device) => scheduler.requestPoll(device) }))
  // At once: each may wait for a disk, and together they must not take more than the time there is to stop.
  starting.defer(async () => {
    await Promise.allSettled(listeners.map((listener) => listener.stop()))
  })
  for (const listener of listeners) await listener.start()
  scheduler.start()
  uplink.start()
  identity.start(uplink)
  await health.start()
  log.info(
    { program, devices: config.devices.length, checks: pollers.length, listeners: listeners.length },
    'agent is up',
  )

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
async function policyOf({ policyFile: file, devices }: AgentConfig): Promise<DiagnosticsPolicy> {
  if (file === undefined) return DiagnosticsPolicy.parse({})
  const read = readPolicy(await readFile(file, 'utf8'), { file, devices })
  if (!read.ok) throw new Error(read.problems.map(printProblem).join('\n'))
  return read.value
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map((entry) => entry.address)
}
