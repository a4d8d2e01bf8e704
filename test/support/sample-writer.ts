// Samples into real stores the way a turn of ingest commits them, without agents.
import type { SeriesKind } from '#shared/domain/sample.ts'
import { packBody } from '#shared/wire/batch.ts'
import { encodeSamples } from '#shared/wire/sample-columns.ts'
import type { IngestGroup, ReceivedSamples, SeriesInfo } from '../../collector/ingest/evaluation.ts'
import type { RecordWrites, TelemetryRow } from '../../collector/ingest/record-store.ts'
import { emptyChangeSet } from '../../collector/storage/change-set.ts'
import type { Stores } from '../../collector/storage/storage.ts'

export const WRITER_AGENT = 'agent-one'
const EPOCH = 'e'

/** One sample: series, time in ms, value. */
export type Row = readonly [series: number, at: number, value: number]

export function seriesInfo(id: number, more: Partial<SeriesInfo> & { kind?: SeriesKind } = {}): SeriesInfo {
  const place = { agent: WRITER_AGENT, site: 's', device: 's.d', metric: `m${id}`, resource: '' }
  return { id, ...place, unit: '', kind: 'gauge', ...more }
}

export function createSampleWriter(stores: Pick<Stores, 'commit'>) {
  let first = 1
  return {
    /** Commits batches of samples in one transaction; `now` is when they are received. */
    async commit(batches: readonly (readonly Row[])[], now: number, series: readonly SeriesInfo[] = []): Promise<void> {
      const telemetry = batches.map((rows) => telemetryOf(rows, first, now))
      for (const rows of batches) first += rows.length
      await stores.commit(recordWrites(telemetry, series, now), emptyChangeSet(), now)
    },
  }
}

function telemetryOf(rows: readonly Row[], first: number, now: number): TelemetryRow {
  const read = rows.map(([n, at, value]) => ({ n, at, value }))
  const body = packBody(encodeSamples([], read))
  const column = (i: 0 | 1 | 2) => rows.map((r) => r[i])
  const samples: ReceivedSamples = {
    ...{ agent: WRITER_AGENT, site: 's', length: rows.length },
    series: Uint32Array.from(column(0)),
    at: Float64Array.from(column(1)),
    values: Float64Array.from(column(2)),
    judged: Float64Array.from(column(2)),
  }
  // a day of leeway: samples are as given
  const latest = now + 86_400_000
  const stream = { agent: WRITER_AGENT, epoch: EPOCH, first, count: rows.length }
  return { ...stream, offsetMs: 0, latest, body, samples, places: null }
}

export function recordWrites(telemetry: TelemetryRow[], newSeries: readonly SeriesInfo[], now: number): RecordWrites {
  const none = { events: [], results: [], gaps: [], watermarks: [], forks: [], presence: [] }
  const group: IngestGroup = { now, newSeries: [...newSeries], samples: telemetry.map((t) => t.samples), ...none }
  const numbers = newSeries.map((s) => ({ agent: WRITER_AGENT, epoch: EPOCH, n: s.id, series: s.id }))
  return { group, forgotten: [], streams: [], batches: [], gaps: [], quarantine: [], boots: [], telemetry, numbers }
}
