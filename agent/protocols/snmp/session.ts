// One question and its answer, whatever the version: what community and v3 sessions have in common.
import type { OidHint } from './community-decode.ts'
import type { SnmpAnswer, SnmpValue } from './snmp-client.ts'

export interface SnmpQuestion {
  readonly kind: 'get' | 'get-next' | 'get-bulk'
  readonly oids: readonly string[]
  /** get-bulk only. */
  readonly maxRepetitions: number
  /** Sends after the first; the session's own number when absent. */
  readonly retries?: number
  /** Subtrees the i-th varbind (modulo) will probably lie in: makes reading faster, changes nothing else. */
  readonly hints?: readonly OidHint[]
}

/** What the device said. Error statuses are its answer, not a failure of the exchange. */
export interface SnmpReply {
  /** RFC 3416 error-status; 0 is noError. */
  readonly errorStatus: number
  /** 1-based varbind the status is about; 0 when the device did not say. */
  readonly errorIndex: number
  readonly varbinds: readonly SnmpValue[]
  /** Index below its hint (see SnmpQuestion.hints) where the session knows it: saves looking for it in the OID. */
  readonly indexes?: readonly (string | undefined)[]
  /** Size of the answer, bytes (estimated for v3). */
  readonly bytes: number
}

export interface SnmpSession {
  /** Waits at most timeout x (retries + 1). Never rejects. */
  ask(question: SnmpQuestion, signal: AbortSignal): Promise<SnmpAnswer<SnmpReply>>
  close(): void
}

/** Resolves when one datagram may leave; false: it may not any more. Time-outs count from then. */
export type SnmpPace = (signal: AbortSignal) => Promise<boolean>

/** Datagrams this side refused, by reason; shared by all sessions of an agent, shown on its health page. */
export type SnmpDropCounter = (reason: SnmpDropReason) => void
export type SnmpDropReason = 'wrong-source' | 'wrong-version' | 'undecodable' | 'unexpected' | 'not-authenticated'

export const ERROR_STATUS = {
  tooBig: 1,
  noSuchName: 2,
  genErr: 5,
  noAccess: 6,
  authorizationError: 16,
} as const

/** Outcome of an aborted wait: a deadline is a timeout, anything else was our own wish. */
export function aborted(signal: AbortSignal): Exclude<SnmpAnswer<never>, { outcome: 'ok' }> {
  const reason: unknown = signal.reason
  if (reason instanceof Error && reason.name === 'TimeoutError')
    return { outcome: 'timeout', detail: 'deadline passed' }
  return { outcome: 'cancelled', detail: 'cancelled' }
}

/** What `work` gives, or null when the signal ends first (a name that resolves slowly must not outlast its deadline). */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  const onAbort = () => resolve(null)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
