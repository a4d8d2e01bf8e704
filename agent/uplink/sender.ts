// Sends batches under the agent's own flow window. Results and events overtake telemetry; telemetry keeps a share.
import type { Logger } from 'pino'
import type { Clock } from '#shared/time/clock.ts'
import type { Ack } from '#shared/wire/ack.ts'
import { encodeBatch } from '#shared/wire/batch.ts'
import { MAX_BATCH_BYTES, MAX_BATCHES_IN_FLIGHT } from '#shared/wire/limits.ts'
import { LANES, type Lane } from '#shared/wire/topics.ts'
import type { StoredBatch } from '../outbox/commit-messages.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { createLaneWindow, type LaneWindow } from './lane-window.ts'

/** Batches on the way up to which a lane may add one: the rest is kept for those before it, and some for those after. */
const MAY_FILL: Readonly<Record<Lane, number>> = {
  result: MAX_BATCHES_IN_FLIGHT,
  event: MAX_BATCHES_IN_FLIGHT - 4,
  telemetry: MAX_BATCHES_IN_FLIGHT - 8,
}
const ORDER: readonly Lane[] = ['result', 'event', 'telemetry']
/** Without an application ack for this long nothing more is sent until a hello is answered. */
export const ACK_TIMEOUT_MS = 30_000
/** A hello answered while batches older than this are on the way means they were lost. */
const LOST_AFTER_MS = 10_000

export interface Sender {
  /** An ack of this stream. */
  onAck(ack: Ack): void
  /** The link is gone: nothing is on the way any more; wait for the next resume. */
  halt(): void
  /** Sends what may be sent now. */
  pump(): void
  /** Stops when a batch waited too long for its ack; the answer to the next hello starts again where it is due. */
  checkTimeouts(): void
  facts(): SenderFacts
}

export interface SenderFacts {
  readonly streaming: boolean
  readonly refused: string | null
  readonly inFlight: Readonly<Record<Lane, number>>
  readonly batchesSent: number
  readonly bytesSent: number
  readonly resends: number
}

interface LaneState {
  readonly window: LaneWindow
  ready: StoredBatch[]
  reading: boolean
  /** Rises at every restart of the lane, so that a read asked for before it is thrown away. */
  generation: number
}

export interface SenderOptions {
  readonly agentId: string
  readonly outbox: Outbox
  readonly clock: Clock
  readonly log: Logger
  /** Hands over one payload; false when the link is not up (nothing is queued then). */
  readonly publish: (lane: Lane, payload: Buffer) => boolean
}

export function createSender(options: SenderOptions): Sender {
  const { outbox, clock, log } = options
  const lanes = new Map<Lane, LaneState>(
    LANES.map((lane) => [lane, { window: createLaneWindow(), ready: [], reading: false, generation: 0 }]),
  )
  let streaming = false
  let refused: string | null = null
  let batchesSent = 0
  let bytesSent = 0
  let resends = 0
  const of = (lane: Lane): LaneState => lanes.get(lane) as LaneState
  const inFlight = () => LANES.reduce((sum, lane) => sum + of(lane).window.inFlight, 0)

  function restart(lane: Lane, seq: number): void {
    const state = of(lane)
    if (state.window.inFlight > 0) resends++
    state.window.resume(seq)
    state.ready = []
    state.generation++
  }

  function pump(): void {
    if (!streaming || refused !== null) return
    for (const lane of ORDER) {
      const state = of(lane)
      while (inFlight() < MAY_FILL[lane]) {
        const batch = state.ready.shift()
        if (batch === undefined) break
        if (!send(lane, batch)) return
      }
      if (state.ready.length === 0 && inFlight() < MAY_FILL[lane]) void refill(lane, state)
    }
  }

  function send(lane: Lane, batch: StoredBatch): boolean {
    const { first, count, hash, committed, gap, body } = batch
    const sent = { boot: clock.boot, mono: clock.mono(), wall: clock.wall() }
    const header = { agent: options.agentId, epoch: outbox.state().epoch, lane, first, count, hash, committed, sent }
    const payload = encodeBatch({ header: gap ? { ...header, gap } : header, body })
    if (!options.publish(lane, payload)) {
      halt()
      return false
    }
    batchesSent++
    bytesSent += payload.length
    of(lane).window.sent(first, count, clock.mono())
    return true
  }

  async function refill(lane: Lane, state: LaneState): Promise<void> {
    if (state.reading || outbox.state().lanes[lane].newest <= state.window.cursor) return
    state.reading = true
    const { generation } = state
    const batches = await outbox.nextBatches(lane, state.window.cursor, MAX_BATCH_BYTES)
    state.reading = false
    if (generation === state.generation) state.ready.push(...batches)
    if (batches.length > 0 || generation !== state.generation) pump()
  }

  function halt(): void {
    streaming = false
    for (const lane of LANES) restart(lane, of(lane).window.acknowledged)
  }

  function resume(ack: Ack): void {
    for (const lane of LANES) {
      const { window } = of(lane)
      const seq = ack.committed[lane] ?? 0
      const had = window.acknowledged
      const restored = seq < had
      const lost = window.olderThan(clock.mono() - LOST_AFTER_MS)
      if (streaming && !restored && !lost) window.acknowledge(seq)
      else restart(lane, seq)
      if (restored) log.warn({ lane, had, has: seq }, 'collector went back, sending again')
      outbox.acknowledge(lane, seq)
    }
    streaming = true
  }

  /** An older copy of the data folder would number new records like old ones, and the collector would drop them. */
  function wentBack(ack: Ack): string | null {
    const { lanes: marks } = outbox.state()
    const lane = LANES.find((name) => (ack.committed[name] ?? 0) > marks[name].newest)
    if (lane === undefined) return null
    return `the collector has ${ack.committed[lane]} of ${lane}, this outbox only ${marks[lane].newest}: it is an older copy; see new-epoch`
  }

  return {
    pump,
    halt,
    onAck(ack) {
      const said = ack.refused ?? wentBack(ack)
      if (said !== refused) {
        if (said === null) log.warn('this stream is accepted again')
        else log.error({ reason: said }, 'this stream is refused, sending has stopped')
      }
      refused = said
      if (ack.redefine && !ack.sendSeries) outbox.redefine()
      if (refused !== null) return
      if (ack.resume) resume(ack)
      else
        for (const lane of LANES) {
          const seq = ack.committed[lane] ?? 0
          if (streaming && of(lane).window.acknowledge(seq)) outbox.acknowledge(lane, seq)
        }
      pump()
    },
    checkTimeouts() {
      const lane = LANES.find((name) => of(name).window.olderThan(clock.mono() - ACK_TIMEOUT_MS))
      if (lane !== undefined) {
        // Hellos were not answered either: what is sent now would be lost too, for as long as the silence lasts.
        log.warn({ lane, from: of(lane).window.acknowledged + 1 }, 'no application ack, waiting for the collector')
        halt()
      }
      pump()
    },
    facts: () => ({
      streaming,
      refused,
      inFlight: Object.fromEntries(LANES.map((l) => [l, of(l).window.inFlight])) as Record<Lane, number>,
      batchesSent,
      bytesSent,
      resends,
    }),
  }
}
