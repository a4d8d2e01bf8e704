// When which device is asked. One device is one bulkhead; starts are limited, not waits, so that dead devices stretch nothing.
import type { Logger } from 'pino'
import type { Poller, PollResult, Recorder } from '../inputs/input.ts'
import { createDueQueue } from './due-queue.ts'
import type { Bulkhead, Job } from './job.ts'
import { createOutcomeRecord } from './outcome-record.ts'
import { runPoll } from './run-poll.ts'

export interface SchedulerDeps {
  readonly pollers: readonly Poller[]
  readonly recorder: Recorder
  /** Wall ms goes into records; monotonic ms decides when. */
  readonly clock: { wall(): number; mono(): number }
  /** 0 <= x < 1. */
  readonly random: () => number
  readonly log: Logger
  readonly limits?: Partial<SchedulerLimits>
}

export interface SchedulerLimits {
  /** Polls started per second over all devices. */
  readonly startsPerSecond: number
  /** Polls of one device at the same time. */
  readonly perDevice: number
  /** Failures in a row after which only the smallest question is asked. */
  readonly failuresToProbe: number
  /** Time from a request (a trap) to its poll: the device settles, and more requests fold into one. */
  readonly requestDelayMs: number
  /** Least time between requested polls of one device. */
  readonly requestEveryMs: number
  /** Time a poll has to end after its deadline before its outcome is recorded without it. */
  readonly graceMs: number
}

export interface Scheduler {
  /** First runs are spread by chance. Idempotent. */
  start(): void
  /** Aborts what runs and waits for it, at most the grace time. Idempotent; nothing is recorded for aborted polls. */
  stop(): Promise<void>
  /** Takes more pollers in; their first runs are spread like those of the start. */
  add(pollers: readonly Poller[]): void
  /** Ends and forgets all pollers of a device. The device may be added again at once. */
  remove(device: string): void
  /** Polls the device soon, out of turn; requests fold. Unknown devices and inputs are ignored. */
  requestPoll(device: string, input?: string): void
  counters(): SchedulerCounters
}

export interface SchedulerCounters {
  readonly pollers: number
  readonly running: number
  /** Devices' pollers that only ask the smallest question now. */
  readonly probing: number
  readonly started: number
  readonly ok: number
  readonly failed: number
  /** Polls that threw: bugs of ours. */
  readonly bugs: number
  /** Turns left out because the poll before had not ended. */
  readonly skipped: number
  /** Start behind its time, ms, the worst of the last minute. */
  readonly lagMs: number
}

const LIMITS: SchedulerLimits = {
  startsPerSecond: 500,
  perDevice: 1,
  failuresToProbe: 3,
  requestDelayMs: 300,
  requestEveryMs: 5000,
  graceMs: 2000,
}
const DEAD: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'refused'])
/** First runs come soon; on a large site later, since they name every series and the outbox must keep up with the names. */
const FIRST = { withinMs: 5000, eachMs: 20 } as const

/** Nothing runs before `start()`. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const limits = { ...LIMITS, ...deps.limits }
  const { clock, log } = deps
  const bulkheads = new Map<string, Bulkhead>()
  const jobs = new Set<Job>()
  const byDevice = new Map<string, Job[]>()
  const due = createDueQueue<Job>()
  const ready: Job[] = []
  const running = new Set<Promise<void>>()
  const count = { started: 0, ok: 0, failed: 0, bugs: 0, skipped: 0 }
  let lag = { worst: 0, before: 0, since: 0 }
  let tokens = 1
  let tokensAt = 0
  let timer: NodeJS.Timeout | undefined
  let state: 'new' | 'started' | 'stopped' = 'new'
  for (const poller of deps.pollers) takeIn(poller)

  return {
    start() {
      if (state !== 'new') return
      state = 'started'
      tokensAt = clock.mono()
      spread([...jobs])
    },
    async stop() {
      state = 'stopped'
      clearTimeout(timer)
      due.clear()
      ready.length = 0
      for (const job of jobs) job.abort?.abort()
      await Promise.race([Promise.allSettled(running), new Promise((done) => setTimeout(done, limits.graceMs).unref())])
    },
    add(pollers) {
      const added = pollers.map(takeIn)
      if (state === 'started') spread(added)
    },
    remove(device) {
      for (const job of byDevice.get(device) ?? []) drop(job)
      byDevice.delete(device)
      forget(device)
      arm()
    },
    requestPoll(device, input = 'snmp') {
      if (state !== 'started') return
      const now = clock.mono()
      for (const job of byDevice.get(device) ?? []) {
        // One request ahead is enough: its poll will see everything that happens until then.
        if (job.poller.input !== input || job.requestedAt > now || job.state === 'waiting') continue
        const at = Math.max(now + limits.requestDelayMs, job.requestedAt + limits.requestEveryMs)
        job.requestedAt = at
        if (at < job.turn) due.put(job, at)
      }
      arm()
    },
    counters: () => ({
      ...count,
      pollers: jobs.size,
      running: running.size,
      probing: [...jobs].filter(isProbing).length,
      lagMs: Math.round(Math.max(lag.worst, lag.before)),
    }),
  }

  function jobOf(poller: Poller): Job {
    const bulkhead = bulkheads.get(poller.device) ?? { taken: 0, queue: [] }
    bulkheads.set(poller.device, bulkhead)
    const outcome = createOutcomeRecord(poller, deps.recorder)
    const fresh = {
      removed: false,
      turn: 0,
      runs: 0,
      failures: 0,
      state: 'idle',
      waitingSince: 0,
      again: false,
      requestedAt: Number.NEGATIVE_INFINITY,
    } as const
    return { poller, outcome, bulkhead, ...fresh, abort: undefined }
  }

  function takeIn(poller: Poller): Job {
    const job = jobOf(poller)
    jobs.add(job)
    byDevice.set(poller.device, [...(byDevice.get(poller.device) ?? []), job])
    return job
  }

  function spread(first: readonly Job[]): void {
    const now = clock.mono()
    const over = Math.max(FIRST.withinMs, first.length * FIRST.eachMs)
    for (const job of first) {
      job.turn = now + deps.random() * Math.min(job.poller.intervalMs, over)
      due.put(job, job.turn)
    }
    arm()
  }

  function drop(job: Job): void {
    const { bulkhead } = job
    job.removed = true
    jobs.delete(job)
    due.drop(job)
    job.abort?.abort()
    const place = ready.indexOf(job)
    if (place >= 0) {
      ready.splice(place, 1)
      release(bulkhead)
    }
    const queued = bulkhead.queue.indexOf(job)
    if (queued >= 0) bulkhead.queue.splice(queued, 1)
  }

  function forget(device: string): void {
    if (!byDevice.has(device) && bulkheads.get(device)?.taken === 0) bulkheads.delete(device)
  }

  /** Hands the slot to the next poll of the device. */
  function release(bulkhead: Bulkhead): void {
    bulkhead.taken--
    const next = bulkhead.queue.shift()
    if (next === undefined) return
    bulkhead.taken++
    ready.push(next)
  }

  /** Sets the one timer to the next thing that can happen. */
  function arm(): void {
    clearTimeout(timer)
    if (state !== 'started') return
    const now = clock.mono()
    const nextStart = ready.length > 0 ? now + Math.max(0, ((1 - tokens) / limits.startsPerSecond) * 1000) : undefined
    const at = Math.min(nextStart ?? Number.POSITIVE_INFINITY, due.next() ?? Number.POSITIVE_INFINITY)
    if (at !== Number.POSITIVE_INFINITY) timer = setTimeout(turn, Math.max(1, Math.ceil(at - now)))
  }

  function turn(): void {
    const now = clock.mono()
    tokens = Math.min(
      Math.max(1, limits.startsPerSecond / 10),
      tokens + ((now - tokensAt) / 1000) * limits.startsPerSecond,
    )
    tokensAt = now
    for (let job = due.take(now); job !== undefined; job = due.take(now)) takeTurn(job, now)
    let started = 0
    while (tokens >= 1 && started < ready.length) {
      tokens--
      launch(ready[started++] as Job, now)
    }
    ready.splice(0, started)
    arm()
  }

  function takeTurn(job: Job, now: number): void {
    const outOfTurn = job.turn > now
    if (!outOfTurn) planNextTurn(job, now)
    due.put(job, job.turn)
    if (job.state === 'idle') enqueue(job, now)
    else if (outOfTurn) job.again = true
    else count.skipped++
  }

  function enqueue(job: Job, now: number): void {
    job.state = 'waiting'
    job.waitingSince = now
    if (job.bulkhead.taken >= limits.perDevice) job.bulkhead.queue.push(job)
    else {
      job.bulkhead.taken++
      ready.push(job)
    }
  }

  function planNextTurn(job: Job, now: number): void {
    const { intervalMs } = job.poller
    // The second turn spreads what the short first round has bunched.
    job.turn += job.runs++ === 0 ? intervalMs * (0.5 + deps.random() / 2) : intervalMs
    if (job.turn <= now) job.turn += Math.ceil((now - job.turn + 1) / intervalMs) * intervalMs
  }

  function launch(job: Job, now: number): void {
    noteLag(now - job.waitingSince, now)
    job.state = 'running'
    count.started++
    const work = runPoll(job, { clock, log, graceMs: limits.graceMs, probeFirst: isProbing(job), note }).then(() => {
      running.delete(work)
      finish(job)
    })
    running.add(work)
  }

  function finish(job: Job): void {
    job.state = 'idle'
    if (state !== 'started') return
    release(job.bulkhead)
    if (job.removed) forget(job.poller.device)
    if (job.again && !job.removed) enqueue(job, clock.mono())
    job.again = false
    arm()
  }

  function note(job: Job, result: PollResult, began: number, threw: boolean): void {
    const { poller } = job
    if (threw) count.bugs++
    if (state !== 'started' || job.removed) return
    if (result.outcome === 'ok') count.ok++
    else count.failed++
    job.failures = DEAD.has(result.outcome) ? job.failures + 1 : 0
    const before = job.outcome.last
    if (!job.outcome.note(result, clock.wall(), clock.mono() - began)) return
    const { outcome, detail } = result
    log.info({ device: poller.device, input: poller.input, outcome, before, detail }, 'poll outcome changed')
  }

  function isProbing(job: Job): boolean {
    return job.poller.probe !== undefined && job.failures >= limits.failuresToProbe
  }

  function noteLag(ms: number, now: number): void {
    if (now - lag.since >= 60_000) lag = { worst: 0, before: lag.worst, since: now }
    lag.worst = Math.max(lag.worst, ms)
  }
}
