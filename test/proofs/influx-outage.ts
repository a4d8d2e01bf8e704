// A time series server that is away for a simulated day, then killed in the middle of writes, again and again, with
// answers lost, refused and late: afterwards its points are the store's. InfluxDB and VictoriaMetrics, side by side.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { InfluxConfig } from '../../collector/config/influx-config.ts'
import { type InfluxCopy, openInfluxCopy } from '../../collector/influx-view.ts'
import { storedName } from '../../collector/storage/influx/line.ts'
import { waitAfter } from '../../collector/storage/influx/pace.ts'
import type { WriteAnswer } from '../../collector/storage/influx/target.ts'
import { createSampleReads } from '../../collector/storage/sqlite/reads/sample-reads.ts'
import { openStores, type Stores } from '../../collector/storage/storage.ts'
import { influxd, keyOf, victoriaMetrics } from '../support/influx-programs.ts'
import { type InfluxProxy, startInfluxProxy } from '../support/influx-proxy.ts'
import { requireProgram } from '../support/programs.ts'
import { createSampleWriter, type Row, seriesInfo } from '../support/sample-writer.ts'
import { until } from '../support/until.ts'
import { type Proof, type ProofContext, seeded } from './proof-kind.ts'

const SERVERS = [
  { program: 'influxd', kind: 'influxdb', open: influxd },
  { program: 'victoria-metrics', kind: 'victoriametrics', open: victoriaMetrics },
] as const

export const influxOutage: Proof = {
  name: 'influx-outage',
  title: 'a day without the time series server, then kills in the middle of writes: nothing missing, nothing doubled',
  rounds: 20,
  unavailable: () =>
    SERVERS.some((s) => requireProgram(s.program)) ? undefined : 'neither influxd nor victoria-metrics is installed',
  async run(context) {
    const total = { samples: 0, missing: 0, doubled: 0, altered: 0, extra: 0, kills: 0, lostAnswers: 0, hangs: 0 }
    const servers = await Promise.all(
      SERVERS.map(async (server, i): Promise<Record<string, unknown>> => {
        const path = requireProgram(server.program)
        if (!path) {
          context.progress(`${server.program} is not installed: left out`)
          return { server: server.program, skipped: true }
        }
        const found = await outage(server, path, { ...context, random: seeded(context.seed * SERVERS.length + i) })
        for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += found[key]
        return { server: server.program, ...found }
      }),
    )
    const { missing, doubled, altered, extra, samples } = total
    return { ok: samples > 0 && missing + doubled + altered + extra === 0, ...total, servers }
  },
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const DEVICES = 12
/** Journal and heads far smaller than a day: what waits has to come from chunks. */
const LIMITS = { headBytes: 1 << 20, journalBytes: 64 * 1024, journalAgeMs: 2 * 60 * MINUTE }
const log = pino({ level: 'silent' })

async function outage(server: (typeof SERVERS)[number], path: string, context: ProofContext) {
  const { random, progress, rounds, brisk } = context
  const say = (message: string) => progress(`${server.program}: ${message}`)
  const dir = mkdtempSync(join(tmpdir(), 'outrider-outage-'))
  const database = await server.open(path, join(dir, 'server'))
  const proxy = await startInfluxProxy(() => database.url, { v1: server.kind === 'influxdb' })
  let at = Math.floor((Date.now() - 2 * DAY) / MINUTE) * MINUTE
  let collector = await openCollector(dir, proxy, server.kind, () => at, brisk)
  const site = createSite(random)
  const pass = async (minutes: number) => {
    for (let i = 0; i < minutes; i++, at += MINUTE) {
      await collector.writer.commit([site.minute(at)], at, site.news())
      if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const counts = { kills: 0, lostAnswers: 0, hangs: 0, refusals: 0, cuts: 0 }
  try {
    await database.start()
    await pass(60)
    await collector.allSent()
    say(`${site.samples()} samples of the first hour are there; now it is stopped for a day`)
    await database.stop()
    await pass(700)
    await collector.stop()
    collector = await openCollector(dir, proxy, server.kind, () => at, brisk)
    await pass(740)
    await until(() => collector.stores.waiting().journalBytes <= LIMITS.journalBytes, { timeoutMs: 120_000 })
    const waiting = collector.stores.database.prepare('select sum(samples) as n from influx_chunk').get()
    say(`a day later ${site.samples()} samples are stored, ${waiting?.n} wait outside the journal; it comes back`)

    // so many writes from one kill to the next that they are spread over half of what waits
    const gap = () => Math.ceil((random() * site.samples()) / BATCH_POINTS / rounds)
    let untilKill = gap()
    let reviving: Promise<void> = database.start()
    proxy.fault = () => {
      const dice = random()
      if (counts.kills < rounds && --untilKill <= 0) {
        untilKill = gap()
        counts.kills++
        // in the middle of this write
        reviving = reviving.then(() => database.kill()).then(() => database.start())
        return random() < 0.5 ? undefined : lost()
      }
      if (dice < 0.9) return undefined
      if (dice < 0.94) return lost()
      if (dice < 0.95 && counts.hangs < (brisk ? 2 : 10)) {
        counts.hangs++
        return { kind: 'hang' }
      }
      if (dice < 0.97) {
        counts.cuts++
        return { kind: 'cut' }
      }
      counts.refusals++
      const status = [503, 429, 500][Math.floor(random() * 3)] as number
      return { kind: 'status', status, headers: { 'retry-after': '1' } }
    }
    const lost = () => {
      counts.lostAnswers++
      return { kind: 'lost-answer' } as const
    }
    // samples go on coming meanwhile
    let done = false
    const live = (async () => {
      while (!done) {
        await pass(1)
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    })()
    const report = setInterval(() => say(`${collector.copy.figures()?.sent} sent, ${counts.kills} kills`), 10_000)
    await until(() => counts.kills >= rounds || collector.isIdle(), { timeoutMs: 900_000, everyMs: 200 })
    clearInterval(report)
    await reviving
    done = true
    await live
    proxy.fault = () => undefined
    await collector.allSent()
    say('everything is settled; one more kill, then every point is compared')
    await database.kill()
    await database.start()
    const { examples, ...found } = compare(expected(collector.stores), await database.dump(), server.kind)
    for (const example of examples) say(example)
    counts.kills++
    const { sent = 0, expired = 0, quarantined = 0 } = collector.copy.figures() ?? {}
    return { samples: site.samples(), ...found, ...counts, sent, expired, quarantined }
  } finally {
    await collector.stop()
    await proxy.stop()
    await database.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

const BATCH_POINTS = 500

/** A day goes by in seconds, so pauses do not grow as they would. */
const wait = (answer: WriteAnswer, failures: number): number => waitAfter(answer, Math.min(failures, 2), Math.random)

const briskWait = (answer: WriteAnswer, failures: number): number => Math.min(BRISK_WAIT_MS, wait(answer, failures))
const BRISK_WAIT_MS = 200
/** VictoriaMetrics 1.79 brings to the disk within 5 s what it took a second ago. */
const BRISK_SETTLE_SECONDS = 20

async function openCollector(
  dir: string,
  proxy: InfluxProxy,
  kind: InfluxConfig['kind'],
  now: () => number,
  brisk: boolean,
) {
  const records = await openStores({ dir: join(dir, 'collector'), log, limits: LIMITS, now })
  const settling = brisk && kind === 'victoriametrics' ? { settleSeconds: BRISK_SETTLE_SECONDS } : {}
  const config = InfluxConfig.parse({
    ...{ kind, url: proxy.url, batch: { points: BATCH_POINTS }, timeoutMs: brisk ? 1000 : 2000 },
    ...settling,
  })
  const sites = () => [{ id: 's', customer: 'c' }]
  const embedded = createSampleReads(records.samples)
  const copy: InfluxCopy = await openInfluxCopy({
    ...{ config, records, embedded, sites, now, log },
    wait: brisk ? briskWait : wait,
  })
  await records.load()
  records.start()
  copy.start()
  const db = records.database
  const isIdle = (): boolean => {
    const row = db.prepare('select settled from influx_cursor').get()
    const last = db.prepare('select max(id) as n from telemetry_journal').get()
    const chunk = db.prepare('select 1 from influx_chunk limit 1').get()
    return chunk === undefined && Number(row?.settled) >= Number(last?.n ?? 0)
  }
  return {
    stores: records,
    copy,
    writer: createSampleWriter(records),
    isIdle,
    allSent: () => until(isIdle, { timeoutMs: 300_000, everyMs: 100, what: 'everything to be sent' }),
    async stop() {
      await copy.stop()
      await records.stop()
    },
  }
}

/** Gauges, counters, states and hostile names; now and then late samples and two of one time. */
function createSite(random: () => number) {
  const kinds = [
    { metric: 'cpu.load', kind: 'gauge', next: (v: number) => Math.round((v + random() * 10 - 5) * 10) / 10 },
    { metric: 'if.in.octets', kind: 'counter64', next: (v: number) => v + Math.floor(random() * 1e9) },
    { metric: 'if.out.octets', kind: 'counter32', next: (v: number) => (v + Math.floor(random() * 1e8)) % 2 ** 32 },
    { metric: 'if.oper.status', kind: 'state', next: () => 1 + Math.floor(random() * 3) },
    { metric: 'temperature', kind: 'gauge', next: () => Math.round(random() * 400) / 10 },
  ] as const
  const resources = ['', 'if:Gi0/1', 'a b,c=d "e"', 'C:\\', 'two\nlines', '\u7aef\u53e3 1']
  const series = Array.from({ length: DEVICES * kinds.length }, (_, i) => {
    const { metric, kind } = kinds[i % kinds.length] as (typeof kinds)[number]
    const resource = resources[i % resources.length] as string
    return seriesInfo(i + 1, { device: `s.d${Math.floor(i / kinds.length)}`, metric, kind, resource })
  })
  const values = series.map(() => 0)
  let samples = 0
  let told = false
  return {
    samples: () => samples,
    news: () => {
      const news = told ? [] : series
      told = true
      return news
    },
    minute(at: number): Row[] {
      const rows: Row[] = []
      for (const [i, { id }] of series.entries()) {
        const value = (kinds[i % kinds.length] as (typeof kinds)[number]).next(values[i] as number)
        values[i] = value
        rows.push([id, at + (i % 50) * 7, value])
        if (random() < 0.002) rows.push([id, at + (i % 50) * 7, Math.round(value * 10 + 10) / 10])
        if (random() < 0.002) rows.push([id, at - Math.floor(random() * 600) * MINUTE + 13, value])
      }
      samples += rows.length
      return rows
    },
  }
}

/** Values of each point in the order they came. */
function expected(stores: Stores): Map<string, number[]> {
  const points = new Map<string, number[]>()
  for (let id = 1; id < stores.samples.size(); id++) {
    const series = stores.samples.byId(id)
    if (!series) continue
    const tags: Record<string, string> = {
      customer: 'c',
      device: storedName(series.device),
      site: storedName(series.site),
    }
    if (series.resource !== '') tags.resource = storedName(series.resource)
    stores.samples.readInOrder(id, 0, Number.MAX_SAFE_INTEGER, (at, value) => {
      const key = keyOf(storedName(series.metric), tags, at)
      const known = points.get(key)
      if (known) known.push(value)
      else points.set(key, [value])
    })
  }
  return points
}

/** InfluxDB has the last of several values of one time, VictoriaMetrics one of them. */
function compare(wanted: Map<string, number[]>, found: Map<string, number[]>, kind: InfluxConfig['kind']) {
  let [missing, doubled, altered, extra] = [0, 0, 0, 0]
  const examples: string[] = []
  for (const [key, values] of wanted) {
    const there = found.get(key)
    if (!there) missing++
    else if (there.length > 1) doubled++
    else if (kind === 'influxdb' ? there[0] !== values.at(-1) : !values.includes(there[0] as number)) altered++
    else continue
    if (examples.length < 5) examples.push(`${key}: stored ${values}, found ${there}`)
  }
  for (const key of found.keys()) if (!wanted.has(key)) extra++
  return { examples, points: wanted.size, missing, doubled, altered, extra }
}
