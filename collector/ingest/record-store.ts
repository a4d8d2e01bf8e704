// What ingest needs from storage: the rows of one transaction, and what was committed when the collector starts again.
import type { Lane } from '#shared/wire/topics.ts'
import type { IngestGroup, ReceivedSamples, SeriesInfo } from './evaluation.ts'

export interface StreamRow {
  readonly agent: string
  readonly epoch: string
  readonly lane: Lane
  /** Highest contiguous committed sequence number. */
  readonly committed: number
  /** Corrected time up to which the stream is known, ms. */
  readonly watermark: number
  /** Why nothing more is taken from it (cloned agent), or null. */
  readonly refused: string | null
}

/** All streams of one outbox of an agent. */
export interface EpochRow {
  readonly agent: string
  readonly epoch: string
}

/** A batch that was applied; `hash` is GAP_HASH for a reported gap. */
export interface BatchRow {
  readonly agent: string
  readonly epoch: string
  readonly lane: Lane
  readonly first: number
  readonly count: number
  readonly hash: string
}
export const GAP_HASH = 'gap'

export interface GapRow {
  readonly agent: string
  readonly epoch: string
  readonly lane: Lane
  readonly first: number
  readonly count: number
  readonly reason: string
  readonly at: number
}

export interface QuarantineRow {
  readonly agent: string
  readonly epoch: string | null
  readonly lane: Lane | null
  readonly first: number | null
  readonly count: number | null
  readonly reason: string
  readonly raw: Uint8Array | null
  readonly at: number
}

/** Collector wall clock minus the monotonic clock of one boot of an agent, ms. */
export interface BootRow {
  readonly agent: string
  readonly boot: string
  readonly offsetMs: number
  readonly seenAt: number
}

/** A telemetry body as received, with what it said. Stored before its samples are folded into chunks. */
export interface TelemetryRow {
  readonly agent: string
  readonly epoch: string
  readonly first: number
  /** Samples in the body, as its header says. */
  readonly count: number
  /** Added to the times in the body; the result is rounded and kept within `latest`. */
  readonly offsetMs: number
  /** No sample is later than this: corrected times above it are cut down to it. */
  readonly latest: number
  readonly body: Uint8Array
  readonly samples: ReceivedSamples
  /** Index in the body of each of `samples`; null when all of the body was taken. */
  readonly places: Uint16Array | null
}

export interface SeriesNumberRow {
  readonly agent: string
  readonly epoch: string
  readonly n: number
  readonly series: number
}

/** Everything besides the change set that one ingest turn writes. */
export interface RecordWrites {
  readonly group: IngestGroup
  /** Nothing is kept of these any more; written before all else. */
  readonly forgotten: readonly EpochRow[]
  readonly streams: readonly StreamRow[]
  readonly batches: readonly BatchRow[]
  readonly gaps: readonly GapRow[]
  readonly quarantine: readonly QuarantineRow[]
  readonly boots: readonly BootRow[]
  readonly telemetry: readonly TelemetryRow[]
  readonly numbers: readonly SeriesNumberRow[]
}

/** State of the streams as of the last commit. */
export interface CommittedState {
  /** The epochs of an agent in the order in which they were last written. */
  readonly streams: readonly StreamRow[]
  readonly batches: readonly BatchRow[]
  readonly boots: readonly BootRow[]
  readonly series: readonly SeriesInfo[]
  readonly numbers: readonly SeriesNumberRow[]
  /** Highest id given to an event row. */
  readonly lastEventId: number
  /** Newest sample of a series, undefined when it has none. */
  lastSample(series: number): { readonly at: number; readonly value: number } | undefined
}

export interface RecordStore<C> {
  load(): Promise<CommittedState>
  /** All or nothing. Rejects when nothing was written; with code `unavailable` when the disk is to blame, not the data. */
  commit(records: RecordWrites | null, changes: C, now: number): Promise<void>
}
