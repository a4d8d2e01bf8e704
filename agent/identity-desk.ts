// How this agent signs in, for the composition: with its identity, kept valid, or with what agent.yaml says.
import type { Logger } from 'pino'
import type { Clock } from '#shared/time/clock.ts'
import type { AgentConfig } from './config/config.ts'
import { openerOf, readIdentity } from './identity/identity.ts'
import { identityFiles } from './identity/identity-files.ts'
import { createRenewal, type RenewalFacts } from './identity/renewal.ts'
import type { BrokerConnection, LinkOutcome, Uplink } from './uplink/uplink.ts'

export interface IdentityDesk {
  /** For the next attempt to connect. */
  connection(): BrokerConnection
  onIdentity(payload: Uint8Array): void
  onLink(outcome: LinkOutcome): void
  /** Begins to watch over the certificate; nothing to do without an identity. */
  start(uplink: Uplink): void
  stop(): void
  /** null without an identity. */
  facts(): (RenewalFacts & { readonly site: string }) | null
  /** Opens what the collector sealed to this agent. Throws when it cannot be opened, and without an identity. */
  openSealed(box: string, purpose: string): string
}

/** The certificate is looked at so often; one of a short life each 24th of it. */
const TICK_MS = 5_000

export interface IdentityDeskOptions {
  readonly config: AgentConfig
  readonly clock: Clock
  readonly log: Logger
  /** Wall ms by which the life of the certificate is judged; the collector's time when absent. */
  readonly now?: (() => number) | undefined
}

/** Throws when the identity that the configuration counts on cannot be used. */
export function createIdentityDesk({ config, clock, log, now }: IdentityDeskOptions): IdentityDesk {
  if (!config.enrolled) return deskOf(config)
  const read = readIdentity(config.dataDir)
  if (read.kind !== 'good') throw new Error(read.kind === 'bad' ? read.problem : `no identity in ${config.dataDir}`)
  const { identity } = read
  let uplink: Uplink | undefined
  let ticker: NodeJS.Timeout | undefined
  const renewal = createRenewal({
    agent: identity.agent,
    files: identityFiles(config.dataDir),
    now: now ?? (() => clock.wall() - (uplink?.facts().clockOffsetMs ?? 0)),
    mono: () => clock.mono(),
    random: Math.random,
    publish: (request) => uplink?.publish('identity', request) ?? false,
    reconnect: () => uplink?.reconnect(),
    log,
  })
  return {
    connection() {
      const { key, certificate, ca } = renewal.credentials()
      const { url, username, ca: own } = config.broker
      return { url, username, key, cert: certificate, ca: own ? `${ca}\n${own.reveal()}` : ca }
    },
    onIdentity: renewal.onAnswer,
    onLink(outcome) {
      renewal.onLink(outcome)
      // What is due is asked for at once: the link may not last.
      if (outcome === 'accepted') renewal.tick()
    },
    start(made) {
      uplink = made
      renewal.tick()
      const { notBefore, notAfter } = renewal.facts()
      ticker ??= setInterval(() => renewal.tick(), Math.min(TICK_MS, (notAfter - notBefore) / 24))
    },
    stop: () => clearInterval(ticker),
    facts: () => ({ ...renewal.facts(), site: identity.site.id }),
    openSealed: openerOf(identity),
  }
}

function deskOf({ broker }: AgentConfig): IdentityDesk {
  const { url, username, password, ca, cert, key } = broker
  const connection: BrokerConnection = {
    ...{ url, username },
    ...(password ? { password: password.reveal() } : {}),
    ...(ca ? { ca: ca.reveal() } : {}),
    ...(cert ? { cert: cert.reveal() } : {}),
    ...(key ? { key: key.reveal() } : {}),
  }
  return {
    connection: () => connection,
    onIdentity: () => undefined,
    onLink: () => undefined,
    start: () => undefined,
    stop: () => undefined,
    facts: () => null,
    openSealed: () => {
      throw new Error('this agent is not enrolled: nothing can be sealed to it')
    },
  }
}
