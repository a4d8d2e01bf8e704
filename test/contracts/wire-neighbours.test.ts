// One version apart: an agent of 0.1 with today's collector, today's agent with a collector of 0.1.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startAgent } from '#agent/agent.ts'
import { readAgentConfig } from '#agent/config/config.ts'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { parseTopic } from '#shared/wire/topics.ts'
import { Ack } from '../fixtures/wire/0.1/reader.ts'
import { expectKept } from '../support/kept.ts'
import { type OldCollector, startOldCollector } from '../support/old-collector.ts'
import { putOneOfEach } from '../support/one-of-each.ts'
import { startSiteAgent } from '../support/site-agent.ts'
import { type SmallCollector, startSmallCollector } from '../support/small-collector.ts'
import { until } from '../support/until.ts'

const file = join(import.meta.dirname, '..', 'fixtures', 'wire', '0.1', 'transcript.json')

interface Recorded {
  readonly topic: string
  readonly base64: string
  readonly means: Means
}
interface Means {
  readonly header: { readonly first: number; readonly count: number }
  readonly records: readonly Record<string, unknown>[]
  readonly definitions: readonly Record<string, unknown>[]
  readonly values: readonly number[]
}

let dir: string
const closing: (() => unknown)[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-neighbours-'))
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  rmSync(dir, { recursive: true, force: true })
})

describe("an agent of 0.1 with today's collector", () => {
  const all = (JSON.parse(readFileSync(file, 'utf8')) as { messages: Recorded[] }).messages
  const again = all.findLastIndex((m) => m.topic.endsWith('/up/hello'))
  const up = (messages: Recorded[]) => messages.filter((m) => parseTopic(m.topic)?.direction === 'up')
  const lane = (messages: Recorded[], name: string) =>
    messages.filter((m) => m.topic.endsWith(`/up/${name}`)).map((m) => m.means)

  /** Publishes as the old agent did; gives every ack, each read as the old agent would. */
  async function replay(collector: SmallCollector, messages: Recorded[], newest: Record<string, number>) {
    const id = 'agent-recorded'
    const client = await connectAsync(`mqtt://127.0.0.1:${collector.port}`, {
      ...{ clientId: id, username: id, password: 'secret', clean: true, protocolVersion: 4 },
    })
    closing.push(() => client.endAsync(true))
    const acks: ReturnType<typeof Ack.parse>[] = []
    client.on('message', (_topic, bytes) => acks.push(Ack.parse(JSON.parse(bytes.toString()))))
    await client.subscribeAsync(`outrider/v1/a/${id}/down/+`, { qos: 1 })
    for (const { topic, base64 } of up(messages))
      await client.publishAsync(topic, Buffer.from(base64, 'base64'), { qos: 1 })
    const reached = (name: string) => Math.max(0, ...acks.map((ack) => ack.committed[name] ?? 0))
    await until(() => Object.entries(newest).every(([name, seq]) => reached(name) === seq), {
      timeoutMs: 20_000,
      what: 'acks of everything recorded',
    })
    return acks
  }

  async function collectorOf(name: string) {
    const collector = await startSmallCollector({ dir: join(dir, name), broker: { port: 0 } })
    closing.push(() => collector.stop())
    return collector
  }

  it.each([
    ['of its first start', all.slice(0, again), { event: 8, telemetry: 12, result: 2 }],
    ['after a collector that lost everything', all.slice(again), { event: 8, telemetry: 16, result: 2 }],
  ])('has every record %s taken, with the same meaning', async (_what, messages, newest) => {
    const collector = await collectorOf('first')
    const acks = await replay(collector, messages, newest)
    expect(acks.find((ack) => ack.resume)).toBeDefined()
    expect(collector.quarantined()).toEqual([])
    const events = lane(messages, 'event').flatMap((m) => m.records ?? [])
    const gaps = lane(messages, 'event').filter((m) => m.records === undefined)
    const stored = collector.events()
    expect(stored.map((row) => row.seq)).toHaveLength(events.length)
    for (const [i, { event }] of stored.entries()) {
      const { at: _corrected, ...rest } = events[i] as unknown as DeviceEvent
      expectKept(event, rest)
    }
    expect(collector.groups.flatMap((g) => g.gaps).filter((g) => g.lane === 'event')).toHaveLength(gaps.length)
    const results = lane(messages, 'result').flatMap((m) => m.records ?? [])
    expectKept(collector.results(), results)
    const values = lane(messages, 'telemetry').flatMap((m) => m.values ?? [])
    const taken = collector.groups.flatMap((g) => g.samples).flatMap((s) => [...s.values])
    expect(taken.toSorted((a, b) => a - b)).toEqual(values.toSorted((a, b) => a - b))
    const series = collector.groups.flatMap((g) => g.newSeries)
    expect(series.map((s) => s.metric).sort()).toEqual(
      ['gauge', 'counter32', 'counter64', 'state'].map((k) => `metric.${k}`).sort(),
    )
    // a second time: nothing is taken twice
    const before = collector.events().length
    const batches = messages.filter((m) => !m.topic.endsWith('/up/hello'))
    await replay(collector, batches, newest)
    expect(collector.events()).toHaveLength(before)
    expect(collector.groups.flatMap((g) => g.forks)).toEqual([])
  })
})

describe("today's agent with a collector of 0.1", () => {
  let old: OldCollector
  beforeEach(async () => {
    old = await startOldCollector()
    closing.push(() => old.stop())
  })

  it('delivers one record of every kind, each read as it was meant', async () => {
    const agent = await startSiteAgent({ dir, brokerPort: old.port })
    closing.push(() => agent.stop())
    await putOneOfEach(agent.outbox)
    await until(() => agent.delivered() && agent.outbox.state().lanes.telemetry.newest === 12, { timeoutMs: 20_000 })
    expect(old.seen).toMatchObject({ unread: [], refused: [], connects: 1 })
    expect(old.committed).toEqual({ event: 8, telemetry: 12, result: 2 })
    const recorded = (JSON.parse(readFileSync(file, 'utf8')) as { messages: Recorded[] }).messages
    const kinds = (records: readonly unknown[]) =>
      records.map((r) => JSON.stringify(r, Object.keys(r as object).sort()))
    const then = recorded.filter((m) => m.topic.endsWith('/up/event')).flatMap((m) => m.means.records ?? [])
    const now = old.seen.batches.filter((b) => b.header.lane === 'event').flatMap((b) => b.records ?? [])
    expect(kinds(now)).toEqual(kinds(then.slice(0, 8)))
    expect(
      old.seen.batches.filter((b) => b.header.lane === 'telemetry').flatMap((b) => [...(b.values ?? [])]),
    ).toHaveLength(12)
  })

  it('is cut off for what 0.1 does not know, comes back and loses nothing', async () => {
    const agent = await startSiteAgent({ dir, brokerPort: old.port })
    closing.push(() => agent.stop())
    agent.put(50)
    await until(() => agent.delivered())
    for (const channel of ['identity', 'config'] as const) {
      const before = old.seen.connects
      expect(agent.uplink.publish(channel, '{"version":1}')).toBe(true)
      agent.put(50)
      await until(() => old.seen.connects > before, { timeoutMs: 20_000, what: 'a new connection' })
      await until(() => agent.delivered(), { timeoutMs: 20_000 })
    }
    expect(old.seen.refused.map((topic) => parseTopic(topic)?.channel)).toEqual(['identity', 'config'])
    expect(old.committed.event).toBe(150)
    expect(old.seen.unread).toEqual([])
  })

  it('works as a whole without an answer to anything new, on one connection', async () => {
    const settings = {
      agent: { id: 'agent-whole' },
      broker: { url: `mqtt://127.0.0.1:${old.port}`, password: 'secret' },
      dataDir: join(dir, 'agent'),
      health: { port: 0 },
      devices: [{ id: 'self', address: '127.0.0.1', tcp: [{ port: old.port, intervalMs: 5000 }] }],
    }
    const secrets = { env: () => undefined, file: () => '' }
    const read = readAgentConfig(stringify(settings), { file: 'agent.yaml', secrets })
    if (!read.ok) throw new Error(JSON.stringify(read.problems))
    const onFatal = (error: Error) => {
      throw error
    }
    const log = pino({ level: 'silent' })
    const agent = await startAgent({ config: read.value, program: 'agent-in-test', log, onFatal })
    closing.push(() => agent.stop())
    const backlog = () => Object.values((agent.report() as { backlog: Record<string, number> }).backlog)
    await until(() => (old.committed.telemetry ?? 0) > 1 && backlog().every((n) => n === 0), { timeoutMs: 30_000 })
    expect(old.committed.event).toBeGreaterThan(1)
    expect(old.seen).toMatchObject({ unread: [], refused: [], connects: 1 })
    expect(old.seen.hellos[0]).toMatchObject({ agent: 'agent-whole', version: 1 })
  })
})
