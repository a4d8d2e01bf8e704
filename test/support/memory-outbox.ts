// An outbox without a disk: same contract, everything gone with the process. For tests of the rooms around it.

import type { LaneMarks, StoredBatch } from '#agent/outbox/commit-messages.ts'
import type { Outbox } from '#agent/outbox/outbox.ts'
import { createSeriesBook } from '#agent/outbox/series-book.ts'
import { encodeEvent } from '#shared/wire/event-lines.ts'
import { bodyHash, packBody } from '#shared/wire/packing.ts'
import { encodeSamples } from '#shared/wire/sample-columns.ts'
import { LANES, type Lane } from '#shared/wire/topics.ts'

export interface MemoryOutbox extends Outbox {
  /** As a lost store would: new epoch, nothing held. */
  lose(): void
}

export function createMemoryOutbox(epoch = 'memory-1'): MemoryOutbox {
  const book = createSeriesBook()
  const listeners = new Set<() => void>()
  const held: Record<Lane, StoredBatch[]> = { event: [], telemetry: [], result: [] }
  const acknowledged: Record<Lane, number> = { event: 0, telemetry: 0, result: 0 }
  const dropped: Record<string, number> = {}
  const definitions = new Map<number, string>()
  const small = new Map<string, string>()
  let generation = 1

  const newest = (lane: Lane) => {
    const last = held[lane].at(-1)
    return last === undefined ? 0 : last.first + last.count - 1
  }
  function put(lane: Lane, body: Uint8Array): void {
    const packed = packBody(body)
    const committed = { boot: 'test', mono: performance.now(), wall: Date.now() }
    held[lane].push({ lane, first: newest(lane) + 1, count: 1, body: packed, hash: bodyHash(packed), committed })
    for (const listener of listeners) listener()
  }
  const drop = (reason: string) => {
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }
  const marks = (lane: Lane): LaneMarks => ({
    oldest: held[lane][0]?.first ?? 0,
    newest: newest(lane),
    acknowledged: acknowledged[lane],
    bytes: held[lane].reduce((sum, batch) => sum + batch.body.length, 0),
  })

  return {
    start: async () => undefined,
    stop: async () => undefined,
    series: (definition) => book.number(definition),
    sample(n, at, value) {
      if (!Number.isFinite(value)) return drop('not-finite:telemetry')
      const definition = book.takeUnsent(n)
      if (definition) definitions.set(n, JSON.stringify(definition))
      put('telemetry', encodeSamples(definition ? [definition] : [], [{ n, at, value }]))
    },
    event: (event) => put('event', Buffer.from(encodeEvent(event))),
    eventLine: (line) => put('event', Buffer.from(line)),
    eventDurable: async (event) => put('event', Buffer.from(encodeEvent(event))),
    async eventsDurable(events) {
      for (const event of events) put('event', Buffer.from(encodeEvent(event)))
    },
    waitForRoom: () => undefined,
    appendResult: async (record) => put('result', Buffer.from(JSON.stringify(record))),
    nextBatches: async (lane, after, maxBytes) => {
      const out: StoredBatch[] = []
      let bytes = 0
      for (const batch of held[lane]) {
        if (batch.first + batch.count - 1 <= after) continue
        if (out.length > 0 && bytes >= maxBytes) break
        bytes += batch.body.length
        out.push(batch)
      }
      return out
    },
    acknowledge(lane, seq) {
      acknowledged[lane] = Math.max(acknowledged[lane], Math.min(seq, newest(lane)))
    },
    definitions: async (after) => ({
      series: [...definitions].filter(([n]) => n > after),
      last: true,
    }),
    redefine: () => book.unsendAll(),
    state: () => ({
      epoch: generation === 1 ? epoch : `${epoch}-${generation}`,
      lanes: Object.fromEntries(LANES.map((lane) => [lane, marks(lane)])) as Record<Lane, LaneMarks>,
      dropped: { ...dropped },
      memoryBytes: 0,
      problem: null,
      series: book.size,
    }),
    onCommitted(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async small(space, operation) {
      const at = (key: string) => `${space}\u0000${key}`
      switch (operation.do) {
        case 'get':
          return small.get(at(operation.key)) ?? null
        case 'set':
          small.set(at(operation.key), operation.value)
          return null
        case 'add': {
          const added = !small.has(at(operation.key))
          if (added) small.set(at(operation.key), operation.value)
          return added
        }
        case 'delete':
          return small.delete(at(operation.key))
        case 'entries':
          return [...small]
            .filter(([key]) => key.startsWith(`${space}\u0000`))
            .map(([key, value]) => [key.slice(space.length + 1), value])
            .sort()
      }
    },
    journal: () => Promise.reject(new Error('use createMemoryJournal')),
    lose() {
      generation++
      for (const lane of LANES) {
        held[lane] = []
        acknowledged[lane] = 0
      }
      definitions.clear()
      book.unsendAll()
      for (const listener of listeners) listener()
    },
  }
}
