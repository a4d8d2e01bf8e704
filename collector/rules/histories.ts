// What conditions remember of the past of their series. It belongs to the series and not to the rule: rules with the same window
// share it, and a changed rule goes on with it. Columns of numbers, one row per series; how many series fit is limited.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { RuleStateChange } from '../storage/change-set.ts'

/** Stored samples of a series, `from` to `to` (event time), oldest first; counters as rates. */
export type Past = (series: SeriesInfo, from: number, to: number, each: (at: number, value: number) => void) => void

export interface History {
  /** Its kind and measures: `window 600000`. Memory is kept under it. */
  readonly name: string
  /** Makes room for a series: it was there, it is new and knows nothing, or there is no room left. */
  open(series: SeriesInfo): 'known' | 'fresh' | 'full'
  /** Nobody asks for the series any more. */
  close(series: number): void
  /** Series it keeps something of. */
  series(): Iterable<number>
  /** Takes what is stored of a series up to its last sample. */
  fill(series: SeriesInfo, past: Past, until: number): void
  /** How many fills are cheap enough for one turn. */
  readonly fillsPerTurn: number
  /** Short enough that a start waits for it. */
  readonly atStart: boolean
  /** What must be written since it was asked last. */
  changes?(): readonly RuleStateChange[]
  /** As it was written; before `open`. */
  restore?(subject: string, state: unknown): void
}

export interface Histories {
  /** The history of this name, made when nobody has asked for it. */
  of<H extends History>(name: string, make: (name: string) => H): H
  /** Opens a history for a series; one that is new there is filled from what is stored, a few in each turn. */
  open(history: History, series: SeriesInfo): boolean
  /** Does some of that; at a start all that is short. `until`: time of the last sample of a series. */
  fill(past: Past | undefined, until: (series: number) => number, starting?: boolean): void
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
  const queues = new Map<string, SeriesInfo[]>()
  return {
    open(history, series) {
      const found = history.open(series)
      if (found === 'fresh') {
        const queue = queues.get(history.name) ?? []
        queues.set(history.name, queue)
        if (queue.length < MAX_WANTED) queue.push(series)
      }
      return found !== 'full'
    },
    fill(past, until, starting = false) {
      for (const [name, queue] of queues) {
        const history = histories.get(name)
        const many = starting ? (history?.atStart === true ? queue.length : 0) : (history?.fillsPerTurn ?? queue.length)
        for (const series of queue.splice(0, many)) {
          const at = until(series.id)
          if (past && at > Number.NEGATIVE_INFINITY) history?.fill(series, past, at)
        }
        if (queue.length === 0) queues.delete(name)
      }
    },
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

/** `stored`: as samples were sent. Where a counter began anew nothing is known; what is not in order is left out. */
export function pastOf(stored: StoredPast): Past {
  return ({ id, kind }, from, to, each) => {
    const isCounter = kind.startsWith('counter')
    let last = { at: Number.NEGATIVE_INFINITY, value: Number.NaN }
    stored(id, from, to, (at, value) => {
      if (at <= last.at) return
      if (!isCounter) each(at, value)
      else if (value >= last.value) each(at, ((value - last.value) * 1000) / (at - last.at))
      last = { at, value }
    })
  }
}

type StoredPast = (series: number, from: number, to: number, each: (at: number, value: number) => void) => void

/** Series of one history that wait for their past. */
const MAX_WANTED = 20_000

/** Rows of series in columns. Row numbers are used again; at most `limit`. */
export interface Rows {
  /** The row of a series, -1: none. */
  of(series: number): number
  /** Makes sure that it has a row. `fresh` is told of a new one. */
  take(series: number, fresh: (row: number) => void): 'known' | 'fresh' | 'full'
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
      if (rows.has(series)) return 'known'
      if (rows.size >= limit) return 'full'
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
      return 'fresh'
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
