// Takes one batch whose turn has come into the group: reads its records, corrects their times, sets aside poison.
import { deviceIdOf, LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import { unpackBody } from '#shared/wire/batch.ts'
import { isPoison } from '#shared/wire/event-lines.ts'
import { decodeSamples, type SampleColumns } from '#shared/wire/sample-columns.ts'
import type { BootClocks } from './boot-clock.ts'
import { batchRow, type GroupBuilder, poisonRow, watermarkKey } from './group.ts'
import type { Rates } from './rates.ts'
import { readEvents, readResults } from './record-lines.ts'
import { GAP_HASH } from './record-store.ts'
import type { SeriesNumbers } from './series-numbers.ts'
import type { OpenedBatch, Stream } from './stream-set.ts'

/** Backlog older than this is history: judged, not paged, ms. */
const LIVE_AGE = 60_000
/** A record may be later than its batch's commit by this much, ms (clock granularity, slewing). */
const AHEAD = 2000

export interface Place {
  readonly site: string
  readonly customer: string
}

/** What reading batches needs to remember. */
export interface IngestMemory {
  readonly numbers: SeriesNumbers
  readonly rates: Rates
  readonly clocks: BootClocks
  lastEventId: number
  /** Agents that must send their series definitions again. */
  readonly redefine: Set<string>
}

/** Adds `count` sequence numbers from `first` of the stream to the group. Never throws on what an agent sent. */
export function applyBatch(
  group: GroupBuilder,
  memory: IngestMemory,
  stream: Stream,
  batch: OpenedBatch,
  place: Place,
  range: { readonly first: number; readonly count: number },
): void {
  const { header, received } = batch
  const committedAt = memory.clocks.correct(header.agent, header.committed, header.sent, received)
  const shift = { offset: committedAt - header.committed.wall, latest: Math.round(committedAt + AHEAD) }
  group.batches.push(stream.advance(range.first, range.count, header.gap ? GAP_HASH : header.hash))
  group.moved.add(stream)
  group.answered.add(stream)
  if (header.gap) {
    const { agent, epoch, lane, gap } = header
    group.gaps.push({ agent, epoch, lane, ...range, reason: gap.reason, at: committedAt })
    if (lane === 'telemetry') memory.redefine.add(agent)
  } else {
    const problem = batch.problem ?? readBody(group, memory, batch, place, shift)
    if (problem !== undefined) group.quarantine.push(batchRow(batch, problem))
  }
  group.records += range.count
  stream.watermark = Math.max(stream.watermark, committedAt)
  const live = received.wall - committedAt <= LIVE_AGE
  const { agent, lane } = stream
  group.watermarks.set(watermarkKey(agent, lane), { agent, lane, at: stream.watermark, live })
}

interface Shift {
  readonly offset: number
  readonly latest: number
}

/** Returns why the whole batch cannot be used, or undefined. */
function readBody(
  group: GroupBuilder,
  memory: IngestMemory,
  batch: OpenedBatch,
  place: Place,
  shift: Shift,
): string | undefined {
  let body: Buffer
  try {
    body = unpackBody(batch.body)
  } catch (error) {
    return `body cannot be inflated: ${(error as Error).message}`
  }
  if (batch.header.lane === 'event') return takeEvents(group, memory, batch, place, shift, body)
  if (batch.header.lane === 'result') return takeResults(group, batch, place, shift, body)
  let columns: SampleColumns
  try {
    columns = decodeSamples(body, batch.header.count)
  } catch (error) {
    return `samples: ${(error as Error).message}`
  }
  takeSamples(group, memory, batch, place, shift, columns)
  return undefined
}

function takeEvents(
  group: GroupBuilder,
  memory: IngestMemory,
  batch: OpenedBatch,
  place: Place,
  shift: Shift,
  body: Buffer,
): string | undefined {
  const { agent, epoch, first, count } = batch.header
  const records = readEvents(body)
  if (records.length !== count) return `${records.length} records, header says ${count}`
  for (const [i, event] of records.entries()) {
    const seq = first + i
    if (isPoison(event)) {
      group.quarantine.push(poisonRow(batch, seq, event))
      continue
    }
    const device = event.device !== null && LOCAL_ID_PATTERN.test(event.device) ? event.device : null
    group.events.push({
      id: ++memory.lastEventId,
      agent,
      ...place,
      device: device === null ? null : deviceIdOf(place.site, device),
      epoch,
      seq,
      at: correctedAt(event.at, shift),
      receivedAt: batch.received.wall,
      event,
    })
  }
  return undefined
}

function takeResults(
  group: GroupBuilder,
  batch: OpenedBatch,
  place: Place,
  shift: Shift,
  body: Buffer,
): string | undefined {
  const { agent, first, count } = batch.header
  const records = readResults(body)
  if (records.length !== count) return `${records.length} records, header says ${count}`
  for (const [i, record] of records.entries()) {
    if (isPoison(record)) group.quarantine.push(poisonRow(batch, first + i, record))
    else group.results.push({ agent, site: place.site, at: correctedAt(record.at, shift), record })
  }
  return undefined
}

function takeSamples(
  group: GroupBuilder,
  memory: IngestMemory,
  batch: OpenedBatch,
  place: Place,
  shift: Shift,
  columns: SampleColumns,
): void {
  const { agent, epoch, first, count } = batch.header
  for (const definition of columns.definitions) {
    const defined = memory.numbers.define(agent, place.site, epoch, definition)
    if (!defined.ok) group.quarantine.push(batchRow(batch, defined.reason))
    else {
      if (defined.number) group.numbers.push(defined.number)
      if (defined.series) {
        group.newSeries.push(defined.series)
        memory.rates.define(defined.series)
      }
    }
  }
  const ids = memory.numbers.of(agent, epoch)
  const series = new Uint32Array(count)
  const at = new Float64Array(count)
  const values = columns.values
  const judged = new Float64Array(count)
  let places: Uint16Array | null = null
  let length = 0
  for (let i = 0; i < count; i++) {
    const id = ids[columns.series[i] as number] ?? 0
    if (id === 0) {
      places ??= Uint16Array.from({ length: count }, (_, k) => k)
      continue
    }
    const when = correctedAt(columns.at[i] as number, shift)
    const value = values[i] as number
    series[length] = id
    at[length] = when
    values[length] = value
    judged[length] = memory.rates.judge(id, when, value)
    if (places) places[length] = i
    length++
  }
  if (length < count) {
    memory.redefine.add(agent)
    group.quarantine.push(batchRow(batch, `${count - length} samples of series that were never defined`))
  }
  const samples = { agent, site: place.site, length, series, at, values, judged }
  const { offset, latest } = shift
  group.telemetry.push({ agent, epoch, first, count, offsetMs: offset, latest, body: batch.body, samples, places })
}

/** Whole ms, not negative, not later than the batch itself. */
function correctedAt(at: number, shift: Shift): number {
  return Math.max(0, Math.min(Math.round(at + shift.offset), shift.latest))
}
