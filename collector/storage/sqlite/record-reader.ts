// Reads back what ingest must know when the collector starts or a commit has failed.
import type { SeriesKind } from '#shared/domain/sample.ts'
import { createMeanings, type SeriesMeaning } from '#shared/domain/series-meaning.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { BatchRow, BootRow, CommittedState, SeriesNumberRow, StreamRow } from '../../ingest/record-store.ts'
import type { Database } from './database.ts'

/** State of all streams as committed; without the samples. */
export function readCommitted(db: Database, batchesRemembered: number): Omit<CommittedState, 'lastSample'> {
  const rows = (sql: string) => db.connection.prepare(sql).all() as unknown[]
  const meanings = createMeanings()
  const streams = rows(
    `select agent, epoch, lane, committed, watermark, refused from stream s
       order by (select max(updated_at) from stream o where o.agent = s.agent and o.epoch = s.epoch), epoch`,
  ) as StreamRow[]
  const batches = rows('select agent, epoch, lane, first, count, hash from stream_batch order by first') as BatchRow[]
  const boots = rows('select agent, boot, offset_ms as offsetMs, seen_at as seenAt from agent_boot') as BootRow[]
  return {
    streams,
    batches: newest(batches, batchesRemembered),
    boots,
    series: rows('select * from series order by id').map((row) => seriesOf(row, meanings)),
    numbers: rows('select agent, epoch, n, series from series_number') as SeriesNumberRow[],
    lastEventId: (rows('select coalesce(max(id), 0) as id from device_event')[0] as { id: number }).id,
  }
}

function newest(batches: readonly BatchRow[], remembered: number): BatchRow[] {
  const byStream = Map.groupBy(batches, (b) => `${b.agent} ${b.lane} ${b.epoch}`)
  return [...byStream.values()].flatMap((rows) => rows.slice(-remembered))
}

interface SeriesRow {
  id: number
  agent: string
  site: string
  device: string
  metric: string
  resource: string
  unit: string
  kind: string
  states: string | null
  tags: string | null
  meaning: string | null
}

export function seriesOf(raw: unknown, meanings: (text: string | null) => SeriesMeaning): SeriesInfo {
  const row = raw as SeriesRow
  const { id, agent, site, device, metric, resource, unit } = row
  const info = { id, agent, site, device, metric, resource, unit, kind: row.kind as SeriesKind }
  return {
    ...info,
    ...(row.states === null ? {} : { states: JSON.parse(row.states) as Record<string, string> }),
    ...(row.tags === null ? {} : { tags: JSON.parse(row.tags) as Record<string, string> }),
    ...meanings(row.meaning),
  }
}
