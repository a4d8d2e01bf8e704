// One poller in the schedule, and what the pollers of a device share.
import type { Poller } from '../inputs/input.ts'
import type { OutcomeRecord } from './outcome-record.ts'

export interface Job {
  readonly poller: Poller
  readonly outcome: OutcomeRecord
  readonly bulkhead: Bulkhead
  /** No longer watched: what still runs is ended and not recorded. */
  removed: boolean
  /** Its regular time, monotonic ms; runs out of turn do not move it. */
  turn: number
  runs: number
  failures: number
  state: 'idle' | 'waiting' | 'running'
  /** Since when it has waited for its start. */
  waitingSince: number
  /** A run out of turn fell into a running one: run again after it. */
  again: boolean
  /** Monotonic ms for which it was asked for out of turn the last time. */
  requestedAt: number
  abort: AbortController | undefined
}

/** What polls of one device share: slots. */
export interface Bulkhead {
  taken: number
  readonly queue: Job[]
}
