// Order of one stream: every sequence number is applied once and in order, whatever is repeated, lost on the way or
// overtakes. The same numbers with other content mean that two agents use one identity.
import type { BatchHeader } from '#shared/wire/batch.ts'
import { MAX_BATCHES_IN_FLIGHT, MAX_MESSAGE_BYTES } from '#shared/wire/limits.ts'
import type { Lane } from '#shared/wire/topics.ts'
import { type BatchRow, GAP_HASH, type StreamRow } from './record-store.ts'

/** Batches remembered per stream to tell a repeat from a clone. */
const REMEMBERED = 256
/** Batches that came too early and wait for the ones before. */
const MAX_EARLY = 2 * MAX_BATCHES_IN_FLIGHT
const MAX_EARLY_BYTES = 16 * MAX_MESSAGE_BYTES

/** Anything that has a header and a size can be ordered. */
export interface Orderable {
  readonly header: BatchHeader
  readonly bytes: number
}

export type Verdict =
  | { readonly kind: 'apply'; readonly first: number; readonly count: number }
  /** Applied before: only the ack is missing. */
  | { readonly kind: 'repeat' }
  /** Waits for the ones before it. */
  | { readonly kind: 'early' }
  /** Too many wait already: the agent sends it again. */
  | { readonly kind: 'early-full' }
  | { readonly kind: 'fork'; readonly reason: string }
  | { readonly kind: 'refused' }

export interface StreamOrder<T extends Orderable> {
  readonly agent: string
  readonly epoch: string
  readonly lane: Lane
  committed: number
  watermark: number
  refused: string | null
  /** Nothing is taken out of the waiting batches: the next one needs something that is not here yet. */
  held: boolean
  /** Puts the batch that is next back to the waiting ones. */
  hold(item: T): void
  offer(item: T): Verdict
  /** Notes that `first`..`first + count - 1` is being committed. */
  advance(first: number, count: number, hash: string): BatchRow
  /** Takes out the waiting batch that is next now, if it is here. */
  takeNext(): T | undefined
  waiting(): number
  row(): StreamRow
}

/** A stream as committed; `recent` are its newest batches in order of `first`. */
export function createStreamOrder<T extends Orderable>(row: StreamRow, recent: readonly BatchRow[]): StreamOrder<T> {
  const { agent, epoch, lane } = row
  const batches: BatchRow[] = recent.slice(-REMEMBERED)
  const early = new Map<number, T>()
  let earlyBytes = 0
  const overlapping = (first: number, last: number): BatchRow[] => {
    const found: BatchRow[] = []
    for (let i = batches.length - 1; i >= 0; i--) {
      const b = batches[i] as BatchRow
      if (b.first + b.count - 1 < first) break
      if (b.first <= last) found.push(b)
    }
    return found
  }
  const stream: StreamOrder<T> = {
    agent,
    epoch,
    lane,
    committed: row.committed,
    watermark: row.watermark,
    refused: row.refused,
    held: false,
    hold(item) {
      stream.held = true
      const { first } = item.header
      if (early.has(first) || early.size >= MAX_EARLY || earlyBytes + item.bytes > MAX_EARLY_BYTES) return
      early.set(first, item)
      earlyBytes += item.bytes
    },
    offer(item) {
      const { first, count, gap } = item.header
      const last = first + count - 1
      if (stream.refused !== null) return { kind: 'refused' }
      if (!Number.isSafeInteger(last)) return { kind: 'fork', reason: `sequence number ${last} is out of range` }
      if (first > stream.committed + 1) return offerEarly(item, last)
      if (first === stream.committed + 1) return { kind: 'apply', first, count }
      if (gap) {
        // the agent discarded what it did not know to be committed
        if (last <= stream.committed) return { kind: 'repeat' }
        return { kind: 'apply', first: stream.committed + 1, count: last - stream.committed }
      }
      const disagrees = overlapping(first, last).find(
        (b) => b.hash !== GAP_HASH && !(b.first === first && b.count === count && b.hash === item.header.hash),
      )
      if (disagrees) return { kind: 'fork', reason: forkReason(lane, first, last, disagrees) }
      if (last > stream.committed)
        return { kind: 'fork', reason: `${lane} ${first}-${last} crosses ${stream.committed}, where a batch ended` }
      return { kind: 'repeat' }
    },
    advance(first, count, hash) {
      const batch: BatchRow = { agent, epoch, lane, first, count, hash }
      stream.committed = first + count - 1
      batches.push(batch)
      if (batches.length > 2 * REMEMBERED) batches.splice(0, batches.length - REMEMBERED)
      return batch
    },
    takeNext() {
      if (early.size === 0 || stream.held) return undefined
      for (const [first, item] of early) {
        if (first > stream.committed + 1) continue
        early.delete(first)
        earlyBytes -= item.bytes
        return item
      }
      return undefined
    },
    waiting: () => early.size,
    row: () => ({
      ...{ agent, epoch, lane, committed: stream.committed, watermark: stream.watermark, refused: stream.refused },
    }),
  }

  function offerEarly(item: T, last: number): Verdict {
    const { first, count, hash, gap } = item.header
    for (const other of early.values()) {
      const h = other.header
      if (h.first > last || h.first + h.count - 1 < first || h.gap || gap) continue
      if (h.first === first && h.count === count && h.hash === hash) return { kind: 'early' }
      return { kind: 'fork', reason: forkReason(lane, first, last, h) }
    }
    if (early.has(first)) return { kind: 'early' }
    if (early.size >= MAX_EARLY || earlyBytes + item.bytes > MAX_EARLY_BYTES) return { kind: 'early-full' }
    early.set(first, item)
    earlyBytes += item.bytes
    return { kind: 'early' }
  }
  return stream
}

function forkReason(lane: Lane, first: number, last: number, other: { first: number; count: number }): string {
  const before = `${other.first}-${other.first + other.count - 1}`
  return `${lane} ${first}-${last} came with other content than ${before} before: two agents use this identity`
}
