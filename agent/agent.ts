// The agent, wired in one straight line: inputs -> outbox -> uplink, and commands back. Stops in the order intake,
// workers, outbox, uplink.
import { lookup } from 'node:dns/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { systemClock } from '#shared/time/clock.ts'
import type { AgentConfig } from './config/config.ts'
import { createDeviceList } from './devices/device-list.ts'
import { createSourceMap } from './devices/source-map.ts'
import { createHealth, droppedOf } from './health/health.ts'
import type { Listener } from './inputs/input.ts'
import { createListeners } from './inputs/registry.ts'
import { createOutbox } from './outbox/outbox.ts'
import { createEngineStore } from './outbox/small-stores.ts'
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
  const devices = createDeviceList(config.devices)
  const listeners: Listener[] = []

  const outbox = createOutbox({
    dir: join(config.dataDir, 'outbox'),
    limits: limitsOf(config),
    clock,
    log: log.child({ room: 'outbox' }),
    onFatal,
  })
  const dropped = () =>
    droppedOf(
      outbox.state(),
      listeners.map((l) => l.counters()),
      {},
    )
  const { url, username, password, ca, cert, key } = config.broker
  const uplink = createUplink({
    connection: {
      url,
      username: username ?? agentId,
      password: password.reveal(),
      ...(ca ? { ca: ca.reveal() } : {}),
      ...(cert ? { cert: cert.reveal() } : {}),
      ...(key ? { key: key.reveal() } : {}),
    },
    agentId,
    outbox,
    about: { program, host: hostname(), startedAt, commandKey: config.commandKey },
    dropped,
    onCommand: () => undefined,
    clock,
    log: log.child({ room: 'uplink' }),
    random: Math.random,
  })
  const health = createHealth(
    config.health.port,
    {
      agentId,
      program,
      startedAt,
      outbox: outbox.state,
      uplink: uplink.facts,
      listeners: () => listeners.map((listener) => listener.counters()),
      polls: () => ({}),
      commands: () => null,
    },
    log.child({ room: 'health' }),
  )

  await outbox.start()
  starting.defer(() => uplink.stop())
  starting.defer(() => outbox.stop())
  starting.defer(() => health.stop())

  const sources = createSourceMap({ devices: config.devices, resolve: addressesOf })
  await sources.start()
  starting.defer(() => sources.stop())

  outbox.event({ kind: 'agent', at: startedAt, device: null, code: 'started', message: `${program} started` })
  for (const event of devices.inventory(startedAt)) outbox.event(event)

  const built = createListeners({
    ...{ config, sources: sources.lookup, recorder: outbox, engines: createEngineStore(outbox), clock, log },
    onTrap: () => undefined,
  })
  listeners.push(...built)
  for (const listener of listeners) {
    await listener.start()
    starting.defer(() => listener.stop())
  }
  uplink.start()
  await health.start()
  log.info({ program, devices: config.devices.length, listeners: listeners.length }, 'agent is up')

  const running = starting.move()
  return { stop: () => running.disposeAsync(), report: health.report }
}

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

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map((entry) => entry.address)
}
