// The copy of samples in a real InfluxDB (Debian's 1.6, behind a proxy that speaks the v2 write path) in all sorts of
// trouble: nothing missing, nothing doubled, nothing altered.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SampleCopy, SampleQuery } from '#shared/http/records.ts'
import { InfluxConfig } from '../../collector/config/influx-config.ts'
import { openInfluxCopy } from '../../collector/influx-view.ts'
import type { SeriesInfo } from '../../collector/ingest/evaluation.ts'
import { createInfluxView, type InfluxView } from '../../collector/storage/influx/influx.ts'
import { storedName } from '../../collector/storage/influx/line.ts'
import { createWriteTarget } from '../../collector/storage/influx/target.ts'
import { createSampleReads } from '../../collector/storage/sqlite/reads/sample-reads.ts'
import { openStores, type Stores } from '../../collector/storage/storage.ts'
import { influxd, keyOf, type TimeSeriesServer } from '../support/influx-programs.ts'
import { type Fault, type InfluxProxy, startInfluxProxy } from '../support/influx-proxy.ts'
import { requireProgram } from '../support/programs.ts'
import { createSampleWriter, type Row, seriesInfo } from '../support/sample-writer.ts'
import { until } from '../support/until.ts'

const log = pino({ level: 'silent' })
const program = requireProgram('influxd')
const MINUTE = 60_000
const T = Math.floor(Date.now() / MINUTE) * MINUTE - 300 * MINUTE

describe.skipIf(program === undefined)('a copy in InfluxDB (program influxd)', () => {
  let dir: string
  let server: TimeSeriesServer
  let proxy: InfluxProxy
  let stores: Stores | undefined
  let view: InfluxView | undefined
  /** One for each test. */
  let database = ''
  let count = 0

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-influx-'))
    server = await influxd(program as string, join(dir, 'server'))
    await server.start()
    proxy = await startInfluxProxy(() => server.url, { v1: true })
  })
  beforeEach(async () => {
    database = `test-${count++}`
    await query(`create database "${database}"`)
  })
  afterEach(async () => {
    await view?.stop()
    await stores?.stop()
    view = undefined
    stores = undefined
    proxy.fault = () => undefined
    proxy.writes.length = 0
    rmSync(join(dir, 'store'), { recursive: true, force: true })
  })
  afterAll(async () => {
    await proxy?.stop()
    await server?.stop()
    if (dir) rmSync(dir, { recursive: true, force: true })
  })

  const query = (q: string) =>
    fetch(`${server.url}/query`, { method: 'POST', body: new URLSearchParams({ q, db: database }) })
  const writeDirectly = (lines: string) =>
    fetch(`${server.url}/write?db=${database}&precision=ms`, { method: 'POST', body: lines })

  async function open(waits: number[] = [], timeoutMs = 500) {
    stores = await openStores({ dir: join(dir, 'store'), log })
    const { samples } = stores
    const connection = { url: proxy.url, org: '', bucket: database, token: 'user:secret', timeoutMs }
    view = createInfluxView({
      ...{ database: stores.database, samples, target: createWriteTarget({ ...connection, now: Date.now }) },
      ...{ sites: () => [{ id: 's', customer: 'c' }], batch: { points: 50, bytes: 50_000 }, settleMs: 0 },
      ...{ history: true, holdMs: 0, now: Date.now, log },
      wait(answer, failures) {
        waits.push(answer.kind === 'busy' ? (answer.retryAfterMs ?? -1) : failures)
        return 5
      },
    })
    stores.follow(view.follower)
    await stores.load()
    return { stores, view, writer: createSampleWriter(stores) }
  }

  const infos = [1, 2, 3].map((id) => seriesInfo(id))
  const rows = (count: number): Row[] =>
    Array.from({ length: count }, (_, i) => [1 + (i % 3), T + i * 1000, i / 4] as const)
  const keys = (list: readonly Row[], of: readonly SeriesInfo[] = infos) => {
    const points = new Map<string, number[]>()
    for (const [id, at, value] of list) {
      const s = of.find((i) => i.id === id) as SeriesInfo
      const resource = s.resource === '' ? '' : storedName(s.resource)
      const tags = { customer: 'c', device: s.device, site: 's', resource }
      points.set(keyOf(storedName(s.metric), tags, at), [value])
    }
    return points
  }

  it('has every name and number as it was', async () => {
    const { view, writer } = await open()
    view.start()
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }),
      fc.string({
        unit: fc.constantFrom('a', ' ', ',', '=', '\\', '\n', '"', "'", '%', '#', '_', '\u7aef'),
        minLength: 1,
      }),
      fc.string({ unit: fc.constantFrom('x', '\\', '\n', '\u7aef'), minLength: 60_000, maxLength: 66_000 }),
    )
    const value = fc.double({ noNaN: true, noDefaultInfinity: true })
    const drawn = fc.sample(fc.tuple(name, name, value, fc.integer({ min: 0, max: 86_400_000 })), {
      numRuns: 150,
      seed: 7,
    })
    const series = [...new Map(drawn.map((d) => [`${d[0]}\u001f${d[1]}`, d])).values()]
    const all = series.map(([metric, resource], i) => seriesInfo(i + 1, { metric, resource }))
    const points = series.map(([, , v, at], i): Row => [i + 1, T - at, v + 0])
    for (let i = 0; i < points.length; i += 50)
      await writer.commit([points.slice(i, i + 50)], Date.now(), i === 0 ? all : [])
    await until(() => view.figures().sent === points.length)
    expect(view.figures()).toMatchObject({ quarantined: 0, problem: null })
    expect(await server.dump(database)).toEqual(keys(points, all))
  })

  const faults: [name: string, fault: Fault, times?: number][] = [
    ['no answer', { kind: 'hang' }],
    ['a cut connection', { kind: 'cut' }],
    ['an answer lost after the write took effect', { kind: 'lost-answer' }],
    ['400 for everything', { kind: 'status', status: 400, body: '{"code":"invalid","message":"org is required"}' }, 40],
    ['401', { kind: 'status', status: 401, body: '{"code":"unauthorized","message":"unauthorized access"}' }],
    ['404', { kind: 'status', status: 404, body: '{"error":"database not found"}' }],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '2' } }],
    ['500', { kind: 'status', status: 500, body: 'oops' }],
    ['503', { kind: 'status', status: 503, headers: { 'retry-after': '3' } }],
    ['200 instead of 204', { kind: 'status', status: 200, body: '{}' }],
  ]
  it.each(faults)('is complete after %s', async (_, fault, times = 6) => {
    const waits: number[] = []
    const { stores, view, writer } = await open(waits)
    let left = times
    proxy.fault = () => (left-- > 0 ? fault : undefined)
    const all = rows(400)
    for (let i = 0; i < 400; i += 40) await writer.commit([all.slice(i, i + 40)], Date.now(), i === 0 ? infos : [])
    view.start()
    await until(() => view.figures().problem !== null)
    if (fault.kind === 'status' && fault.headers) expect(waits[0]).toBe(Number(fault.headers['retry-after']) * 1000)
    await until(() => view.figures().sent === 400)
    expect(view.figures()).toMatchObject({ quarantined: 0, expired: 0, problem: null })
    expect(await server.dump(database)).toEqual(keys(all))
    await view.stop()
    expect(stores.database.prepare('select settled from influx_cursor').get()).toEqual({ settled: 10 })
    expect(new Set(proxy.writes.map((w) => w.authorization))).toEqual(new Set(['Token user:secret']))
  })

  it('goes around lines the real server refuses, and says why', async () => {
    await writeDirectly(`m2 value=1i ${T}\n`)
    const { view, writer } = await open()
    const all = rows(300)
    await writer.commit([all], Date.now(), infos)
    view.start()
    await until(() => view.figures().sent === 200)
    expect(view.figures()).toMatchObject({ quarantined: 100, problem: null })
    expect(view.refused(1)[0]).toMatchObject({ reason: expect.stringContaining('field type conflict') })
    const found = [...(await server.dump(database))].filter(([key]) => !key.startsWith('m2'))
    expect(new Map(found)).toEqual(keys(all.filter(([id]) => id !== 2)))
    // with everything else written, few writes were needed
    expect(proxy.writes.length).toBeLessThan(80)
  })

  it('bisects for a server that takes all or nothing, and halves what is too large', async () => {
    const { view, writer } = await open()
    const all = rows(300)
    const poison = all.filter(([id], i) => id === 1 && i % 60 === 0).map(([, at]) => `${at}`)
    proxy.fault = (lines) => {
      if (lines.join('\n').length > 1500) return { kind: 'status', status: 413 }
      const bad = lines.find((l) => poison.some((at) => l.endsWith(at)))
      return bad === undefined
        ? undefined
        : { kind: 'status', status: 400, body: JSON.stringify({ error: `unable to parse '${bad}'` }) }
    }
    await writer.commit([all], Date.now(), infos)
    view.start()
    await until(() => view.figures().sent === 300 - poison.length)
    expect(view.figures().quarantined).toBe(poison.length)
    expect(await server.dump(database)).toEqual(keys(all.filter(([, at]) => !poison.includes(`${at}`))))
  })

  it('counts what is older than the server keeps', async () => {
    await query(`create retention policy short on "${database}" duration 1h replication 1 default`)
    const { view, writer } = await open()
    const now = Math.floor(Date.now() / 1000) * 1000
    const all: Row[] = [...rows(60), ...rows(60).map(([id, at, v]): Row => [id, now - (at - T) / 10, v])]
    await writer.commit([all], Date.now(), infos)
    view.start()
    await until(() => view.figures().sent + view.figures().beyond === 120)
    expect(view.figures()).toMatchObject({ beyond: 60, sent: 60, quarantined: 0, problem: null })
  })

  it('stops at once in the middle of a write that gets no answer', async () => {
    const { view, writer } = await open([], 60_000)
    proxy.fault = () => ({ kind: 'hang' })
    await writer.commit([rows(60)], Date.now(), infos)
    view.start()
    await until(() => proxy.writes.length > 0)
    // a write may wait for a minute: longer than this test may
    await view.stop()
    expect(proxy.writes).toHaveLength(1)
  }, 20_000)

  it('serves charts, which come from the embedded samples while it is away or behind', async () => {
    stores = await openStores({ dir: join(dir, 'store'), log })
    const embedded = createSampleReads(stores.samples)
    const config = InfluxConfig.parse({ url: proxy.url, bucket: database, readFrom: 'influx', timeoutMs: 500 })
    const copy = await openInfluxCopy({
      ...{ config, records: stores, embedded, sites: () => [{ id: 's', customer: 'c' }], now: Date.now, log },
    })
    await stores.load()
    copy.start()
    await createSampleWriter(stores).commit([rows(60)], Date.now(), infos)
    await until(() => copy.figures()?.sent === 60)
    const ask = () => copy.samples.query(SampleQuery.parse({ device: 's.d', from: T, to: T + MINUTE }), Date.now())
    const there = await ask()
    expect(there.source).toBe('influx')
    expect(SampleCopy.parse({ copy: copy.samples.copy?.() }).copy).toMatchObject({
      sent: 60,
      problem: null,
      refused: [],
    })
    await server.kill()
    const away = await ask()
    expect(away.source).toBe('embedded')
    expect(away.series).toEqual(there.series)
    await server.start()
    expect((await ask()).source).toBe('embedded')
    await copy.stop()
  })
})
