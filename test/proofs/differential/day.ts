// One day of one site, second by second: agent, connection and collector under one clock, with what is done to them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { seeded } from '../proof-kind.ts'
import { createAgentSide } from './agent-side.ts'
import { createCollectorSide, type Page, SITE } from './collector-side.ts'
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
  /** Its cuts follow each other so closely that they are one incident: told, told again, and no more until it rests. */
  readonly flaps?: boolean
  /** Agent's wall clock minus the true time at a second, ms. */
  readonly clock?: (s: number) => number
}

export interface DayRun {
  readonly name: string
  readonly history: History
  readonly pages: readonly Page[]
  readonly balance: Balance
  /** Each time the agent was silent for longer than a poll of the link: heard last before, first after, all delivered; seconds. */
  readonly gaps: readonly Gap[]
  /** Silences that the collector, while it listened, must have told people of. */
  readonly unreachable: number
  readonly seconds: number
}

export interface Gap {
  readonly from: number
  readonly heard: number
  readonly caughtUp: number
  /** Records that waited, and the time it took to take them, ms of this machine. */
  readonly records: number
  readonly tookMs: number
  /** Growth of the outbox's file in it. */
  readonly bytes: number
}

/** Samples wait so long for others to share a batch. */
const FLUSH_S = 5
/** Three heartbeats, and the second of the tick that sees it. */
const UNREACHABLE_S = 31
/** When we were away ourselves: agents take their time to come back. */
const UNREACHABLE_AFTER_OURS_S = 121
/** Without a word for longer is a gap. */
const LONG_S = 12
const MESSAGES_PER_SECOND = 120

export async function runDay(
  site: SimulatedSite,
  disturbance: Disturbance,
  options: { readonly dir: string; readonly seconds: number; readonly seed: number },
): Promise<DayRun> {
  const began = performance.now()
  const { silent = [], broker = [], collector: down = [], kills = [], clock = () => 0 } = disturbance
  const log = pino({ level: process.env.PROOF_LOG ?? 'silent' })
  const dir = join(options.dir, folderOf(disturbance))
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

  const gaps: Gap[] = []
  /** Second in which the agent was heard last, and since when the collector has been listening. */
  let heard = 0
  let listens = 0
  let unreachable = 0
  let gap: (Omit<Gap, 'caughtUp' | 'tookMs'> & { readonly since: number }) | undefined
  let bytesBefore = 0
  let wasBroker = true

  await collector.start()
  await agent.start()
  for (; s < options.seconds; s++) {
    await follow()
    agent.second(s)
    // a second in which the clock is set ends what was measured before it
    if (agent.hasNews() || s % FLUSH_S === 0 || agent.isHelloDue() || clock(s + 1) !== clock(s)) await agent.flush()
    connection.second(s)
    if (connection.isUp) agent.beat()
    await deliver()
    if (collector.isUp) await collector.tick()
  }
  await agent.flush()
  await deliver()
  const history = readHistory(collector.stores)
  const balance = ledger.compare(collector.stores, SITE)
  await agent.stop()
  await collector.stop()
  const took = (performance.now() - began) / 1000
  return { name: disturbance.name, history, pages: collector.pages, balance, gaps, unreachable, seconds: took }

  /** What is done to the parts at this second. */
  async function follow(): Promise<void> {
    const isDown = within(down)
    if (isDown && collector.isUp) await collector.stop()
    if (!isDown && !collector.isUp) await collector.start()
    const hasBroker = !isDown && !within(broker)
    if (hasBroker !== wasBroker) collector.connected(hasBroker ? s * 1000 + 5_000_000 : null)
    if (hasBroker && !wasBroker) listens = s
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
    for (let left = MESSAGES_PER_SECOND; ; ) {
      while (!agent.isQuiet()) await new Promise((resolve) => setImmediate(resolve))
      const messages = connection.arriving(Math.min(left, 12))
      if (messages.length === 0) break
      left -= messages.length
      if (s - heard > LONG_S && gap === undefined) {
        const { records, bytes } = agent.backlog()
        gap = { from: heard, heard: s, records, bytes: bytes - bytesBefore, since: performance.now() }
      }
      if (heard >= listens ? s - heard > UNREACHABLE_S : s - listens > UNREACHABLE_AFTER_OURS_S) unreachable++
      heard = s
      for (const { channel, payload } of messages) collector.accept(AGENT, channel, payload)
      await collector.settle()
    }
    if (gap && connection.isUp && heard === s && agent.backlog().records === 0) {
      const { since, ...of } = gap
      gaps.push({ ...of, caughtUp: s, tookMs: performance.now() - since })
      gap = undefined
    }
    if (gap === undefined && heard === s) bytesBefore = agent.backlog().bytes
  }
}

/** Where a day's data is, below the folder of all days; it stays when the day is over. */
export const folderOf = ({ name }: Disturbance): string => name.replaceAll(/[^a-z0-9]+/gi, '-')
