// What conditions remember of the past of their series. It belongs to the series and not to the rule: rules with the same window
// share it, and a changed rule goes on with it. Columns of numbers, one row per series; how many series fit is limited.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { RuleStateChange } from '../storage/change-set.ts'

export interface History {
  /** Its kind and measures: `window 600000`. Memory is kept under it. */
  readonly name: string
  /** Makes room for a series; false when there is none left. */
  open(series: SeriesInfo): boolean
  /** Nobody asks for the series any more. */
  close(series: number): void
  /** Series it keeps something of. */
  series(): Iterable<number>
  /** What must be written since it was asked last. */
  changes?(): readonly RuleStateChange[]
  /** As it was written; before `open`. */
  restore?(subject: string, state: unknown): void
}

export interface Histories {
  /** The history of this name, made when nobody has asked for it. */
  of<H extends History>(name: string, make: (name: string) => H): H
  /** To read only: the one of this name, if there is one. */
  peek(name: string): History | undefined
  /** What was written; it is given to the history when that is made. */
  restore(name: string, subject: string, state: unknown): void
  /** Closes what nobody asks for any more; answers what must be forgotten. */
  sweep(isUsed: (name: string, series: number) => boolean): readonly RuleStateChange[]
  changes(): readonly RuleStateChange[]
}

export function createHistories(): Histories {
  const histories = new Map<string, History>()
  const stored = new Map<string, Map<string, unknown>>()
  return {
    of<H extends History>(name: string, make: (name: string) => H): H {
      const known = histories.get(name)
      if (known) return known as H
      const history = make(name)
      for (const [subject, state] of stored.get(name) ?? []) history.restore?.(subject, state)
      stored.delete(name)
      histories.set(name, history)
      return history
    },
    peek: (name) => histories.get(name),
    restore(name, subject, state) {
      const ofName = stored.get(name) ?? new Map<string, unknown>()
      stored.set(name, ofName)
      ofName.set(subject, state)
    },
    sweep(isUsed) {
      for (const history of histories.values())
        for (const series of [...history.series()]) if (!isUsed(history.name, series)) history.close(series)
      const rest = [...stored].flatMap(([rule, of]) =>
        [...of.keys()].map((subject) => ({ rule, subject, state: null })),
      )
      stored.clear()
      return rest
    },
    changes: () => [...histories.values()].flatMap((history) => history.changes?.() ?? []),
  }
}

/** Rows of series in columns. Row numbers are used again; at most `limit`. */
export interface Rows {
  /** The row of a series, -1: none. */
  of(series: number): number
  /** Its row, or a new one; -1 when there is no room. `fresh` is told of a new one. */
  take(series: number, fresh: (row: number) => void): number
  give(series: number): void
  series(): Iterable<number>
  /** Rows there must be room for in the columns. */
  readonly capacity: number
}

export function createRows(limit: number, grow: (capacity: number) => void): Rows {
  const rows = new Map<number, number>()
  let index = new Int32Array(0)
  const free: number[] = []
  let used = 0
  let capacity = 0
  return {
    of: (series) => (series < index.length ? (index[series] as number) : -1),
    take(series, fresh) {
      const known = rows.get(series)
      if (known !== undefined) return known
      if (rows.size >= limit) return -1
      const row = free.pop() ?? used++
      if (row >= capacity) {
        capacity = Math.min(limit, Math.max(64, capacity * 2))
        grow(capacity)
      }
      if (series >= index.length) {
        const wider = new Int32Array(Math.max(1024, 2 ** Math.ceil(Math.log2(series + 1)))).fill(-1)
        wider.set(index)
        index = wider
      }
      index[series] = row
      rows.set(series, row)
      fresh(row)
      return row
    },
    give(series) {
      const row = rows.get(series)
      if (row === undefined) return
      rows.delete(series)
      index[series] = -1
      free.push(row)
    },
    series: () => rows.keys(),
    get capacity() {
      return capacity
    },
  }
}
