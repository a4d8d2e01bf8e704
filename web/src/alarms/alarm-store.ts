// The alarm list in the browser: the collector filters, orders and counts; here are the windows that are looked at, kept true by
// live deltas. While it is held, the list stays as it was made; what is new is counted.
import type { BoardRow, BoardWindow } from '#shared/http/alarm-board.ts'
import type { LivePayload } from '#shared/http/live.ts'
import { noCounts, noViews } from './alarm-view.ts'
import type { AlarmSnapshot, AlarmStore, AlarmStoreOptions, Question } from './kept-list.ts'
import { isSameRow } from './same-row.ts'

export type { AlarmSnapshot, AlarmStore } from './kept-list.ts'

const WINDOW = 100
/** Deltas gather so long before the screen hears of them. */
const GATHER_MS = 150
/** Between two lists made because something changed. */
const REMAKE_MS = 700
/** After a list that could not be made. */
const AGAIN_MS = 5000
const MOST_ROWS = 5000
const ARRIVALS: ReadonlySet<string> = new Set(['raise', 'unsuppress', 'unshelve'])

export function createAlarmStore(options: AlarmStoreOptions): AlarmStore {
  const listeners = new Set<() => void>()
  let question: Question | undefined
  /** Ids by place; content by id, with the delta it is as new as. */
  let places = new Map<number, string>()
  let indexes = new Map<string, number>()
  let rows = new Map<string, { readonly row: BoardRow; readonly liveId: number }>()
  let waiting = new Set<string>()
  /** Deltas that came while something was read: they may be newer than the answer. */
  const recent = new Map<string, { readonly id: number; readonly delta: LivePayload<'alarm'> }>()
  let snapshot: AlarmSnapshot = {
    ...{ list: '', total: 0, counts: noCounts(), views: noViews(), waiting: 0, held: false },
    ...{ phase: 'idle', asking: false, failure: null, version: 0 },
  }
  let looked = { from: 0, to: WINDOW }
  let making: AbortController | undefined
  let counting: AbortController | undefined
  let isStale = false
  /** Deltas were missed: rows may say what is over, also of a list that is held. */
  let missed = false
  let remakeDue = false
  let announced = false
  const reading = new Map<number, AbortController>()

  options.live.onEvent((name, payload, id) => {
    if (name === 'alarm') hear(payload as LivePayload<'alarm'>, id)
    else if (name === 'reset' || (name === 'hello' && !(payload as LivePayload<'hello'>).resumed)) {
      missed = true
      stale()
    } else if (name === 'hello' && isStale) stale()
  })

  function hear(delta: LivePayload<'alarm'>, id: number): void {
    const { alarm } = delta
    if (making !== undefined || reading.size > 0) recent.set(alarm.id, { id, delta })
    apply(delta, id)
    if (snapshot.held) {
      const isNew = ARRIVALS.has(delta.action) && delta.inList && !rows.has(alarm.id)
      if (isNew && question?.belongs(alarm)) waiting.add(alarm.id)
      else if (!delta.inList) waiting.delete(alarm.id)
    }
    stale()
    announce()
  }

  function apply({ alarm, inList }: LivePayload<'alarm'>, id: number): void {
    const known = rows.get(alarm.id)
    if (known !== undefined && id > known.liveId)
      rows.set(alarm.id, { row: { ...known.row, ...alarm, gone: !inList }, liveId: id })
  }

  /** The list is no longer what it would be: made anew soon, unless a hand is on it. */
  function stale(): void {
    isStale = true
    if (remakeDue || listeners.size === 0) return
    remakeDue = true
    options.schedule(() => {
      remakeDue = false
      if (!isStale || listeners.size === 0) return
      if (!snapshot.held) return void reload()
      void count()
      // an answer that is under way was made earlier, and would come after
      if (missed && making === undefined) readAgain()
    }, REMAKE_MS)
  }

  /** What is on screen is read again; the rest when it is looked at. */
  function readAgain(): void {
    missed = false
    const first = Math.floor(Math.max(0, looked.from) / WINDOW)
    const last = Math.floor(Math.min(snapshot.total - 1, looked.to) / WINDOW)
    for (const [index, id] of places) {
      if (index >= first * WINDOW && index < (last + 1) * WINDOW) continue
      places.delete(index)
      indexes.delete(id)
      rows.delete(id)
    }
    for (let page = first; page <= last; page++) {
      reading.get(page * WINDOW)?.abort()
      void read(page * WINDOW)
    }
  }

  /** Only the numbers above a list that is held. */
  async function count(): Promise<void> {
    if (question === undefined || making !== undefined) return
    counting?.abort()
    const mine = new AbortController()
    counting = mine
    try {
      const { counts, views } = await options.make({ ...question.params, numbers: true }, mine.signal)
      if (!mine.signal.aborted) publish({ counts, views })
    } catch {
      // the next change asks again; the connection says for itself that it is cut
    }
  }

  function announce(): void {
    if (announced) return
    announced = true
    options.schedule(() => {
      announced = false
      publish({})
    }, GATHER_MS)
  }

  function publish(change: Partial<AlarmSnapshot>): void {
    snapshot = { ...snapshot, ...change, waiting: waiting.size, version: snapshot.version + 1 }
    for (const listener of listeners) listener()
  }

  /** `known`: rows as they were; one that says the same stays the same object, and is not drawn again. */
  function take(window: BoardWindow, known = rows): void {
    for (const [i, row] of window.items.entries()) {
      places.set(window.offset + i, row.id)
      indexes.set(row.id, window.offset + i)
      const before = known.get(row.id)?.row
      rows.set(row.id, { row: before !== undefined && isSameRow(before, row) ? before : row, liveId: window.liveId })
      const late = recent.get(row.id)
      if (late !== undefined && late.id > window.liveId) apply(late.delta, late.id)
    }
    if (making === undefined && reading.size === 0) recent.clear()
  }

  async function reload(): Promise<void> {
    if (question === undefined) return
    making?.abort()
    counting?.abort()
    const mine = new AbortController()
    making = mine
    isStale = false
    missed = false
    if (snapshot.phase !== 'ready') publish({ phase: 'loading', failure: null })
    const offset = Math.max(0, looked.from - WINDOW / 2)
    const limit = Math.min(500, Math.max(WINDOW, looked.to - offset + WINDOW / 2))
    const asked = question
    try {
      const query = { ...asked.params, offset, limit, ...(snapshot.list === '' ? {} : { replaces: snapshot.list }) }
      const page = await options.make(query, mine.signal)
      if (mine.signal.aborted) return
      making = undefined
      for (const read of reading.values()) read.abort()
      reading.clear()
      const before = rows
      places = new Map()
      indexes = new Map()
      rows = new Map()
      waiting = new Set()
      take(page, before)
      const { list, total, counts, views } = page
      publish({ list, total, counts, views, phase: 'ready', asking: false, failure: null })
      if (missed) stale()
    } catch (failure) {
      if (mine.signal.aborted) return
      making = undefined
      // rows that answer another question are no answer to this one
      publish({ phase: snapshot.list === '' || snapshot.asking ? 'failed' : 'ready', failure })
      isStale = true
      missed = true
      options.schedule(() => {
        if (isStale && making === undefined) stale()
      }, AGAIN_MS)
    }
  }

  async function read(offset: number): Promise<void> {
    const mine = new AbortController()
    const { list } = snapshot
    reading.set(offset, mine)
    try {
      const window = await options.window(list, { offset, limit: WINDOW }, mine.signal)
      if (mine.signal.aborted) return
      reading.delete(offset)
      if (window === undefined) return void reload()
      take(window)
      publish({})
    } catch {
      if (mine.signal.aborted) return
      reading.delete(offset)
      missed ||= rows.has(places.get(offset) ?? '')
    }
  }

  /** Rows far from what is looked at are read again when they are. */
  function forgetFar(): void {
    if (rows.size <= MOST_ROWS) return
    for (const [index, id] of places) {
      if (index >= looked.from - MOST_ROWS / 4 && index <= looked.to + MOST_ROWS / 4) continue
      places.delete(index)
      indexes.delete(id)
      rows.delete(id)
    }
  }

  return {
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      if (isStale && listeners.size === 1) stale()
      return () => void listeners.delete(listener)
    },
    ask(next) {
      if (question?.key === next.key) {
        question = next
        return
      }
      question = next
      looked = { from: 0, to: WINDOW }
      publish({ held: false, asking: true })
      void reload()
    },
    look(from, to) {
      looked = { from, to }
      if (snapshot.list === '' || making !== undefined) return
      const first = Math.floor(Math.max(0, from) / WINDOW)
      const last = Math.floor(Math.min(snapshot.total - 1, to) / WINDOW)
      for (const [offset, request] of reading)
        if (offset < (first - 1) * WINDOW || offset > (last + 1) * WINDOW) {
          request.abort()
          reading.delete(offset)
        }
      for (let page = first; page <= last; page++) {
        const offset = page * WINDOW
        const end = Math.min(offset + WINDOW, snapshot.total)
        let isMissing = false
        for (let at = Math.max(offset, from); at < Math.min(end, to + 1) && !isMissing; at++)
          isMissing = !places.has(at)
        if (isMissing && !reading.has(offset)) void read(offset)
      }
      forgetFar()
    },
    rowAt: (index) => rows.get(places.get(index) ?? '')?.row,
    row: (id) => rows.get(id)?.row,
    indexOf: (id) => indexes.get(id) ?? -1,
    hold() {
      if (!snapshot.held && snapshot.phase === 'ready' && snapshot.total > 0 && !snapshot.asking)
        publish({ held: true })
    },
    release() {
      if (!snapshot.held) return
      publish({ held: false })
      if (isStale) void reload()
    },
    reload,
    patch(ids, change) {
      for (const id of ids) {
        const known = rows.get(id)
        if (known) rows.set(id, { ...known, row: change(known.row) })
      }
      publish({})
    },
    clear() {
      for (const request of [making, counting, ...reading.values()]) request?.abort()
      making = undefined
      reading.clear()
      recent.clear()
      question = undefined
      places = new Map()
      indexes = new Map()
      rows = new Map()
      waiting = new Set()
      const empty = { list: '', total: 0, counts: noCounts(), views: noViews() }
      publish({ ...empty, held: false, asking: false, phase: 'idle', failure: null })
    },
  }
}
