// Back-tests that people ask for: one at a time, in a thread of its own that uses a bounded share of a processor and reads the
// database beside the running collector. Nothing here is on the way of a record.
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { BackTest, BackTestResult } from '#shared/http/back-tests.ts'
import type { Rule } from '../rules/rule.ts'
import { testedVersionOf } from '../rules/rule-version.ts'
import type { BackTestAsk } from './back-test.ts'
import type { ReplayProgress } from './replay.ts'

export interface BackTests {
  /** Undefined when too many wait. */
  start(ask: StartAsk): BackTest | undefined
  get(id: string): BackTest | undefined
  /** Newest first, with what has ended lately. */
  list(): readonly BackTest[]
  /** False when it had ended already, or there is none. */
  cancel(id: string): boolean
  stop(): Promise<void>
}

export interface StartAsk {
  readonly rule: Rule
  readonly current: Rule | null
  readonly from: number
  readonly to: number
  readonly actor: string
}

export interface BackTestOptions {
  /** The program's entry: the thread is the program itself, run as `replay-thread`. */
  readonly entry: string
  /** Database file. */
  readonly file: string
  readonly rawDays: number
  readonly language: 'zh-CN' | 'en'
  now(): number
  newId(): string
  /** One was done: it is kept. */
  done(test: BackTest): Promise<void>
  readonly log: Logger
  /** Share of one processor, default 0.5. */
  readonly share?: number
  readonly memoryMb?: number
  /** Longest run, ms. */
  readonly longestMs?: number
}

/** What a thread is given. */
export interface ThreadTask {
  readonly file: string
  readonly rawDays: number
  readonly now: number
  readonly share: number
  readonly ask: BackTestAsk
}

export type ThreadMessage =
  | { readonly kind: 'progress'; readonly progress: ReplayProgress }
  | { readonly kind: 'done'; readonly result: BackTestResult; readonly progress: ReplayProgress }
  | { readonly kind: 'failed'; readonly problem: string }

const MAX_WAITING = 20
const KEPT = 50
const SHARE = 0.5
const MEMORY_MB = 1024
const LONGEST_MS = 6 * 3_600_000

interface Running {
  readonly id: string
  readonly worker: Worker
  readonly timer: NodeJS.Timeout
  readonly startedAt: number
}

export function createBackTests(options: BackTestOptions): BackTests {
  const { entry, now, log, share = SHARE, memoryMb = MEMORY_MB, longestMs = LONGEST_MS } = options
  const tests = new Map<string, BackTest>()
  const asks = new Map<string, BackTestAsk>()
  let running: Running | undefined
  let stopped = false

  const set = (id: string, more: Partial<BackTest>): BackTest => {
    const test = { ...(tests.get(id) as BackTest), ...more }
    tests.set(id, test)
    return test
  }

  function next(): void {
    if (running || stopped) return
    const [id, ask] = asks.entries().next().value ?? []
    if (id === undefined || ask === undefined) return
    asks.delete(id)
    const task: ThreadTask = { file: options.file, rawDays: options.rawDays, now: now(), share, ask }
    const worker = new Worker(entry, {
      argv: ['replay-thread'],
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    })
    const timer = setTimeout(
      () => end(id, { state: 'failed', problem: `took longer than ${longestMs / 60_000} min` }),
      longestMs,
    )
    timer.unref()
    running = { id, worker, timer, startedAt: performance.now() }
    set(id, { state: 'running' })
    worker.on('message', (message: ThreadMessage) => heard(id, message))
    worker.on('error', (error: Error & { code?: string }) => {
      const full = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      end(id, { state: 'failed', problem: full ? `needs more than ${memoryMb} MB` : error.message })
    })
    worker.on('exit', () => end(id, { state: 'failed', problem: 'the thread ended' }))
  }

  function heard(id: string, message: ThreadMessage): void {
    if (running?.id !== id) return
    if (message.kind === 'failed') {
      end(id, { state: 'failed', problem: message.problem })
      return
    }
    const { at, share: done, samples, events } = message.progress
    const seconds = Math.max(0.001, (performance.now() - running.startedAt) / 1000)
    const progress = { share: done, at, samples, events, samplesPerSecond: Math.round(samples / seconds) }
    set(id, { progress })
    if (message.kind === 'done') end(id, { state: 'done', result: message.result })
  }

  /** The first end of a test counts. */
  function end(id: string, how: Pick<BackTest, 'state'> & Partial<BackTest>): void {
    if (running?.id !== id) return
    const { worker, timer } = running
    running = undefined
    clearTimeout(timer)
    void worker.terminate()
    const test = set(id, { ...how, endedAt: now() })
    if (test.state === 'failed') log.warn({ rule: test.rule, problem: test.problem }, 'a back-test failed')
    if (test.state === 'done')
      options.done(test).catch((error: unknown) => log.error({ err: error }, 'a back-test could not be kept'))
    forget()
    next()
  }

  function forget(): void {
    for (const [id, { endedAt }] of tests) {
      if (tests.size <= KEPT) return
      if (endedAt !== null) tests.delete(id)
    }
  }

  return {
    start({ rule, current, from, to, actor }) {
      if (asks.size >= MAX_WAITING || stopped) return undefined
      const id = options.newId()
      const progress = { share: 0, at: null, samples: 0, events: 0, samplesPerSecond: 0 }
      const about = { id, rule: rule.id, ruleVersion: testedVersionOf(rule), askedBy: actor, askedAt: now(), from, to }
      tests.set(id, { ...about, state: 'waiting', endedAt: null, progress, problem: null, result: null })
      asks.set(id, { rule, current, from, to, language: options.language })
      next()
      return tests.get(id)
    },
    get: (id) => tests.get(id),
    list: () => [...tests.values()].reverse(),
    cancel(id) {
      if (asks.delete(id)) {
        set(id, { state: 'cancelled', endedAt: now() })
        return true
      }
      if (running?.id !== id) return false
      end(id, { state: 'cancelled' })
      return true
    },
    async stop() {
      stopped = true
      for (const id of asks.keys()) set(id, { state: 'cancelled', endedAt: now() })
      asks.clear()
      const worker = running?.worker
      if (running) end(running.id, { state: 'cancelled' })
      await worker?.terminate()
    },
  }
}
