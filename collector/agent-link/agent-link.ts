// Door of the link to the agents, the collector's only MQTT user: takes what agents publish, sends acks and commands.
// Messages are handed over at once; the handler never waits, or MQTT.js would drop the connection.
import type { Duplex } from 'node:stream'
import { connect, type IClientOptions, MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import type { Ack } from '#shared/wire/ack.ts'
import type { SignedCommand } from '#shared/wire/command.ts'
import type { RenewalAnswer } from '#shared/wire/identity.ts'
import { MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import type { ConfigPart } from '#shared/wire/site-config.ts'
import {
  ALL_UP,
  type DownChannel,
  downTopic,
  parseTopic,
  type RecordChannel,
  type UpChannel,
} from '#shared/wire/topics.ts'
import type { ClientCertificate } from './eviction.ts'

export type { ClientCertificate } from './eviction.ts'

/** The embedded broker's stream, or any MQTT 3.1.1 broker by its address. */
export type BrokerAddress =
  | { readonly kind: 'embedded'; open(): Duplex }
  | {
      readonly kind: 'external'
      /** mqtt://host:1883 or mqtts://host:8883. */
      readonly url: string
      readonly username?: string
      readonly password?: string
      /** PEM of the authority of the broker's certificate. */
      readonly ca?: string
      /** How we show who we are; asked at every connection, so that it can be renewed meanwhile. */
      readonly certificate?: () => ClientCertificate | undefined
    }

export interface AgentLinkOptions {
  readonly broker: BrokerAddress
  /** Takes a message at once; false when it had no room. */
  onMessage(agent: string, channel: RecordChannel, payload: Uint8Array): boolean
  /** An agent asks for a new certificate. Returns at once; false when it had no room. */
  onIdentity?(agent: string, payload: Uint8Array): boolean
  /** An agent reports on its configuration. */
  onConfig?(agent: string, payload: Uint8Array): boolean
  readonly clock: { mono(): number }
  readonly log: Logger
}

export interface LinkState {
  readonly connected: boolean
  /** Collector's monotonic ms since when it is so. */
  readonly sinceMono: number
  /** Messages that were not taken, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  readonly received: number
}

export interface AgentLink {
  start(): void
  stop(): Promise<void>
  /** Best effort: an agent that misses an ack sends again. */
  sendAck(agent: string, ack: Ack): void
  /** Resolves true once the broker has it; false when it could not be sent now. */
  publishCommand(agent: string, command: SignedCommand): Promise<boolean>
  /** The same for an answer about an identity or a piece of a configuration. */
  publish(agent: string, channel: 'identity' | 'config', message: RenewalAnswer | ConfigPart): Promise<boolean>
  state(): LinkState
}

const RECONNECT_CAP_MS = 10_000
const PUBLISH_TIMEOUT_MS = 10_000

export function createAgentLink(options: AgentLinkOptions): AgentLink {
  const { broker, clock, log } = options
  const dropped: Record<string, number> = {}
  const drop = (reason: string): void => {
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }
  let client: MqttClient | undefined
  let since = clock.mono()
  let usable = false
  let attempts = 0
  let received = 0

  const settings: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    clientId: `outrider-collector-${crypto.randomUUID().slice(0, 8)}`,
    keepalive: 30,
    reconnectPeriod: 500,
    connectTimeout: 10_000,
    queueQoSZero: false,
    resubscribe: false,
  }
  const setUsable = (now: boolean): void => {
    if (usable === now) return
    usable = now
    since = clock.mono()
    if (now) log.info('connected to the broker')
    else log.warn('connection to the broker lost')
  }
  const take = (agent: string, channel: UpChannel, payload: Buffer): boolean => {
    if (channel === 'identity') return options.onIdentity?.(agent, payload) ?? false
    if (channel === 'config') return options.onConfig?.(agent, payload) ?? false
    return options.onMessage(agent, channel, payload)
  }
  const onMessage = (topic: string, payload: Buffer): void => {
    received++
    const parsed = parseTopic(topic)
    if (parsed?.direction !== 'up') drop('bad-topic')
    else if (payload.length > MAX_MESSAGE_BYTES) drop('too-large')
    else if (!take(parsed.agent, parsed.channel, payload)) drop('no-room')
  }
  const onConnect = (made: MqttClient): void => {
    made.subscribe(ALL_UP, { qos: 1 }, (error, granted) => {
      if (!error && granted?.every((g) => g.qos < 128)) {
        attempts = 0
        return setUsable(true)
      }
      log.error({ err: error }, 'the broker refused the subscription to the agents; check its access rules')
      // tries again with the next connection, after its pause
      if (client === made) made.stream.destroy()
    })
  }
  const publish = (agent: string, channel: DownChannel, message: unknown, qos: 0 | 1): Promise<boolean> => {
    const target = client
    if (!target?.connected) return Promise.resolve(false)
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), PUBLISH_TIMEOUT_MS)
      timer.unref()
      target.publish(downTopic(agent, channel), JSON.stringify(message), { qos }, (error) => {
        clearTimeout(timer)
        resolve(!error)
      })
    })
  }

  return {
    start() {
      if (client) return
      const made = openClient(broker, settings)
      client = made
      made.on('connect', () => onConnect(made))
      made.on('message', onMessage)
      made.on('error', (error) => log.debug({ err: error }, 'broker connection error'))
      made.on('close', () => {
        setUsable(false)
        // full jitter, so that many collectors do not come back together
        if (broker.kind === 'external') Object.assign(made.options, shown(broker))
        made.options.reconnectPeriod = Math.random() * Math.min(RECONNECT_CAP_MS, 500 * 2 ** attempts++) + 50
      })
    },
    async stop() {
      const ending = client
      client = undefined
      if (ending) await new Promise<void>((resolve) => ending.end(true, {}, () => resolve()))
      usable = false
    },
    sendAck(agent, ack) {
      publish(agent, 'ack', ack, 0).then(
        (sent) => {
          if (!sent) drop('ack-not-sent')
        },
        () => drop('ack-not-sent'),
      )
    },
    publishCommand: (agent, command) => publish(agent, 'command', command, 1),
    publish: (agent, channel, message) => publish(agent, channel, message, 1),
    state: () => ({ connected: usable, sinceMono: since, dropped: { ...dropped }, received }),
  }
}

function openClient(broker: BrokerAddress, settings: IClientOptions): MqttClient {
  if (broker.kind === 'embedded') return new MqttClient(() => broker.open() as never, settings)
  const { url, username, password, ca } = broker
  return connect(url, {
    ...settings,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
    ...shown(broker),
  })
}

function shown({ certificate }: Extract<BrokerAddress, { kind: 'external' }>): { cert?: string; key?: string } {
  const held = certificate?.()
  return held ? { cert: held.certificate, key: held.key } : {}
}
