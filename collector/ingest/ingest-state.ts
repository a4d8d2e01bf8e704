// What ingest remembers between turns, and the way of one message through it.
import { hash } from 'node:crypto'
import { type BatchHeader, decodeBatch } from '#shared/wire/batch.ts'
import { decodeSeriesPart } from '#shared/wire/series-parts.ts'
import { applyBatch, type IngestMemory, type Place, takeDefinitions } from './apply-batch.ts'
import { createBootClocks } from './boot-clock.ts'
import { batchRow, type GroupBuilder } from './group.ts'
import type { Message } from './intake.ts'
import { createRates } from './rates.ts'
import type { CommittedState, QuarantineRow } from './record-store.ts'
import { createSeriesNumbers } from './series-numbers.ts'
import { createStreamSet, type OpenedBatch, type Stream, type StreamSet } from './stream-set.ts'
import { createWantedSeries } from './wanted-series.ts'

/** Unreadable messages remembered so that one sent again and again fills nothing. */
const UNREADABLE_REMEMBERED = 1000

export interface IngestState extends IngestMemory {
  readonly streams: StreamSet
  readonly unreadable: Set<string>
  /** When a refused agent and epoch was last reported, monotonic ms. */
  readonly refusalSaid: Map<string, number>
}

/** Memory as of the last commit. */
export function readState(committed: CommittedState): IngestState {
  const rates = createRates()
  for (const series of committed.series) rates.define(series, committed.lastSample(series.id))
  return {
    streams: createStreamSet(committed.streams, committed.batches),
    numbers: createSeriesNumbers(committed.series, committed.numbers),
    rates,
    clocks: createBootClocks(committed.boots),
    lastEventId: committed.lastEventId,
    wanted: createWantedSeries(),
    unreadable: new Set(),
    refusalSaid: new Map(),
  }
}

/** Everything that happens to one message in a turn. Never throws on what an agent sent. */
export function takeMessage(
  group: GroupBuilder,
  state: IngestState,
  message: Message,
  place: Place,
  poison: string | undefined,
  count: (what: string) => void,
): void {
  const { agent, lane, payload, received } = message
  const setAside = (reason: string, header?: BatchHeader): void => {
    count('quarantined')
    const print = hash('sha256', payload, 'hex')
    if (state.unreadable.has(print)) return
    if (state.unreadable.size >= UNREADABLE_REMEMBERED) state.unreadable.clear()
    state.unreadable.add(print)
    group.quarantine.push(unreadableRow(message, reason, header))
  }
  const decoded = decodeBatch(payload)
  const header = decoded.ok ? decoded.batch.header : decoded.header
  const wrong = header ? mismatch(header, message) : decoded.ok ? undefined : decoded.reason
  if (header && wrong === undefined) makeRoom(group, state, header, count)
  const stream = header && wrong === undefined ? state.streams.of(agent, header.epoch, lane) : undefined
  if (!header || !stream) {
    setAside(wrong ?? 'too many epochs of this agent', wrong === undefined ? header : undefined)
    return
  }
  group.answered.add(stream)
  if (state.streams.refusal(agent, header.epoch) !== null) {
    count('refused')
    return
  }
  state.clocks.learn(agent, header.sent, received)
  const problem = poison ?? (decoded.ok ? undefined : decoded.reason)
  const body = decoded.ok ? decoded.batch.body : payload.subarray(0, 0)
  const batch: OpenedBatch = { header, body, payload, bytes: payload.length, received, problem }
  offer(group, state, stream, batch, place, count)
  takeWaiting(group, state, stream, place, count)
}

/** An agent that loses its outbox again and again is not shut out: its oldest epoch goes, unless this turn uses it. */
function makeRoom(group: GroupBuilder, state: IngestState, header: BatchHeader, count: (what: string) => void): void {
  const { agent } = header
  const isBusy = (epoch: string) => group.answered.values().some((s) => s.agent === agent && s.epoch === epoch)
  const epoch = state.streams.makeRoom(agent, header.epoch, isBusy)
  if (epoch === undefined) return
  count('epoch-forgotten')
  state.numbers.forget(agent, epoch)
  state.refusalSaid.delete(`${agent} ${epoch}`)
  group.forgotten.push({ agent, epoch })
}

/** Takes what waited for the batches before it. */
function takeWaiting(
  group: GroupBuilder,
  state: IngestState,
  stream: Stream,
  place: Place,
  count: (what: string) => void,
): void {
  for (let next = stream.takeNext(); next; next = stream.takeNext()) offer(group, state, stream, next, place, count)
}

/** Tries again the batches that wait for definitions. */
export function releaseSamples(
  group: GroupBuilder,
  state: IngestState,
  { agent, epoch }: { readonly agent: string; readonly epoch: string },
  place: Place,
  count: (what: string) => void,
): void {
  const stream = state.streams.lanesOf(agent, epoch).find((s) => s.lane === 'telemetry')
  if (!stream?.held) return
  stream.held = false
  group.answered.add(stream)
  takeWaiting(group, state, stream, place, count)
}

/** A part of the definitions that were asked for. Never throws on what an agent sent. */
export function takeSeriesPart(
  group: GroupBuilder,
  state: IngestState,
  message: Message,
  place: Place,
  count: (what: string) => void,
): void {
  const part = decodeSeriesPart(message.payload)
  if (typeof part === 'string' || part.agent !== message.agent) {
    count('quarantined')
    const reason = typeof part === 'string' ? part : `is of ${part.agent}, came on the topic of ${message.agent}`
    group.quarantine.push(unreadableRow(message, `series definitions: ${reason}`))
    return
  }
  // nobody asked for these; an epoch begins with a batch
  if (state.streams.lanesOf(part.agent, part.epoch).length === 0) {
    count('series-unasked')
    return
  }
  takeDefinitions(group, state, part, place.site, part.definitions, (reason) => unreadableRow(message, reason))
  if (state.wanted.heard(part.agent, part.epoch, part, message.received.mono))
    releaseSamples(group, state, part, place, count)
}

/** Why the batch does not belong on the topic it came on. */
function mismatch(header: BatchHeader, message: Message): string | undefined {
  if (header.agent !== message.agent) return `batch of ${header.agent} came on the topic of ${message.agent}`
  if (header.lane !== message.lane) return `${header.lane} batch came on the topic of ${message.lane}`
  return undefined
}

function offer(
  group: GroupBuilder,
  state: IngestState,
  stream: Stream,
  batch: OpenedBatch,
  place: Place,
  count: (what: string) => void,
): void {
  const verdict = stream.offer(batch)
  if (verdict.kind === 'apply') {
    if (applyBatch(group, state, stream, batch, place, verdict)) stream.held = false
    else {
      count('waits-for-series')
      stream.hold(batch)
    }
    return
  }
  count(verdict.kind)
  if (verdict.kind !== 'fork') return
  stream.refused = verdict.reason
  group.moved.add(stream)
  group.forks.push({ agent: stream.agent, reason: verdict.reason, batch: true })
  group.quarantine.push(batchRow(batch, verdict.reason))
}

function unreadableRow(message: Message, reason: string, header?: BatchHeader): QuarantineRow {
  return {
    agent: message.agent,
    epoch: header?.epoch ?? null,
    lane: message.lane,
    first: header?.first ?? null,
    count: header?.count ?? null,
    reason,
    raw: message.payload,
    at: message.received.wall,
  }
}
