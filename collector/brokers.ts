// The broker in this process: who may sign in to it, and its listener for agents with a certificate.
import { hash, timingSafeEqual } from 'node:crypto'
import type { Logger } from 'pino'
import type { Passwords } from './access/passwords.ts'
import type { BrokerAddress } from './agent-link/agent-link.ts'
import { type Broker, createBroker } from './broker/broker.ts'
import type { CollectorConfig } from './config/config.ts'
import type { EnrolmentDesk } from './enrolment-desk.ts'
import { openExternalBroker } from './external-broker.ts'

/** What brokers ask about identities. */
export type Identities = Pick<
  EnrolmentDesk,
  'authority' | 'server' | 'isAdmitted' | 'isTrusted' | 'onRevoked' | 'onRevocations' | 'revokedSerials' | 'agents'
> & { readonly enrolment: Pick<EnrolmentDesk['enrolment'], 'tokens' | 'sealingKey'> }

/** How often a token is looked for that was just made. */
const LOOK_MS = 1000

export interface Brokers {
  /** The one in this process; undefined: another is used. */
  readonly embedded: Broker | undefined
  /** For the link to the agents. */
  readonly address: BrokerAddress
  /** Listens, and follows what becomes of identities. Resolves with the plain port of the embedded one. */
  start(): Promise<number | undefined>
  stop(): Promise<void>
}

/** The broker of the settings, with everything that a revocation means to it. */
export async function openBrokers(
  config: CollectorConfig,
  passwords: Passwords,
  identities: Identities,
  log: Logger,
): Promise<Brokers> {
  if (config.broker.url !== undefined) {
    const external = await openExternalBroker(config, identities, log)
    return {
      embedded: undefined,
      address: external.address,
      async start() {
        external.start()
        return undefined
      },
      stop: external.stop,
    }
  }
  const broker = await createEmbeddedBroker(config, passwords, identities, log)
  const secure = keepSecure(config, broker, identities, log)
  identities.onRevoked((agent) => broker.disconnect(agent))
  return {
    embedded: broker,
    address: { kind: 'embedded', open: () => broker.open() },
    async start() {
      const port = await broker.start()
      await secure.start()
      return port
    },
    async stop() {
      secure.stop()
      await broker.stop()
    },
  }
}

/**
 * Builds the embedded broker. Agents sign in with the password of their settings, or against its hash, until they have an
 * identity; from then on with its certificate only.
 */
function createEmbeddedBroker(
  config: CollectorConfig,
  passwords: Passwords,
  identities: Identities,
  log: Logger,
): Promise<Broker> {
  const agents = new Map(config.agents.map((a) => [a.id, a]))
  const digest = (value: string | Buffer) => hash('sha256', value, 'buffer')
  const { tls, ...plain } = config.broker.embedded
  if (!['127.0.0.1', '::1', 'localhost'].includes(plain.host))
    log.warn({ host: plain.host }, 'passwords and records of agents cross the network unencrypted; enrol the agents')
  return createBroker({
    ...plain,
    secure: { host: tls.host, port: tls.port, isAdmitted: identities.isAdmitted },
    log,
    mayUsePassword: (id) => identities.enrolment.sealingKey(id) === undefined,
    authenticate(id, given) {
      const agent = agents.get(id)
      if (agent?.passwordHash) return passwords.verify(given.toString('utf8'), agent.passwordHash)
      if (!agent?.password) return false
      return timingSafeEqual(digest(agent.password.reveal()), digest(given))
    },
  })
}

/** Port agents find the embedded broker's TLS listener at. */
interface SecureListening {
  /** Opens it when it is wanted now; rejects when it cannot be opened and is not `auto`. */
  start(): Promise<void>
  stop(): void
}

/** Keeps the TLS listener open as the settings say, with the certificate of the day. */
function keepSecure(config: CollectorConfig, broker: Broker, identities: Identities, log: Logger): SecureListening {
  const { enabled } = config.broker.embedded.tls
  let port: number | undefined
  let opening = false
  let told = ''
  const wanted = () =>
    enabled === true ||
    (enabled === 'auto' && (identities.agents().length > 0 || identities.enrolment.tokens().length > 0))
  const open = async (): Promise<void> => {
    const held = identities.server.current()
    if (!held) throw new Error(identities.authority.problem ?? 'there is no certificate for the TLS listener')
    port = await broker.openSecure({ ca: identities.authority.ca, certificate: held.certificate, key: held.key })
    log.info({ port }, 'listening for agents with a certificate')
    told = ''
  }
  const look = (): void => {
    if (port !== undefined || opening || !wanted()) return
    opening = true
    open()
      .catch((error: Error) => {
        if (told !== error.message) log.error({ err: error }, 'the TLS listener could not be opened; tried again')
        told = error.message
      })
      .finally(() => {
        opening = false
      })
  }
  let timer: NodeJS.Timeout | undefined
  return {
    async start() {
      if (enabled === true) await open()
      else if (wanted())
        await open().catch((error) => log.error({ err: error }, 'the TLS listener could not be opened'))
      if (enabled === false) return
      timer = setInterval(look, LOOK_MS)
      timer.unref()
      identities.server.onChange(() => {
        if (port !== undefined) open().catch((error) => log.error({ err: error }, 'the new certificate is not in use'))
      })
    },
    stop: () => clearInterval(timer),
  }
}
