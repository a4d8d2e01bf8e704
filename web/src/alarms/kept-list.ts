// What the alarm list in the browser is asked and what it says of itself; alarm-store.ts keeps it.
import type { BoardPage, BoardRow, BoardWindow } from '#shared/http/alarm-board.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { Live } from '../api/live.ts'

/** What is asked of the collector. Two of the same `key` are the same question. */
export interface Question {
  readonly key: string
  readonly params: Readonly<Record<string, string | readonly string[] | number | boolean>>
  /** Whether a row that came meanwhile belongs in the list. */
  belongs(row: AlarmRow): boolean
}

export interface AlarmSnapshot {
  /** Token of the list; '' before the first. */
  readonly list: string
  readonly total: number
  readonly counts: BoardPage['counts']
  readonly views: BoardPage['views']
  /** New rows that wait while the list is held. */
  readonly waiting: number
  readonly held: boolean
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed'
  /** Another question was asked; what is shown answers the one before. */
  readonly asking: boolean
  readonly failure: unknown
  /** Rises with every change. */
  readonly version: number
}

export interface AlarmStore {
  snapshot(): AlarmSnapshot
  subscribe(listener: () => void): () => void
  ask(question: Question): void
  /** Rows `from` to `to` are on screen. */
  look(from: number, to: number): void
  /** Undefined: not read yet. */
  rowAt(index: number): BoardRow | undefined
  row(id: string): BoardRow | undefined
  /** Place of a row that was read; -1. */
  indexOf(id: string): number
  hold(): void
  /** Lets in what waits. */
  release(): void
  /** Makes the list anew; what is shown stays until it is there. */
  reload(): Promise<void>
  /** Puts answers of actions in place without waiting for their deltas. */
  patch(ids: Iterable<string>, change: (row: BoardRow) => BoardRow): void
  clear(): void
}

export interface AlarmStoreOptions {
  readonly live: Pick<Live, 'onEvent'>
  readonly make: (query: Question['params'], signal: AbortSignal) => Promise<BoardPage>
  /** Undefined: the list is no longer kept. */
  readonly window: (
    list: string,
    query: { readonly offset: number; readonly limit: number },
    signal: AbortSignal,
  ) => Promise<BoardWindow | undefined>
  /** Runs `run` after `ms`. */
  readonly schedule: (run: () => void, ms: number) => void
}
