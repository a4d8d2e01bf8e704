// What ingest hands to whoever judges, and what it expects back. One group = one turn = one transaction.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { SeriesKind } from '#shared/domain/sample.ts'
import type { SeriesMeaning } from '#shared/domain/series-meaning.ts'
import type { Hello } from '#shared/wire/hello.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import type { Lane } from '#shared/wire/topics.ts'

/** A series as the collector knows it. `id` is collector-wide and small (index into typed arrays). */
export interface SeriesInfo extends SeriesMeaning {
  readonly id: number
  readonly agent: string
  readonly site: string
  /** Collector-wide device id. */
  readonly device: string
  readonly metric: string
  readonly resource: string
  readonly unit: string
  readonly kind: SeriesKind
  readonly states?: Readonly<Record<string, string>> | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** An event with its place in the stream and its corrected time. */
export interface ReceivedEvent {
  /** Rising over all events of the collector; also the row id. */
  readonly id: number
  readonly agent: string
  readonly site: string
  readonly customer: string
  /** Collector-wide device id, null when the source is no known device. */
  readonly device: string | null
  readonly epoch: string
  readonly seq: number
  /** Corrected event time, ms since 1970 UTC. */
  readonly at: number
  readonly receivedAt: number
  /** A trap by whose uptime the device restarted after its last poll that is known here. */
  readonly afterRestart?: boolean
  readonly event: DeviceEvent
}

/** Samples of one batch in stream order; columns have `length` entries. */
export interface ReceivedSamples {
  readonly agent: string
  readonly site: string
  readonly length: number
  /** Collector-wide series ids. */
  readonly series: Uint32Array
  /** Corrected event times. */
  readonly at: Float64Array
  /** Raw values; counters are raw counts. */
  readonly values: Float64Array
  /** For counters: rate per second since the series' previous sample; NaN when none can be told (first, reboot). Else = values. */
  readonly judged: Float64Array
}

export interface ReceivedResult {
  readonly agent: string
  readonly site: string
  readonly at: number
  readonly record: ResultRecord
}

/** How far a stream is known: nothing older than `at` (corrected) will still come in order. */
export interface Watermark {
  readonly agent: string
  readonly lane: Lane
  readonly at: number
  /** False while the agent is draining a backlog: judge, but page only when it has caught up. */
  readonly live: boolean
}

export interface Fork {
  readonly agent: string
  readonly reason: string
  /** True when a batch was set aside for it. */
  readonly batch: boolean
}

export interface Gap {
  readonly agent: string
  readonly lane: Lane
  readonly first: number
  readonly count: number
  readonly reason: string
  readonly at: number
}

export interface IngestGroup {
  readonly now: number
  readonly newSeries: readonly SeriesInfo[]
  readonly events: readonly ReceivedEvent[]
  readonly samples: readonly ReceivedSamples[]
  readonly results: readonly ReceivedResult[]
  readonly gaps: readonly Gap[]
  readonly watermarks: readonly Watermark[]
  /** Agents found to be cloned or older copies in this group, and again every half hour while they speak. */
  readonly forks: readonly Fork[]
  /** Hellos and connection changes since the last group. */
  readonly presence: readonly PresenceChange[]
  /** Devices that restarted, or are others now, by the uptime polled; `at`: time of that poll. */
  readonly restarts?: readonly { readonly device: string; readonly at: number }[]
  /** Adds something that the collector itself noticed to the events of a device; written with the group. */
  addEvent?(event: OwnEvent): void
}

/** An event that no agent sent; `at` is event time. */
export type OwnEvent = Pick<ReceivedEvent, 'agent' | 'site' | 'customer' | 'device' | 'at' | 'event'>

export type PresenceChange =
  | {
      readonly kind: 'hello'
      readonly agent: string
      readonly hello: Hello
      /** Why nothing is taken from this agent now: a clone, or an older copy of its data folder. */
      readonly refused?: string
      readonly at: number
      readonly mono: number
    }
  | { readonly kind: 'gone'; readonly agent: string; readonly at: number; readonly mono: number }

/** Judges groups. Works on memory only, synchronously; `C` is everything that must be written in the same transaction. */
export interface Evaluation<C> {
  evaluate(group: IngestGroup): C
  /** Time went on without records: hold times, no-data, liveness, expiries. `mono` is the collector's monotonic ms. */
  tick(now: number, mono: number): C
  /** A commit failed: forget memory and read the state back from the store. */
  reload(): Promise<void>
}

/**
 * Runs one piece of work and commits its changes, one at a time; ingest groups, ticks and operators' actions all
 * take turns. Resolves with the work's value after the commit; on a failed commit reloads and rejects.
 */
export interface Turns<C> {
  run<T>(work: (now: number) => { readonly changes: C; readonly value: T }): Promise<T>
}
