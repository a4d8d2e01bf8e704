// All streams of all agents, by agent, epoch and lane.
import type { BatchHeader } from '#shared/wire/batch.ts'
import { LANES, type Lane } from '#shared/wire/topics.ts'
import type { Received } from './boot-clock.ts'
import type { BatchRow, StreamRow } from './record-store.ts'
import { createStreamOrder, type StreamOrder } from './stream-order.ts'

/**
 * Epochs known of one agent. They change at enrolment and when an outbox is lost, which may be at each of its starts: the
 * one that was silent for longest is forgotten for a new one.
 */
const MAX_EPOCHS = 64

/** A batch whose envelope could be read. */
export interface OpenedBatch {
  readonly header: BatchHeader
  /** Compressed body. */
  readonly body: Uint8Array
  readonly payload: Uint8Array
  readonly bytes: number
  readonly received: Received
  /** Why the body cannot be used though the header can, or undefined. */
  readonly problem: string | undefined
}

export type Stream = StreamOrder<OpenedBatch>

export interface StreamSet {
  /** The stream, new if it was not known; undefined while the agent has too many epochs: see makeRoom(). */
  of(agent: string, epoch: string, lane: Lane): Stream | undefined
  /** Forgets what was silent for longest if a new epoch has no room, and answers it; nothing that `isBusy`. */
  makeRoom(agent: string, epoch: string, isBusy: (epoch: string) => boolean): string | undefined
  /** Existing streams of one epoch. */
  lanesOf(agent: string, epoch: string): Stream[]
  /** Why the epoch is refused, or null. */
  refusal(agent: string, epoch: string): string | null
}

export function createStreamSet(rows: readonly StreamRow[], batches: readonly BatchRow[]): StreamSet {
  const agents = new Map<string, Map<string, Map<Lane, Stream>>>()
  let reading = true
  const recent = Map.groupBy(batches, (b) => `${b.agent} ${b.lane} ${b.epoch}`)
  const lanes = (agent: string, epoch: string): Map<Lane, Stream> | undefined => {
    const epochs = agents.get(agent) ?? new Map<string, Map<Lane, Stream>>()
    agents.set(agent, epochs)
    const known = epochs.get(epoch)
    if (known) {
      // in order of their last use
      epochs.delete(epoch)
      epochs.set(epoch, known)
      return known
    }
    if (epochs.size >= MAX_EPOCHS && !reading) return undefined
    const made = new Map<Lane, Stream>()
    epochs.set(epoch, made)
    return made
  }
  for (const row of rows) {
    const batchesOfRow = recent.get(`${row.agent} ${row.lane} ${row.epoch}`) ?? []
    lanes(row.agent, row.epoch)?.set(row.lane, createStreamOrder<OpenedBatch>(row, batchesOfRow))
  }
  reading = false
  return {
    makeRoom(agent, epoch, isBusy) {
      const epochs = agents.get(agent)
      if (!epochs || epochs.has(epoch) || epochs.size < MAX_EPOCHS) return undefined
      const oldest = epochs.keys().find((e) => !isBusy(e))
      if (oldest !== undefined) epochs.delete(oldest)
      return oldest
    },
    of(agent, epoch, lane) {
      const ofEpoch = lanes(agent, epoch)
      let stream = ofEpoch?.get(lane)
      if (ofEpoch && !stream) {
        stream = createStreamOrder({ agent, epoch, lane, committed: 0, watermark: 0, refused: null }, [])
        ofEpoch.set(lane, stream)
      }
      return stream
    },
    lanesOf: (agent, epoch) =>
      LANES.map((lane) => agents.get(agent)?.get(epoch)?.get(lane)).filter((s) => s !== undefined),
    refusal(agent, epoch) {
      for (const stream of agents.get(agent)?.get(epoch)?.values() ?? [])
        if (stream.refused !== null) return stream.refused
      return null
    },
  }
}
