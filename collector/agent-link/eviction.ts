// Cuts a revoked agent off a broker that is not ours: a list of revoked certificates stops new connections only, so its
// session is taken over, with a certificate of its name, until the broker is known to refuse it.
import { connect, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'

/** Certificate with its key, PEM. */
export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}

export interface EvictionOptions {
  readonly url: string
  readonly ca: string
  /** A certificate in the agent's name. */
  certificateOf(agent: string): Promise<ClientCertificate>
  readonly log: Logger
}

export interface Eviction {
  /** Takes the agent's session over and keeps it. Agents beyond the limit are counted and left to the list. */
  evict(agent: string): void
  /** Lets go: it may come back, or the broker refuses it by itself. */
  release(agent: string): void
  /** True when the broker lets a connection with this certificate in; undefined when it cannot be reached. */
  tryCertificate(name: string, held: ClientCertificate): Promise<boolean | undefined>
  state(): { readonly holding: number; readonly refused: number }
  stop(): Promise<void>
}

/** Sessions held at once; each is one connection. */
const MAX_HELD = 200
const AGAIN_MS = 250
/** Where the broker is away, or does not want us. */
const AGAIN_CAP_MS = 5000
const TRY_MS = 5000

export function createEviction({ url, ca, certificateOf, log }: EvictionOptions): Eviction {
  const held = new Map<string, { client: MqttClient | undefined }>()
  let refused = 0
  const open = (name: string, { certificate, key }: ClientCertificate, reconnectPeriod: number): MqttClient =>
    connect(url, {
      ...{ ca, cert: certificate, key, clientId: name, protocolVersion: 4, clean: true, keepalive: 30 },
      ...{ reconnectPeriod, connectTimeout: TRY_MS, queueQoSZero: false, resubscribe: false },
    })
  const take = async (agent: string, mine: { client: MqttClient | undefined }): Promise<void> => {
    const certificate = await certificateOf(agent)
    if (held.get(agent) !== mine) return
    const client = open(agent, certificate, AGAIN_MS)
    mine.client = client
    let again = AGAIN_MS
    client.on('connect', () => {
      again = AGAIN_MS
      log.info({ agent }, 'the session of a revoked agent was taken over')
    })
    client.on('close', () => {
      client.options.reconnectPeriod = again
      again = Math.min(AGAIN_CAP_MS, again * 2)
    })
    client.on('error', (error) => log.debug({ err: error, agent }, 'eviction connection error'))
  }
  const release = (agent: string): void => {
    const one = held.get(agent)
    held.delete(agent)
    one?.client?.end(true)
  }
  return {
    evict(agent) {
      if (held.has(agent)) return
      if (held.size >= MAX_HELD) {
        refused++
        log.error({ agent, holding: held.size }, 'too many sessions are held; this one ends when the list is read')
        return
      }
      const mine = { client: undefined }
      held.set(agent, mine)
      take(agent, mine).catch((error: unknown) => {
        held.delete(agent)
        log.error({ err: error, agent }, 'a revoked agent could not be cut off; nothing is taken from it')
      })
    },
    release,
    tryCertificate(name, certificate) {
      const client = open(name, certificate, 0)
      return new Promise<boolean | undefined>((resolve) => {
        // a TLS 1.3 server refuses after the client thinks all is well, so only CONNACK counts
        client.once('connect', () => resolve(true))
        client.once('error', (error) => resolve(/certificate revoked/i.test(error.message) ? false : undefined))
        client.once('close', () => resolve(undefined))
      }).finally(() => client.end(true))
    },
    state: () => ({ holding: held.size, refused }),
    async stop() {
      for (const agent of [...held.keys()]) release(agent)
    },
  }
}
