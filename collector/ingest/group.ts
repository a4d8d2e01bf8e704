// What one ingest turn collects: the group to judge and the rows to write with it.
import type { Poison } from '#shared/wire/event-lines.ts'
import type { Lane } from '#shared/wire/topics.ts'
import type { IngestMemory } from './apply-batch.ts'
import type {
  Fork,
  IngestGroup,
  PresenceChange,
  ReceivedEvent,
  ReceivedResult,
  ReceivedSamples,
  SeriesInfo,
  Watermark,
} from './evaluation.ts'
import type {
  BatchRow,
  EpochRow,
  GapRow,
  QuarantineRow,
  RecordWrites,
  SeriesNumberRow,
  TelemetryRow,
} from './record-store.ts'
import type { StreamOrder } from './stream-order.ts'
import type { OpenedBatch } from './stream-set.ts'

export interface GroupBuilder {
  readonly events: ReceivedEvent[]
  readonly results: ReceivedResult[]
  readonly newSeries: SeriesInfo[]
  readonly numbers: SeriesNumberRow[]
  readonly telemetry: TelemetryRow[]
  readonly batches: BatchRow[]
  readonly gaps: GapRow[]
  readonly quarantine: QuarantineRow[]
  readonly forgotten: EpochRow[]
  readonly forks: Fork[]
  readonly presence: PresenceChange[]
  readonly watermarks: Map<string, Watermark>
  /** Streams that moved or were refused; every stream an ack is owed for. */
  readonly moved: Set<StreamOrder<OpenedBatch>>
  readonly answered: Set<StreamOrder<OpenedBatch>>
  records: number
}

export function createGroup(): GroupBuilder {
  return {
    events: [],
    results: [],
    newSeries: [],
    numbers: [],
    telemetry: [],
    batches: [],
    gaps: [],
    quarantine: [],
    forgotten: [],
    forks: [],
    presence: [],
    watermarks: new Map(),
    moved: new Set(),
    answered: new Set(),
    records: 0,
  }
}

/** The finished group; `boots` are the clock offsets to keep. */
export function finishGroup(
  g: GroupBuilder,
  now: number,
  boots: RecordWrites['boots'],
  memory: Pick<IngestMemory, 'rates'> & { lastEventId: number },
): RecordWrites {
  const samples: ReceivedSamples[] = g.telemetry.map((t) => t.samples)
  const gaps = g.gaps.map(({ agent, lane, first, count, reason, at }) => ({ agent, lane, first, count, reason, at }))
  const { newSeries, events, results, forks, presence } = g
  const watermarks = [...g.watermarks.values()]
  // no stream has it: an epoch without a name, and no place in it
  const addEvent: IngestGroup['addEvent'] = (own) =>
    void events.push({ ...own, id: ++memory.lastEventId, epoch: '', seq: 0, receivedAt: now })
  const restarts = memory.rates.takeRestarts()
  const seen = { now, newSeries, restarts, events, samples, results, gaps, watermarks, forks, presence }
  const group: IngestGroup = { ...seen, addEvent }
  const { batches, quarantine, telemetry, numbers } = g
  return {
    group,
    forgotten: g.forgotten,
    streams: [...g.moved].map((s) => s.row()),
    batches,
    gaps: g.gaps,
    quarantine,
    boots,
    telemetry,
    numbers,
  }
}

/** Keeps one unreadable record of a batch. */
export function poisonRow(batch: OpenedBatch, seq: number, poison: Poison): QuarantineRow {
  const { agent, epoch, lane } = batch.header
  const raw = Buffer.from(poison.raw)
  return { agent, epoch, lane, first: seq, count: 1, reason: poison.poison, raw, at: batch.received.wall }
}

/** Keeps a whole batch. */
export function batchRow(batch: OpenedBatch, reason: string): QuarantineRow {
  const { agent, epoch, lane, first, count } = batch.header
  return { agent, epoch, lane, first, count, reason, raw: batch.payload, at: batch.received.wall }
}

export const watermarkKey = (agent: string, lane: Lane): string => `${agent} ${lane}`
