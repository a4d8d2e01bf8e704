// Receives SNMPv3 notifications: authenticate, check the time window, and only then decrypt and read (the order the
// net-snmp package has the other way round). For traps the sender is the authoritative engine, for informs we are.
import { randomBytes } from 'node:crypto'
import { BER, type BerCursor, BerError, cursorOver, readHeader } from './ber.ts'
import { createEngineClocks, type SenderState } from './engine-clock.ts'
import { emptyNotification, type Notification, PDU, responseTo, scanNotification } from './notification.ts'
import { type LocalKeys, type PreparedUser, prepareUser, sameDigest, type UsmUser } from './usm.ts'
import {
  buildV3Message,
  emptyV3Header,
  enterScopedPdu,
  FLAG,
  readV3Header,
  reportPdu,
  requestIdOf,
} from './v3-message.ts'

/** What survives a restart of the receiver. `boots` must have grown by one before the receiver starts. */
export interface EngineState {
  /** Our own engine id in hex. */
  readonly engineId: string
  readonly boots: number
  readonly senders: readonly SenderState[]
}

export type V3Outcome =
  /** `notification` is valid until the next call. `respond` builds the acknowledgement of an inform. */
  | {
      readonly kind: 'notification'
      readonly notification: Notification
      readonly user: string
      readonly respond?: () => Buffer
    }
  /** Not believed. `answer` is the Report the standard asks for. */
  | { readonly kind: 'refused'; readonly reason: V3Refusal; readonly answer?: Buffer }
  /** Authentic, but the content could not be read. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'not-a-notification' }

export type V3Refusal =
  | 'unsupportedSecLevels'
  | 'notInTimeWindows'
  | 'unknownUserNames'
  | 'unknownEngineIDs'
  | 'wrongDigests'
  | 'decryptionErrors'
  | 'v3-replay'
  | 'v3-duplicate'
  | 'v3-foreign-engine'

export interface V3Receiver {
  /** `c` stands after the version number. Throws BerError when the envelope is malformed. `now` is monotonic ms. */
  receive(c: BerCursor, address: string, known: boolean, now: number): V3Outcome
  /** Other users from now on; clocks of senders stay. Throws, and changes nothing, for a user without its keys. */
  setUsers(users: readonly UsmUser[]): void
  /** State to save, from time to time and at the end. */
  state(): EngineState
  /** usmStats: refused messages by counter name. */
  readonly stats: Readonly<Record<string, number>>
}

const USM_STATS: Partial<Record<V3Refusal, string>> = {
  unsupportedSecLevels: '1.3.6.1.6.3.15.1.1.1.0',
  notInTimeWindows: '1.3.6.1.6.3.15.1.1.2.0',
  unknownUserNames: '1.3.6.1.6.3.15.1.1.3.0',
  unknownEngineIDs: '1.3.6.1.6.3.15.1.1.4.0',
  wrongDigests: '1.3.6.1.6.3.15.1.1.5.0',
  decryptionErrors: '1.3.6.1.6.3.15.1.1.6.0',
}
const MAX_CACHED_KEYS = 4096

/** A first engine id: format 5 (octets) under the enterprise number reserved for examples, RFC 5612. */
export function newEngineId(): string {
  return `80007ed905${randomBytes(8).toString('hex')}`
}

/** Builds a receiver. `startedAt` is the monotonic ms our engine time counts from. Throws for a user without its keys. */
export function createV3Receiver(users: readonly UsmUser[], saved: EngineState, startedAt: number): V3Receiver {
  let prepared = preparedUsers(users)
  const own = Buffer.from(saved.engineId, 'hex')
  const ownText = own.toString('latin1')
  const clocks = createEngineClocks(saved.senders)
  const cachedKeys = new Map<string, LocalKeys>()
  const stats: Record<string, number> = {}
  const h = emptyV3Header()
  const n = emptyNotification()
  let lastSalt = randomBytes(8).readBigUInt64BE()

  function receive(c: BerCursor, address: string, known: boolean, now: number): V3Outcome {
    const bytes = c.bytes as Buffer
    readV3Header(c, h)
    const engine = bytes.toString('latin1', h.engineAt, h.engineEnd)
    const reportable = (h.flags & FLAG.reportable) !== 0
    if (engine.length < 5) return refuse('unknownEngineIDs', bytes, reportable, now)
    const user = prepared.get(bytes.toString('latin1', h.userAt, h.userEnd))
    if (user === undefined) return refuse('unknownUserNames', bytes, reportable, now)
    if ((h.flags & 3) !== user.flags) return refuse('unsupportedSecLevels', bytes, reportable, now)
    const keys = keysOf(user, engine)
    if (user.flags > 0) {
      const digest = authenticDigest(bytes, user, keys)
      if (digest === undefined) return refuse('wrongDigests', bytes, reportable, now)
      remember(user, engine, keys)
      const { boots, time } = h
      if (engine === ownText) {
        const late = boots !== saved.boots || Math.abs(time - engineTime(now)) > 150
        if (late) return refuse('notInTimeWindows', bytes, reportable, now, { user, keys })
      } else {
        const verdict = clocks.judge({ address, known, engine, boots, time, digest }, now)
        if (verdict !== 'fresh') return refuse(`v3-${verdict}`, bytes, false, now)
      }
    }
    return open(bytes, user, keys, engine, reportable, now)
  }

  /** The message's digest when it is right, else undefined. The digest is part of the bytes and stays there. */
  function authenticDigest(bytes: Buffer, user: PreparedUser, keys: LocalKeys): Buffer | undefined {
    if (h.digestEnd - h.digestAt !== user.digestBytes) return undefined
    const field = bytes.subarray(h.digestAt, h.digestEnd)
    const claimed = Buffer.from(field)
    field.fill(0)
    const computed = keys.digest(bytes.subarray(0, h.end))
    field.set(claimed)
    return sameDigest(claimed, computed) ? claimed : undefined
  }

  function open(
    bytes: Buffer,
    user: PreparedUser,
    keys: LocalKeys,
    engine: string,
    reportable: boolean,
    now: number,
  ): V3Outcome {
    let plain: Buffer = bytes
    let from = h.dataAt
    let end = h.end
    if (user.flags === 3) {
      const c = cursorOver(bytes, h.dataAt, h.end)
      try {
        if (readHeader(c) !== BER.octetString) throw new BerError('encrypted data expected')
        plain = keys.decrypt(bytes.subarray(c.at, c.end), bytes.subarray(h.saltAt, h.saltEnd), h.boots, h.time)
        from = 0
        end = plain.length
        if (plain[0] !== 0x30) throw new BerError('decrypted data is no scoped PDU')
      } catch {
        return refuse('decryptionErrors', bytes, reportable, now)
      }
    }
    const c = cursorOver(plain, from, end)
    try {
      enterScopedPdu(c)
      end = c.limit
      if (!scanNotification(c, n)) return { kind: 'not-a-notification' }
    } catch (error) {
      return { kind: 'unreadable', reason: (error as Error).message }
    }
    if (n.pdu !== PDU.inform) return { kind: 'notification', notification: n, user: user.user.name }
    // An inform is addressed to us: our engine is the authoritative one (RFC 3414 1.5.1).
    if (engine !== ownText) return refuse('unknownEngineIDs', bytes, true, now)
    const msgId = h.msgId
    const scopedPdu = responseTo(n, from, end)
    const respond = () => build(msgId, user, keys, scopedPdu, user.flags, now)
    return { kind: 'notification', notification: n, user: user.user.name, respond }
  }

  function refuse(
    reason: V3Refusal,
    bytes: Buffer,
    reportable: boolean,
    now: number,
    signer?: { readonly user: PreparedUser; readonly keys: LocalKeys },
  ): V3Outcome {
    stats[reason] = (stats[reason] ?? 0) + 1
    const counter = USM_STATS[reason]
    if (!reportable || counter === undefined) return { kind: 'refused', reason }
    const requestId = h.flags & FLAG.priv ? 0 : requestIdOf(bytes, h.dataAt, h.end)
    const scopedPdu = reportPdu(own, requestId, counter, stats[reason])
    // Only notInTimeWindows is signed (RFC 3414 3.2 step 7a): the sender sets its notion of our clock from it.
    return {
      kind: 'refused',
      reason,
      answer: build(h.msgId, signer?.user, signer?.keys, scopedPdu, signer ? 1 : 0, now),
    }
  }

  function build(
    msgId: number,
    user: PreparedUser | undefined,
    keys: LocalKeys | undefined,
    scopedPdu: Buffer,
    flags: number,
    now: number,
  ): Buffer {
    const salt = Buffer.alloc(8)
    lastSalt = BigInt.asUintN(64, lastSalt + 1n)
    salt.writeBigUInt64BE(lastSalt)
    return buildV3Message({
      msgId,
      flags,
      engineId: own,
      boots: saved.boots,
      time: engineTime(now),
      user: user?.user.name ?? '',
      ...(keys ? { keys } : {}),
      salt,
      scopedPdu,
    })
  }

  function keysOf(user: PreparedUser, engine: string): LocalKeys {
    return cachedKeys.get(`${user.user.name} ${engine}`) ?? user.keysFor(Buffer.from(engine, 'latin1'))
  }

  /** Only keys that have proven themselves are cached: a flood of invented engine ids pushes nothing out. */
  function remember(user: PreparedUser, engine: string, keys: LocalKeys): void {
    const id = `${user.user.name} ${engine}`
    if (cachedKeys.has(id)) return
    if (cachedKeys.size >= MAX_CACHED_KEYS) cachedKeys.clear()
    cachedKeys.set(id, keys)
  }

  function engineTime(now: number): number {
    return Math.floor(Math.max(0, now - startedAt) / 1000)
  }

  function setUsers(next: readonly UsmUser[]): void {
    prepared = preparedUsers(next)
    cachedKeys.clear()
  }

  return {
    receive,
    setUsers,
    stats,
    state: () => ({ engineId: saved.engineId, boots: saved.boots, senders: clocks.states() }),
  }
}

function preparedUsers(users: readonly UsmUser[]): Map<string, PreparedUser> {
  return new Map(users.map((u) => [Buffer.from(u.name).toString('latin1'), prepareUser(u)]))
}
