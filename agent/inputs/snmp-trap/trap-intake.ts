// Decides what becomes of a decoded notification: recorded, folded, acknowledged after commit, kept raw or dropped.
import type { Logger } from 'pino'
import type { TrapEvent } from '#shared/domain/device-event.ts'
import { BerError } from '../../protocols/snmp/ber.ts'
import { type Notification, PDU, responseTo, trapOidOf, withoutCommunity } from '../../protocols/snmp/notification.ts'
import type { UdpFacts } from '../../protocols/udp/udp.ts'
import type { Recorder } from '../input.ts'
import type { ListenerTally } from '../listener-tally.ts'
import { type Clock, createStrangerBucket, type SourceLookup } from '../source-lookup.ts'
import { createStormGate, DEFAULT_STORM_LIMIT, type StormLimit } from '../storm/storm.ts'
import { createInformDesk } from './inform-desk.ts'
import { createTrapLineWriter } from './trap-line.ts'

export interface TrapSource {
  readonly address: string
  readonly device: string | null
  /** `"device":...,"source":...,` ready for a line. */
  readonly json: string
}

interface IntakeOptions {
  readonly config: { readonly stormLimit?: StormLimit | null; readonly strangersPerSecond?: number }
  readonly sources: SourceLookup
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock: Clock
  readonly tally: ListenerTally
  readonly onTrap?: (device: string, trapOid: string) => void
  send(bytes: Uint8Array, address: string, port: number): void
}

/** A trap that waits for the end of a storm second: a copy of the record, whose bytes are its own datagram. */
interface Waiting {
  readonly source: TrapSource
  readonly at: number
  readonly version: TrapEvent['version']
  readonly user: string
  readonly notification?: Notification
  readonly raw?: { readonly bytes: Buffer; readonly reason: string }
}

/** Of a flooding source and second, the last trap of as many ports is kept; polls tell of more. */
const KEPT_PER_SOURCE = 512
const MAX_RAW_BYTES = 4096
const MAX_CACHED_SOURCES = 10_000

/** Builds the intake; it owns the storm gate and the informs that wait for their commit. */
export function createTrapIntake(options: IntakeOptions) {
  const { config, recorder, clock, tally } = options
  const writer = createTrapLineWriter()
  const strangers = createStrangerBucket(config.strangersPerSecond ?? 50)
  const limit = config.stormLimit === undefined ? DEFAULT_STORM_LIMIT : config.stormLimit
  const known = new Map<string, TrapSource>()
  const informs = createInformDesk({ recorder, clock, tally })
  let answered = 0
  let undecodable = 0
  const gate = createStormGate<Waiting>({
    limit,
    what: 'trap',
    keptPerSource: KEPT_PER_SOURCE,
    example,
    recordStorm(event) {
      recorder.event(event)
      tally.recorded += event.count
    },
    recordMessage: (w) => record(w),
  })

  /** The sender, looked up at most once a second. */
  function sourceOf(address: string): TrapSource {
    let source = known.get(address)
    if (source === undefined) {
      const device = options.sources(address) ?? null
      source = { address, device, json: `"device":${JSON.stringify(device)},"source":${JSON.stringify(address)},` }
      if (known.size < MAX_CACHED_SOURCES) known.set(address, source)
    }
    return source
  }

  /** `from` and `end` bound the message that acknowledges a v1/v2c inform; v3 brings its own `respond`. */
  function accept(
    n: Notification,
    source: TrapSource,
    port: number,
    version: TrapEvent['version'],
    user: string,
    from: number,
    end: number,
    respond: () => Buffer = () => responseTo(n, from, end),
  ) {
    const now = limit === null && source.device !== null ? 0 : clock.mono()
    if (source.device === null && !strangers(now)) return tally.drop('unknown-source')
    const w: Waiting = { source, at: clock.wall(), version, user, notification: n }
    if (n.pdu === PDU.inform) {
      const answer = respond()
      const acknowledge = () => {
        // A stranger gets no answer: nothing is reflected to a forged address.
        if (source.device !== null) options.send(answer, source.address, port)
      }
      if (informs.isRepeat(n, source, port, acknowledge)) return
      // Not acknowledged, so a sender that means it will try again.
      if (!gate.admit(source.address, now)) return tally.drop('inform-over-limit')
      return acceptInform(n, w, port, acknowledge)
    }
    if (gate.admit(source.address, now)) return record(w)
    const trapOid = trapOidOf(n)
    const instance = `${trapOid} ${firstVarbind(n)}`
    gate.fold(source.address, source.device, trapOid, instance, w.at, { ...w, notification: { ...n } })
    // what is only counted may have been the end of a fault
    if (source.device !== null) options.onTrap?.(source.device, trapOid)
  }

  function acceptInform(n: Notification, w: Waiting, port: number, acknowledge: () => void) {
    const event = JSON.parse(lineOf(n, w)) as TrapEvent
    const { source } = w
    informs.commit(n, source, port, { event, acknowledge }, () => {
      if (source.device !== null) options.onTrap?.(source.device, event.trapOid)
    })
  }

  function acceptRaw(bytes: Buffer, source: TrapSource, reason: string) {
    undecodable++
    if (source.device === null) return tally.drop('undecodable-unknown-source')
    const w: Waiting = { source, at: clock.wall(), version: 'v2c', user: '', raw: { bytes, reason } }
    if (gate.admit(source.address, clock.mono())) return record(w)
    gate.fold(source.address, source.device, 'undecodable', reason, w.at, w)
  }

  function record(w: Waiting) {
    if (w.raw !== undefined) return recordRaw(w, w.raw.bytes, w.raw.reason)
    const n = w.notification as Notification
    try {
      recorder.eventLine(lineOf(n, w))
    } catch (error) {
      if (!(error instanceof BerError)) throw error
      undecodable++
      if (w.source.device === null) return tally.drop('undecodable-unknown-source')
      return recordRaw(w, n.bytes as Buffer, error.message)
    }
    tally.recorded++
    if (w.source.device !== null && options.onTrap) options.onTrap(w.source.device, trapOidOf(n))
  }

  function recordRaw({ source, at }: Waiting, bytes: Buffer, why: string) {
    const base64 = withoutCommunity(bytes.subarray(0, MAX_RAW_BYTES)).toString('base64')
    const { device, address } = source
    recorder.event({ kind: 'trap-raw', at, device, source: address, reason: why.slice(0, 256), base64 })
    tally.recorded++
  }

  function example(w: Waiting): string {
    if (w.notification === undefined) return w.raw?.reason ?? ''
    try {
      return lineOf(w.notification, w)
    } catch (error) {
      return (error as Error).message
    }
  }

  function lineOf(n: Notification, w: Waiting): string {
    const confirmed = n.pdu === PDU.inform
    const user = w.user === '' ? '""' : JSON.stringify(w.user)
    return `{"kind":"trap","at":${w.at},${w.source.json}"version":"${w.version}","confirmed":${confirmed},${writer.write(n, user)}`
  }

  function warnOfSmallBuffer({ receiveBufferAsked: asked, receiveBufferGranted: granted, port }: UdpFacts): void {
    if (granted >= asked) return
    const message = 'the kernel granted a smaller trap receive buffer than asked: raise net.core.rmem_max'
    options.log.warn({ asked, granted, port }, message)
    recorder.event({
      kind: 'agent',
      at: clock.wall(),
      device: null,
      code: 'receive-buffer-small',
      message,
      data: { asked, granted, port },
    })
  }

  return {
    sourceOf,
    accept,
    acceptRaw,
    warnOfSmallBuffer,
    /** Sends an answer that is not an acknowledgement (a v3 Report). */
    answered(answer: Uint8Array, source: TrapSource, port: number): void {
      answered++
      options.send(answer, source.address, port)
    },
    /** Once a second: storm records go out, senders are looked up anew. */
    flush(): void {
      gate.flush(clock.mono())
      known.clear()
    },
    /** At stop: records what is folded and waits (bounded) for informs on their way to disk. */
    async drain(): Promise<void> {
      gate.flush(clock.mono())
      await informs.settled()
    },
    facts() {
      const { folded, waiting } = gate.totals()
      const { pending, repeats } = informs.facts()
      const cut = { cutVarbinds: writer.cut.varbinds, cutValues: writer.cut.values }
      return { answered: answered + repeats, waiting: waiting + pending, folded, undecodable, ...cut }
    },
  }
}

/** Bytes of the first varbind's name and value as text: usually the index of what the trap is about. */
function firstVarbind(n: Notification): string {
  const { bytes, varbindsAt: at, varbindsEnd: end } = n
  const size = Math.min(end - at, 2 + Math.min(bytes[at + 1] ?? 0, 126))
  return size <= 0 ? '' : Buffer.from(bytes.buffer, bytes.byteOffset + at, size).toString('latin1')
}
