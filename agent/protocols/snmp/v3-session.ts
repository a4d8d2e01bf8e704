// v3 through net-snmp, which never sees a socket: it gets the datagrams that passed our checks, and nothing it throws
// or forgets leaves this file.
import { AuthProtocols, createV3Session, PrivProtocols, SecurityLevel, type Session, type V3User } from 'net-snmp'
import type { SnmpCredentials } from '../../devices/device.ts'
import { failureOf } from './community-session.ts'
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
import { failureOfLibrary, replyOf } from './v3-answers.ts'
import { refuseV3 } from './v3-header.ts'
import { boundKeyCache, repairDes } from './v3-library.ts'

export interface V3Target {
  readonly address: string
  readonly port: number
  readonly timeoutMs: number
  readonly retries: number
  readonly credentials: SnmpCredentials
}

type Failure = Exclude<SnmpAnswer<never>, { outcome: 'ok' }>

/** One library session with its socket. State of the remote engine lives here, per target and never per engine id. */
interface Line {
  readonly session: Session
  readonly socket: DeviceSocket
  used: boolean
}

/** A session that is made again after silence, socket errors and security errors (rebooted or replaced engine). */
export function createV3SessionOf(target: V3Target, dropped: SnmpDropCounter, pace?: SnmpPace): SnmpSession {
  const ended = new AbortController()
  const level = target.credentials.level ?? 'noAuthNoPriv'
  if (target.credentials.privProtocol === 'des') repairDes()
  const waiting = new Set<{ remark: Failure | null; finish(answer: SnmpAnswer<SnmpReply>): void }>()
  let line: Promise<Line> | undefined
  let closed = false

  const note = (outcome: 'parse' | 'wrong-source', detail: string) => {
    for (const w of waiting) if (w.remark?.outcome !== 'parse') w.remark = { outcome, detail }
  }
  const failAll = (failure: Failure) => {
    for (const w of [...waiting]) w.finish(failure)
  }

  async function open(): Promise<Line> {
    let deliver: (datagram: Buffer) => void = () => undefined
    let onClosed: () => void = () => undefined
    const message = (datagram: Buffer) => {
      const refused = refuseV3(datagram, level)
      if (refused !== null) {
        dropped(refused)
        return note('parse', refused)
      }
      try {
        deliver(datagram)
      } catch (error) {
        // The library has already forgotten the request this was for.
        dropped('undecodable')
        failAll({ outcome: 'parse', detail: `unreadable answer: ${String(error).slice(0, 128)}` })
      }
    }
    const socket = await openDeviceSocket(
      target.address,
      target.port,
      {
        message,
        wrongSource: (from) => note('wrong-source', from),
        error: (error) => {
          reset()
          failAll(failureOf(error))
        },
      },
      dropped,
    )
    const hook = {
      on: (event: string, listener: (...args: never[]) => void) => {
        if (event === 'message') deliver = listener as (datagram: Buffer) => void
        if (event === 'close') onClosed = listener as () => void
      },
      ref: () => undefined,
      unref: () => undefined,
      send: (
        datagram: Buffer,
        offset: number,
        length: number,
        _port: number,
        _host: string,
        done: (error: Error | null, bytes: number) => void,
      ) => {
        const bytes = datagram.subarray(offset, offset + length)
        const send = () => {
          socket.send(bytes)
          // The library's time-out begins here.
          done(null, length)
        }
        if (pace === undefined) return send()
        void pace(ended.signal).then((may) => (may ? send() : undefined))
      },
      close: () => {
        socket.close()
        onClosed()
      },
    }
    boundKeyCache()
    const session = createV3Session(target.address, userOf(target.credentials), {
      port: target.port,
      retries: target.retries,
      timeout: target.timeoutMs,
      context: target.credentials.context ?? '',
      dgramModule: { createSocket: () => hook },
    })
    session.on('error', (error) => {
      dropped('undecodable')
      note('parse', String(error.message).slice(0, 128))
    })
    return { session, socket, used: false }
  }

  const reset = () => {
    const old = line
    line = undefined
    old?.then(
      (l) => l.session.close(),
      () => undefined,
    )
  }

  const exchange = (on: Line, question: SnmpQuestion, signal: AbortSignal) =>
    new Promise<SnmpAnswer<SnmpReply>>((resolve) => {
      const retries = question.retries ?? target.retries
      const onAbort = () => self.finish(self.remark ?? aborted(signal))
      const self = {
        remark: null as Failure | null,
        finish: (answer: SnmpAnswer<SnmpReply>) => {
          waiting.delete(self)
          clearTimeout(watchdog)
          signal.removeEventListener('abort', onAbort)
          resolve(answer)
        },
      }
      // Discovery, time synchronisation and the request itself each have their own time-outs.
      const watchdog = setTimeout(
        () => self.finish(self.remark ?? { outcome: 'timeout', detail: 'no answer' }),
        target.timeoutMs * (retries + 1) * 3 + (pace === undefined ? 250 : MAX_TURN_MS),
      )
      waiting.add(self)
      signal.addEventListener('abort', onAbort)
      const done = (error: Error | null, varbinds?: Parameters<typeof replyOf>[0]) => {
        const answer: SnmpAnswer<SnmpReply> = error ? failureOfLibrary(error) : replyOf(varbinds)
        self.finish(answer.outcome === 'timeout' && self.remark ? self.remark : answer)
      }
      on.used = true
      on.session.retries = retries
      try {
        if (question.kind === 'get') on.session.get(question.oids, done)
        else if (question.kind === 'get-next') on.session.getNext(question.oids, done)
        else on.session.getBulk(question.oids, 0, question.maxRepetitions, done)
      } catch (error) {
        self.finish(failureOfLibrary(error as Error))
      }
    })

  async function ask(question: SnmpQuestion, signal: AbortSignal): Promise<SnmpAnswer<SnmpReply>> {
    for (let attempt = 1; ; attempt++) {
      if (closed) return { outcome: 'cancelled', detail: 'closed' }
      if (signal.aborted) return aborted(signal)
      if (waiting.size >= MAX_WAITING) return { outcome: 'limit', detail: 'too many requests to this device' }
      let on: Line | null
      try {
        line ??= open()
        on = await orAborted(line, signal)
      } catch (error) {
        line = undefined
        return failureOf(error as NodeJS.ErrnoException)
      }
      if (on === null) return aborted(signal)
      const known = on.used
      const answer = await exchange(on, question, signal)
      if (answer.outcome === 'ok' || answer.outcome === 'cancelled') return answer
      reset()
      // A known engine that now fails security has rebooted or was replaced: meet it anew, once.
      if (answer.outcome !== 'auth' || !known || attempt > 1) return answer
    }
  }

  return {
    ask,
    close: () => {
      closed = true
      ended.abort()
      reset()
      failAll({ outcome: 'cancelled', detail: 'closed' })
    },
  }
}

function userOf(c: SnmpCredentials): V3User {
  const level = c.level ?? 'noAuthNoPriv'
  const auth =
    level === 'noAuthNoPriv' ? {} : { authProtocol: AuthProtocols[c.authProtocol ?? 'sha'], authKey: c.authKey ?? '' }
  const priv =
    level === 'authPriv' ? { privProtocol: PrivProtocols[c.privProtocol ?? 'aes'], privKey: c.privKey ?? '' } : {}
  return { name: c.user ?? '', level: SecurityLevel[level], ...auth, ...priv }
}

const MAX_WAITING = 16
/** Longest wait for its turns where sending is paced. */
const MAX_TURN_MS = 60_000
