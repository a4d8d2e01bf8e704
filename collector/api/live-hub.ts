// The live stream: deltas in a ring, each with a rising id; clients get what they missed, or a reset. Writes are gathered
// per turn of the event loop; a client that does not read is dropped, never waited for.
import { LIVE_HEARTBEAT_SECONDS, type LiveEventName, type LivePayload } from '#shared/http/live.ts'
import { alarmFor, incidentRowFor } from './outside.ts'
import { withoutWindowNames } from './window-names.ts'

/** One connection as the hub sees it. */
export interface LiveSink {
  /** Whose it is: one account does not take all places. */
  readonly owner?: string
  /** Only what is of these customers goes to it; absent: everything. */
  readonly customers?: ReadonlySet<string> | undefined
  /** It is somebody's at a customer's: our remarks stay here. */
  readonly outside?: boolean
  /** Whether it may read such things at all; absent: all of them. */
  mayHear?(name: LiveEventName): boolean
  /** It hears what kind of thing changed instead of what: see routes/kiosk.ts. */
  notice?(names: ReadonlySet<LiveEventName>): void
  /** Text to write now. */
  write(text: string): void
  /** Bytes written and not yet taken by the network. */
  backlog(): number
  close(): void
  /** False when the session has ended. Asked at each heartbeat. */
  stillAllowed(): Promise<boolean>
}

export interface LiveHub {
  /** Queues a delta for all clients who may see what is of `customer`; null: for those who may see everything. */
  publish<N extends LiveEventName>(event: N, payload: LivePayload<N>, customer: string | null): void
  /** True when nobody has listened for so long that nobody is expected back: see skip(). */
  isIdle(): boolean
  /** Notes that something happened which is not published: whoever comes back gets a reset. */
  skip(): void
  /** Adds a client that has seen everything up to `since` (undefined: nothing). Returns how to remove it. */
  add(sink: LiveSink, since: number | undefined, hello: { version: string; console?: string; now: number }): () => void
  /** No place for one more, or for one more of this owner. */
  isFull(owner?: string): boolean
  newestId(): number
  /** Somebody's rights may have ended: whose streams are no longer theirs end now. Without `owner`: anybody's. */
  recheck(owner?: string): Promise<void>
  /** Heartbeats and session checks; each LIVE_HEARTBEAT_SECONDS. */
  beat(): Promise<void>
  clients(): number
  dropped(): Readonly<Record<string, number>>
  stop(): void
}

const RING = 10_000
const MAX_BACKLOG = 1024 * 1024
const MAX_CLIENTS = 1000
const MAX_PER_OWNER = 250
/** Heartbeats without a client after which nothing is kept for those who come back. */
const IDLE_BEATS = 4

/**
 * First id of a run that begins at `now` (ms): a thousand ids to a moment, so that neither many deltas nor a clock that was put
 * back a little makes ids of two runs meet.
 */
export const firstIdAt = (now: number): number => Math.floor(now) * 1000

/** `firstId` must be above every id of an earlier run (see firstIdAt), so that an old Last-Event-ID is known as old. */
export function createLiveHub(firstId: number): LiveHub {
  const ring: Delta[] = []
  const sinks = new Map<LiveSink, { from: number }>()
  const dropped: Record<string, number> = {}
  let newest = firstId
  let flushing = false
  let stopped = false
  let emptyBeats = IDLE_BEATS

  const hub: LiveHub = {
    publish(event, payload, customer) {
      if (stopped) return
      newest++
      const id = newest
      const limited = once(() => frame(event, withoutWindowNames(payload), id))
      const outside = once(() => frame(event, withoutWindowNames(withoutRemarks(event, payload)), id))
      ring.push({ name: event, customer, text: frame(event, payload, id), limited, outside })
      // cut in blocks: shifting one by one would move the whole ring each time
      if (ring.length > RING * 2) ring.splice(0, ring.length - RING)
      if (flushing || sinks.size === 0) return
      flushing = true
      setImmediate(flush)
    },
    isIdle: () => sinks.size === 0 && emptyBeats >= IDLE_BEATS,
    skip() {
      newest++
      ring.length = 0
    },
    add(sink, since, hello) {
      if (stopped || isFull(sink.owner)) {
        count('too-many-clients')
        sink.close()
        return () => undefined
      }
      const oldest = newest - Math.min(ring.length, RING)
      const resumed = since !== undefined && since >= oldest && since <= newest
      sink.write(`retry: 2000\n\n${frame('hello', { ...hello, liveId: newest, resumed })}`)
      if (since !== undefined && !resumed)
        sink.write(
          frame(
            'reset',
            { liveId: newest, reason: since < firstId || since > newest ? 'restarted' : 'too-old' },
            newest,
          ),
        )
      const place = { from: resumed ? since : newest }
      emptyBeats = 0
      sinks.set(sink, place)
      send(sink, place)
      return () => void sinks.delete(sink)
    },
    isFull,
    newestId: () => newest,
    async recheck(owner) {
      // what cannot be asked now is asked with the next heartbeat
      await Promise.allSettled(
        [...sinks.keys()].filter((sink) => owner === undefined || sink.owner === owner).map(isStillTheirs),
      )
    },
    async beat() {
      emptyBeats = sinks.size === 0 ? emptyBeats + 1 : 0
      await Promise.all([...sinks.keys()].map(async (sink) => (await isStillTheirs(sink)) && sink.write(': beat\n\n')))
    },
    clients: () => sinks.size,
    dropped: () => dropped,
    stop() {
      stopped = true
      for (const sink of [...sinks.keys()]) remove(sink, frame('goodbye', { reason: 'stopping' }))
    },
  }
  return hub

  /** Ends the stream when it is not. */
  async function isStillTheirs(sink: LiveSink): Promise<boolean> {
    const is = await sink.stillAllowed()
    if (!is && sinks.has(sink)) remove(sink, frame('goodbye', { reason: 'signed-out' }))
    return is
  }

  function isFull(owner: string | undefined): boolean {
    if (sinks.size >= MAX_CLIENTS) return true
    if (owner === undefined || sinks.size < MAX_PER_OWNER) return false
    let own = 0
    for (const sink of sinks.keys()) if (sink.owner === owner) own++
    return own >= MAX_PER_OWNER
  }

  function flush(): void {
    flushing = false
    for (const [sink, place] of sinks) send(sink, place)
  }

  function send(sink: LiveSink, place: { from: number }): void {
    if (place.from >= newest) return
    if (sink.backlog() > MAX_BACKLOG) {
      count('client-too-slow')
      remove(sink, '')
      return
    }
    const start = ring.length - (newest - place.from)
    place.from = newest
    if (sink.notice) {
      sink.notice(namesFor(ring.slice(Math.max(0, start)), sink))
      return
    }
    let text = ''
    for (let i = Math.max(0, start); i < ring.length; i++) text += textFor(ring[i] as Delta, sink)
    if (text !== '') sink.write(text)
  }

  function remove(sink: LiveSink, last: string): void {
    sinks.delete(sink)
    if (last) sink.write(last)
    sink.close()
  }

  function count(reason: string): void {
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }
}

interface Delta {
  readonly name: LiveEventName
  readonly customer: string | null
  readonly text: string
  /** The same for somebody with limits, and for somebody outside; made when they are there to get it. */
  readonly limited: () => string
  readonly outside: () => string
}

const isFor = ({ name, customer }: Delta, { customers, mayHear }: LiveSink): boolean =>
  (customers === undefined || (customer !== null && customers.has(customer))) && (mayHear?.(name) ?? true)

const namesFor = (deltas: readonly Delta[], sink: LiveSink): ReadonlySet<LiveEventName> =>
  new Set(deltas.filter((delta) => isFor(delta, sink)).map((delta) => delta.name))

function textFor(delta: Delta, sink: LiveSink): string {
  if (!isFor(delta, sink)) return ''
  if (sink.outside) return delta.outside()
  return sink.customers === undefined ? delta.text : delta.limited()
}

function withoutRemarks<N extends LiveEventName>(event: N, payload: LivePayload<N>): LivePayload<N> {
  const who = { role: 'customer' } as const
  if (event === 'incident') {
    const { incident, ...rest } = payload as LivePayload<'incident'>
    return { ...rest, incident: incidentRowFor(who, incident) } as LivePayload<N>
  }
  if (event !== 'alarm') return payload
  const { alarm, ...rest } = payload as LivePayload<'alarm'>
  return { ...rest, alarm: alarmFor(who, alarm) } as LivePayload<N>
}

/** Many may get the same. */
function once(make: () => string): () => string {
  let made: string | undefined
  return () => {
    made ??= make()
    return made
  }
}

export const HEARTBEAT_MS = LIVE_HEARTBEAT_SECONDS * 1000

/** JSON has no line feeds, so one `data:` line is enough. */
function frame<N extends LiveEventName>(event: N, payload: LivePayload<N>, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`
}
