// What becomes of a received log line: recorded, folded when its source storms, or counted when a stranger sends too many.
import type { Logger } from 'pino'
import type { LogEvent } from '#shared/domain/device-event.ts'
import type { UdpFacts } from '../../protocols/udp/udp.ts'
import type { Recorder } from '../input.ts'
import type { ListenerTally } from '../listener-tally.ts'
import { type Clock, createStrangerBucket, type SourceLookup } from '../source-lookup.ts'
import { createStormGate, DEFAULT_STORM_LIMIT, type StormLimit } from '../storm/storm.ts'
import { decodeLog, logLine } from './log-line.ts'
import { type LogFields, parseSyslog } from './parse-syslog.ts'
import type { SiteClock } from './site-clock.ts'

interface IntakeOptions {
  readonly config: { readonly stormLimit?: StormLimit | null; readonly strangersPerSecond?: number }
  readonly sources: SourceLookup
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock: Clock
  readonly tally: ListenerTally
  readonly zone: SiteClock
}

interface LogSource {
  readonly device: string | null
  readonly json: string
}

interface Waiting {
  readonly at: number
  readonly source: LogSource
  readonly transport: LogEvent['transport']
  readonly fields: LogFields
  readonly plain: boolean
}

const MAX_CACHED_SOURCES = 10_000
/** Of a flooding source and second, the last line of as many things it speaks of is kept. */
const KEPT_PER_SOURCE = 100
/** Enough of the text to tell one interface's message from another's. */
const INSTANCE_CHARACTERS = 64

/** Builds the intake of one listener. */
export function createLogIntake({ config, sources, recorder, log, clock, tally, zone }: IntakeOptions) {
  const strangers = createStrangerBucket(config.strangersPerSecond ?? 50)
  const limit = config.stormLimit === undefined ? DEFAULT_STORM_LIMIT : config.stormLimit
  const known = new Map<string, LogSource>()
  let unread = 0
  const gate = createStormGate<Waiting>({
    limit,
    what: 'log',
    keptPerSource: KEPT_PER_SOURCE,
    example: ({ fields }) => fields.message,
    recordStorm(event) {
      recorder.event(event)
      tally.recorded += event.count
    },
    recordMessage: record,
  })

  function sourceOf(address: string): LogSource {
    let source = known.get(address)
    if (source === undefined) {
      const device = sources(address) ?? null
      source = { device, json: `"device":${JSON.stringify(device)},"source":${JSON.stringify(address)},` }
      if (known.size < MAX_CACHED_SOURCES) known.set(address, source)
    }
    return source
  }

  function accept(bytes: Buffer, address: string, transport: LogEvent['transport']) {
    tally.received++
    const source = sourceOf(address)
    const now = limit === null && source.device !== null ? 0 : clock.mono()
    if (source.device === null && !strangers(now)) return tally.drop('unknown-source')
    const at = clock.wall()
    const { text, plain } = decodeLog(bytes)
    const fields = parseSyslog(text, at, zone)
    if (fields.format === 'raw') unread++
    const w = { at, source, transport, fields, plain }
    if (gate.admit(address, now)) return record(w)
    const key = fields.mnemonic ?? fields.app ?? ''
    gate.fold(address, source.device, key, fields.message.slice(0, INSTANCE_CHARACTERS), at, w)
  }

  function record({ at, source, transport, fields, plain }: Waiting) {
    recorder.eventLine(logLine(at, source.json, transport, fields, plain))
    tally.recorded++
  }

  return {
    accept,
    /** Once a second and at stop. */
    flush(): void {
      gate.flush(clock.mono())
      known.clear()
    },
    warnOfSmallBuffer(facts: UdpFacts | undefined): void {
      if (!facts || facts.receiveBufferGranted >= facts.receiveBufferAsked) return
      const data = { asked: facts.receiveBufferAsked, granted: facts.receiveBufferGranted, port: facts.port }
      const message = 'the kernel granted a smaller syslog receive buffer than asked: raise net.core.rmem_max'
      log.warn(data, message)
      recorder.event({ kind: 'agent', at: clock.wall(), device: null, code: 'receive-buffer-small', message, data })
    },
    facts() {
      const { folded, waiting } = gate.totals()
      return { folded, waiting, unread }
    },
  }
}
