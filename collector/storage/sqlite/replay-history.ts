// The stored past for a replay, read beside the running collector: a connection of its own that can only read. Nothing is held
// open between two reads, so that the log of the database can be cut all the same.
import { DatabaseSync } from 'node:sqlite'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Device, Site } from '#shared/domain/inventory.ts'
import { createMeanings } from '#shared/domain/series-meaning.ts'
import { unpackBody } from '#shared/wire/batch.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import type { ReceivedEvent } from '../../ingest/evaluation.ts'
import type { History, Loss } from '../../replay/history.ts'
import type { MaintenanceWindow } from '../../suppression/maintenance-gate.ts'
import { seriesOf } from './record-reader.ts'
import { readChunk } from './sample-codec.ts'
import { MAX_CHUNK_SPAN } from './sample-heads.ts'
import { placeOf } from './sample-journal.ts'
import { correctedAt } from './sample-store.ts'

export interface HistoryOptions {
  /** Database file. */
  readonly file: string
  /** Days raw samples are kept; older ones may be rolled up. */
  readonly rawDays: number
  readonly now: number
}

const DAY_MS = 86_400_000

/** Samples of one series that were read and not yet handed out. */
interface Rest {
  readonly at: number[]
  readonly value: number[]
}

export function openReplayHistory({ file, rawDays, now }: HistoryOptions): History {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  const meanings = createMeanings()
  const series = db
    .prepare('select * from series order by id')
    .all()
    .map((row) => seriesOf(row, meanings))
  const places = new Map(
    db
      .prepare('select id, doc from site')
      .all()
      .map((row) => [row.id as string, JSON.parse(row.doc as string) as Site]),
  )
  const firstChunks = db.prepare(
    'select through, data from sample_chunk where series = ? and from_at between ? and ? and to_at >= ? order by from_at',
  )
  const chunks = db.prepare(
    'select through, data from sample_chunk where series = ? and from_at >= ? and from_at < ? order by from_at',
  )
  const chunkBefore = db.prepare('select 1 from sample_chunk where series = ? and from_at < ? limit 1')
  const rolledUp = db.prepare('select 1 from sample_rollup where series = ? and day < ? limit 1')
  // every site that ever sent something, found by steps through the index
  const sites = db.prepare(
    `with recursive s (site) as (select min(site) from device_event union all
       select (select min(e.site) from device_event e where e.site > s.site) from s where s.site is not null)
     select site from s where site is not null`,
  )
  const eventsOf = db.prepare(
    'select * from device_event where site = ? and at >= ? and at < ? order by at, id limit ?',
  )
  /** What the database holds of a series when the replay began; later chunks hold what the journal held. */
  let folded = new Map<number, number>()
  let journal = new Map<number, Rest>()
  const rests = new Map<number, Rest>()
  const begun = new Set<number>()

  function open(wanted: readonly number[], from: number, to: number): void {
    rests.clear()
    begun.clear()
    db.exec('begin')
    try {
      const heads = db.prepare('select series, through from sample_head').all()
      folded = new Map(heads.map((row) => [row.series as number, row.through as number]))
      journal = readJournal(db, new Set(wanted), folded, from, to)
    } finally {
      db.exec('commit')
    }
  }

  function read(id: number, from: number, to: number, each: (at: number, value: number) => void): void {
    const rest = rests.get(id)
    const left: Rest = { at: [], value: [] }
    const give = (at: number, value: number): void => {
      if (at >= to) {
        left.at.push(at)
        left.value.push(value)
      } else if (at >= from) each(at, value)
    }
    if (rest) for (const [i, at] of rest.at.entries()) give(at, rest.value[i] as number)
    const rows = begun.has(id) ? chunks.all(id, from, to) : firstChunks.all(id, from - MAX_CHUNK_SPAN, to - 1, from)
    begun.add(id)
    const through = folded.get(id) ?? -1
    // in the order in which they came, which is nearly always that of their times
    if (rows.some((row, i) => i > 0 && (row.through as number) < (rows[i - 1]?.through as number)))
      rows.sort((a, b) => (a.through as number) - (b.through as number))
    for (const row of rows) if ((row.through as number) <= through) readChunk(row.data as Uint8Array, give)
    if (left.at.length > 0) rests.set(id, left)
    else rests.delete(id)
    const waiting = journal.get(id)
    if (waiting)
      for (const [i, at] of waiting.at.entries()) if (at >= from && at < to) each(at, waiting.value[i] as number)
  }

  return {
    series,
    devices: db
      .prepare('select doc from device')
      .all()
      .map((row) => JSON.parse(row.doc as string) as Device),
    customerOf: (site) => places.get(site)?.customer ?? '',
    zoneOf: (site) => places.get(site)?.timeZone,
    open,
    read,
    isOlder: (id, at) => chunkBefore.get(id, at) !== undefined || rolledUp.get(id, at - DAY_MS) !== undefined,
    events(from, to, limit) {
      const found: ReceivedEvent[] = []
      for (const { site } of sites.all() as { site: string }[])
        for (const row of eventsOf.all(site, from, to, limit))
          found.push(eventOf(row, places.get(site)?.customer ?? ''))
      return found.sort((a, b) => a.at - b.at || a.id - b.id).slice(0, limit)
    },
    losses: (from, to) =>
      db
        .prepare('select agent, lane, count, at from stream_gap where at >= ? and at < ?')
        .all(from, to) as unknown as Loss[],
    rawFrom: () => (db.prepare('select 1 from sample_rollup limit 1').get() ? now - rawDays * DAY_MS : null),
    eventsFrom() {
      const oldest = db.prepare('select id, received_at from device_event order by id limit 1').get()
      return oldest && (oldest.id as number) > 1 ? (oldest.received_at as number) : null
    },
    incidents: (from, to, limit) =>
      db
        .prepare(
          `select i.doc, json_extract(a.doc, '$.alarmType') as alarm_type from incident i
             left join alarm a on a.id = json_extract(i.doc, '$.causeAlarm')
           where i.opened_at < ? and (i.resolved_at is null or i.resolved_at >= ?) order by i.opened_at desc limit ?`,
        )
        .all(to, from, limit)
        .map((row) => incidentOf(JSON.parse(row.doc as string) as Incident, row.alarm_type as string | null)),
    windows: () =>
      db
        .prepare('select doc from maintenance_window')
        .all()
        .map((row) => JSON.parse(row.doc as string) as MaintenanceWindow),
    close: () => db.close(),
  }
}

function readJournal(
  db: DatabaseSync,
  wanted: ReadonlySet<number>,
  folded: ReadonlyMap<number, number>,
  from: number,
  to: number,
): Map<number, Rest> {
  const numbers = new Map<string, Map<number, number>>()
  for (const row of db.prepare('select agent, epoch, n, series from series_number').iterate()) {
    const stream = `${row.agent} ${row.epoch}`
    const known = numbers.get(stream) ?? new Map<number, number>()
    numbers.set(stream, known.set(row.n as number, row.series as number))
  }
  const found = new Map<number, Rest>()
  const rows = db.prepare('select id, agent, epoch, count, offset_ms, latest, body from telemetry_journal order by id')
  for (const row of rows.iterate()) {
    const count = row.count as number
    const columns = decodeSamples(unpackBody(row.body as Uint8Array), count)
    const ofStream = numbers.get(`${row.agent} ${row.epoch}`)
    for (let i = 0; i < count; i++) {
      const id = ofStream?.get(columns.series[i] as number)
      if (id === undefined || !wanted.has(id) || placeOf(row.id as number, i) <= (folded.get(id) ?? -1)) continue
      const at = correctedAt(columns.at[i] as number, row.offset_ms as number, row.latest as number)
      if (at < from || at >= to) continue
      const rest = found.get(id) ?? { at: [], value: [] }
      found.set(id, rest)
      rest.at.push(at)
      rest.value.push(columns.values[i] as number)
    }
  }
  return found
}

function incidentOf({ id, number, title, site, device, openedAt, ...rest }: Incident, alarmType: string | null) {
  const endedAt = rest.resolvedAt ?? rest.closedAt
  return { id, number, title, site, device, openedAt, endedAt, rule: rest.rule, alarmType }
}

function eventOf(row: Record<string, unknown>, customer: string): ReceivedEvent {
  return {
    id: row.id as number,
    agent: row.agent as string,
    site: row.site as string,
    customer,
    device: row.device as string | null,
    epoch: row.epoch as string,
    seq: row.seq as number,
    at: row.at as number,
    receivedAt: row.received_at as number,
    event: JSON.parse(row.doc as string) as DeviceEvent,
  }
}
