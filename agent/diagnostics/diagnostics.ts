// The door: takes signed commands, runs the few actions there are, and ends each command in exactly one result.
import type { Logger } from 'pino'
import { actionNamed } from '#shared/diagnostics/registry.ts'
import type { Order } from '#shared/wire/command.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import type { CommandResult, ResultRecord } from '#shared/wire/result.ts'
import type { AgentDevice } from '../devices/device.ts'
import type { CommandJournal } from './command-journal.ts'
import { type Gate, judge } from './gate.ts'
import type { DiagnosticsPolicy } from './policy.ts'
import { RUNNERS } from './registry.ts'
import { ActionFailed, type Runner, type RunnerDeps, type SiteRunners } from './runner.ts'
import { type Forgery, readCommandKey, verifyCommand } from './verify.ts'

export interface DiagnosticsOptions {
  readonly agentId: string
  /** Base64 SPKI of the collector's Ed25519 key; '' takes no commands at all. */
  readonly commandKey: string
  readonly device: (id: string) => AgentDevice | undefined
  readonly policy: DiagnosticsPolicy
  readonly journal: CommandJournal
  /** Queues an audit record in the result lane; resolves when it is on disk. Results go through `journal.finish`. */
  readonly emitResult: (record: ResultRecord) => Promise<void>
  readonly clock: CommandClock
  readonly log: Logger
  readonly runners: RunnerDeps
  /** What is done for the whole site. */
  readonly site: SiteRunners
}

/** `now` estimates the collector's wall clock, ms; `doubtMs` says how wrong it may be (Infinity: not known at all). */
export interface CommandClock {
  now(): number
  doubtMs(): number
}

export interface Diagnostics {
  /**
   * Ends what a crash interrupted. Call before the first command is handled. Never rejects: where the disk does not allow
   * it now, it is done before the first command that can be journalled.
   */
  start(): Promise<void>
  /** One message of the command topic, whatever is in it. Resolves when its result is on disk; never rejects. */
  handle(payload: Uint8Array): Promise<void>
  /** Ends running actions (`failed`) and waits for their results. */
  stop(): Promise<void>
  /** Commands taken, and messages discarded by reason. */
  counters(): { readonly taken: number; readonly dropped: Readonly<Record<string, number>> }
}

/** Throws TypeError when the command key is not an Ed25519 public key. */
export function createDiagnostics(o: DiagnosticsOptions): Diagnostics {
  const key = readCommandKey(o.commandKey)
  const dropped: Partial<Record<Forgery | 'repeated' | 'clock' | 'journal' | 'busy' | 'stopping', number>> = {}
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const turns: number[] = []
  const deviceFree = new Map<string, Promise<unknown>>()
  let waiting = 0
  let taken = 0
  let interruptedEnded = false
  // Commands are judged one at a time, so that two with one nonce cannot both be new.
  let gateFree: Promise<unknown> = Promise.resolve()

  const drop = async (reason: keyof typeof dropped, detail: Record<string, unknown> = {}) => {
    const count = (dropped[reason] ?? 0) + 1
    dropped[reason] = count
    // Whoever floods the topic must not flood the audit: the 1st, 2nd, 4th, 8th ... of a kind are told.
    if ((count & (count - 1)) !== 0 || reason === 'repeated') return
    o.log.warn({ reason, count, ...detail }, 'command dropped')
    const record = { kind: 'audit', at: o.clock.now(), what: 'command-dropped', detail: { reason, count } } as const
    await o.emitResult(record).catch((error: unknown) => o.log.error({ err: error }, 'audit record lost'))
  }

  const takeTurn = () => {
    const now = o.clock.now()
    while (turns.length > 0 && ((turns[0] as number) <= now - 60_000 || (turns[0] as number) > now)) turns.shift()
    if (turns.length >= o.policy.perMinute) return false
    turns.push(now)
    return true
  }

  async function endInterrupted(): Promise<void> {
    for (const entry of await o.journal.unfinished()) {
      await o.journal.finish(entry.id, {
        ...{ kind: 'command-result', command: entry.id, action: entry.action, target: entry.target },
        ...{ state: 'not-run', at: o.clock.now(), durationMs: 0, result: null },
        error: 'interrupted: the agent stopped before the action ended',
      })
    }
    interruptedEnded = true
  }

  async function admit(order: Order): Promise<Gate | null> {
    if (!interruptedEnded) await endInterrupted()
    if (await o.journal.knows(order.id, order.nonce)) {
      await drop('repeated')
      return null
    }
    const highestSeq = await o.journal.highestSeq()
    const { id, nonce, seq, action, target, expires } = order
    if (!(await o.journal.begin({ id, nonce, seq, action, target, at: o.clock.now(), expires }))) {
      await drop('repeated')
      return null
    }
    taken++
    const view = { now: o.clock.now(), doubtMs: o.clock.doubtMs(), highestSeq, policy: o.policy, device: o.device }
    return judge(order, { ...view, takeTurn })
  }

  /** One action at a time per device: a slow one costs its own device's slot, never another's. */
  async function inTurn<T>(device: string, work: () => Promise<T>): Promise<T> {
    const turn = (deviceFree.get(device) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined)
    deviceFree.set(device, settled)
    try {
      return await turn
    } finally {
      if (deviceFree.get(device) === settled) deviceFree.delete(device)
    }
  }

  async function runInTime(order: Order, gate: Gate & { open: true }): Promise<Ending> {
    if (stopping.signal.aborted) return { state: 'not-run', result: null, error: 'the agent stopped' }
    if (o.clock.now() + o.clock.doubtMs() >= order.expires)
      return { state: 'expired', result: null, error: 'expired while other actions of the device ran' }
    return await execute(gate, o, stopping.signal)
  }

  async function take(order: Order): Promise<void> {
    const gate = gateFree.then(() => admit(order))
    gateFree = gate.catch(() => undefined)
    const judged = await gate
    if (judged === null) return
    const startedAt = performance.now()
    const base = { kind: 'command-result', command: order.id, action: order.action, target: order.target } as const
    const ending: Ending = judged.open
      ? await inTurn(judged.device?.id ?? ` ${order.id}`, () => runInTime(order, judged))
      : { state: judged.state, result: null, error: judged.error }
    const durationMs = Math.max(0, performance.now() - startedAt)
    await o.journal.finish(order.id, { ...base, ...ending, at: o.clock.now(), durationMs })
    const { operator, incident } = order
    o.log.info({ command: order.id, action: order.action, state: ending.state, operator, incident }, 'command ended')
  }

  return {
    start: () =>
      endInterrupted().catch((error: unknown) =>
        o.log.error({ err: error }, 'interrupted commands cannot be ended before the disk can be written'),
      ),
    handle: async (payload) => {
      try {
        if (stopping.signal.aborted) return await drop('stopping')
        const verified = verifyCommand(payload, key, o.agentId)
        if (!verified.ok) return await drop(verified.reason)
        // Just started and no word from the collector yet about the time: expiry cannot be judged.
        if (o.clock.doubtMs() === Number.POSITIVE_INFINITY) return await drop('clock')
        // Not begun, so the collector's next offer of it is as good as new.
        if (waiting >= MAX_WAITING) return await drop('busy')
        waiting++
        const work = take(verified.order).finally(() => {
          waiting--
          running.delete(work)
        })
        running.add(work)
        await work
      } catch (error) {
        o.log.error({ err: error }, 'command could not be journalled')
        dropped.journal = (dropped.journal ?? 0) + 1
      }
    },
    stop: async () => {
      stopping.abort()
      await Promise.allSettled(running)
    },
    counters: () => ({ taken, dropped: { ...dropped } }),
  }
}

type Ending = Pick<CommandResult, 'state' | 'result' | 'error'>

/** Always ends: an action that ignores its signal is left behind two seconds after the deadline. */
async function execute(gate: Gate & { open: true }, o: DiagnosticsOptions, stopping: AbortSignal): Promise<Ending> {
  const action = actionNamed(gate.action)
  const deadline = AbortSignal.timeout(action.deadlineMs)
  const signal = AbortSignal.any([deadline, stopping])
  const failed = (error: string): Ending => ({ state: 'failed', result: null, error: error.slice(0, 1024) })
  const { device, arguments: args } = gate
  const run = (): Promise<unknown> =>
    device === undefined
      ? (o.site[gate.action as keyof SiteRunners] as SiteRunners[keyof SiteRunners])(args as never, signal)
      : (RUNNERS[gate.action as keyof typeof RUNNERS] as Runner<'ping'>)(device, args as never, o.runners, signal)
  const late = Promise.withResolvers<Ending>()
  let grace: NodeJS.Timeout | undefined
  const onAbort = () => {
    grace = setTimeout(() => late.resolve(failed(stopping.aborted ? 'the agent stopped' : 'deadline passed')), 2000)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  const work = (async (): Promise<Ending> => {
    try {
      const parsed = action.result.safeParse(await run())
      if (!parsed.success) return failed(`unexpected result: ${parsed.error.issues[0]?.message}`)
      const size = Buffer.byteLength(JSON.stringify(parsed.data))
      if (size > MAX_RECORD_BYTES - 4096) return failed(`the result has ${size} bytes, too many to send`)
      return { state: 'done', result: parsed.data, error: null }
    } catch (error) {
      if (!(error instanceof ActionFailed)) o.log.error({ err: error, action: gate.action }, 'action broke')
      if (signal.aborted) return failed(stopping.aborted ? 'the agent stopped' : 'deadline passed')
      return failed(error instanceof ActionFailed ? error.message : 'internal error, see the log of the agent')
    }
  })()
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(grace)
    signal.removeEventListener('abort', onAbort)
  }
}

const MAX_WAITING = 32
