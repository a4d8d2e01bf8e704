import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ack } from '#shared/wire/ack.ts'
import { type BatchHeader, bodyHash, encodeBatch, packBody } from '#shared/wire/batch.ts'
import { encodeSamples } from '#shared/wire/sample-columns.ts'
import { encodeSeriesPart } from '#shared/wire/series-parts.ts'
import type { Lane } from '#shared/wire/topics.ts'
import { until } from '#test/support/until.ts'
import { type ChangeSet, emptyChangeSet } from '../storage/change-set.ts'
import { openStores, type Stores } from '../storage/storage.ts'
import type { Evaluation, IngestGroup } from './evaluation.ts'
import { createIngest, type Ingest } from './ingest.ts'

const AGENT = 'agent-one'
const EPOCH = 'epoch-1'
const log = pino({ level: 'silent' })
const dirs: string[] = []
const open: { stop(): Promise<void> }[] = []

interface Rig {
  ingest: Ingest<ChangeSet>
  stores: Stores
  groups: IngestGroup[]
  acks: { agent: string; ack: Ack }[]
  committed(lane?: Lane): number
  stop(): Promise<void>
}

const clock = { wall: () => 1_790_000_000_000 + performance.now(), mono: () => performance.now() }

async function rig(
  dir: string,
  options: { failing?: () => boolean; throwing?: (g: IngestGroup) => void } = {},
): Promise<Rig> {
  const stores = await openStores({ dir, log })
  const groups: IngestGroup[] = []
  const acks: Rig['acks'] = []
  const evaluation: Evaluation<ChangeSet> = {
    evaluate(group) {
      options.throwing?.(group)
      groups.push(group)
      return emptyChangeSet()
    },
    tick: () => emptyChangeSet(),
    reload: async () => undefined,
  }
  stores.addWriter({
    write() {
      if (options.failing?.()) throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
    },
  })
  const ingest = createIngest<ChangeSet>({
    store: stores,
    evaluation,
    agentOf: (agent) => (agent.startsWith('agent-') ? { site: 'site-1', customer: 'customer-1' } : undefined),
    clock,
    sendAck: (agent, ack) => acks.push({ agent, ack }),
    isEmpty: (changes) => Object.values(changes).every((list) => list.length === 0),
    log,
  })
  await ingest.start()
  const committed = (lane: Lane = 'event'): number => {
    for (const { ack } of acks.toReversed()) if (ack.committed[lane] !== undefined) return ack.committed[lane]
    return 0
  }
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await ingest.stop()
    await stores.stop()
  }
  open.push({ stop })
  return { ingest, stores, groups, acks, committed, stop }
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-ingest-'))
  dirs.push(dir)
  return dir
}

afterEach(async () => {
  for (const o of open.splice(0)) await o.stop()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function payload(body: Buffer, header: Partial<BatchHeader> & { first: number; count: number; lane: Lane }): Buffer {
  const packed = header.gap ? Buffer.alloc(0) : packBody(body)
  const reading = { boot: 'boot-1', mono: clock.mono(), wall: clock.wall() }
  const hash = bodyHash(packed)
  return encodeBatch({
    header: { agent: AGENT, epoch: EPOCH, hash, committed: reading, sent: reading, ...header },
    body: packed,
  })
}

const line = (n: number): string =>
  JSON.stringify({ kind: 'agent', at: clock.wall(), device: null, code: `n${n}`, message: '' })

function events(first: number, count: number, more: Partial<BatchHeader> = {}): Buffer {
  const lines = Array.from({ length: count }, (_, i) => line(first + i))
  return payload(Buffer.from(lines.join('\n')), { first, count, lane: 'event', ...more })
}

/** Sequence numbers of the stored events, in the order of their ids. */
const stored = (stores: Stores): number[] =>
  stores.database.connection
    .prepare('select seq, doc from device_event order by id')
    .all()
    .map((r) => Number(r.seq))

const reasons = (stores: Stores): string[] => stores.quarantine.list(100).map((q) => q.reason)

describe('ingest', () => {
  it('commits, then acknowledges, once', async () => {
    const r = await rig(folder())
    r.ingest.accept(AGENT, 'event', events(1, 3))
    r.ingest.accept(AGENT, 'event', events(4, 2))
    await until(() => r.committed() === 5)
    expect(stored(r.stores)).toEqual([1, 2, 3, 4, 5])
    const event = r.groups.flatMap((g) => g.events)[0]
    expect(event).toMatchObject({ id: 1, seq: 1, site: 'site-1', customer: 'customer-1', agent: AGENT, device: null })
  })

  it('applies every record once and in order under any delivery, restart and repeat', async () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ send: fc.nat({ max: 19 }) }) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 20, maxLength: 20 }),
        fc.array(step, { maxLength: 80 }),
        async (sizes, steps) => {
          const dir = folder()
          const batches: Buffer[] = []
          let first = 1
          for (const size of sizes) {
            batches.push(events(first, size))
            first += size
          }
          let r = await rig(dir)
          for (const s of steps) {
            if (s === 'restart') {
              await r.stop()
              r = await rig(dir)
            } else r.ingest.accept(AGENT, 'event', batches[s.send] as Buffer)
          }
          for (const b of batches) r.ingest.accept(AGENT, 'event', b)
          await until(() => r.committed() === first - 1)
          expect(stored(r.stores)).toEqual(Array.from({ length: first - 1 }, (_, i) => i + 1))
          expect(r.groups.flatMap((g) => g.forks)).toEqual([])
          await r.stop()
        },
      ),
      { numRuns: 12 },
    )
  }, 60_000)

  it('takes again from an agent what a restored database has not', async () => {
    const dir = folder()
    const file = join(dir, 'collector.db')
    const batches = [events(1, 3), events(4, 3), events(7, 3)]
    let r = await rig(dir)
    r.ingest.accept(AGENT, 'event', batches[0] as Buffer)
    await until(() => r.committed() === 3)
    await r.stop()
    copyFileSync(file, `${file}.old`)
    r = await rig(dir)
    for (const b of batches) r.ingest.accept(AGENT, 'event', b)
    await until(() => r.committed() === 9)
    await r.stop()
    copyFileSync(`${file}.old`, file)
    r = await rig(dir)
    for (const b of batches.toReversed()) r.ingest.accept(AGENT, 'event', b)
    await until(() => r.committed() === 9)
    expect(stored(r.stores)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(r.groups.flatMap((g) => g.forks)).toEqual([])
  })

  it('refuses a cloned agent and says so', async () => {
    const r = await rig(folder())
    r.ingest.accept(AGENT, 'event', events(1, 3))
    await until(() => r.committed() === 3)
    const other = payload(Buffer.from([line(7), line(8), line(9)].join('\n')), { first: 1, count: 3, lane: 'event' })
    r.ingest.accept(AGENT, 'event', other)
    await until(() => r.acks.some((a) => a.ack.refused))
    expect(r.groups.flatMap((g) => g.forks)).toEqual([
      { agent: AGENT, reason: expect.stringContaining('two agents'), batch: true },
    ])
    r.ingest.accept(AGENT, 'event', events(4, 1))
    await until(() => r.ingest.health().outcomes.refused === 1)
    expect(stored(r.stores)).toEqual([1, 2, 3])
    // boundaries that disagree are a clone too, in another epoch that was fine so far
    r.ingest.accept(AGENT, 'event', events(1, 4, { epoch: 'epoch-2' }))
    r.ingest.accept(AGENT, 'event', events(3, 4, { epoch: 'epoch-2' }))
    await until(() => r.groups.flatMap((g) => g.forks).length === 2)
  })

  it('sets poison aside with its reason and goes on', async () => {
    const r = await rig(folder())
    const deep = `{"kind":"agent","at":1,"device":null,"code":"x","message":"","deep":${'['.repeat(20000)}${']'.repeat(20000)}}`
    const bad = ['not json', '{"kind":"trap"}', line(3), deep, '"']
    r.ingest.accept(AGENT, 'event', payload(Buffer.from(bad.join('\n')), { first: 1, count: 5, lane: 'event' }))
    r.ingest.accept(AGENT, 'event', payload(Buffer.from('x'), { first: 6, count: 9, lane: 'event' }))
    r.ingest.accept(AGENT, 'event', events(15, 1, { hash: 'f'.repeat(32) }))
    const bomb = payload(Buffer.alloc(30 * 1024 * 1024), { first: 16, count: 1, lane: 'event' })
    r.ingest.accept(AGENT, 'event', bomb)
    r.ingest.accept(AGENT, 'event', events(17, 1))
    await until(() => r.committed() === 17)
    expect(stored(r.stores)).toEqual([3, 17])
    const all = reasons(r.stores).join('\n')
    for (const part of [
      'not JSON',
      'nested deeper',
      '1 records, header says 9',
      'does not match its hash',
      'cannot be inflated',
    ])
      expect(all).toContain(part)
  })

  it('keeps what cannot be placed out of every stream', async () => {
    const r = await rig(folder())
    const version9 = events(1, 1)
    version9[2] = 9
    r.ingest.accept(AGENT, 'event', version9)
    r.ingest.accept(AGENT, 'event', version9)
    r.ingest.accept(AGENT, 'event', events(1, 1, { agent: 'agent-two' }))
    r.ingest.accept(AGENT, 'result', events(1, 1))
    r.ingest.accept(AGENT, 'event', Buffer.alloc(10 * 1024 * 1024))
    r.ingest.accept('nobody-known', 'event', events(1, 1))
    r.ingest.accept(AGENT, 'event', events(1, 1))
    await until(() => r.committed() === 1)
    expect(stored(r.stores)).toEqual([1])
    const all = reasons(r.stores)
    expect(all.filter((x) => x === 'wire version 9, this side speaks 1')).toHaveLength(1)
    expect(all.join('\n')).toContain('batch of agent-two came on the topic of agent-one')
    expect(all.join('\n')).toContain('event batch came on the topic of result')
    expect(all.join('\n')).toContain('limit')
    expect(r.ingest.health().outcomes).toMatchObject({ 'unknown-agent': 1, quarantined: 5 })
  })

  it('records a reported gap and goes on, also over what it has', async () => {
    const r = await rig(folder())
    r.ingest.accept(AGENT, 'event', events(1, 3))
    r.ingest.accept(AGENT, 'event', events(1, 10, { gap: { reason: 'quota' } }))
    r.ingest.accept(AGENT, 'event', events(11, 1))
    await until(() => r.committed() === 11)
    expect(stored(r.stores)).toEqual([1, 2, 3, 11])
    expect(r.groups.flatMap((g) => g.gaps)).toMatchObject([{ first: 4, count: 7, reason: 'quota' }])
    // a late copy of what the agent gave up is no clone
    r.ingest.accept(AGENT, 'event', events(5, 2))
    await until(() => r.ingest.health().outcomes.repeat === 1)
    expect(r.groups.flatMap((g) => g.forks)).toEqual([])
  })

  it('shuts out no agent that loses its outbox at each start: the oldest epochs go', async () => {
    const dir = folder()
    let r = await rig(dir)
    const speak = async (n: number) => {
      const before = r.acks.length
      r.ingest.accept(AGENT, 'event', events(1, 2, { epoch: `life-${n}` }))
      await until(() => r.acks.slice(before).some((a) => a.ack.epoch === `life-${n}` && a.ack.committed.event === 2))
    }
    const known = () =>
      r.stores.database.connection
        .prepare('select epoch from stream order by updated_at, epoch')
        .all()
        .map((row) => row.epoch)
    for (let n = 0; n < 66; n++) await speak(n)
    expect(known()).toEqual(Array.from({ length: 64 }, (_, n) => `life-${n + 2}`))
    expect(r.ingest.health().outcomes).toEqual({ 'epoch-forgotten': 2 })
    await r.stop()
    r = await rig(dir)
    // one that speaks again is not the oldest any more; one that was forgotten begins again
    r.ingest.accept(AGENT, 'event', events(3, 2, { epoch: 'life-2' }))
    await until(() => r.committed() === 4)
    await speak(66)
    await speak(0)
    expect(known()).toEqual([...Array.from({ length: 61 }, (_, n) => `life-${n + 5}`), 'life-2', 'life-66', 'life-0'])
    expect(reasons(r.stores)).toEqual([])
    expect(r.stores.database.connection.prepare('select count(distinct epoch) as n from stream_batch').get()).toEqual({
      n: 64,
    })
  })

  it('acknowledges nothing while the disk is full, and recovers by itself', async () => {
    let full = true
    const r = await rig(folder(), { failing: () => full })
    r.ingest.accept(AGENT, 'event', events(1, 2))
    await until(() => r.ingest.health().failure)
    expect(r.acks).toEqual([])
    expect(stored(r.stores)).toEqual([])
    full = false
    await until(() => r.committed() === 2)
    expect(stored(r.stores)).toEqual([1, 2])
    expect(r.ingest.health().failure).toBeUndefined()
  })

  it('sets aside the one batch that cannot be judged', async () => {
    const throwing = (g: IngestGroup) => {
      if (g.events.some((e) => e.seq === 2)) throw new TypeError('bug')
    }
    const r = await rig(folder(), { throwing })
    for (const n of [1, 2, 3]) r.ingest.accept(AGENT, 'event', events(n, 1))
    await until(() => r.committed() === 3)
    expect(stored(r.stores)).toEqual([1, 3])
    expect(reasons(r.stores)).toEqual(['it could not be judged or stored'])
  })

  it('blames no batch for a hello that cannot be judged, and goes on without it', async () => {
    const throwing = (g: IngestGroup) => {
      if (g.presence.some((p) => p.kind === 'hello')) throw new Error('cannot judge')
    }
    const r = await rig(folder(), { throwing })
    const none = { oldest: 0, newest: 0, waiting: 0 }
    const hello = {
      ...{ version: 1, agent: AGENT, epoch: EPOCH, program: 'x', host: 'h', boot: 'boot-1', mono: clock.mono() },
      ...{ wall: clock.wall(), startedAt: 0, dropped: {}, commandKey: '' },
      lanes: { event: none, telemetry: none, result: none },
    }
    r.ingest.accept(AGENT, 'hello', Buffer.from(JSON.stringify(hello)))
    r.ingest.accept(AGENT, 'event', events(1, 3))
    await until(() => r.committed() === 3)
    expect(reasons(r.stores)).toEqual([])
    expect(r.ingest.health().outcomes).toMatchObject({ 'hello-failed': 1 })
  })

  it('has no ear for a hello of an agent that is not enrolled', async () => {
    const r = await rig(folder())
    r.ingest.accept('stranger', 'hello', Buffer.from('{'))
    r.ingest.gone('stranger')
    r.ingest.accept(AGENT, 'event', events(1, 3))
    await until(() => r.committed() === 3)
    expect(reasons(r.stores)).toEqual([])
    expect(r.ingest.health().outcomes).toMatchObject({ 'unknown-agent': 2 })
  })

  it('keeps no definitions of epochs that sent no batch', async () => {
    const r = await rig(folder())
    const definition = JSON.stringify({ n: 1, device: 'sw1', metric: 'm', resource: '', unit: '', kind: 'gauge' })
    for (const epoch of ['other-1', 'other-2'])
      r.ingest.accept(
        AGENT,
        'series',
        encodeSeriesPart({ agent: AGENT, epoch, part: 1, last: true, highest: 1 }, [definition]),
      )
    await until(() => r.ingest.health().outcomes['series-unasked'] === 2)
    expect(r.stores.database.connection.prepare('select count(*) as n from series_number').get()).toEqual({ n: 0 })
  })

  it('says that nothing can be stored for as long as that is so, also while ticks have nothing to write', async () => {
    let full = true
    const r = await rig(folder(), { failing: () => full })
    r.ingest.accept(AGENT, 'event', events(1, 3))
    await until(() => r.ingest.health().failure)
    await r.ingest.tick()
    expect(r.ingest.health().failure).toMatch(/full/)
    full = false
    await until(() => r.committed() === 3)
    expect(r.ingest.health().failure).toBeUndefined()
  })

  it('answers a hello with what is committed and asks for definitions it lacks', async () => {
    const r = await rig(folder())
    const hello = (version = 1) =>
      Buffer.from(
        JSON.stringify({
          ...{ version, agent: AGENT, epoch: EPOCH, program: 'x', host: 'h', boot: 'boot-1', mono: clock.mono() },
          ...{ wall: clock.wall(), startedAt: 0, dropped: {}, commandKey: '' },
          lanes: Object.fromEntries(
            ['event', 'telemetry', 'result'].map((l) => [l, { oldest: 0, newest: 0, waiting: 0 }]),
          ),
        }),
      )
    r.ingest.accept(AGENT, 'hello', hello())
    await until(() => r.acks.length === 1)
    expect(r.acks[0]?.ack).toMatchObject({
      resume: true,
      redefine: false,
      committed: { event: 0, telemetry: 0, result: 0 },
    })
    r.ingest.accept(
      AGENT,
      'telemetry',
      payload(encodeSamples([], [{ n: 4, at: clock.wall(), value: 1 }]), { first: 1, count: 1, lane: 'telemetry' }),
    )
    await until(() => r.acks.length === 2)
    expect(r.acks.at(-1)?.ack).toMatchObject({ redefine: true, sendSeries: true, committed: { telemetry: 0 } })
    expect(reasons(r.stores)).toEqual([])
    r.ingest.accept(AGENT, 'hello', hello(9))
    await until(() => r.acks.at(-1)?.ack.refused)
    r.ingest.accept(AGENT, 'hello', Buffer.from('{'))
    await until(() => reasons(r.stores)[0] === 'hello: not JSON')
    r.ingest.gone(AGENT)
    await until(() => r.groups.flatMap((g) => g.presence).some((p) => p.kind === 'gone'))
  })

  it('reports an agent whose data folder is an older copy, once, until it begins a new epoch', async () => {
    const r = await rig(folder())
    r.ingest.accept(AGENT, 'event', events(1, 9))
    await until(() => r.committed() === 9)
    const hello = (newest: number, epoch = EPOCH) => {
      const lane = { oldest: 1, newest, waiting: 0 }
      const lanes = { event: lane, telemetry: { ...lane, newest: 0 }, result: { ...lane, newest: 0 } }
      const about = { program: 'x', host: 'h', boot: 'boot-1', startedAt: 0, dropped: {}, commandKey: '', lanes }
      const text = { version: 1, agent: AGENT, epoch, mono: clock.mono(), wall: clock.wall(), ...about }
      r.ingest.accept(AGENT, 'hello', Buffer.from(JSON.stringify(text)))
    }
    const heard = () => r.groups.flatMap((g) => g.presence).flatMap((p) => (p.kind === 'hello' ? [p.refused] : []))
    for (const newest of [9, 4, 5]) {
      hello(newest)
      const before = heard().length
      await until(() => heard().length > before)
    }
    hello(2, 'epoch-2')
    await until(() => heard().length === 4)
    expect(heard()[0]).toBeUndefined()
    expect(heard()[1]).toContain('event up to 4 only, 9 came before')
    expect(heard()[3]).toBeUndefined()
    expect(r.groups.flatMap((g) => g.forks)).toEqual([{ agent: AGENT, reason: heard()[1], batch: false }])
  })

  it('finds samples again after a restart, on corrected time', async () => {
    const dir = folder()
    let r = await rig(dir)
    const slow = 3_600_000
    const sent = { boot: 'boot-1', mono: clock.mono(), wall: clock.wall() - slow }
    const series = { n: 0, device: 'sw1', metric: 'if.in', resource: 'if:1', unit: 'By', kind: 'counter32' as const }
    const samples = [1000, 3000].map((value, i) => ({ n: 0, at: Math.round(sent.wall) - 10_000 + i * 2000, value }))
    const body = encodeSamples([series], samples)
    r.ingest.accept(AGENT, 'telemetry', payload(body, { first: 1, count: 2, lane: 'telemetry', committed: sent, sent }))
    await until(() => r.committed('telemetry') === 2)
    const group = r.groups.find((g) => g.samples.length > 0)
    expect(group?.newSeries).toMatchObject([{ id: 1, device: 'site-1.sw1', kind: 'counter32' }])
    expect([...(group?.samples[0]?.judged ?? [])]).toEqual([Number.NaN, 1000])
    expect(Math.abs((group?.samples[0]?.at[0] ?? 0) - (clock.wall() - 10_000))).toBeLessThan(5000)
    await r.stop()
    r = await rig(dir)
    const again = encodeSamples([], [{ n: 0, at: Math.round(sent.wall) - 6000, value: 4000 }])
    r.ingest.accept(
      AGENT,
      'telemetry',
      payload(again, { first: 3, count: 1, lane: 'telemetry', committed: sent, sent }),
    )
    await until(() => r.committed('telemetry') === 3)
    const judged = r.groups.find((g) => g.samples.length > 0)?.samples[0]?.judged[0] ?? 0
    expect(Math.abs(judged - 500)).toBeLessThan(100)
  })
})
