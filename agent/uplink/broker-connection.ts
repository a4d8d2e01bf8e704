// How the MQTT client is opened, and what it means when it could not be.
import type { SecureContextOptions } from 'node:tls'
import type { IClientOptions } from 'mqtt'

export interface BrokerConnection {
  /** mqtt://, mqtts://, ws:// or wss://. */
  readonly url: string
  readonly username: string
  /** Absent where a certificate signs in. */
  readonly password?: string
  /** PEM of the authorities the broker's certificate must come from; the system's when absent. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/**
 * accepted: signed in and subscribed. refused: the broker was there and did not want us.
 * unreachable: nobody there, or not the broker we trust.
 */
export type LinkOutcome = 'accepted' | 'refused' | 'unreachable'

const CONNECT_TIMEOUT_MS = 10_000

/** Settings of the client: one attempt, nothing kept, TLS 1.2 at least, certificate and host name of the broker checked. */
export function clientOptions(
  connection: BrokerConnection,
  agentId: string,
  keepalive: number,
): IClientOptions & Pick<SecureContextOptions, 'minVersion'> {
  const { username, password, ca, cert, key } = connection
  return {
    protocolVersion: 4,
    clientId: agentId,
    username,
    ...(password === undefined ? {} : { password }),
    clean: true,
    // 65,536 prepared numbers: 7 MB
    writeCache: false,
    queueQoSZero: false,
    keepalive,
    // Our own heartbeat would postpone the pings for ever and a half-open link would never be noticed.
    reschedulePings: false,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    resubscribe: false,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

/** What a failed attempt means, by the error it ended with; none when the broker just closed. */
export function outcomeOf(error: Error | undefined): LinkOutcome {
  const code = (error as { code?: unknown } | undefined)?.code
  if (error?.message === 'connack timeout') return 'unreachable'
  return typeof code === 'string' && NOT_THERE.test(code) ? 'unreachable' : 'refused'
}

/** The same in words; `today` is the machine's wall clock, ms. */
export function problemOf(error: Error, today: number): string {
  const code = String((error as { code?: unknown }).code ?? '')
  if (/EXPIRED|NOT_YET_VALID/.test(code)) {
    const day = new Date(today).toISOString().slice(0, 10)
    return `the broker's certificate: ${error.message}; or the clock of this machine is wrong, it says ${day}`
  }
  if (/ALERT/.test(code)) return `the broker does not take the certificate of this agent (${code})`
  return NOT_TRUSTED.test(code)
    ? `the broker's certificate cannot be trusted: ${error.message} (${code})`
    : error.message
}

const NOT_TRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT)/

/** Codes of sockets and name resolution, and of our own check of the broker's certificate. */
const NOT_THERE =
  /^(E(CONNREFUSED|TIMEDOUT|HOST(UNREACH|DOWN)|NET(UNREACH|DOWN)|ADDRNOTAVAIL|NOTFOUND|AI_AGAIN)|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_|INVALID_|ERR_TLS_CERT|ERR_SSL_WRONG_VERSION)/
