// The door: asks one device over SNMP v1, v2c or v3. Whatever the device answers, the outcome is a value.
import type { SnmpCredentials } from '../../devices/device.ts'
import { createCommunitySession, failureOf } from './community-session.ts'
import { getMany } from './get.ts'
import { isOid } from './oid.ts'
import type { SnmpDropReason, SnmpPace, SnmpSession } from './session.ts'
import type { SnmpClient } from './snmp-client.ts'
import { createStamina } from './stamina.ts'
import { type WalkLimits, walkColumns } from './table-walk.ts'

export interface SnmpTarget {
  /** IP address or host name. */
  readonly address: string
  readonly port: number
  /** Wait for one answer, ms. */
  readonly timeoutMs: number
  /** Sends after the first. */
  readonly retries: number
  /** Rows asked at once, at most. */
  readonly maxRepetitions: number
  readonly credentials: SnmpCredentials
}

export interface SnmpClientDeps {
  /** Called for each datagram refused, with the reason; give one counter to all clients of an agent. */
  readonly dropped?: (reason: SnmpDropReason) => void
  readonly limits?: Partial<WalkLimits>
  /** Asked before each datagram that is sent, repeats and the handshake of v3 included. */
  readonly pace?: SnmpPace
}

/**
 * A client for one device: keep it, it holds the session, the socket (opened at the first question) and what was
 * learned about how much the device can be asked. Cheap enough for thousands.
 */
export function createSnmpClient(target: SnmpTarget, deps: SnmpClientDeps = {}): SnmpClient {
  const dropped = deps.dropped ?? (() => undefined)
  const limits: WalkLimits = { maxValues: MAX_VALUES, maxBytes: MAX_BYTES, ...deps.limits }
  const stamina = createStamina(target.credentials.version, target.maxRepetitions)
  const session = sessionFor(target, dropped, deps.pace)

  return {
    get: async (oids, signal) => {
      const wrong = oids.find((oid) => !isOid(oid))
      if (wrong !== undefined) return notAnOid(wrong)
      return await getMany(session, oids, signal)
    },
    columns: async (oids, signal, options = {}) => {
      const wrong = oids.find((oid) => !isOid(oid))
      if (wrong !== undefined) return notAnOid(wrong)
      return await walkColumns(session, stamina, oids, { ...limits, ...options }, signal)
    },
    walk: async (oid, signal) => {
      if (!isOid(oid)) return notAnOid(oid)
      const answer = await walkColumns(session, stamina, [oid], limits, signal)
      if (answer.outcome !== 'ok') return answer
      return { outcome: 'ok', value: [...(answer.value.get(oid)?.values() ?? [])] }
    },
    close: () => session.close(),
  }
}

function sessionFor(
  target: SnmpTarget,
  dropped: (reason: SnmpDropReason) => void,
  pace: SnmpPace | undefined,
): SnmpSession {
  const { version, community } = target.credentials
  if (version === 'v3')
    return madeWhenAsked(async () => (await import('./v3-session.ts')).createV3SessionOf(target, dropped, pace))
  return createCommunitySession({ ...target, version, community: community ?? 'public' }, dropped, pace)
}

/** The library for v3 takes 3 MB: only an agent that asks a device over v3 loads it. */
function madeWhenAsked(make: () => Promise<SnmpSession>): SnmpSession {
  let made: Promise<SnmpSession> | undefined
  let closed = false
  return {
    async ask(question, signal) {
      try {
        made ??= make()
        const session = await made
        return closed ? { outcome: 'cancelled', detail: 'closed' } : await session.ask(question, signal)
      } catch (error) {
        made = undefined
        return failureOf(error as NodeJS.ErrnoException)
      }
    },
    close() {
      closed = true
      made?.then(
        (session) => session.close(),
        () => undefined,
      )
    },
  }
}

function notAnOid(text: string) {
  return { outcome: 'parse', detail: `not an OID: ${text.slice(0, 64)}` } as const
}

const MAX_VALUES = 100_000
const MAX_BYTES = 8 * 1024 * 1024
