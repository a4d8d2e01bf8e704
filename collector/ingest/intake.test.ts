import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { bodyHash, encodeBatch, packBody } from '#shared/wire/batch.ts'
import { MAX_BATCHES_IN_FLIGHT } from '#shared/wire/limits.ts'
import { until } from '#test/support/until.ts'
import { type ChangeSet, emptyChangeSet } from '../storage/change-set.ts'
import { openStores } from '../storage/storage.ts'
import { createIngest } from './ingest.ts'
import { createIntake, type Message } from './intake.ts'

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const message = (agent: string, bytes: number, more: Partial<Message> = {}): Message => ({
  ...{ agent, lane: 'event', payload: new Uint8Array(bytes), received: { wall: 0, mono: 0 }, failures: 0, ...more },
})

describe('intake', () => {
  it('leaves room for agents that come late, however much a few greedy ones send', () => {
    const limits = { messagesPerAgent: 100_000, bytesPerAgent: 1e6, bytes: 1e6 }
    const intake = createIntake(limits)
    for (const greedy of ['a', 'b', 'c']) while (intake.add(message(greedy, 10_000)));
    for (let i = 0; i < 50; i++) expect(intake.add(message(`late-${i}`, 1_000))).toBe(true)
    expect(intake.bytes()).toBeLessThanOrEqual(limits.bytes)
  })

  it('serves agents in turn, events before telemetry, definitions before the samples that wait for them', () => {
    const intake = createIntake({ messagesPerAgent: 100, bytesPerAgent: 1e6, bytes: 1e6 })
    for (let i = 0; i < 3; i++) intake.add(message('a', 1, { lane: 'telemetry' }))
    intake.add(message('b', 1))
    intake.add(message('a', 1, { lane: 'telemetry', series: true }))
    const order = []
    for (let m = intake.next(); m; m = intake.next()) order.push(`${m.agent}${m.series ? ' series' : ''}`)
    expect(order).toEqual(['a series', 'b', 'a', 'a', 'a'])
    expect(intake.isEmpty()).toBe(true)
    expect(intake.bytes()).toBe(0)
  })

  it('lets 100 agents drain their backlogs at once, within its memory and evenly', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-backlog-'))
    dirs.push(dir)
    const log = pino({ level: 'silent' })
    const stores = await openStores({ dir, log })
    const limits = { messagesPerAgent: 256, bytesPerAgent: 2 ** 20, bytes: 2 ** 21 }
    const ids = Array.from({ length: 100 }, (_, i) => `agent-${i}`.padEnd(8, 'x'))
    const BATCHES = 40
    const RECORDS = 20
    const PAYLOAD = makeBodies(RECORDS)
    const agents = new Map(ids.map((id) => [id, { sent: 0, committed: 0 }]))
    let fullest = 0
    let spread = 0
    const ingest = createIngest<ChangeSet>({
      store: stores,
      evaluation: { evaluate: () => emptyChangeSet(), tick: () => emptyChangeSet(), reload: async () => undefined },
      agentOf: () => ({ site: 'site-1', customer: 'customer-1' }),
      clock: { wall: () => Date.now(), mono: () => performance.now() },
      sendAck(agent, ack) {
        const state = agents.get(agent) as { sent: number; committed: number }
        state.committed = Math.max(state.committed, (ack.committed.event ?? 0) / RECORDS)
        // what was refused for want of room is sent again from there, as after a time-out
        state.sent = Math.min(state.sent, state.committed + MAX_BATCHES_IN_FLIGHT)
      },
      isEmpty: (changes) => Object.values(changes).every((list) => list.length === 0),
      log,
      limits,
    })
    await ingest.start()
    const pump = () => {
      for (const [id, state] of agents) {
        while (state.sent < BATCHES && state.sent < state.committed + MAX_BATCHES_IN_FLIGHT) {
          if (!ingest.accept(id, 'event', batchOf(id, state.sent * RECORDS + 1, RECORDS, PAYLOAD))) break
          state.sent++
        }
      }
      fullest = Math.max(fullest, ingest.health().waitingBytes)
      const done = [...agents.values()].map((s) => s.committed)
      spread = Math.max(spread, Math.max(...done) - Math.min(...done))
    }
    await until(
      () => {
        pump()
        return [...agents.values()].every((s) => s.committed === BATCHES)
      },
      { timeoutMs: 60_000, everyMs: 1 },
    )
    expect(fullest).toBeGreaterThan(limits.bytes / 2)
    expect(fullest).toBeLessThanOrEqual(limits.bytes)
    expect(ingest.health().outcomes['intake-full']).toBeGreaterThan(0)
    // The first agents of each round always ask first, and still nobody gets ahead by more than a window.
    expect(spread).toBeLessThan(MAX_BATCHES_IN_FLIGHT)
    const { n } = stores.database.connection.prepare('select count(*) as n from device_event').get() as { n: number }
    expect(n).toBe(ids.length * BATCHES * RECORDS)
    await ingest.stop()
    await stores.stop()
  }, 90_000)
})

function makeBodies(records: number): Uint8Array {
  const line = () => {
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(80))).toString('base64')
    return JSON.stringify({ kind: 'agent', at: Date.now(), device: null, code: 'backlog', message: noise })
  }
  return packBody(Buffer.from(Array.from({ length: records }, line).join('\n')))
}

function batchOf(agent: string, first: number, count: number, body: Uint8Array): Buffer {
  const reading = { boot: 'boot-1', mono: 1, wall: Date.now() }
  const header = { agent, epoch: 'e', lane: 'event' as const, first, count, hash: bodyHash(body) }
  return encodeBatch({ header: { ...header, committed: reading, sent: reading }, body })
}
