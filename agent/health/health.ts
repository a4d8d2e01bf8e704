// What the agent knows of itself, on a loopback page: / as JSON, /metrics as text for Prometheus.
import type { Server } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Logger } from 'pino'
import { LANES } from '#shared/wire/topics.ts'
import type { ListenerCounters } from '../inputs/input.ts'
import type { OutboxState } from '../outbox/outbox.ts'
import type { UplinkFacts } from '../uplink/uplink.ts'

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>

export interface HealthSources {
  readonly agentId: string
  readonly program: string
  readonly startedAt: number
  outbox(): OutboxState
  uplink(): UplinkFacts
  /** Certificate and how its renewal stands, plain data; null when the agent signs in otherwise. */
  identity(): unknown
  /** Configuration of the collector in use, and where each device comes from; plain data. */
  site(): unknown
  listeners(): readonly ListenerCounters[]
  /** Counters of the scheduler: whatever it counts, plain data. */
  polls(): unknown
  commands(): { readonly taken: number; readonly dropped: Readonly<Record<string, number>> }
  /** Everything discarded in the agent, by reason. */
  dropped(): Readonly<Record<string, number>>
}

export interface HealthReport extends Record<string, unknown> {
  readonly agent: string
  readonly lanes: Readonly<Record<string, { oldest: number; newest: number; waiting: number; bytes: number }>>
  readonly backlog: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
}

export interface Health {
  /** Listens on 127.0.0.1. A port in use is logged, not fatal: the page is not what the agent is for. */
  start(): Promise<void>
  stop(): Promise<void>
  report(): HealthReport
}

/** The histogram counts from timer to timer, so this much is no lag. */
const LAG_RESOLUTION_MS = 50

/** An import would evaluate every lazy export of node:http (fetch, WebSocket ...): 13 MB that nobody here uses. */
const http = () => process.getBuiltinModule('node:http')

export function createHealth(port: number, sources: HealthSources, log: Logger): Health {
  let server: Server | undefined
  let delay: LoopDelay | undefined

  function report(): HealthReport {
    const outbox = sources.outbox()
    const listeners = sources.listeners()
    const commands = sources.commands()
    const memory = process.memoryUsage()
    const lanes = LANES.map((lane) => {
      const { oldest, newest, acknowledged, bytes } = outbox.lanes[lane]
      return [lane, { oldest, newest, waiting: newest - acknowledged, bytes }] as const
    })
    return {
      agent: sources.agentId,
      program: sources.program,
      startedAt: sources.startedAt,
      lanes: Object.fromEntries(lanes),
      backlog: Object.fromEntries(lanes.map(([lane, state]) => [lane, state.waiting])),
      dropped: sources.dropped(),
      outbox: { epoch: outbox.epoch, problem: outbox.problem, memoryBytes: outbox.memoryBytes, series: outbox.series },
      uplink: sources.uplink(),
      identity: sources.identity(),
      site: sources.site(),
      listeners,
      polls: sources.polls(),
      commands,
      process: {
        rssBytes: memory.rss,
        heapBytes: memory.heapUsed,
        cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
        eventLoopLagMs: { p50: lag(delay, 50), p99: lag(delay, 99), max: lag(delay, 100) },
      },
    }
  }

  return {
    report,
    async start() {
      if (port === 0 || server !== undefined) return
      delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
      delay.enable()
      const current = http().createServer((request, response) => {
        const text = request.url === '/metrics'
        if (request.method !== 'GET' || !(text || request.url === '/')) {
          response.writeHead(404).end()
          return
        }
        response.writeHead(200, { 'content-type': text ? 'text/plain; version=0.0.4' : 'application/json' })
        response.end(text ? metricsText(report()) : JSON.stringify(report()))
      })
      current.maxConnections = 32
      current.requestTimeout = 5_000
      server = current
      await new Promise<void>((resolve) => {
        current.once('error', (error) => {
          log.warn({ err: error, port }, 'no health page')
          resolve()
        })
        current.listen(port, '127.0.0.1', () => resolve())
      })
    },
    async stop() {
      delay?.disable()
      const current = server
      server = undefined
      if (current === undefined) return
      current.closeAllConnections()
      await new Promise<void>((resolve) => current.close(() => resolve()))
    },
  }
}

/** Everything discarded in the agent, by reason; keys fit the hello. */
export function droppedOf(
  outbox: OutboxState,
  listeners: readonly ListenerCounters[],
  commands: Readonly<Record<string, number>>,
): Record<string, number> {
  const all: Record<string, number> = {}
  const add = (name: string, n: number) => {
    if (n > 0) all[name.slice(0, 64)] = (all[name.slice(0, 64)] ?? 0) + n
  }
  for (const [reason, n] of Object.entries(outbox.dropped)) add(reason, n)
  for (const listener of listeners)
    for (const [reason, n] of Object.entries(listener.dropped)) add(`${listener.name}:${reason}`, n)
  for (const [reason, n] of Object.entries(commands)) add(`command:${reason}`, n)
  return all
}

/** Every number of the report as `outrider_agent_<path> <value>`. */
function metricsText(report: object): string {
  const lines: string[] = []
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'number' && Number.isFinite(value)) lines.push(`${path} ${value}`)
    else if (typeof value === 'boolean') lines.push(`${path} ${value ? 1 : 0}`)
    else if (Array.isArray(value))
      for (const item of value) walk(item, `${path}_${(item as { name?: string })?.name ?? ''}`)
    else if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}_${key}`)
  }
  walk(report, 'outrider_agent')
  return `${lines.map((line) => line.replace(/^\S+/, (name) => name.replaceAll(/[^a-zA-Z0-9_]/g, '_'))).join('\n')}\n`
}

function lag(delay: LoopDelay | undefined, percentile: number): number {
  return delay === undefined || delay.count === 0
    ? 0
    : Math.max(0, delay.percentile(percentile) / 1e6 - LAG_RESOLUTION_MS)
}
