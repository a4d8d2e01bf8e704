import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { createSampleWriter, type Row, seriesInfo } from '#test/support/sample-writer.ts'
import { until } from '#test/support/until.ts'
import type { SampleLimits } from '../sqlite/sample-store.ts'
import { openStores, type Stores } from '../storage.ts'
import { markUnfollowed } from './cursor.ts'
import { createInfluxView, type InfluxOptions, type InfluxView } from './influx.ts'
import { lineHead } from './line.ts'
import type { WriteAnswer, WriteTarget } from './target.ts'

const log = pino({ level: 'silent' })
const DAY = 86_400_000
const T = 1_790_000_000_000 - (1_790_000_000_000 % DAY)
const dirs: string[] = []
const running: { stop(): Promise<void> }[] = []

afterEach(async () => {
  for (const r of running.splice(0).reverse()) await r.stop()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

/** Points as a server keeps them: one value per series and time, the last one written. */
function memoryServer() {
  const points = new Map<string, number>()
  const server = {
    points,
    writes: 0,
    lines: 0,
    answer: (_lines: readonly string[]): WriteAnswer | undefined => undefined,
    target: {} as WriteTarget,
  }
  server.target = {
    async write(lines) {
      server.writes++
      await Promise.resolve()
      const answer = server.answer(lines) ?? { kind: 'written' }
      if (answer.kind !== 'written') return answer
      server.lines += lines.length
      for (const line of lines) {
        const [head, value, at] = line.match(/^(.*) value=(\S+) (\d+)$/s)?.slice(1) ?? []
        points.set(`${head} ${at}`, Number(value))
      }
      return answer
    },
    stop: () => undefined,
  }
  return server
}

interface Opened {
  readonly stores: Stores
  readonly view: InfluxView | undefined
}

async function open(
  dir: string,
  server: ReturnType<typeof memoryServer> | undefined,
  more: Partial<InfluxOptions> & { limits?: SampleLimits; rawDays?: number; clock?: () => number } = {},
): Promise<Opened> {
  const retention = more.rawDays === undefined ? undefined : { raw: more.rawDays }
  const stores = await openStores({ dir, log, limits: more.limits, retention, now: more.clock ?? (() => T) })
  running.push(stores)
  let view: InfluxView | undefined
  if (server) {
    view = createInfluxView({
      ...{ database: stores.database, samples: stores.samples, target: server.target },
      ...{ sites: () => [{ id: 's', customer: 'c' }], batch: { points: 100, bytes: 1e6 }, settleMs: 0 },
      ...{ history: true, holdMs: 0, now: () => T, wait: () => 0, log },
      ...more,
    })
    stores.follow(view.follower)
    running.push(view)
  } else markUnfollowed(stores.database)
  await stores.load()
  return { stores, view }
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-influx-'))
  dirs.push(dir)
  return dir
}

/** What the server should have: the store's samples, the last of those with one time. */
function stored(stores: Stores): Map<string, number> {
  const points = new Map<string, number>()
  for (let id = 1; id < stores.samples.size(); id++) {
    const series = stores.samples.byId(id)
    if (!series) continue
    const head = lineHead(series, 'c').replace(/ value=$/, '')
    stores.samples.readInOrder(id, 0, T + 1000 * DAY, (at, value) => points.set(`${head} ${at}`, value))
  }
  return points
}

const tiny: SampleLimits = { headBytes: 4096, journalBytes: 3000, journalAgeMs: 60_000 }
const series = [1, 2, 3, 4, 5].map((id) => seriesInfo(id))
const rowsOf = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => [
    1 + (i % 5),
    T + (from + i) * 1000,
    Math.round(Math.sin(from + i) * 1e4) / 10 + 0,
  ])

describe('the InfluxDB copy', () => {
  it('gets what is written while it is there', async () => {
    const server = memoryServer()
    const { stores, view } = await open(folder(), server)
    const writer = createSampleWriter(stores)
    view?.start()
    await writer.commit([rowsOf(0, 50)], T, series)
    await until(() => server.points.size === 50)
    expect(server.points).toEqual(stored(stores))
    await writer.commit([rowsOf(50, 30), rowsOf(80, 20)], T)
    await until(() => server.points.size === 100)
    expect(view?.figures()).toMatchObject({ sent: 100, problem: null, expired: 0, quarantined: 0 })
    expect(server.points.has(`m1,customer=c,device=s.d,site=s ${T}`)).toBe(true)
  })

  it('gets all of an outage that outlived the journal, through restarts at any moment', async () => {
    const dir = folder()
    const server = memoryServer()
    server.answer = () => ({ kind: 'failed', reason: 'away' })
    let next = 0
    for (let run = 0; run < 5; run++) {
      const { stores, view } = await open(dir, server, { limits: tiny })
      const writer = createSampleWriter(stores)
      view?.start()
      for (let i = 0; i < 12; i++) {
        await writer.commit([rowsOf(next, 100)], T, run === 0 && i === 0 ? series : [])
        next += 100
        stores.start()
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
      if (run < 4) for (const r of running.splice(0).reverse()) await r.stop()
      else {
        await until(() => stores.waiting().journalBytes <= tiny.journalBytes)
        const left = stores.database.prepare('select min(id) as first from telemetry_journal').get()
        expect(Number(left?.first)).toBeGreaterThan(20)
        server.answer = () => undefined
        await until(() => server.points.size === next, { timeoutMs: 20_000 })
        expect(server.points).toEqual(stored(stores))
        expect(view?.figures().expired).toBe(0)
        // nothing much is sent twice
        expect(server.lines).toBeLessThan(next * 1.5)
      }
    }
  }, 60_000)

  it('keeps the last of several samples with one time, whatever way they come', async () => {
    const dir = folder()
    const server = memoryServer()
    server.answer = () => ({ kind: 'failed', reason: 'away' })
    const { stores, view } = await open(dir, server, { limits: tiny })
    const writer = createSampleWriter(stores)
    stores.start()
    await writer.commit(
      [
        [
          [1, T, 1],
          [1, T, 2],
          [2, T, 9],
          [1, T - 5, 7],
          [1, T, 3],
        ],
      ],
      T,
      series,
    )
    for (let i = 0; i < 20; i++) await writer.commit([rowsOf(1000 + i * 100, 100)], T)
    await writer.commit(
      [
        [
          [2, T, 4],
          [1, T - 5, 8],
        ],
      ],
      T,
    )
    await until(() => Number(stores.database.prepare('select min(id) as n from telemetry_journal').get()?.n) > 1)
    server.answer = () => undefined
    view?.start()
    await until(() => server.points.size === 2003)
    await until(() => server.points.get(`m2,customer=c,device=s.d,site=s ${T}`) === 4)
    expect(server.points).toEqual(stored(stores))
    expect(server.points.get(`m1,customer=c,device=s.d,site=s ${T}`)).toBe(3)
    expect(server.points.get(`m1,customer=c,device=s.d,site=s ${T - 5}`)).toBe(8)
  })

  it('gets what was stored before it was set up, and while it was switched off', async () => {
    const dir = folder()
    const server = memoryServer()
    let next = 0
    const phase = async (withInflux: boolean) => {
      const { stores, view } = await open(dir, withInflux ? server : undefined, { limits: tiny })
      const writer = createSampleWriter(stores)
      stores.start()
      for (let i = 0; i < 20; i++) {
        await writer.commit([rowsOf(next, 100)], T, next === 0 ? series : [])
        next += 100
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      await until(() => stores.waiting().journalBytes <= tiny.journalBytes)
      if (view) {
        view.start()
        await until(() => server.points.size === next, { timeoutMs: 20_000 })
        expect(server.points).toEqual(stored(stores))
      }
      for (const r of running.splice(0).reverse()) await r.stop()
    }
    await phase(false)
    await phase(true)
    await phase(false)
    await phase(false)
    await phase(true)
  }, 60_000)

  it('counts what expires before it could be sent, and keeps it when told to', async () => {
    for (const holdMs of [0, 10 * DAY]) {
      const dir = folder()
      const server = memoryServer()
      server.answer = () => ({ kind: 'failed', reason: 'away' })
      let clock = T
      const { stores, view } = await open(dir, server, { limits: tiny, rawDays: 1, holdMs, clock: () => clock })
      const writer = createSampleWriter(stores)
      view?.start()
      for (let i = 0; i < 20; i++) await writer.commit([rowsOf(i * 100, 100)], T, i === 0 ? series : [])
      stores.start()
      await until(() => stores.waiting().journalBytes <= tiny.journalBytes)
      await until(() => stores.waiting().headBytes < 5000)
      // push the rest out of the journal, then let a day and a half go by
      for (let i = 0; i < 20; i++) await writer.commit([rowsOf(2000 + i * 100, 100)], T)
      await until(() => stores.waiting().journalBytes <= tiny.journalBytes)
      clock = T + 2.5 * DAY
      const chunks = () => Number(stores.database.prepare('select count(*) as n from sample_chunk').get()?.n)
      if (holdMs === 0) {
        await until(() => {
          clock += 700_000
          return (view?.figures().expired ?? 0) > 1000
        })
        server.answer = () => undefined
        await until(() => server.points.size + (view?.figures().expired ?? 0) >= 4000)
      } else {
        const before = chunks()
        for (let i = 0; i < 20; i++) {
          clock += 700_000
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        expect(view?.figures().expired).toBe(0)
        expect(chunks()).toBeGreaterThanOrEqual(before)
        server.answer = () => undefined
        await until(() => server.points.size === 4000)
      }
      for (const r of running.splice(0).reverse()) await r.stop()
    }
  }, 60_000)

  it('sends again what a restarted server may have lost before it was settled', async () => {
    const server = memoryServer()
    let start = '1'
    const { stores, view } = await open(folder(), server, { settleMs: 300, startOf: async () => start })
    const writer = createSampleWriter(stores)
    view?.start()
    await writer.commit([rowsOf(0, 90)], T, series)
    await until(() => server.points.size === 90)
    // killed: what it had in memory is gone
    server.points.clear()
    start = '2'
    await until(() => server.points.size === 90)
    expect(server.points).toEqual(stored(stores))
    await until(() => Number(stores.database.prepare('select settled from influx_cursor').get()?.settled) === 1)
    const lines = server.lines
    start = '3'
    await writer.commit([rowsOf(90, 10)], T)
    await until(() => server.points.size === 100)
    expect(server.lines - lines).toBeLessThan(40)
  })

  it('sets poison aside and goes on', async () => {
    const server = memoryServer()
    server.answer = (lines) =>
      lines.some((l) => l.startsWith('m3,'))
        ? { kind: 'refused', reason: '400: bad', dropped: undefined, partial: false }
        : undefined
    const { stores, view } = await open(folder(), server)
    const writer = createSampleWriter(stores)
    await writer.commit([rowsOf(0, 500)], T, series)
    view?.start()
    await until(() => view?.figures().sent === 400)
    expect(view?.figures()).toMatchObject({ quarantined: 100, problem: null })
    expect(view?.refused(5)[0]).toMatchObject({ reason: '400: bad', line: expect.stringMatching(/^m3,/) })
    expect([...server.points.keys()].some((k) => k.startsWith('m3,'))).toBe(false)
  })

  it('loses nothing to a server that refuses everything', async () => {
    const server = memoryServer()
    server.answer = () => ({ kind: 'refused', reason: '400: bucket is required', dropped: undefined, partial: false })
    const { stores, view } = await open(folder(), server, { wait: () => 60_000 })
    await createSampleWriter(stores).commit([rowsOf(0, 500)], T, series)
    view?.start()
    await until(() => view?.figures().problem?.kind === 'refused')
    expect(view?.figures()).toMatchObject({ quarantined: 0, sent: 0 })
    expect(server.writes).toBeLessThan(30)
  })
})
