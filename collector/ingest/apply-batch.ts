// Takes one batch whose turn has come into the group: reads its records, corrects their times, sets aside poison.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { deviceIdOf, LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { unpackBody } from '#shared/wire/batch.ts'
import { isPoison } from '#shared/wire/event-lines.ts'
import { decodeSamples, type SampleColumns } from '#shared/wire/sample-columns.ts'
import type { BootClocks } from './boot-clock.ts'
import { batchRow, type GroupBuilder, poisonRow, watermarkKey } from './group.ts'
import type { Rates } from './rates.ts'
import { readEvents, readResults } from './record-lines.ts'
import { GAP_HASH, type QuarantineRow } from './record-store.ts'
import type { SeriesNumbers } from './series-numbers.ts'
import type { OpenedBatch, Stream } from './stream-set.ts'
import type { WantedSeries } from './wanted-series.ts'

/** Backlog older than this is history: judged, not paged, ms. */
export const LIVE_AGE = 60_000
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
  readonly wanted: WantedSeries
}

/**
 * Adds `count` sequence numbers from `first` of the stream to the group; false when the batch must wait for series
 * definitions and nothing of it was taken. Never throws on what an agent sent.
 */
export function applyBatch(
  group: GroupBuilder,
  memory: IngestMemory,
  stream: Stream,
  batch: OpenedBatch,
  place: Place,
  range: { readonly first: number; readonly count: number },
): boolean {
  const { header, received } = batch
  const columns = header.lane === 'telemetry' && !header.gap ? columnsOf(batch) : undefined
  if (typeof columns === 'object') {
    takeDefinitions(group, memory, header, place.site, columns.definitions, (reason) => batchRow(batch, reason))
    const unknown = highestUnknown(columns, memory.numbers.of(header.agent, header.epoch))
    if (unknown >= 0 && memory.wanted.mayWait(header.agent, header.epoch, unknown, received.mono)) return false
  }
  const committedAt = memory.clocks.correct(header.agent, header.committed, header.sent, received, stream.watermark)
  const shift = { offset: committedAt - header.committed.wall, latest: Math.round(committedAt + AHEAD) }
  group.batches.push(stream.advance(range.first, range.count, header.gap ? GAP_HASH : header.hash))
  group.moved.add(stream)
  group.answered.add(stream)
  if (header.gap) {
    const { agent, epoch, lane, gap } = header
    group.gaps.push({ agent, epoch, lane, ...range, reason: gap.reason, at: committedAt })
  } else if (typeof columns === 'object') takeSamples(group, memory, batch, place, shift, columns)
  else {
    const problem = batch.problem ?? columns ?? readBody(group, memory, batch, place, shift)
    if (problem !== undefined) group.quarantine.push(batchRow(batch, problem))
  }
  group.records += range.count
  stream.watermark = Math.max(stream.watermark, committedAt)
  const live = received.wall - committedAt <= LIVE_AGE
  const { agent, lane } = stream
  group.watermarks.set(watermarkKey(agent, lane), { agent, lane, at: stream.watermark, live })
  return true
}

/** Takes definitions into the group; those that cannot be taken are set aside by `poison`. */
export function takeDefinitions(
  group: GroupBuilder,
  memory: Pick<IngestMemory, 'numbers' | 'rates'>,
  { agent, epoch }: { readonly agent: string; readonly epoch: string },
  site: string,
  definitions: readonly SeriesDefinition[],
  poison: (reason: string) => QuarantineRow,
): void {
  for (const definition of definitions) {
    const defined = memory.numbers.define(agent, site, epoch, definition)
    if (!defined.ok) group.quarantine.push(poison(defined.reason))
    else {
      if (defined.number) group.numbers.push(defined.number)
      if (defined.series) {
        group.newSeries.push(defined.series)
        memory.rates.define(defined.series)
      }
    }
  }
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
  return takeResults(group, batch, place, shift, body)
}

/** The samples of a telemetry batch, or why it cannot be used. */
function columnsOf(batch: OpenedBatch): SampleColumns | string {
  if (batch.problem !== undefined) return batch.problem
  let body: Buffer
  try {
    body = unpackBody(batch.body)
  } catch (error) {
    return `body cannot be inflated: ${(error as Error).message}`
  }
  try {
    return decodeSamples(body, batch.header.count)
  } catch (error) {
    return `samples: ${(error as Error).message}`
  }
}

/** Highest series number of the batch that has no series, -1 when all have. */
function highestUnknown({ series }: SampleColumns, ids: Int32Array): number {
  let highest = -1
  for (const n of series) if (n > highest && !ids[n]) highest = n
  return highest
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
    const at = correctedAt(event.at, shift)
    group.events.push({
      id: ++memory.lastEventId,
      agent,
      ...place,
      device: device === null ? null : deviceIdOf(place.site, device),
      epoch,
      seq,
      at,
      receivedAt: batch.received.wall,
      ...(isAfterRestart(memory, place, event, at) ? { afterRestart: true } : {}),
      event,
    })
  }
  return undefined
}

/** By the uptime a trap carries (hundredths of a second). */
function isAfterRestart({ rates }: IngestMemory, { site }: Place, event: DeviceEvent, at: number): boolean {
  if (event.kind !== 'trap' || event.uptime === undefined || event.device === null) return false
  return rates.restartedSince(deviceIdOf(site, event.device), at, event.uptime / 100)
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
