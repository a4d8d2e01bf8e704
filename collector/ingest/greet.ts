// Hellos: who speaks and what it holds. Not sequenced, not stored; they answer "is it there" and start the stream again.
import { Hello } from '#shared/wire/hello.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import { LANES } from '#shared/wire/topics.ts'
import { LIVE_AGE } from './apply-batch.ts'
import type { Received } from './boot-clock.ts'
import type { PresenceChange } from './evaluation.ts'
import { type GroupBuilder, watermarkKey } from './group.ts'
import type { IngestState } from './ingest-state.ts'
import type { QuarantineRow } from './record-store.ts'

const MAX_HELLO_BYTES = 16 * 1024
/** What an agent noted last may wait for company before it is committed and counted, ms. */
const UNCOMMITTED_MS = 2000
/** Records an agent may be behind and still count as live. */
const BEHIND = 20_000
/** A refusal that lasts is reported again so often, ms: its alarm stands for an hour after the last report. */
const SAY_AGAIN_MS = 1_800_000

export type Heard = PresenceChange | { readonly kind: 'bad'; readonly row: QuarantineRow }

/** Reads a hello; an empty payload is the last will: the agent is gone. Never throws. */
export function readHello(agent: string, payload: Uint8Array, received: Received): Heard {
  if (payload.length === 0) return { kind: 'gone', agent, at: received.wall, mono: received.mono }
  const bad = (reason: string): Heard => {
    const raw = payload.subarray(0, MAX_HELLO_BYTES)
    const stream = { epoch: null, lane: null, first: null, count: null }
    return { kind: 'bad', row: { agent, ...stream, reason: `hello: ${reason}`, raw, at: received.wall } }
  }
  if (payload.length > MAX_HELLO_BYTES) return bad(`${payload.length} bytes`)
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch {
    return bad('not JSON')
  }
  const parsed = Hello.safeParse(raw)
  if (!parsed.success) return bad(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`)
  if (parsed.data.agent !== agent) return bad(`is of ${parsed.data.agent}, came on the topic of ${agent}`)
  return { kind: 'hello', agent, hello: parsed.data, at: received.wall, mono: received.mono }
}

/** Takes a hello or a goodbye into the group: presence, clock, and how far idle streams are known. */
export function greet(group: GroupBuilder, state: IngestState, change: PresenceChange): void {
  if (change.kind === 'gone' || change.hello.version !== WIRE_VERSION) {
    group.presence.push(change)
    return
  }
  const { agent, hello } = change
  const refused = state.streams.refusal(agent, hello.epoch) ?? olderCopy(state, agent, hello)
  group.presence.push(refused === null ? change : { ...change, refused })
  if (refused !== null) report(group, state, change, refused)
  const received = { wall: change.at, mono: change.mono }
  state.clocks.learn(agent, hello, received)
  const now = state.clocks.correct(agent, hello, hello, received)
  for (const lane of LANES) {
    const stream = state.streams.lanesOf(agent, hello.epoch).find((s) => s.lane === lane)
    const held = hello.lanes[lane]
    const behind = (held?.newest ?? 0) - (stream?.committed ?? 0)
    // nothing is on the way: everything up to this moment is known
    if (behind <= 0) {
      const at = now - UNCOMMITTED_MS
      if (stream) stream.watermark = Math.max(stream.watermark, at)
      group.watermarks.set(watermarkKey(agent, lane), { agent, lane, at, live: true })
    } else {
      // what it holds may be old: its events must not outrun its samples
      const at = stream?.watermark ?? 0
      const live = behind <= BEHIND && now - at <= LIVE_AGE
      group.watermarks.set(watermarkKey(agent, lane), { agent, lane, at, live })
    }
  }
}

/** An agent that holds less than was committed would give old numbers to new records. */
function olderCopy(state: IngestState, agent: string, hello: Hello): string | null {
  for (const { lane, committed } of state.streams.lanesOf(agent, hello.epoch)) {
    const newest = hello.lanes[lane]?.newest ?? 0
    if (newest >= committed) continue
    return `it has ${lane} up to ${newest} only, ${committed} came before: its data folder is an older copy (outrider-agent new-epoch)`
  }
  return null
}

function report(
  group: GroupBuilder,
  state: IngestState,
  change: PresenceChange & { kind: 'hello' },
  reason: string,
): void {
  const key = `${change.agent} ${change.hello.epoch}`
  const said = state.refusalSaid.get(key)
  if (said !== undefined && change.mono - said < SAY_AGAIN_MS) return
  state.refusalSaid.set(key, change.mono)
  group.forks.push({ agent: change.agent, reason, batch: false })
}
