// Writes the records of one ingest turn. Statements prepared by hand: this is the hot path.
import type { StatementSync } from 'node:sqlite'
import { meaningText } from '#shared/domain/series-meaning.ts'
import type { IngestGroup, ReceivedEvent, SeriesInfo } from '../../ingest/evaluation.ts'
import type { RecordWrites } from '../../ingest/record-store.ts'
import type { Database } from './database.ts'
import type { Quarantine } from './quarantine.ts'

/** Inserts everything of a turn except samples; called inside the turn's transaction. */
export function createRecordWriter(db: Database, quarantine: Quarantine, batchesRemembered: number) {
  const stream = db.prepare(
    `insert into stream (agent, epoch, lane, committed, watermark, updated_at, refused) values (?, ?, ?, ?, ?, ?, ?)
     on conflict do update set committed = excluded.committed, watermark = excluded.watermark,
       updated_at = excluded.updated_at, refused = excluded.refused`,
  )
  const batch = db.prepare('insert into stream_batch values (?, ?, ?, ?, ?, ?, ?)')
  const forget = db.prepare(
    `delete from stream_batch where agent = ?1 and epoch = ?2 and lane = ?3 and first <= (
       select first from stream_batch where agent = ?1 and epoch = ?2 and lane = ?3 order by first desc limit 1 offset ?4)`,
  )
  const gap = db.prepare(
    'insert into stream_gap (agent, epoch, lane, first, count, reason, at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const boot = db.prepare(
    `insert into agent_boot values (?, ?, ?, ?)
     on conflict do update set offset_ms = excluded.offset_ms, seen_at = excluded.seen_at`,
  )
  const event = db.prepare('insert into device_event values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const series = db.prepare(
    `insert into series (id, agent, site, device, metric, resource, unit, kind, states, tags, meaning)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set agent = excluded.agent, unit = excluded.unit, kind = excluded.kind,
       states = excluded.states, tags = excluded.tags, meaning = excluded.meaning`,
  )
  const number = db.prepare('insert or replace into series_number values (?, ?, ?, ?)')
  const gone = [
    'delete from stream where agent = ?1 and epoch = ?2',
    'delete from stream_batch where agent = ?1 and epoch = ?2',
    // samples in the journal are read with these
    `delete from series_number where agent = ?1 and epoch = ?2
       and not exists (select 1 from telemetry_journal where agent = ?1 and epoch = ?2)`,
  ].map((sql) => db.prepare(sql))
  let turns = 0
  return (records: RecordWrites, now: number): void => {
    // old batches are forgotten in runs, not at every turn
    const forgetting = turns++ % 16 === 0
    for (const { agent, epoch } of records.forgotten) for (const statement of gone) statement.run(agent, epoch)
    writeEvents(event, records.group)
    for (const s of records.group.newSeries) writeSeries(series, s)
    for (const n of records.numbers) number.run(n.agent, n.epoch, n.n, n.series)
    for (const b of records.batches) batch.run(b.agent, b.epoch, b.lane, b.first, b.count, b.hash, now)
    for (const s of records.streams) {
      stream.run(s.agent, s.epoch, s.lane, s.committed, s.watermark, now, s.refused)
      if (forgetting) forget.run(s.agent, s.epoch, s.lane, batchesRemembered)
    }
    for (const g of records.gaps) gap.run(g.agent, g.epoch, g.lane, g.first, g.count, g.reason, g.at)
    for (const b of records.boots) boot.run(b.agent, b.boot, b.offsetMs, b.seenAt)
    for (const q of records.quarantine) quarantine.add(q)
  }
}

function writeEvents(insert: StatementSync, group: IngestGroup): void {
  // tables of neighbours are kept as they are now, in a place of their own
  for (const e of group.events) if (e.event.kind !== 'neighbours') insert.run(...eventRow(e))
}

function eventRow(e: ReceivedEvent) {
  const row = [e.id, e.agent, e.epoch, e.seq, e.site, e.device, e.event.kind, e.at, e.receivedAt] as const
  return [...row, JSON.stringify(e.event)] as const
}

function writeSeries(insert: StatementSync, s: SeriesInfo): void {
  const states = s.states ? JSON.stringify(s.states) : null
  const tags = s.tags ? JSON.stringify(s.tags) : null
  const meaning = meaningText(s)
  insert.run(s.id, s.agent, s.site, s.device, s.metric, s.resource, s.unit, s.kind, states, tags, meaning)
}
