// The Current list in the browser: read once in pages, then kept true by live deltas. Listeners hear of batches, not deltas.
import type { z } from 'zod'
import type { AlarmPage, AlarmRow } from '#shared/http/alarms.ts'
import type { LivePayload } from '#shared/http/live.ts'
import type { Live } from '../api/live.ts'

export interface AlarmSnapshot {
  readonly rows: ReadonlyMap<string, AlarmRow>
  /** Rises with every change of `rows`. */
  readonly version: number
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed'
  readonly failure: unknown
}

export interface AlarmStore {
  snapshot(): AlarmSnapshot
  subscribe(listener: () => void): () => void
  /** Reads the list again; what is shown stays until it is there. */
  reload(): Promise<void>
  /** Puts answers of actions in place without waiting for their deltas. */
  patch(ids: Iterable<string>, change: (row: AlarmRow) => AlarmRow): void
  clear(): void
}

export interface AlarmStoreOptions {
  readonly live: Pick<Live, 'onEvent'>
  readonly readPage: (cursor: string | null, signal: AbortSignal) => Promise<z.infer<typeof AlarmPage>>
  /** Runs `run` a little later: how long deltas gather before the screen hears of them. */
  readonly schedule: (run: () => void) => void
}

interface Delta {
  readonly id: number
  readonly row: AlarmRow
  readonly inList: boolean
}

export function createAlarmStore(options: AlarmStoreOptions): AlarmStore {
  const listeners = new Set<() => void>()
  let rows = new Map<string, AlarmRow>()
  let snapshot: AlarmSnapshot = { rows, version: 0, phase: 'idle', failure: null }
  let loading: AbortController | undefined
  /** Deltas that came while pages were read: newer than the pages they may be missing from. */
  let since: Map<string, Delta> | undefined
  let announced = false

  options.live.onEvent((name, payload, id) => {
    if (name === 'alarm') {
      const { alarm, inList } = payload as LivePayload<'alarm'>
      const delta = { id, row: alarm, inList }
      since?.set(alarm.id, delta)
      apply(rows, delta)
      announce()
    } else if (name === 'reset' || (name === 'hello' && !(payload as LivePayload<'hello'>).resumed)) void reload()
  })

  function announce(): void {
    if (announced) return
    announced = true
    options.schedule(() => {
      announced = false
      publish({})
    })
  }

  function publish(change: Partial<AlarmSnapshot>): void {
    snapshot = { ...snapshot, rows, version: snapshot.version + 1, ...change }
    for (const listener of listeners) listener()
  }

  async function reload(): Promise<void> {
    loading?.abort()
    const mine = new AbortController()
    loading = mine
    since = new Map()
    publish({ phase: snapshot.phase === 'ready' ? 'ready' : 'loading', failure: null })
    const fresh = new Map<string, AlarmRow>()
    const pages = new Map<string, number>()
    try {
      let cursor: string | null = null
      do {
        const page: z.infer<typeof AlarmPage> = await options.readPage(cursor, mine.signal)
        if (mine.signal.aborted) return
        for (const row of page.items) {
          fresh.set(row.id, row)
          pages.set(row.id, page.liveId)
        }
        cursor = page.nextCursor
        if (snapshot.phase !== 'ready') {
          // the first page is on screen while the rest is still on its way
          rows = new Map(fresh)
          announce()
        }
      } while (cursor !== null)
      for (const delta of since.values()) if (delta.id > (pages.get(delta.row.id) ?? -1)) apply(fresh, delta)
      rows = fresh
      since = undefined
      publish({ phase: 'ready' })
    } catch (failure) {
      if (!mine.signal.aborted) publish({ phase: rows.size > 0 ? 'ready' : 'failed', failure })
    }
  }

  return {
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    reload,
    patch(ids, change) {
      for (const id of ids) {
        const row = rows.get(id)
        if (row) rows.set(id, change(row))
      }
      publish({})
    },
    clear() {
      loading?.abort()
      rows = new Map()
      publish({ phase: 'idle', failure: null })
    },
  }
}

function apply(rows: Map<string, AlarmRow>, delta: Delta): void {
  if (delta.inList) rows.set(delta.row.id, delta.row)
  else rows.delete(delta.row.id)
}
