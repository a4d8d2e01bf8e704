// Door of the InfluxDB copy: every committed sample is sent there, from the database, in a loop of its own. Nothing here
// is waited for by ingest; what InfluxDB cannot take now stays where it is.
import type { Logger } from 'pino'
import type { Database } from '../sqlite/database.ts'
import type { StoredSamples } from '../sqlite/sample-source.ts'
import type { SampleFollower } from '../storage.ts'
import { createBacklog, type Portion, type Sent } from './backlog.ts'
import { type CursorTotals, openInfluxCursor } from './cursor.ts'
import { type BatchLimits, createDelivery } from './delivery.ts'
import { createLineWriter } from './lines.ts'
import { createOwners, type SiteOwner } from './owners.ts'
import { createLineQuarantine } from './quarantine.ts'
import type { WriteAnswer, WriteTarget } from './target.ts'

export interface InfluxOptions {
  readonly database: Database
  readonly samples: Pick<StoredSamples, 'byId' | 'readInOrder' | 'size'>
  readonly target: WriteTarget
  /** Something that changes when the server was started anew, undefined when it does not say. Throws when it is away. */
  readonly startOf?: ((stop: AbortSignal) => Promise<string | undefined>) | undefined
  /** Sites with their customers, as they are now. */
  readonly sites: () => Iterable<SiteOwner>
  readonly batch: BatchLimits
  /** After its answer the server may still lose what it took, ms. */
  readonly settleMs: number
  readonly history: boolean
  readonly holdMs: number
  /** Wall clock, ms. */
  readonly now: () => number
  /** How long to wait after a failure, ms; `failures` in a row before it. */
  readonly wait: (answer: WriteAnswer, failures: number) => number
  readonly log: Logger
}

export interface InfluxFigures extends CursorTotals {
  /** Samples that wait. */
  readonly backlog: number
  /** Age of the oldest sample that waits, s; 0 when none does. */
  readonly lagSeconds: number
  /** Values that were no numbers. */
  readonly unwritable: number
  /** Why the last write did not succeed; null when it did. */
  readonly problem: WriteAnswer | null
  /** When a write succeeded last, ms; null: not since the start. */
  readonly writtenAt: number | null
}

export interface InfluxView {
  /** For the store: what is written and what expires. */
  readonly follower: SampleFollower
  start(): void
  /** Ends what is on its way, makes the cursor durable. */
  stop(): Promise<void>
  figures(): InfluxFigures
  /** Lines refused for ever, newest first. */
  refused: (
    limit: number,
  ) => { readonly id: number; readonly at: number; readonly line: string; readonly reason: string }[]
}

/** With nothing to send it is looked again after so long, ms. */
const IDLE_MS = 1000
const FLUSH_MS = 1000
const LONGEST_REST_MS = 500
/** Backlog and owners are looked at so often. */
const SURVEY_MS = 10_000
const BACKFILL_CHUNKS = 2000

/** Opens the cursor; to be followed by Stores.follow(view.follower) before samples are written. */
export function createInfluxView(options: InfluxOptions): InfluxView {
  const { database, target, settleMs, now, log } = options
  const cursor = openInfluxCursor(database, options)
  const backlog = createBacklog(database, options.samples, cursor)
  const owners = createOwners(database)
  const writer = createLineWriter(owners, turn)
  const delivery = createDelivery(target, options.batch)
  const quarantine = createLineQuarantine(database)
  const stopping = new AbortController()
  /** Sent and not yet settled, oldest first. */
  let unsettled: { readonly sent: Sent; readonly at: number }[] = []
  let serverStart: string | undefined
  let asked = false
  let failures = 0
  let problem: WriteAnswer | null = null
  let writtenAt: number | null = null
  let unwritable = 0
  let waiting = cursor.waiting()
  let flushed = 0
  let surveyed = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  return {
    follower: { chunkWritten: cursor.chunkWritten, mayExpire: cursor.mayExpire },
    start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      target.stop()
      await running
      try {
        cursor.flush()
      } catch (error) {
        log.warn({ err: error }, 'the place reached in InfluxDB could not be saved; some samples will be sent again')
      }
    },
    figures() {
      const lag = waiting.oldestAt === null ? 0 : Math.max(0, (now() - waiting.oldestAt) / 1000)
      return { ...cursor.totals(), backlog: waiting.points, lagSeconds: lag, unwritable, problem, writtenAt }
    },
    refused: quarantine.list,
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let pauseMs = IDLE_MS
      const started = performance.now()
      const thread = performance.eventLoopUtilization()
      try {
        pauseMs = await step()
      } catch (error) {
        failures++
        pauseMs = options.wait({ kind: 'failed', reason: '' }, failures) + IDLE_MS
        log.error({ err: error }, 'copying samples to InfluxDB failed here; it is tried again')
      }
      // as long as the thread was busy it is left to others: to ingest before all
      const busyMs = (performance.now() - started) * performance.eventLoopUtilization(thread).utilization
      await pause(Math.max(pauseMs, Math.min(busyMs, LONGEST_REST_MS)))
    }
  }

  /** One portion; how long to wait before the next, ms. */
  async function step(): Promise<number> {
    survey()
    await settle()
    const portion = backlog.next(options.batch.points)
    if (!portion) {
      flush(true)
      return cursor.backfill(options.samples.size(), BACKFILL_CHUNKS) ? 0 : IDLE_MS
    }
    const { lines, unwritable: skipped } = await writer.lines(portion)
    const delivered = await delivery.deliver(lines)
    if (delivered.kind === 'later') return failed(delivered.answer)
    const { refused, beyond } = delivered
    quarantine.add(refused, now())
    unwritable += skipped
    cursor.count(lines.length - refused.length - beyond, refused.length, beyond)
    if (refused.length > 0)
      log.warn(
        { lines: refused.length, reason: refused[0]?.reason },
        'InfluxDB refused lines for ever; they are set aside',
      )
    succeeded()
    sent(portion)
    flush(false)
    return lines.length < options.batch.points && portion.row !== undefined ? IDLE_MS : 0
  }

  function sent({ row, chunks }: Portion): void {
    backlog.sent({ row, chunks })
    if (settleMs === 0) backlog.settled({ row, chunks })
    else unsettled.push({ sent: { row, chunks }, at: performance.now() })
  }

  /** What the server has had for long enough is done, unless it was started anew since. */
  async function settle(): Promise<void> {
    if (settleMs === 0) return
    const ripe = performance.now() - settleMs
    if (asked && !unsettled.some((u) => u.at <= ripe)) return
    // null: away just now
    const start = options.startOf ? await options.startOf(stopping.signal).catch(() => null) : undefined
    if (start === null) return
    if (start !== serverStart && unsettled.length > 0) rewind()
    serverStart = start
    asked = true
    const done = unsettled.filter((u) => u.at <= ripe)
    unsettled = unsettled.filter((u) => u.at > ripe)
    for (const u of done) backlog.settled(u.sent)
  }

  function rewind(): void {
    unsettled = []
    backlog.rewind()
  }

  function failed(answer: WriteAnswer): number {
    if (answer.kind === 'stopped') return 0
    if (answer.kind === 'failed' && settleMs > 0) rewind()
    if (problem?.kind !== answer.kind)
      log.warn({ problem: answer }, 'InfluxDB does not take samples; they wait in the database')
    problem = answer
    return options.wait(answer, failures++)
  }

  function succeeded(): void {
    if (problem !== null) log.info({ afterFailures: failures }, 'InfluxDB takes samples again')
    problem = null
    failures = 0
    writtenAt = now()
  }

  function flush(always: boolean): void {
    if (!always && performance.now() - flushed < FLUSH_MS) return
    cursor.flush()
    flushed = performance.now()
  }

  function survey(): void {
    if (performance.now() - surveyed < SURVEY_MS) return
    surveyed = performance.now()
    waiting = cursor.waiting()
    if (owners.refresh(options.sites(), now())) writer.forget()
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        stopping.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      stopping.signal.addEventListener('abort', done)
      if (stopping.signal.aborted) done()
    })
  }
}

/** Lets others have the thread. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
