// What InfluxDB has not been given yet, read from the database in portions: the journal in order of arrival, and chunks
// of what the journal has let go. One portion at a time; what was sent comes again until it is settled.
import { unpackBody } from '#shared/wire/batch.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { Database } from '../sqlite/database.ts'
import { readChunk } from '../sqlite/sample-codec.ts'
import type { JournalRow } from '../sqlite/sample-journal.ts'
import type { StoredSamples } from '../sqlite/sample-source.ts'
import { correctedAt } from '../sqlite/sample-store.ts'
import type { InfluxCursor, WaitingChunk } from './cursor.ts'

export interface Portion {
  /** Last journal row in it; undefined for a portion of chunks. */
  readonly row: number | undefined
  /** Chunks in it, by their last places. */
  readonly chunks: readonly number[]
  /** Its samples in short pieces; of several with the same time in a series the one to keep comes last. */
  readonly pieces: readonly ((each: EachSample) => void)[]
}
export type EachSample = (series: SeriesInfo, at: number, value: number) => void

/** What has to be remembered of a portion that was sent. */
export type Sent = Pick<Portion, 'row' | 'chunks'>

export type Backlog = ReturnType<typeof createBacklog>

export function createBacklog(db: Database, source: Pick<StoredSamples, 'byId' | 'readInOrder'>, cursor: InfluxCursor) {
  const rowsAfter = db.prepare(
    'select id, agent, epoch, count, offset_ms, latest, body from telemetry_journal where id > ? order by id limit ?',
  )
  const chunkData = db.prepare('select data from sample_chunk where series = ? and from_at = ? and through = ?')
  const seriesOf = seriesNumbers(db)
  /** Row up to which was read; it goes back to what is settled when the server lost something. */
  let sent = cursor.settled()
  let lastChunk: Pick<WaitingChunk, 'first' | 'through'> = START
  /** Sent, not yet settled. */
  const unsettled = new Set<number>()

  /** Rows of the journal; undefined when there are none after those sent. */
  const journal = (points: number): Portion | undefined => {
    const rows: JournalRow[] = []
    let count = 0
    for (const r of rowsAfter.iterate(sent, MAX_ROWS)) {
      const row = r as unknown as JournalRow
      rows.push(row)
      count += row.count
      if (count >= points) break
    }
    const first = rows[0]
    const last = rows.at(-1)
    if (!first || !last) return undefined
    if (first.id > sent + 1) cursor.skipTo(first.id - 1)
    return {
      row: last.id,
      chunks: [],
      pieces: rows.map((row) => (each: EachSample) => readRow(row, each)),
    }
  }

  const chunks = (points: number): Portion | undefined => {
    let found = cursor.waitingChunks(lastChunk, MAX_CHUNKS)
    if (found.length === 0 && lastChunk !== START) {
      // some may have been named behind
      lastChunk = START
      found = cursor.waitingChunks(lastChunk, MAX_CHUNKS)
    }
    const taken: WaitingChunk[] = []
    let count = 0
    for (const c of found) {
      if (count >= points) break
      lastChunk = c
      if (unsettled.has(c.through) || cursor.isDone(c.through)) continue
      taken.push(c)
      count += c.samples
    }
    if (taken.length === 0) return undefined
    return {
      row: undefined,
      chunks: taken.map((c) => c.through),
      pieces: taken.map((c) => (each: EachSample) => readWaiting(c, each)),
    }
  }

  const readRow = (row: JournalRow, each: EachSample): void => {
    const columns = decodeSamples(unpackBody(row.body), row.count)
    for (let i = 0; i < row.count; i++) {
      const id = seriesOf(row.agent, row.epoch, columns.series[i] as number)
      const series = id === undefined ? undefined : source.byId(id)
      if (!series) continue
      each(series, correctedAt(columns.at[i] as number, row.offset_ms, row.latest), columns.values[i] as number)
    }
  }

  const readWaiting = (c: WaitingChunk, each: EachSample): void => {
    const series = source.byId(c.series)
    // expired meanwhile, and counted
    const data = chunkData.get(c.series, c.from, c.through)?.data as Uint8Array | undefined
    if (!series || !data) return
    const values = new Map<number, number>()
    let to = c.from
    readChunk(data, (at, value) => {
      values.set(at, value)
      if (at > to) to = at
    })
    // a later sample of the same time may have been sent already
    source.readInOrder(c.series, c.from, to, (at, value) => {
      if (values.has(at)) values.set(at, value)
    })
    for (const [at, value] of values) each(series, at, value)
  }

  let chunksNext = false
  return {
    /** About `points` samples that were not sent yet; undefined when everything was. */
    next(points: number): Portion | undefined {
      chunksNext = !chunksNext
      return chunksNext ? (chunks(points) ?? journal(points)) : (journal(points) ?? chunks(points))
    },
    /** The server has said it wrote the portion. */
    sent(portion: Sent): void {
      if (portion.row !== undefined) sent = portion.row
      for (const c of portion.chunks) unsettled.add(c)
    },
    /** It is certain that the server keeps the portion. */
    settled(portion: Sent): void {
      if (portion.row !== undefined) cursor.settle(portion.row)
      for (const c of portion.chunks) unsettled.delete(c)
      cursor.settleChunks(portion.chunks)
    },
    /** What was sent and is not settled is to be sent again. */
    rewind(): void {
      sent = cursor.settled()
      lastChunk = START
      unsettled.clear()
    },
  }
}

const START = { first: -1, through: -1 }
/** Rows and chunks looked at for one portion. */
const MAX_ROWS = 500
const MAX_CHUNKS = 1000

/** Series by their numbers in a stream. */
function seriesNumbers(db: Database): (agent: string, epoch: string, n: number) => number | undefined {
  const one = db.prepare('select series from series_number where agent = ? and epoch = ? and n = ?')
  let known = new Map<string, Map<number, number>>()
  return (agent, epoch, n) => {
    const stream = `${agent} ${epoch}`
    let numbers = known.get(stream)
    if (!numbers) {
      if (known.size >= MAX_STREAMS) known = new Map()
      numbers = new Map()
      known.set(stream, numbers)
    }
    const series = numbers.get(n)
    if (series !== undefined) return series
    const row = one.get(agent, epoch, n)
    if (row) numbers.set(n, Number(row.series))
    return row && Number(row.series)
  }
}

/** Streams whose numbers are kept in memory. */
const MAX_STREAMS = 1000
