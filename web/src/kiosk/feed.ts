// What a wall knows, and how old it is. One stream says that something changed; what changed is read again as a whole, so
// that nothing can be missed and nothing grows. Everything is driven by tick(), once a second: there is no other timer.
import type { KioskAlarms, KioskChange, KioskCounters, KioskDevices } from '#shared/http/kiosk.ts'
import { createEventStreamParser } from '../api/event-stream.ts'

export interface Boards {
  readonly alarms: KioskAlarms | null
  readonly devices: KioskDevices | null
  readonly counters: KioskCounters | null
}

export interface FeedState extends Boards {
  /** `refused`: the link is not valid, or not any more; nothing is shown then. */
  readonly phase: 'opening' | 'live' | 'cut' | 'refused'
  /** Name of the link. */
  readonly name: string | null
  /** Collector's clock minus ours, ms. */
  readonly clockOffsetMs: number
  /** Collector's clock up to which all that is shown is known to hold; null before everything came once. */
  readonly freshAt: number | null
  /** Build of the console that the collector serves now, as it said last. */
  readonly build: string | null
}

export interface Feed {
  /** Once a second. Never throws. */
  tick(): void
  state(): FeedState
  subscribe(listener: () => void): () => void
  stop(): void
}

export interface FeedOptions {
  readonly fetch: typeof fetch
  readonly now: () => number
  readonly random: () => number
  /** What of the boards is shown. */
  readonly kinds: readonly KioskChange[]
  /** Search part of every request, e.g. `?k=0123456789ab&shows=alarms`. */
  readonly search: string
}

/** Older than this it is no longer the present: three beats. */
export const STALE_MS = 15_000
const SILENCE_MS = 15_000
const READ_TIMEOUT_MS = 20_000
const REFUSED_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 8000
/** Everything is read again after this time, whatever was said. */
const ANYWAY_MS = 60_000
/** Between two readings of the same. */
const PAUSE_MS: Readonly<Record<KioskChange, number>> = { alarms: 2000, devices: 4000, counters: 4000 }

/** Reading state of one kind. */
interface Reading {
  /** Since when (collector's clock) we know that it may be otherwise; kept until an answer is newer. */
  dirtyAt: number | null
  /** The same, heard while it is being read. */
  laterAt: number | null
  readAt: number
  running: { readonly abort: AbortController; readonly since: number } | null
}

export function createFeed(options: FeedOptions): Feed {
  const { now, kinds } = options
  const listeners = new Set<() => void>()
  const readings = new Map<KioskChange, Reading>(
    kinds.map((kind) => [kind, { dirtyAt: 0, laterAt: null, readAt: Number.NEGATIVE_INFINITY, running: null }]),
  )
  const blank = { alarms: null, devices: null, counters: null, name: null, freshAt: null }
  let state: FeedState = { ...blank, phase: 'opening', clockOffsetMs: 0, build: null }
  let stream: { readonly abort: AbortController; heardAt: number } | null = null
  let nextTry = Number.NEGATIVE_INFINITY
  let failures = 0
  /** Collector's clock of the last thing it said. */
  let saidAt: number | null = null
  let stopped = false

  const theirs = () => now() + state.clockOffsetMs

  function set(change: Partial<FeedState>): void {
    state = { ...state, ...change }
    const freshAt = freshness()
    if (freshAt !== state.freshAt) state = { ...state, freshAt }
    for (const listener of listeners) listener()
  }

  function freshness(): number | null {
    if (saidAt === null || state.phase === 'refused') return null
    let oldest = saidAt
    for (const [kind, { dirtyAt }] of readings) {
      if (state[kind] === null) return null
      if (dirtyAt !== null) oldest = Math.min(oldest, Math.max(dirtyAt, state[kind].at))
    }
    return oldest
  }

  async function follow(mine: NonNullable<typeof stream>): Promise<void> {
    try {
      const session = await asked('/session', mine.abort.signal)
      if (session === 'refused') return refuse()
      const { name } = session as { name: string }
      const response = await options.fetch(`/api/v1/kiosk/live${options.search}`, {
        ...{ credentials: 'same-origin', signal: mine.abort.signal },
        headers: { accept: 'text/event-stream' },
      })
      if (response.status === 401) return refuse()
      if (!response.ok || !response.body) return
      mine.heardAt = now()
      set({ name })
      const parser = createEventStreamParser((event) => hear(event.name, event.data))
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done || mine.abort.signal.aborted) return
        mine.heardAt = now()
        parser.push(value)
      }
    } catch {
      // every reason ends in the same place: try again, and say meanwhile how old it is
    } finally {
      if (stream === mine) {
        stream = null
        const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(failures++, 5)) * (0.5 + options.random() / 2)
        nextTry = Math.max(nextTry, now() + wait)
        if (state.phase === 'live') set({ phase: 'cut' })
      }
    }
  }

  /** A link that is no longer valid shows nothing, not even what it showed. */
  function refuse(): void {
    nextTry = now() + REFUSED_WAIT_MS
    saidAt = null
    for (const reading of readings.values()) Object.assign(reading, { dirtyAt: 0, readAt: Number.NEGATIVE_INFINITY })
    set({ ...blank, phase: 'refused' })
  }

  function hear(name: string, data: string): void {
    const said = JSON.parse(data) as { now?: number; console?: string; what?: KioskChange[]; reason?: string }
    const at = said.now
    if (at !== undefined) saidAt = at
    const clockOffsetMs = at === undefined ? state.clockOffsetMs : at - now()
    if (name === 'hello') {
      failures = 0
      for (const kind of kinds) dirty(kind, 0)
      set({ phase: 'live', clockOffsetMs, build: said.console || null })
    } else if (name === 'changed') {
      for (const kind of said.what ?? []) dirty(kind, at ?? theirs())
      set({ clockOffsetMs })
    } else if (name === 'beat') set({ clockOffsetMs })
    else if (name === 'goodbye' && said.reason === 'signed-out') refuse()
    read()
  }

  function dirty(kind: KioskChange, at: number): void {
    const reading = readings.get(kind)
    if (!reading) return
    if (reading.running) reading.laterAt ??= at
    else reading.dirtyAt ??= at
  }

  /** Reads what may be otherwise, each kind alone and no more often than its pause. */
  function read(): void {
    if (state.phase !== 'live') return
    for (const [kind, reading] of readings) {
      if (reading.dirtyAt === null && now() - reading.readAt >= ANYWAY_MS) reading.dirtyAt = theirs()
      if (reading.dirtyAt === null || reading.running || now() - reading.readAt < PAUSE_MS[kind]) continue
      void readOne(kind, reading)
    }
  }

  async function readOne(kind: KioskChange, reading: Reading): Promise<void> {
    const running = { abort: new AbortController(), since: now() }
    reading.running = running
    reading.readAt = now()
    try {
      const answer = await asked(`/${kind}`, running.abort.signal)
      if (stopped || reading.running !== running) return
      if (answer === 'refused') return refuse()
      const { at } = answer as { at: number }
      // an answer that was kept for others may be older than what we were told
      if (at >= (reading.dirtyAt ?? 0)) reading.dirtyAt = null
      set({ [kind]: answer })
    } catch {
      // tried again after the pause
    } finally {
      if (reading.running === running) {
        reading.running = null
        reading.dirtyAt ??= reading.laterAt
        reading.laterAt = null
        set({})
      }
    }
  }

  async function asked(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await options.fetch(`/api/v1/kiosk${path}${options.search}`, {
      ...{ credentials: 'same-origin', signal, headers: { accept: 'application/json' } },
    })
    if (response.status === 401) return 'refused'
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return response.json()
  }

  return {
    tick() {
      if (stopped) return
      if (stream && now() - stream.heardAt > SILENCE_MS) stream.abort.abort()
      for (const { running } of readings.values())
        if (running && now() - running.since > READ_TIMEOUT_MS) running.abort.abort()
      if (!stream && now() >= nextTry) {
        stream = { abort: new AbortController(), heardAt: now() }
        void follow(stream)
      }
      read()
      for (const listener of listeners) listener()
    },
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop() {
      stopped = true
      stream?.abort.abort()
      for (const { running } of readings.values()) running?.abort.abort()
    },
  }
}

/** How old what is shown is at our `now`, ms; null when there is nothing yet. */
export function ageOf(
  { freshAt, clockOffsetMs }: Pick<FeedState, 'freshAt' | 'clockOffsetMs'>,
  now: number,
): number | null {
  return freshAt === null ? null : Math.max(0, now + clockOffsetMs - freshAt)
}
