// v1 and v2c: unpredictable request ids, an own socket, answers checked for source, version, community and id.
import { randomInt } from 'node:crypto'
import { isIP } from 'node:net'
import { decodeResponse, type OidHint } from './community-decode.ts'
import { encodeRequest } from './community-encode.ts'
import { type DeviceSocket, openDeviceSocket } from './device-socket.ts'
import {
  aborted,
  orAborted,
  type SnmpDropCounter,
  type SnmpPace,
  type SnmpQuestion,
  type SnmpReply,
  type SnmpSession,
} from './session.ts'
import type { SnmpAnswer } from './snmp-client.ts'

export interface CommunityTarget {
  readonly address: string
  readonly port: number
  readonly timeoutMs: number
  readonly retries: number
  readonly version: 'v1' | 'v2c'
  readonly community: string
}

interface Pending {
  readonly hints: readonly OidHint[]
  finish(answer: SnmpAnswer<SnmpReply>): void
  /** What came that was not an answer: told when nothing better comes. */
  remark: Exclude<SnmpAnswer<never>, { outcome: 'ok' }> | null
}

/** A session that keeps its socket until an error or `close`. */
export function createCommunitySession(
  target: CommunityTarget,
  dropped: SnmpDropCounter,
  pace?: SnmpPace,
): SnmpSession {
  const version = target.version === 'v1' ? 0 : 1
  const pending = new Map<number, Pending>()
  let socket: Promise<DeviceSocket> | undefined
  let closed = false

  const note = (outcome: 'parse' | 'wrong-source', detail: string) => {
    for (const p of pending.values()) if (p.remark?.outcome !== 'parse') p.remark = { outcome, detail }
  }

  const onMessage = (datagram: Buffer) => {
    // The hints belong to a request; with one request waiting, the usual case, that is the one.
    const hints = pending.size === 1 ? [...pending.values()][0]?.hints : undefined
    const decoded = decodeResponse(datagram, hints)
    if (!decoded.ok) {
      const p = decoded.version === version && decoded.id !== null ? pending.get(decoded.id) : undefined
      dropped(decoded.version !== null && decoded.version !== version ? 'wrong-version' : 'undecodable')
      if (p) p.finish({ outcome: 'parse', detail: decoded.reason })
      else note('parse', decoded.reason)
      return
    }
    const { response } = decoded
    const p = pending.get(response.id)
    if (response.version !== version || response.community !== target.community || response.pdu !== RESPONSE || !p) {
      dropped(response.version === version ? 'unexpected' : 'wrong-version')
      // A late answer to an earlier request is no fault of the device.
      if (p) note('parse', response.version === version ? 'answer with another community or type' : 'wrong version')
      return
    }
    const { errorStatus, errorIndex, varbinds, indexes } = response
    p.finish({ outcome: 'ok', value: { errorStatus, errorIndex, varbinds, indexes, bytes: datagram.length } })
  }

  const reset = () => {
    const old = socket
    socket = undefined
    old?.then(
      (s) => s.close(),
      () => undefined,
    )
  }

  const onError = (error: NodeJS.ErrnoException) => {
    reset()
    for (const p of [...pending.values()]) p.finish(failureOf(error))
  }

  const open = () => {
    const events = { message: onMessage, wrongSource: (from: string) => note('wrong-source', from), error: onError }
    socket ??= openDeviceSocket(target.address, target.port, events, dropped)
    return socket
  }

  async function ask(question: SnmpQuestion, signal: AbortSignal): Promise<SnmpAnswer<SnmpReply>> {
    if (signal.aborted || closed) return closed ? { outcome: 'cancelled', detail: 'closed' } : aborted(signal)
    if (pending.size >= MAX_PENDING) return { outcome: 'limit', detail: 'too many requests to this device' }
    let wire: DeviceSocket | null
    try {
      wire = await orAborted(open(), signal)
    } catch (error) {
      socket = undefined
      return failureOf(error as NodeJS.ErrnoException)
    }
    if (wire === null) return aborted(signal)
    return await new Promise((resolve) => {
      const id = freshId(pending)
      const datagram = encodeRequest(version, target.community, id, question)
      const hints = question.hints ?? []
      let sendsLeft = question.retries ?? target.retries
      const send = () => {
        timer = setTimeout(() => {
          if (sendsLeft-- > 0) sendInTurn()
          else {
            self.finish(self.remark ?? { outcome: 'timeout', detail: `no answer in ${target.timeoutMs} ms` })
            // A name may have moved to another address.
            if (isIP(target.address) === 0 && pending.size === 0) reset()
          }
        }, target.timeoutMs)
        wire.send(datagram)
      }
      // One that ended meanwhile sends nothing more.
      const sendInTurn = () => {
        if (pace === undefined) return send()
        void pace(signal).then((may) => (may && pending.get(id) === self ? send() : undefined))
      }
      const onAbort = () => self.finish(self.remark ?? aborted(signal))
      let timer: NodeJS.Timeout | undefined
      const self: Pending = {
        hints,
        remark: null,
        finish: (answer) => {
          pending.delete(id)
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          resolve(answer)
        },
      }
      pending.set(id, self)
      signal.addEventListener('abort', onAbort)
      if (closed || signal.aborted) onAbort()
      else sendInTurn()
    })
  }

  return {
    ask,
    close: () => {
      closed = true
      reset()
      for (const p of [...pending.values()]) p.finish({ outcome: 'cancelled', detail: 'closed' })
    },
  }
}

/** RFC 3416: 0 to 2^31-1. Unpredictable, so that an answer cannot be forged from off the path. */
function freshId(taken: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const id = randomInt(1, 0x7fffffff)
    if (!taken.has(id)) return id
  }
}

/** Errors of the socket or resolver as outcomes. */
export function failureOf(error: NodeJS.ErrnoException): Exclude<SnmpAnswer<never>, { outcome: 'ok' }> {
  const code = error.code ?? 'error'
  if (code === 'ECONNREFUSED') return { outcome: 'refused', detail: code }
  if (code === 'EMSGSIZE') return { outcome: 'limit', detail: code }
  return { outcome: 'unreachable', detail: code }
}

const RESPONSE = 0xa2
const MAX_PENDING = 16
