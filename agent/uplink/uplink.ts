// The agent's one connection to the broker. Publishes only while connected, never through the client's offline queue;
// says hello, waits for the collector's resume, then lets the sender run. Deleting happens on application acks alone.
import mqtt, { type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import type { Clock } from '#shared/time/clock.ts'
import { Ack } from '#shared/wire/ack.ts'
import type { Hello } from '#shared/wire/hello.ts'
import { HEARTBEAT_SECONDS, MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import { allDown, parseTopic, upTopic } from '#shared/wire/topics.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { type BrokerConnection, clientOptions, type LinkOutcome, outcomeOf, problemOf } from './broker-connection.ts'
import { helloOf } from './hello-message.ts'
import { createSender, type SenderFacts } from './sender.ts'
import { createSeriesSender } from './series-sender.ts'

export type { BrokerConnection, LinkOutcome } from './broker-connection.ts'

export interface UplinkOptions {
  /** Asked before every attempt, so that a renewed certificate is used with the next one. */
  readonly connection: () => BrokerConnection
  readonly agentId: string
  readonly outbox: Outbox
  /** What hello says beside clocks and lanes. */
  readonly about: Pick<Hello, 'program' | 'host' | 'startedAt' | 'commandKey' | 'instance'>
  /** Version of the collector's configuration in use; 0: none. */
  readonly configVersion?: () => number
  /** Its hash; undefined while none is in use. */
  readonly configHash?: () => string | undefined
  /** Records discarded anywhere in the agent, by reason. */
  readonly dropped: () => Readonly<Record<string, number>>
  /** One signed command as received; must return at once. */
  readonly onCommand: (payload: Uint8Array) => void
  /** The same for an answer about the identity, or a piece of a configuration. */
  readonly onIdentity?: (payload: Uint8Array) => void
  readonly onConfig?: (payload: Uint8Array) => void
  /** What became of an attempt to connect. */
  readonly onLink?: (outcome: LinkOutcome) => void
  readonly clock: Clock
  readonly log: Logger
  /** 0 <= n < 1, for the reconnect jitter. */
  readonly random: () => number
  /** A dead link is noticed within one and a half of these. Default KEEPALIVE_SECONDS. */
  readonly keepaliveSeconds?: number
}

export interface UplinkFacts extends SenderFacts {
  readonly connected: boolean
  /** Agent wall clock minus the collector's, ms, as of the last ack; null before. */
  readonly clockOffsetMs: number | null
  /** Monotonic ms of the last answer to a hello; null: none yet. */
  readonly answeredAt: number | null
  /** Kinds of events beyond those of 0.1 that the collector said it reads; none before its first word. */
  readonly takes: readonly string[]
  readonly connects: number
  readonly lastProblem: string | null
}

export interface Uplink {
  start(): void
  /** Disconnects within 2 s. Idempotent. */
  stop(): Promise<void>
  /** False when there is no link: nothing was sent then, and nothing is kept. */
  publish(channel: 'identity' | 'config', message: string): boolean
  /** Takes leave of the broker (2 s at most) and connects anew at once, without a pause. */
  reconnect(): void
  facts(): UplinkFacts
}

const KEEPALIVE_SECONDS = 20
const BACKOFF_FIRST_MS = 1_000
const BACKOFF_LAST_MS = 60_000
const TICK_MS = 1_000
const STOP_MS = 2_000

export function createUplink(options: UplinkOptions): Uplink {
  const { agentId, outbox, clock, log } = options
  let client: MqttClient | undefined
  let running = false
  let attempt = 0
  let connects = 0
  let leaving = false
  let lastProblem: string | null = null
  let clockOffsetMs: number | null = null
  let answeredAt: number | null = null
  let takes: readonly string[] = []
  let epoch = ''
  let subscribed = false
  let lastHello = Number.NEGATIVE_INFINITY
  let reconnectTimer: NodeJS.Timeout | undefined
  let ticker: NodeJS.Timeout | undefined
  let endCommitted: (() => void) | undefined

  const sender = createSender({
    agentId,
    outbox,
    clock,
    log,
    publish: (lane, payload) => publish(upTopic(agentId, lane), payload),
  })

  function publish(topic: string, payload: Buffer | string): boolean {
    if (!client?.connected || !subscribed) return false
    // An error means "not sent": the ack time-out sends again. A PUBACK means nothing.
    client.publish(topic, payload, { qos: 1 }, () => undefined)
    return true
  }

  const series = createSeriesSender({
    agentId,
    outbox,
    log,
    publish: (payload) =>
      new Promise((resolve) => {
        if (!client?.connected || !subscribed) resolve(false)
        else client.publish(upTopic(agentId, 'series'), payload, { qos: 1 }, (error) => resolve(!error))
      }),
  })

  function connect(): void {
    reconnectTimer = undefined
    const connection = options.connection()
    subscribed = false
    const current = mqtt.connect(
      connection.url,
      clientOptions(connection, agentId, options.keepaliveSeconds ?? KEEPALIVE_SECONDS),
    )
    let failure: Error | undefined
    let accepted = false
    client = current
    current.on('error', (error) => {
      failure ??= error
      trouble(problemOf(error, clock.wall()))
    })
    current.on('message', (topic, payload) => onMessage(topic, payload))
    current.on('connect', () => {
      connects++
      current.subscribe(allDown(agentId), { qos: 1 }, (error, granted) => {
        if (current !== client) return
        if (error || granted?.some((grant) => (grant.qos as number) > 2)) {
          trouble(error?.message ?? 'the broker refused the subscription')
          current.end(true)
          return
        }
        subscribed = true
        accepted = true
        options.onLink?.('accepted')
        hello()
      })
    })
    current.on('close', () => {
      if (current !== client) return
      client = undefined
      subscribed = false
      sender.halt()
      series.halt()
      current.end(true)
      if (!accepted) options.onLink?.(outcomeOf(failure))
      connectLater()
    })
  }

  function connectLater(): void {
    if (!running) return
    const ceiling = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt++, 16))
    const delay = Math.round(options.random() * ceiling)
    if (lastProblem === null) trouble('connection closed')
    reconnectTimer = setTimeout(connect, delay)
  }

  /** Logged when it changes, not at every attempt. */
  function trouble(message: string): void {
    if (message !== lastProblem) log.warn({ url: options.connection().url, problem: message }, 'no link to the broker')
    lastProblem = message
  }

  function hello(): void {
    const state = outbox.state()
    if (state.epoch === '') return
    epoch = state.epoch
    const message = helloOf({ ...options, state })
    if (publish(upTopic(agentId, 'hello'), JSON.stringify(message))) lastHello = clock.mono()
  }

  function onMessage(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic)
    if (parsed?.direction !== 'down' || parsed.agent !== agentId || payload.length > MAX_MESSAGE_BYTES) return
    if (parsed.channel === 'command') options.onCommand(payload)
    else if (parsed.channel === 'ack') onAck(payload)
    else if (parsed.channel === 'identity') options.onIdentity?.(payload)
    else options.onConfig?.(payload)
  }

  function onAck(payload: Uint8Array): void {
    const ack = readAck(payload)
    if (typeof ack === 'string') {
      log.warn({ reason: ack }, 'ignored an ack that cannot be read')
      return
    }
    if (ack.epoch !== outbox.state().epoch) return
    clockOffsetMs = Math.round(clock.wall() - ack.wall)
    if (ack.resume) {
      answeredAt = clock.mono()
      takes = ack.takes ?? []
      if (lastProblem !== null || attempt > 0) log.info({ clockOffsetMs, connects }, 'link to the collector is up')
      attempt = 0
      lastProblem = null
    }
    if (ack.sendSeries) void series.send()
    sender.onAck(ack)
  }

  function onCommitted(): void {
    if (outbox.state().epoch !== epoch) {
      sender.halt()
      hello()
    }
    sender.pump()
  }

  async function leave(): Promise<void> {
    clearTimeout(reconnectTimer)
    const current = client
    client = undefined
    subscribed = false
    sender.halt()
    series.halt()
    if (current !== undefined) await end(current)
  }

  function tick(): void {
    if (!client?.connected) return
    if (clock.mono() - lastHello >= HEARTBEAT_SECONDS * 1_000) hello()
    sender.checkTimeouts()
  }

  return {
    start() {
      if (running) return
      running = true
      endCommitted = outbox.onCommitted(onCommitted)
      ticker = setInterval(tick, TICK_MS)
      connect()
    },
    async stop() {
      running = false
      endCommitted?.()
      clearInterval(ticker)
      await leave()
    },
    publish: (channel, message) => publish(upTopic(agentId, channel), message),
    reconnect() {
      if (!running || leaving) return
      leaving = true
      void leave().then(() => {
        leaving = false
        if (running && client === undefined) connect()
      })
    },
    facts: () => ({
      ...sender.facts(),
      connected: client?.connected === true && subscribed,
      ...{ clockOffsetMs, answeredAt, takes },
      connects,
      lastProblem,
    }),
  }
}

function readAck(payload: Uint8Array): Ack | string {
  try {
    const parsed = Ack.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    return parsed.success
      ? parsed.data
      : `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
  } catch {
    return 'not JSON'
  }
}

async function end(client: MqttClient): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_MS)
  })
  await Promise.race([client.endAsync(false).catch(() => undefined), late])
  clearTimeout(timer)
  client.end(true)
}
