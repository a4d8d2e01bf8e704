// One thing at a time: ingest groups, ticks and operators' actions take turns, each one transaction.
import type { Logger } from 'pino'
import type { Turns } from './evaluation.ts'
import type { RecordWrites } from './record-store.ts'

export interface Turn<C, T> {
  readonly records: RecordWrites | null
  readonly changes: C
  readonly value: T
}

export interface TurnQueue<C> extends Turns<C> {
  /** Like run(), for work that also has records to write. */
  take<T>(work: (now: number) => Turn<C, T>): Promise<T>
  /** Calls `listener` after every commit that wrote something; its errors are logged. */
  onCommitted(listener: CommitListener<C>): void
  /** Why a turn failed, until one has stored something again; undefined while all is well. */
  failure(): string | undefined
  /** True while turns are refused at once with the error of the last one: the disk is given time. */
  isResting(): boolean
}

/** `records` null for ticks and operators' actions. */
export type CommitListener<C> = (changes: C, records: RecordWrites | null, now: number) => void

export interface TurnOptions<C> {
  commit(records: RecordWrites | null, changes: C, now: number): Promise<void>
  /** Memory is not what is committed any more: read everything back. */
  reload(): Promise<void>
  /** True when there is nothing to write: such a turn costs no transaction. */
  isEmpty(changes: C): boolean
  wall(): number
  mono(): number
  readonly log: Logger
}

/** Error of a turn whose work, not whose commit, failed. */
export class WorkFailed extends Error {
  override name = 'WorkFailed'
}

/** What could not be stored is tried again sooner than this, ms: silence for longer means that it was given up. */
const FAILURE_STANDS_MS = 30_000
/** After a failure of the disk nothing is tried for so many times what reading back took, at most so long, ms. */
const REST_TIMES = 10
const MAX_REST_MS = 10_000

export function createTurns<C>(options: TurnOptions<C>): TurnQueue<C> {
  const listeners: CommitListener<C>[] = []
  let last: Promise<unknown> = Promise.resolve()
  let stale = false
  let failure: { readonly why: string; readonly ofWork: boolean; readonly at: number } | undefined

  let rest: { readonly until: number; readonly error: unknown } | undefined
  const isResting = (): boolean => rest !== undefined && options.mono() < rest.until

  const perform = async <T>(work: (now: number) => Turn<C, T>): Promise<T> => {
    if (stale) {
      await options.reload()
      stale = false
    }
    const now = options.wall()
    let turn: Turn<C, T>
    try {
      turn = work(now)
    } catch (error) {
      stale = true
      throw new WorkFailed('the work of a turn failed', { cause: error })
    }
    if (turn.records === null && options.isEmpty(turn.changes)) {
      // a turn that had nothing to store does not show that storing works again
      if (failure && (failure.ofWork || now - failure.at > FAILURE_STANDS_MS)) failure = undefined
      return turn.value
    }
    try {
      await options.commit(turn.records, turn.changes, now)
    } catch (error) {
      stale = true
      throw error
    }
    failure = undefined
    rest = undefined
    for (const listener of listeners) tell(listener, turn, now)
    return turn.value
  }

  const tell = (listener: CommitListener<C>, turn: Turn<C, unknown>, now: number): void => {
    try {
      listener(turn.changes, turn.records, now)
    } catch (error) {
      options.log.error({ err: error }, 'a listener to commits failed')
    }
  }

  /** Memory becomes what is committed. Reading all of it is dear: with a full disk it must not be all that is done. */
  const recover = async (error: unknown): Promise<void> => {
    const why = String((error as Error).cause ?? error)
    failure = { why, ofWork: error instanceof WorkFailed, at: options.wall() }
    const started = options.mono()
    try {
      if (stale) await options.reload()
      stale = false
    } catch (reloadError) {
      options.log.warn({ err: reloadError }, 'state could not be read back; the next turn tries again')
    }
    if ((error as { code?: unknown } | null)?.code !== 'unavailable') return
    const took = options.mono() - started
    rest = { until: started + took + Math.min(took * REST_TIMES, MAX_REST_MS), error }
  }

  const take = <T>(work: (now: number) => Turn<C, T>): Promise<T> => {
    let refused = false
    const result = last.then(() => {
      refused = isResting()
      if (refused) throw rest?.error
      return perform(work)
    })
    last = result.then(
      () => undefined,
      (error: unknown) => (refused ? undefined : recover(error)),
    )
    return result
  }

  return {
    take,
    run: (work) => take((now) => ({ records: null, ...work(now) })),
    onCommitted: (listener) => void listeners.push(listener),
    failure: () => failure?.why,
    isResting,
  }
}
