// The outbox: every record is committed here before anything else happens. Intake is synchronous and cheap; a thread
// owns the file; the uplink reads batches back and deletes on the collector's word alone.
import type { Logger } from 'pino'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { Clock } from '#shared/time/clock.ts'
import { encodeEvent } from '#shared/wire/event-lines.ts'
import { MAX_BATCH_BYTES } from '#shared/wire/limits.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import type { Lane } from '#shared/wire/topics.ts'
import type { Recorder } from '../inputs/input.ts'
import { type CommitError, type CommitLink, createCommitLink } from './commit-link.ts'
import type {
  CommitRequest,
  DefinitionPage,
  JournalOperation,
  LostStore,
  OpenReport,
  SmallOperation,
  StoredBatch,
  StoreState,
} from './commit-messages.ts'
import { bodyOf, createIntake, TAKE_BYTES, type Waiter } from './intake.ts'
import { DEFAULT_LIMITS, type OutboxLimits } from './outbox-limits.ts'
import { type OutboxState, stateOf } from './outbox-state.ts'
import { createPace } from './pace.ts'
import { createRoom } from './room.ts'
import { createSeriesBook } from './series-book.ts'

export type { OutboxState }

export interface Outbox extends Recorder {
  /**
   * Opens or makes the store. Resolves even when the disk does not allow it: then memory holds and it tries on. Rejects
   * for a store of a newer version, untouched.
   */
  start(): Promise<void>
  /** Commits what was accepted (at most 5 s) and closes. Idempotent. */
  stop(): Promise<void>
  /** Queues one record of the result lane; resolves when it is on disk, rejects when it was discarded. */
  appendResult(record: ResultRecord): Promise<void>
  /** Batches from `afterSeq` + 1 on, in order and without holes; empty when there are none. */
  nextBatches(lane: Lane, afterSeq: number, maxBytes: number): Promise<readonly StoredBatch[]>
  /** The collector has committed everything up to `seq`: it may be deleted after the retention. */
  acknowledge(lane: Lane, seq: number): void
  /** Sends every series definition again with the next batch that uses it. */
  redefine(): void
  /** Committed definitions with numbers above `after`, in order; rejects while the store cannot be read. */
  definitions(after: number, maxBytes: number): Promise<DefinitionPage>
  state(): OutboxState
  /** Called after every commit and when the epoch changed; returns the function that ends it. */
  onCommitted(listener: () => void): () => void
  small(space: string, operation: SmallOperation): Promise<unknown>
  journal(operation: JournalOperation): Promise<unknown>
}

export interface OutboxOptions {
  readonly dir: string
  readonly limits?: Partial<OutboxLimits>
  readonly clock: Clock
  readonly log: Logger
  /** The commit thread died: the process must start anew. */
  readonly onFatal: (error: Error) => void
}

const TIDY_MS = 5_000
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 10_000
const STOP_MS = 5_000

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, log } = options
  const limits: OutboxLimits = { ...DEFAULT_LIMITS, ...options.limits }
  const book = createSeriesBook()
  const droppedHere = new Map<string, number>()
  const drop = (reason: string, lane: Lane, n: number) =>
    void droppedHere.set(`${reason}:${lane}`, (droppedHere.get(`${reason}:${lane}`) ?? 0) + n)
  const intake = createIntake(book, limits.memoryBytes, drop)
  const room = createRoom(limits.memoryBytes)
  const pace = createPace()
  const listeners = new Set<() => void>()
  let link: CommitLink | undefined
  let opened = false
  let stopping = false
  let committing = false
  let problem: string | null = null
  let retryMs = RETRY_FIRST_MS
  let wake: NodeJS.Timeout | NodeJS.Immediate | undefined
  let sampleTimer: NodeJS.Timeout | undefined
  let samplesDue = false
  let tidyTimer: NodeJS.Timeout | undefined

  const ask = <T>(request: CommitRequest): Promise<T> =>
    link === undefined ? Promise.reject(new Error('outbox is not started')) : link.ask<T>(request)

  function onState(state: StoreState): void {
    if (state.redefine) book.unsendAll()
  }

  /** Starts a commit now when idle, otherwise soon enough to be grouped. */
  function schedule(): void {
    if (wake !== undefined || committing || stopping || problem !== null || !opened) return
    const due = pace.waitMs(clock.mono())
    wake = due <= 0 || intake.pendingBytes >= TAKE_BYTES ? setImmediate(run) : setTimeout(run, due)
  }

  function run(): void {
    wake = undefined
    void commit()
  }

  async function commit(): Promise<void> {
    if (committing) return
    const waiting = intake.pendingBytes
    const chunks = intake.take(samplesDue || stopping)
    if (samplesDue) {
      samplesDue = false
      clearTimeout(sampleTimer)
      sampleTimer = undefined
    }
    if (chunks.length === 0) return
    committing = true
    try {
      pace.began(waiting, clock.mono())
      const now = { boot: clock.boot, mono: clock.mono(), wall: clock.wall() }
      await ask({ op: 'commit', bodies: chunks.map(bodyOf), clock: now })
      intake.done(chunks)
      room.freed(intake.bytes)
      recovered()
      for (const listener of listeners) listener()
    } catch (error) {
      intake.putBack(chunks)
      failed(error as CommitError)
    } finally {
      committing = false
    }
    next()
  }

  function next(): void {
    if (intake.pendingLines > 0 || samplesDue || intake.pendingBytes >= MAX_BATCH_BYTES) schedule()
    if (intake.pendingSamples > 0) expectSamples()
  }

  function failed(error: CommitError): void {
    if (problem === null)
      log.error({ err: error, problem: error.problem }, 'outbox cannot write, records wait in memory')
    problem = error.message
    if (stopping) return
    clearTimeout(wake as NodeJS.Timeout)
    wake = setTimeout(retry, error.problem === 'corrupt' ? 0 : retryMs)
    retryMs = Math.min(retryMs * 2, RETRY_LAST_MS)
  }

  function retry(): void {
    wake = undefined
    void (opened ? commit() : open().catch(options.onFatal))
  }

  function recovered(): void {
    if (problem === null) return
    log.warn({ problem, dropped: Object.fromEntries(droppedHere) }, 'outbox writes again')
    say('outbox-writes-again', `records reach the disk again after: ${problem}`, {})
    problem = null
    retryMs = RETRY_FIRST_MS
  }

  /** Called before the answer to the request that met the damage is given, so that nothing of the old epoch goes on. */
  function onLost({ reason, keptAs, epoch, waiting }: LostStore): void {
    log.error({ reason, keptAs, epoch, waiting }, 'outbox was damaged and begins a new epoch')
    book.unsendAll()
    const data = { keptAs, epoch: epoch ?? '', waiting: waiting ?? -1 }
    say('outbox-lost', `the outbox was damaged (${reason}) and began a new epoch`, data)
    for (const listener of listeners) listener()
  }

  function say(code: string, message: string, data: Record<string, string | number>): void {
    accept(
      'event',
      encodeEvent({ kind: 'agent', at: clock.wall(), device: null, code, message: message.slice(0, 1024), data }),
    )
  }

  async function open(): Promise<void> {
    try {
      const report = await ask<OpenReport>({ op: 'open', wall: clock.wall() })
      opened = true
      book.load(report.series)
      recovered()
      for (const listener of listeners) listener()
    } catch (error) {
      if ((error as CommitError).problem === 'refused') throw error
      failed(error as CommitError)
    }
    next()
  }

  function accept(lane: 'event' | 'result', line: string, waiter?: Waiter): void {
    if (stopping && !link) waiter?.reject(new Error('outbox is stopped'))
    else if (!intake.line(lane, line, waiter)) {
      drop('too-large', lane, 1)
      waiter?.reject(new Error('record is too large'))
    } else if (wake === undefined) schedule()
  }

  function expectSamples(): void {
    sampleTimer ??= setTimeout(() => {
      sampleTimer = undefined
      samplesDue = true
      schedule()
    }, limits.sampleWaitMs)
  }

  async function tidy(): Promise<void> {
    await ask({ op: 'tidy', wall: clock.wall() }).catch((error: CommitError) => {
      if (problem === null) log.warn({ err: error }, 'outbox could not tidy up')
    })
  }

  return {
    async start() {
      if (link !== undefined) return
      link = createCommitLink(options.dir, limits, { onState, onLost, onEnd: options.onFatal })
      await open()
      tidyTimer = setInterval(() => void tidy(), TIDY_MS)
    },
    async stop() {
      if (link === undefined) return
      stopping = true
      clearTimeout(wake as NodeJS.Timeout)
      clearImmediate(wake as NodeJS.Immediate)
      clearTimeout(sampleTimer)
      clearInterval(tidyTimer)
      const end = clock.mono() + STOP_MS
      const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref())
      while (intake.bytes > 0 && clock.mono() < end) {
        const before = intake.bytes
        if (committing) await Promise.race([late, new Promise((resolve) => setImmediate(resolve))])
        else await Promise.race([late, commit()])
        if (!committing && intake.bytes >= before) break
      }
      await Promise.race([late, ask({ op: 'close' }).catch(() => undefined)])
      await link.terminate()
      link = undefined
      intake.giveUp(new Error('outbox is stopped'))
      room.freed(0)
    },
    series: (definition) => book.number(definition),
    sample(series, at, value) {
      if (series < 0) return drop('series-limit', 'telemetry', 1)
      if (!Number.isFinite(value) || !Number.isFinite(at)) return drop('not-finite', 'telemetry', 1)
      intake.sample(series, at, value)
      if (sampleTimer === undefined && !samplesDue) expectSamples()
      if (wake === undefined && intake.pendingBytes >= MAX_BATCH_BYTES) schedule()
    },
    event: (event: DeviceEvent) => accept('event', encodeEvent(event)),
    eventLine: (line) => accept('event', line),
    eventDurable: (event) => durable('event', encodeEvent(event)),
    eventsDurable: (events, mark) =>
      new Promise((resolve, reject) => {
        if (stopping && !link) reject(new Error('outbox is stopped'))
        else if (!intake.group(events.map(encodeEvent), mark, { resolve, reject }))
          reject(new RangeError('too many events at once'))
        else if (wake === undefined) schedule()
      }),
    waitForRoom: () => (link === undefined ? undefined : room.wait(intake.bytes)),
    appendResult: (record) => durable('result', JSON.stringify(record)),
    async nextBatches(lane, afterSeq, maxBytes) {
      if (!opened) return []
      return ask<StoredBatch[]>({ op: 'read', lane, after: afterSeq, maxBytes, wall: clock.wall() }).catch(unreadable)
    },
    acknowledge: (lane, seq) => void ask({ op: 'acknowledge', lane, seq, wall: clock.wall() }).catch(unreadable),
    redefine: () => book.unsendAll(),
    definitions: (after, maxBytes) => ask({ op: 'definitions', after, maxBytes }),
    state: () => stateOf(link?.state() ?? null, droppedHere, { memoryBytes: intake.bytes, problem, series: book.size }),
    onCommitted(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    small: (space, operation) => ask({ op: 'small', space, operation }),
    journal: (operation) => ask({ op: 'journal', operation }),
  }

  function durable(lane: 'event' | 'result', line: string): Promise<void> {
    return new Promise((resolve, reject) => accept(lane, line, { resolve, reject }))
  }

  function unreadable(error: CommitError): StoredBatch[] {
    if (problem === null) log.error({ err: error }, 'outbox cannot be read')
    return []
  }
}
