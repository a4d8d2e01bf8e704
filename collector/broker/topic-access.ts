// What a client of the broker may do. Deny by default: an agent has its own up/* to write and its own down/* to read.
import type { AedesOptions, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes'
import { AgentId } from '#shared/domain/identity.ts'
import { ALL_UP, allDown, parseTopic } from '#shared/wire/topics.ts'

/** MQTT 3.1.1 CONNACK codes (table 3.1). */
const IDENTIFIER_REJECTED = 2
const BAD_PASSWORD = 4

export interface AccessOptions {
  /** True for the collector's own client. */
  isOwn(client: Client): boolean
  /** The agent whose certificate this connection has shown. */
  certified(client: Client): string | undefined
  authenticate(agent: string, password: Buffer): boolean | Promise<boolean>
  refused(reason: string, client: Client, fields?: Record<string, unknown>): void
}

type Rules = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'published'>
>

export function accessRules(options: AccessOptions): Omit<Rules, 'published'> {
  const { isOwn, certified, refused } = options
  return {
    preConnect(client, packet, done) {
      const problem = isOwn(client) ? undefined : connectProblem(packet, certified(client))
      if (problem === undefined) return done(null, true)
      refused(problem, client, { claimed: printable(packet.clientId) })
      done(new Error(problem), false)
    },
    authenticate(client, user, password, done) {
      if (isOwn(client)) return done(null, true)
      const name = certified(client)
      if (name !== undefined && client.id === name && (user ?? name) === name) return done(null, true)
      if (name !== undefined || user !== client.id) {
        refused('user-is-not-client', client)
        return done(coded('user name and client id differ', IDENTIFIER_REJECTED), false)
      }
      const check = async (): Promise<boolean> => password !== undefined && (await options.authenticate(user, password))
      check().then(
        (good) => {
          if (good) return done(null, true)
          refused('bad-password', client)
          done(coded('bad user name or password', BAD_PASSWORD), false)
        },
        (error: Error) => {
          refused('authentication-failed', client, { error: error.message })
          done(coded('not now', 3), false)
        },
      )
    },
    authorizePublish(client, packet, done) {
      const problem = client === null || isOwn(client) ? undefined : publishProblem(client.id, packet)
      if (problem === undefined) return done(null)
      refused(problem, client as Client, { topic: printable(packet.topic) })
      done(new Error(problem))
    },
    authorizeSubscribe(client, subscription, done) {
      const allowed = isOwn(client) ? subscription.topic === ALL_UP : mayRead(client.id, subscription)
      if (allowed) return done(null, subscription)
      refused('subscribe-denied', client, { topic: printable(subscription.topic) })
      // the subscription fails (0x80), the connection stays
      done(null, null)
    },
  }
}

function connectProblem(packet: ConnectPacket, certified: string | undefined): string | undefined {
  if (!AgentId.safeParse(packet.clientId).success) return 'bad-client-id'
  if (certified !== undefined && packet.clientId !== certified) return 'client-is-not-certificate'
  // a session that outlives its connection would queue for ever in memory
  if (!packet.clean) return 'session-not-clean'
  const will = packet.will
  if (will && publishProblem(packet.clientId, { ...will, cmd: 'publish', dup: false } as PublishPacket))
    return 'bad-will'
  return undefined
}

function publishProblem(agent: string, packet: PublishPacket): string | undefined {
  if (packet.retain) return 'retain-denied'
  if (packet.qos === 2) return 'qos2-denied'
  const topic = parseTopic(packet.topic)
  return topic?.agent === agent && topic.direction === 'up' ? undefined : 'publish-denied'
}

function mayRead(agent: string, subscription: Subscription): boolean {
  if (subscription.qos > 1) return false
  if (subscription.topic === allDown(agent)) return true
  const topic = parseTopic(subscription.topic)
  return topic?.agent === agent && topic.direction === 'down'
}

function coded(message: string, returnCode: number): Error & { returnCode: number } {
  return Object.assign(new Error(message), { returnCode })
}

const printable = (text: unknown): string =>
  String(text)
    .replace(/\p{Cc}/gu, '?')
    .slice(0, 128)
