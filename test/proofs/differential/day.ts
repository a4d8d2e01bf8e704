// One day of one site, second by second: agent, connection and collector under one clock, with what is done to them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import type { NotificationIntent } from '#collector/notify/intent.ts'
import { seeded } from '../proof-kind.ts'
import { createAgentSide } from './agent-side.ts'
import { createCollectorSide, SITE } from './collector-side.ts'
import { createConnection } from './connection.ts'
import { type History, readHistory } from './history.ts'
import { type Balance, createLedger } from './ledger.ts'
import type { SimulatedSite } from './simulated-site.ts'

export const T0 = Date.UTC(2026, 5, 1)
export const AGENT = 'agent-hq'

/** Seconds of the day, exclusive at the end. */
export type Span = readonly [from: number, to: number]

export interface Disturbance {
  readonly name: string
  /** The path between agent and broker says nothing. */
  readonly silent?: readonly Span[]
  /** The broker is killed; messages on the way are lost, all connections with it. */
  readonly broker?: readonly Span[]
  /** The collector (and its broker) is down. */
  readonly collector?: readonly Span[]
  /** kill -9 of the agent, which is started again in the same second. */
  readonly kills?: readonly number[]
  /** Agent's wall clock minus the true time at a second, ms. */
  readonly clock?: (s: number) => number
}

export interface DayRun {
  readonly history: History
  readonly pages: readonly NotificationIntent[]
  readonly balance: Balance
  /** Alarms that stand at the end, and since when. */
  readonly standing: ReadonlyMap<string, number>
  /** Silences of the agent as the collector could hear them: last message before, first after, seconds. */
  readonly silences: readonly Span[]
  /** Second at which everything that had waited was delivered, after each disturbance that made it wait. */
  readonly drains: readonly {
    readonly from: number
    readonly to: number
    readonly records: number
    readonly realMs: number
  }[]
  /** Bytes of the outbox at the end of the longest silence, over those at its beginning. */
  readonly diskBytes: number
  readonly seconds: number
}

/** Samples wait so long for others to share a batch. */
const FLUSH_S = 5
const MESSAGES_PER_SECOND = 40

export async function runDay(
  site: SimulatedSite,
  disturbance: Disturbance,
  options: { readonly dir: string; readonly seconds: number; readonly seed: number },
): Promise<DayRun> {
  const began = performance.now()
  const { silent = [], broker = [], collector: down = [], kills = [], clock = () => 0 } = disturbance
  const log = pino({ level: process.env.PROOF_LOG ?? 'silent' })
  const dir = join(options.dir, disturbance.name.replaceAll(/[^a-z0-9]+/gi, '-'))
  mkdirSync(dir, { recursive: true })
  let s = 0
  const within = (spans: readonly Span[]) => spans.some(([from, to]) => s >= from && s < to)
  const ledger = createLedger(site)
  const agent = createAgentSide({
    ...{ id: AGENT, dir: join(dir, 'outbox'), site, ledger, log },
    wall: () => T0 + s * 1000 + clock(s),
    mono: () => s * 1000,
    publish: (channel, payload) => connection.publish(channel, payload),
  })
  const connection = createConnection({
    connected: () => agent.connected(),
    disconnected: () => agent.disconnected(),
    onAck: (ack) => agent.onAck(ack),
    random: seeded(options.seed + 1),
  })
  const collector = createCollectorSide({
    ...{ dir: join(dir, 'collector'), agents: [AGENT], log },
    clock: { wall: () => T0 + s * 1000, mono: () => s * 1000 + 5_000_000 },
    sendAck: (_, ack) => connection.ack(ack),
  })

  const silences: Span[] = []
  const drains: { from: number; to: number; records: number; realMs: number }[] = []
  let heard = 0
  let draining: { from: number; records: number; since: number } | undefined
  let diskBytes = 0
  let wasBroker = true

  await collector.start()
  await agent.start()
  for (; s < options.seconds; s++) {
    await follow()
    agent.second(s)
    if (agent.hasNews() || s % FLUSH_S === 0) await agent.flush()
    connection.second(s)
    if (connection.isUp) agent.beat()
    await deliver()
    if (collector.isUp) await collector.tick()
  }
  const standing = new Map<string, number>()
  for (const alarm of collector.stores.alarms.all()) if (!alarm.isCleared) standing.set(alarm.id, alarm.raisedAt)
  const history = readHistory(collector.stores)
  const balance = ledger.compare(collector.stores, SITE)
  await agent.stop()
  await collector.stop()
  const { pages } = collector
  const took = (performance.now() - began) / 1000
  return { history, pages, balance, standing, silences, drains, diskBytes, seconds: took }

  /** What is done to the parts at this second. */
  async function follow(): Promise<void> {
    const isDown = within(down)
    if (isDown && collector.isUp) await collector.stop()
    if (!isDown && !collector.isUp) await collector.start()
    const hasBroker = !isDown && !within(broker)
    if (hasBroker !== wasBroker) collector.connected(hasBroker ? s * 1000 + 5_000_000 : null)
    wasBroker = hasBroker
    connection.path(!hasBroker ? 'closed' : within(silent) ? 'silent' : 'open')
    if (kills.includes(s)) {
      await agent.flush()
      connection.drop()
      await agent.kill()
      await agent.start()
    }
  }

  async function deliver(): Promise<void> {
    const before = s - heard > 10 ? agent.backlog() : undefined
    for (let left = MESSAGES_PER_SECOND; ; ) {
      while (!agent.isQuiet()) await new Promise((resolve) => setImmediate(resolve))
      const messages = connection.arriving(Math.min(left, 12))
      if (messages.length === 0) break
      left -= messages.length
      if (before && heard !== s) {
        silences.push([heard, s])
        draining = { from: s, records: before.records, since: performance.now() }
        diskBytes = Math.max(diskBytes, before.bytes)
      }
      heard = s
      for (const { channel, payload } of messages) collector.accept(AGENT, channel, payload)
      await collector.settle()
    }
    if (draining && connection.isUp && heard === s && agent.backlog().records === 0) {
      const { from, records, since } = draining
      drains.push({ from, to: s, records, realMs: performance.now() - since })
      draining = undefined
    }
  }
}
