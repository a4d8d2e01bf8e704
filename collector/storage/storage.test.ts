import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import type { SeriesKind } from '#shared/domain/sample.ts'
import type { SeriesMeaning } from '#shared/domain/series-meaning.ts'
import { packBody } from '#shared/wire/batch.ts'
import { encodeSamples } from '#shared/wire/sample-columns.ts'
import type { IngestGroup, ReceivedSamples, SeriesInfo } from '../ingest/evaluation.ts'
import type { RecordWrites, SeriesNumberRow, TelemetryRow } from '../ingest/record-store.ts'
import { emptyChangeSet } from './change-set.ts'
import { openDatabase } from './sqlite/database.ts'
import { createSampleReads } from './sqlite/reads/sample-reads.ts'
import { createRetention } from './sqlite/retention.ts'
import { createSampleSource } from './sqlite/sample-source.ts'
import { createSampleStore, type SampleLimits } from './sqlite/sample-store.ts'
import { createSeriesCatalogue } from './sqlite/series-catalogue.ts'
import { openStores, type Stores } from './storage.ts'

const DAY = 86_400_000
const T = 1_790_000_000_000 - (1_790_000_000_000 % DAY)
const log = pino({ level: 'silent' })
const dirs: string[] = []
const open: Stores[] = []

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-store-'))
  dirs.push(dir)
  return dir
}

async function stores(dir: string): Promise<Stores> {
  const made = await openStores({ dir, log })
  open.push(made)
  await made.load()
  return made
}

afterEach(async () => {
  for (const s of open.splice(0)) await s.stop()
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const info = (id: number, metric = 'cpu', kind: SeriesKind = 'gauge'): SeriesInfo => ({
  ...{ id, agent: 'agent-one', site: 's', device: 's.d', metric, resource: '', unit: '', kind },
})

/** A batch: rows of series (= number), time and value. */
function batch(first: number, rows: readonly (readonly [number, number, number])[]): TelemetryRow {
  const body = packBody(
    encodeSamples(
      [],
      rows.map(([n, at, value]) => ({ n, at, value })),
    ),
  )
  const column = (i: 0 | 1 | 2) => rows.map((r) => r[i])
  const samples: ReceivedSamples = {
    ...{ agent: 'agent-one', site: 's', length: rows.length },
    series: Uint32Array.from(column(0)),
    at: Float64Array.from(column(1)),
    values: Float64Array.from(column(2)),
    judged: Float64Array.from(column(2)),
  }
  const latest = T + 10_000 * DAY
  return { agent: 'agent-one', epoch: 'e', first, count: rows.length, offsetMs: 0, latest, body, samples, places: null }
}

function writes(telemetry: TelemetryRow[], newSeries: SeriesInfo[] = []): RecordWrites {
  const none = { events: [], results: [], gaps: [], watermarks: [], forks: [], presence: [] }
  const group: IngestGroup = { now: T, newSeries, samples: telemetry.map((t) => t.samples), ...none }
  const numbers: SeriesNumberRow[] = newSeries.map((s) => ({ agent: 'agent-one', epoch: 'e', n: s.id, series: s.id }))
  return { group, forgotten: [], streams: [], batches: [], gaps: [], quarantine: [], boots: [], telemetry, numbers }
}

function all(source: Stores['samples'], series: number): [number, number][] {
  const points: [number, number][] = []
  source.read(series, 0, T + 10_000 * DAY, (at, value) => points.push([at, value]))
  return points.sort((a, b) => a[0] - b[0])
}

describe('what profiles say of series', () => {
  const meaning: SeriesMeaning = {
    class: 'temperature',
    labels: { 'zh-CN': '温度', en: 'Temperature' },
    limits: { highWarning: 75, hysteresis: 3, hold: 60 },
    severities: { failed: 'major' },
    alarmType: 'room.hot',
    alarms: [{ above: 90, severity: 'critical' }],
  }

  it('is kept, changed and taken away with their definition', async () => {
    const dir = folder()
    const first = await stores(dir)
    const milder = { ...meaning, limits: { highWarning: 80 } }
    await first.commit(
      writes([], [{ ...info(1), ...meaning }, info(2, 'b'), { ...info(3, 'c'), ...meaning }]),
      emptyChangeSet(),
      T,
    )
    await first.commit(writes([], [info(1), { ...info(3, 'c'), ...milder }]), emptyChangeSet(), T)
    await first.stop()
    const again = await openStores({ dir, log })
    open.push(again)
    const { series } = await again.load()
    expect(series).toEqual([info(1), info(2, 'b'), { ...info(3, 'c'), ...milder }])
  })
})

describe('storage', () => {
  it('refuses a database of a newer version and leaves it alone', async () => {
    const dir = folder()
    const s = await stores(dir)
    s.database.connection.exec("insert into kysely_migration values ('9999-later', '2030')")
    const migrations = 'select name from kysely_migration order by name'
    const before = s.database.connection.prepare(migrations).all()
    await s.stop()
    await expect(openStores({ dir, log })).rejects.toMatchObject({ code: 'schema-newer' })
    const raw = new DatabaseSync(join(dir, 'collector.db'))
    expect(raw.prepare(migrations).all()).toEqual(before)
    raw.close()
  })

  it('writes all of a turn or nothing, and says when the disk is to blame', async () => {
    const s = await stores(folder())
    let error: Error | undefined = Object.assign(new Error('full'), { errcode: 13 })
    s.addWriter({
      write() {
        if (error) throw error
      },
    })
    const turn = writes([batch(1, [[1, T, 5]])], [info(1)])
    await expect(s.commit(turn, emptyChangeSet(), T)).rejects.toMatchObject({ code: 'unavailable' })
    error = new TypeError('bug')
    await expect(s.commit(turn, emptyChangeSet(), T)).rejects.toBe(error)
    expect((await s.load()).series).toEqual([])
    expect(s.samples.ofDevice('s.d')).toEqual([])
    error = undefined
    await s.commit(turn, emptyChangeSet(), T)
    expect(all(s.samples, 1)).toEqual([[T, 5]])
  })

  it('keeps every sample exactly once through folding and restarts at any moment', async () => {
    const dir = folder()
    const limits: SampleLimits = { headBytes: 4096, journalBytes: 2000, journalAgeMs: 60_000 }
    const expected = new Map<number, [number, number][]>()
    let place = 0
    for (let run = 0; run < 6; run++) {
      const s = await openStores({ dir, log, limits, retention: { raw: 100_000 } })
      await s.load()
      const db = s.database
      for (let b = 0; b < 40; b++) {
        const rows = Array.from({ length: 25 }, (_, i): [number, number, number] => {
          const series = 1 + ((place + i) % 7)
          return [series, T + (place + i) * 1000, Math.sin(place + i)]
        })
        const fresh = place === 0 ? [1, 2, 3, 4, 5, 6, 7].map((id) => info(id, `m${id}`)) : []
        await s.commit(writes([batch(place + 1, rows)], fresh), emptyChangeSet(), T)
        for (const [n, at, v] of rows) expected.set(n, [...(expected.get(n) ?? []), [at, v]])
        place += rows.length
      }
      s.start()
      const journal = () => Number(db.prepare('select count(*) as n from telemetry_journal').get()?.n)
      // a different share of the house-keeping is done each time before the process ends
      for (let i = 0; i < run && journal() > 5; i++) await new Promise((resolve) => setTimeout(resolve, 110))
      for (const [n, points] of expected) expect(all(s.samples, n)).toEqual(points)
      expect(s.samples.latest(1)).toMatchObject({ at: expected.get(1)?.at(-1)?.[0] })
      await s.stop()
    }
    const s = await stores(dir)
    for (const [n, points] of expected) expect(all(s.samples, n)).toEqual(points)
  })

  it('empties the journal when its limit is passed, never before its samples are chunks', async () => {
    const db = await openDatabase(join(folder(), 'x.db'))
    const store = createSampleStore(db, { headBytes: 1e9, journalBytes: 500, journalAgeMs: 1e12 })
    store.open(() => undefined, T)
    for (let i = 0; i < 50; i++) store.write([batch(i + 1, [[1 + (i % 3), T + i, i]])]).commit(T)
    while (store.maintain(T));
    expect(store.waiting().journalBytes).toBeLessThanOrEqual(500)
    const chunks = db.prepare('select count(*) as n from sample_chunk').get()
    expect(Number(chunks?.n)).toBeGreaterThan(0)
    db.close()
  })

  it('turns expired days into roll-ups that reads go on from, then lets those go', async () => {
    const db = await openDatabase(join(folder(), 'x.db'))
    const store = createSampleStore(db, { headBytes: 0, journalBytes: 0, journalAgeMs: 0 })
    store.open(() => undefined, T)
    const catalogue = createSeriesCatalogue()
    catalogue.add([info(1), info(2, 'if.in', 'counter32')])
    let first = 1
    for (let day = 0; day < 3; day++) {
      const rows: [number, number, number][] = []
      for (let minute = 0; minute < 1440; minute++) {
        const at = T + day * DAY + minute * 60_000
        rows.push([1, at, minute % 5], [2, at, (day * 1440 + minute) * 600])
      }
      store.write([batch(first, rows)]).commit(T)
      first += rows.length
      while (store.maintain(T + 4 * DAY));
    }
    const source = createSampleSource(db, () => catalogue, store.heads)
    const limits = { raw: 1, fiveMinutes: 10, hour: 20, events: 1 }
    const retain = createRetention(db, source, limits)
    while (retain(T + 3 * DAY + 1000));
    const chunkDays = db.prepare('select min(from_at) as first from sample_chunk').get()
    expect(Number(chunkDays?.first)).toBeGreaterThanOrEqual(T + 2 * DAY - 60_000 * 240)
    const reads = createSampleReads(source)
    const query = { device: 's.d', from: T, to: T + 3 * DAY, as: 'rate' as const, step: 3600 }
    const answer = await reads.query(query, T + 3 * DAY)
    for (const { metric, points } of answer.series) {
      const values = points.map(([, v]) => v).filter((v) => v !== null)
      expect(values).toHaveLength(72)
      for (const v of values) expect(v).toBeCloseTo(metric === 'cpu' ? 2 : 10, 6)
    }
    while (retain(T + 15 * DAY));
    const steps = () => db.prepare('select distinct step from sample_rollup order by step').all()
    expect(steps().map((r) => r.step)).toEqual([3_600_000])
    while (retain(T + 30 * DAY));
    expect(steps()).toEqual([])
    db.close()
  })

  it('bounds the quarantine', async () => {
    const s = await stores(folder())
    const row = { agent: 'a', epoch: null, lane: null, first: null, count: null, reason: 'x', raw: null, at: T }
    const many = Array.from({ length: 10_050 }, () => row)
    await s.commit({ ...writes([]), quarantine: many }, emptyChangeSet(), T)
    expect(s.quarantine.counts()).toMatchObject({ rows: 10_000, bytes: 10_000 })
    expect(s.quarantine.counts().byAgent.get('a')).toBe(10_050)
  })
})
