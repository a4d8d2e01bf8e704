// The live stream: one connection for the whole console, resumed with Last-Event-ID, honest about its age.
import type { LiveEventName, LivePayload } from '#shared/http/live.ts'
import { createEventStreamParser } from './event-stream.ts'

export type LiveStatus = 'connecting' | 'live' | 'cut'

export interface LiveState {
  readonly status: LiveStatus
  /** Browser wall clock (ms) of the last byte heard, null before the first. */
  readonly heardAt: number | null
  /** Collector clock minus browser clock, ms: ages and durations are computed on the collector's clock. */
  readonly clockOffsetMs: number
  /** The collector said that it stops; it is heard again when it is back. */
  readonly isStopping: boolean
}

export type LiveHandler = <N extends LiveEventName>(name: N, payload: LivePayload<N>, id: number) => void

export interface Live {
  start(): void
  stop(): void
  state(): LiveState
  /** ms since anything was heard, or since start() when nothing was; on a clock that nobody sets. */
  silentMs(): number
  /** Does not wait any longer for the next try to connect. */
  retry(): void
  /** Returns the function that ends the subscription. */
  onState(listener: () => void): () => void
  onEvent(handler: LiveHandler): () => void
}

export interface LiveOptions {
  readonly fetch: typeof fetch
  readonly now: () => number
  /** ms since any moment; never set. `now` when absent. */
  readonly monotonic?: () => number
  readonly random: () => number
  readonly setTimeout: (run: () => void, ms: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
  readonly onUnauthenticated: () => void
}

/** Longest silence before the stream counts as cut: two heartbeats and some. */
const SILENCE_MS = 35_000
const LONGEST_WAIT_MS = 10_000

export function createLive(options: LiveOptions): Live {
  const stateListeners = new Set<() => void>()
  const handlers = new Set<LiveHandler>()
  const monotonic = options.monotonic ?? options.now
  let state: LiveState = { status: 'connecting', heardAt: null, clockOffsetMs: 0, isStopping: false }
  let lastSign = monotonic()
  let wake: () => void = () => {}
  let lastId: string | undefined
  let running: AbortController | undefined
  let watchdog: unknown
  let attempts = 0

  function set(change: Partial<LiveState>): void {
    const loud =
      (change.status !== undefined && change.status !== state.status) ||
      (change.isStopping !== undefined && change.isStopping !== state.isStopping)
    state = { ...state, ...change }
    if (loud) for (const listener of stateListeners) listener()
  }

  function heard(connection: AbortController): void {
    options.clearTimeout(watchdog)
    watchdog = options.setTimeout(() => connection.abort(), SILENCE_MS)
    lastSign = monotonic()
    set({ heardAt: options.now() })
  }

  async function follow(stop: AbortController): Promise<void> {
    while (!stop.signal.aborted) {
      const connection = new AbortController()
      const end = () => connection.abort()
      stop.signal.addEventListener('abort', end)
      try {
        await connect(connection)
      } catch {
        // every reason ends in the same place: try again, and say so meanwhile
      }
      options.clearTimeout(watchdog)
      stop.signal.removeEventListener('abort', end)
      if (stop.signal.aborted) return
      set({ status: state.heardAt === null ? 'connecting' : 'cut' })
      const wait = options.random() * Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempts)
      attempts = Math.min(attempts + 1, 10)
      await new Promise<void>((resolve) => {
        wake = resolve
        options.setTimeout(resolve, wait)
      })
    }
  }

  async function connect(connection: AbortController): Promise<void> {
    watchdog = options.setTimeout(() => connection.abort(), SILENCE_MS)
    const response = await options.fetch('/api/v1/live', {
      credentials: 'same-origin',
      headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
      signal: connection.signal,
    })
    if (response.status === 401 && !connection.signal.aborted) options.onUnauthenticated()
    if (!response.ok || !response.body) return
    const parser = createEventStreamParser((event) => {
      if (event.id !== undefined && event.id !== '') lastId = event.id
      deliver(event.name as LiveEventName, event.data, Number(event.id ?? 0))
    })
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || connection.signal.aborted) return
      heard(connection)
      parser.push(value)
    }
  }

  function deliver(name: LiveEventName, data: string, id: number): void {
    const payload = JSON.parse(data) as LivePayload<LiveEventName>
    if (name === 'hello') {
      const { now, liveId, resumed } = payload as LivePayload<'hello'>
      attempts = 0
      if (!resumed) lastId = String(liveId)
      set({ status: 'live', clockOffsetMs: now - options.now(), isStopping: false })
    }
    if (name === 'goodbye') {
      const { reason } = payload as LivePayload<'goodbye'>
      if (reason === 'signed-out') options.onUnauthenticated()
      else set({ isStopping: true })
    }
    for (const handler of handlers) handler(name, payload as never, id)
  }

  return {
    start() {
      if (running) return
      running = new AbortController()
      lastSign = monotonic()
      void follow(running)
    },
    stop() {
      running?.abort()
      running = undefined
      lastId = undefined
      state = { ...state, status: 'connecting', heardAt: null }
    },
    state: () => state,
    silentMs: () => monotonic() - lastSign,
    retry() {
      attempts = 0
      wake()
    },
    onState(listener) {
      stateListeners.add(listener)
      return () => void stateListeners.delete(listener)
    },
    onEvent(handler) {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
  }
}
