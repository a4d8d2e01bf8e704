import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ack } from '#shared/wire/ack.ts'
import { bodyHash, encodeBatch, packBody } from '#shared/wire/batch.ts'
import { encodeSamples } from '#shared/wire/sample-columns.ts'
import { encodeSeriesPart } from '#shared/wire/series-parts.ts'
import { LANES } from '#shared/wire/topics.ts'
import { until } from '#test/support/until.ts'
import { type ChangeSet, emptyChangeSet } from '../storage/change-set.ts'
import { openStores } from '../storage/storage.ts'
import { createIngest } from './ingest.ts'

const AGENT = 'agent-one'
const EPOCH = 'epoch-1'
const log = pino({ level: 'silent' })
const START = 1_790_000_000_000
let skip = 0
const clock = { wall: () => START + performance.now() + skip, mono: () => performance.now() + skip }
const dirs: string[] = []
const open: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of open.splice(0)) await stop()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-series-'))
  dirs.push(dir)
  return dir
}

/** A collector, and the values of samples it took. */
async function collector(dir: string) {
  const stores = await openStores({ dir, log })
  const acks: Ack[] = []
  const values: number[] = []
  const ingest = createIngest<ChangeSet>({
    store: stores,
    evaluation: {
      evaluate(group) {
        for (const s of group.samples) values.push(...s.values.subarray(0, s.length))
        return emptyChangeSet()
      },
      tick: () => emptyChangeSet(),
      reload: async () => undefined,
    },
    agentOf: () => ({ site: 'site-1', customer: 'customer-1' }),
    clock,
    sendAck: (_, ack) => acks.push(ack),
    isEmpty: (changes) => Object.values(changes).every((list) => list.length === 0),
    log,
  })
  await ingest.start()
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await ingest.stop()
    await stores.stop()
  }
  open.push(stop)
  const reasons = () => stores.quarantine.list(100).map((q) => q.reason)
  return { ingest, acks, values, reasons, stop }
}
type Collector = Awaited<ReturnType<typeof collector>>

/** What an agent keeps: batches of samples, each value once, and all definitions. */
function agent(sizes: readonly (readonly number[])[]) {
  const definitions = new Map<number, string>()
  const batches: { first: number; count: number; payload: Buffer }[] = []
  let next = 1
  for (const numbers of sizes) {
    const fresh = [...new Set(numbers)].filter((n) => !definitions.has(n))
    const defined = fresh.map((n) => ({
      n,
      device: 'sw1',
      metric: `m${n}`,
      resource: '',
      unit: '',
      kind: 'gauge' as const,
    }))
    for (const d of defined) definitions.set(d.n, JSON.stringify(d))
    const samples = numbers.map((n, i) => ({ n, at: START + next + i, value: next + i }))
    batches.push(message(next, numbers.length, encodeSamples(defined, samples)))
    next += numbers.length
  }
  const hello = () =>
    Buffer.from(
      JSON.stringify({
        ...{ version: 1, agent: AGENT, epoch: EPOCH, program: 'x', host: 'h', boot: 'b', mono: clock.mono() },
        ...{ wall: clock.wall(), startedAt: 0, dropped: {}, commandKey: '' },
        lanes: Object.fromEntries(
          LANES.map((l) => [l, { oldest: 0, newest: l === 'telemetry' ? next - 1 : 0, waiting: 0 }]),
        ),
      }),
    )
  return {
    hello,
    newest: next - 1,
    definitions,
    batches,
    /** Everything from `seq` on; batches before `oldest` come as one gap. */
    from(seq: number, oldest: number): Buffer[] {
      const gap = seq < oldest ? [message(seq, oldest - seq, null).payload] : []
      return [...gap, ...batches.filter((b) => b.first >= Math.max(seq, oldest)).map((b) => b.payload)]
    },
    parts(size: number): Buffer[] {
      const all = [...definitions].sort((a, b) => a[0] - b[0])
      const count = Math.max(1, Math.ceil(all.length / size))
      return Array.from({ length: count }, (_, i) => {
        const page = all.slice(i * size, (i + 1) * size)
        const place = { part: i + 1, last: i === count - 1, highest: page.at(-1)?.[0] ?? 0 }
        return encodeSeriesPart(
          { agent: AGENT, epoch: EPOCH, ...place },
          page.map(([, text]) => text),
        )
      })
    },
  }
}

function message(first: number, count: number, body: Buffer | null) {
  const packed = body ? packBody(body) : Buffer.alloc(0)
  const reading = { boot: 'b', mono: 1, wall: START }
  const header = { agent: AGENT, epoch: EPOCH, lane: 'telemetry' as const, first, count, hash: bodyHash(packed) }
  const gap = body ? {} : { gap: { reason: 'not-retained' } }
  return {
    first,
    count,
    payload: encodeBatch({ header: { ...header, committed: reading, sent: reading, ...gap }, body: packed }),
  }
}

const committed = (c: Collector) =>
  c.acks.findLast((a) => a.committed.telemetry !== undefined)?.committed.telemetry ?? 0

describe('samples whose series are unknown', () => {
  it('wait unacknowledged, the agent is asked, and with its answer they are taken', async () => {
    const c = await collector(folder())
    const a = agent([[1, 2], [3], [1, 3]])
    for (const payload of a.from(1, 3)) c.ingest.accept(AGENT, 'telemetry', payload)
    await until(() => c.acks.some((ack) => ack.sendSeries))
    expect(committed(c)).toBe(3)
    expect(c.reasons()).toEqual([])
    for (const part of a.parts(2)) c.ingest.accept(AGENT, 'series', part)
    await until(() => committed(c) === 5)
    expect(c.values).toEqual([3, 4, 5])
    expect(c.reasons()).toEqual([])
  })

  it('are set aside at once when the agent does not know them either', async () => {
    const c = await collector(folder())
    const a = agent([[5]])
    const stray = message(1, 1, encodeSamples([], [{ n: 4, at: START, value: 9 }]))
    c.ingest.accept(AGENT, 'telemetry', stray.payload)
    await until(() => c.acks.some((ack) => ack.sendSeries))
    for (const part of a.parts(9)) c.ingest.accept(AGENT, 'series', part)
    await until(() => committed(c) === 1)
    expect(c.reasons()).toEqual(['1 samples of series that were never defined'])
  })

  it('do not hold up an agent that never answers for more than a minute', async () => {
    const c = await collector(folder())
    const a = agent([[1], [2, 1]])
    for (const payload of a.from(1, 2)) c.ingest.accept(AGENT, 'telemetry', payload)
    await until(() => c.acks.some((ack) => ack.sendSeries))
    for (let asked = 1; asked < 3; asked++) {
      skip += 10_000
      c.ingest.accept(AGENT, 'hello', a.hello())
      await until(() => c.acks.filter((ack) => ack.sendSeries).length > asked)
      expect(committed(c)).toBe(1)
    }
    skip += 61_000
    c.ingest.accept(AGENT, 'hello', a.hello())
    await until(() => committed(c) === 3)
    // 2 is defined in its own batch, 1 was in the gap
    expect(c.values).toEqual([2])
    expect(c.reasons()).toEqual(['1 samples of series that were never defined'])
  })

  it('are all found again after a wiped or restored database, whatever was acknowledged and lost on the way', async () => {
    const script = fc.record({
      batches: fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }), {
        minLength: 3,
        maxLength: 12,
      }),
      /** Share of the batches in the backup; 0 is a wiped database. */
      kept: fc.double({ min: 0, max: 0.9, noNaN: true }),
      retained: fc.double({ min: 0, max: 1, noNaN: true }),
      partSize: fc.integer({ min: 1, max: 5 }),
      lostParts: fc.array(fc.boolean(), { maxLength: 4 }),
      backwards: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(script, async ({ batches, kept, retained, partSize, lostParts, backwards }) => {
        const a = agent(batches)
        const dir = folder()
        const file = join(dir, 'collector.db')
        const inBackup = Math.floor(batches.length * kept)
        let c = await collector(dir)
        const give = async (some: typeof a.batches) => {
          for (const b of some) c.ingest.accept(AGENT, 'telemetry', b.payload)
          const last = some.at(-1)
          await until(() => committed(c) === (last ? last.first + last.count - 1 : 0))
        }
        await give(a.batches.slice(0, inBackup))
        const before = [...c.values]
        await c.stop()
        copyFileSync(file, `${file}.saved`)
        c = await collector(dir)
        if (inBackup < batches.length) await give(a.batches.slice(inBackup))
        await c.stop()
        copyFileSync(`${file}.saved`, file)
        c = await collector(dir)
        // the agent keeps only its newest batches, and has had everything acknowledged
        const oldest = a.batches[Math.min(batches.length - 1, Math.floor(batches.length * retained))]?.first ?? 1
        c.ingest.accept(AGENT, 'hello', a.hello())
        await until(() => c.acks.some((ack) => ack.resume))
        const lose = [...lostParts]
        let answered = 0
        for (let round = 0; committed(c) < a.newest; round++) {
          expect(round).toBeLessThan(20)
          const sending = a.from(committed(c) + 1, oldest)
          for (const p of backwards ? sending.toReversed() : sending) c.ingest.accept(AGENT, 'telemetry', p)
          const asked = () => c.acks.filter((ack) => ack.sendSeries).length
          await until(() => committed(c) === a.newest || asked() > answered)
          if (asked() > answered) {
            answered = asked()
            for (const part of a.parts(partSize)) if (!lose.pop()) c.ingest.accept(AGENT, 'series', part)
          }
          if (committed(c) === a.newest) break
          skip += 10_000
          const acks = c.acks.length
          c.ingest.accept(AGENT, 'hello', a.hello())
          await until(() => c.acks.slice(acks).some((ack) => ack.resume))
        }
        const expected = Array.from({ length: a.newest }, (_, i) => i + 1).filter((v) => v >= oldest)
        expect(c.reasons()).toEqual([])
        expect(new Set([...before, ...c.values])).toEqual(new Set([...before, ...expected]))
        expect(new Set(c.values).size).toBe(c.values.length)
        await c.stop()
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})
