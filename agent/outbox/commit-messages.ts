// What the intake thread and the commit thread say to each other. Plain data: it crosses by structured clone.

import type { ClockReading } from '#shared/wire/batch.ts'
import type { Lane } from '#shared/wire/topics.ts'
import type { JournalEntry } from '../diagnostics/command-journal.ts'
import type { Mark } from '../inputs/input.ts'

/** One batch to be: its records already encoded, not yet packed or numbered. */
export interface BodyToCommit {
  readonly lane: Lane
  readonly count: number
  /** Newline JSON or sample columns. Absent for records that were discarded before they could be stored. */
  readonly body?: string | Uint8Array
  /** Why there is no body. */
  readonly gap?: string
  /** Series this batch is the first to use, with their JSON definitions. */
  readonly series?: readonly (readonly [n: number, definition: string])[]
  /** Marks of the sources of these records, for their small spaces. */
  readonly marks?: readonly Mark[]
}

/** A batch as stored: what the uplink sends. */
export interface StoredBatch {
  readonly lane: Lane
  readonly first: number
  readonly count: number
  /** Packed; empty for a gap. */
  readonly body: Uint8Array
  readonly hash: string
  readonly committed: ClockReading
  readonly gap?: { readonly reason: string }
}

export interface LaneMarks {
  /** Lowest sequence number held, 0 when nothing is. */
  readonly oldest: number
  /** Highest committed sequence number, 0 at the start of a stream. */
  readonly newest: number
  /** Highest sequence number the collector has acknowledged. */
  readonly acknowledged: number
  readonly bytes: number
}

export interface StoreState {
  readonly epoch: string
  readonly lanes: Readonly<Record<Lane, LaneMarks>>
  /** Discarded records since this process opened the store: `reason:lane` to count. */
  readonly dropped: Readonly<Record<string, number>>
  /** True after batches that define series were discarded: definitions must be sent again. */
  readonly redefine: boolean
}

/** The store before was unreadable and now stands aside. */
export interface LostStore {
  readonly reason: string
  readonly keptAs: string
  /** What could still be read of it. */
  readonly epoch: string | null
  readonly waiting: number | null
}

export interface OpenReport {
  readonly series: readonly (readonly [n: number, definition: string])[]
}

/** A piece of all series definitions, in order of number. */
export interface DefinitionPage {
  readonly series: readonly (readonly [n: number, definition: string])[]
  readonly last: boolean
}

export interface StoreLimits {
  /** Bytes of each lane on disk; beyond it the oldest acknowledged, then the oldest batches go. */
  readonly quotaBytes: Readonly<Record<Lane, number>>
  /** How long acknowledged batches stay for a collector restored from a backup. */
  readonly retainMs: number
  /** File kept to be given up when the disk is full, so that making room is possible. */
  readonly reserveBytes: number
}

export type SmallOperation =
  | { readonly do: 'get'; readonly key: string }
  | { readonly do: 'set'; readonly key: string; readonly value: string }
  /** Sets only when absent; the answer says whether it did. */
  | { readonly do: 'add'; readonly key: string; readonly value: string }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'entries' }

export type JournalOperation =
  | { readonly do: 'highest' }
  | { readonly do: 'knows'; readonly id: string; readonly nonce: string }
  | { readonly do: 'begin'; readonly entry: JournalEntry }
  /** `result` is the line for the result lane, committed with the mark. */
  | { readonly do: 'finish'; readonly id: string; readonly result: string; readonly clock: ClockReading }
  | { readonly do: 'unfinished' }

export type CommitRequest =
  | { readonly op: 'open'; readonly wall: number }
  | { readonly op: 'commit'; readonly bodies: readonly BodyToCommit[]; readonly clock: ClockReading }
  | {
      readonly op: 'read'
      readonly lane: Lane
      readonly after: number
      readonly maxBytes: number
      readonly wall: number
    }
  | { readonly op: 'acknowledge'; readonly lane: Lane; readonly seq: number; readonly wall: number }
  | { readonly op: 'tidy'; readonly wall: number }
  | { readonly op: 'definitions'; readonly after: number; readonly maxBytes: number }
  | { readonly op: 'small'; readonly space: string; readonly operation: SmallOperation }
  | { readonly op: 'journal'; readonly operation: JournalOperation }
  | { readonly op: 'close' }

/**
 * full: no space. storage: read-only, I/O error, locked. corrupt: the store was moved aside and begun anew. refused: it
 * belongs to another version of the program and is untouched.
 */
export type CommitProblem = 'full' | 'storage' | 'corrupt' | 'refused'

export type CommitReply = {
  readonly id: number
  readonly state: StoreState | null
  /** Set once, in the answer to whatever request met the damage. */
  readonly lost: LostStore | null
} & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: CommitProblem; readonly message: string }
)
