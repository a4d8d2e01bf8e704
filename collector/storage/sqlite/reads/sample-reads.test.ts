import { describe, expect, it } from 'vitest'
import { SampleQuery } from '#shared/http/records.ts'
import type { SeriesInfo } from '../../../ingest/evaluation.ts'
import { FIVE_MINUTES, type RollUpBucket } from '../roll-up.ts'
import { createSampleReads, type SampleSource, type Turn } from './sample-reads.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const T = 20_000 * DAY

interface Fake {
  readonly info: Partial<SeriesInfo>
  readonly raw?: readonly (readonly [number, number])[]
  readonly rolled?: readonly RollUpBucket[]
}

/** Series 1, 2, ... of device `s.d`, from memory. */
function source(series: readonly Fake[], restarts?: readonly number[], onRead = () => {}): SampleSource {
  const infos = series.map(
    ({ info }, i): SeriesInfo => ({
      ...{ id: i + 1, agent: 'a', site: 's', device: 's.d', metric: `m${i}`, resource: '', unit: '', kind: 'gauge' },
      ...info,
    }),
  )
  return {
    ofDevice: (device) => (device === 's.d' ? infos : []),
    latest: (id) => {
      const newest = series[id - 1]?.raw?.at(-1)
      return newest && { at: newest[0], value: newest[1], judged: Number.NaN }
    },
    read(id, from, to, each) {
      onRead()
      for (const [at, value] of series[id - 1]?.raw ?? []) if (at >= from && at <= to) each(at, value)
    },
    rolledUp: (id, from, to) => (series[id - 1]?.rolled ?? []).filter((b) => b.at + FIVE_MINUTES > from && b.at <= to),
    restarts: () => restarts,
  }
}

const ask = (query: Record<string, unknown>) => SampleQuery.parse({ device: 's.d', ...query })
const minutes = (count: number, value: (i: number) => number, step = MINUTE) =>
  Array.from({ length: count }, (_, i) => [T + i * step, value(i)] as const)

describe('samples', () => {
  it('come as measured when they are few, with a hole where nothing was measured', async () => {
    const raw = minutes(60, (i) => i).filter(([at]) => at < T + 20 * MINUTE || at >= T + 30 * MINUTE)
    const reads = createSampleReads(source([{ info: { unit: '%' }, raw }]))
    const answer = await reads.query(ask({ from: T, to: T + 60 * MINUTE }), 0)
    expect(answer).toMatchObject({ step: 0, truncated: false, nextCursor: null, series: [{ unit: '%' }] })
    const points = answer.series[0]?.points ?? []
    expect(points.filter(([, v]) => v === null)).toEqual([[T + 19 * MINUTE + 1, null]])
    expect(points.filter(([, v]) => v !== null)).toEqual(raw)
  })

  it('come with what the profile says, for limit lines and names', async () => {
    const said = { class: 'temperature', labels: { en: 'Temperature' }, limits: { highWarning: 75 } }
    const reads = createSampleReads(
      source([
        { info: { ...said, alarmType: 'a.b', severities: { bad: 'major' } }, raw: minutes(2, (i) => i) },
        { info: {} },
      ]),
    )
    const { series } = await reads.query(ask({ from: T, to: T + MINUTE }), 0)
    expect(series[0]).toMatchObject({ ...said, severities: { bad: 'major' } })
    expect(series[1]).not.toHaveProperty('limits')
    const latest = await reads.latest('s.d')
    expect(latest[0]).toMatchObject(said)
    expect(latest[0]).not.toHaveProperty('alarmType')
  })

  it('are thinned to about 1,500 points; gauges to means, states to the last', async () => {
    const raw = minutes(8640, (i) => i % 6, 10_000)
    const reads = createSampleReads(
      source([
        { info: {}, raw },
        { info: { kind: 'state' }, raw },
      ]),
    )
    const answer = await reads.query(ask({ from: T, to: T + DAY }), 0)
    expect(answer.step).toBe(58)
    for (const { points } of answer.series) {
      expect(points.length).toBeGreaterThan(1400)
      expect(points.length).toBeLessThan(1600)
    }
    const [mean, last] = (await reads.query(ask({ from: T, to: T + DAY, step: 60 }), 0)).series
    expect(new Set(mean?.points.slice(1, -1).map(([, v]) => v))).toEqual(new Set([2.5]))
    expect(new Set(last?.points.slice(1, -1).map(([, v]) => v))).toEqual(new Set([5]))
  })

  it('tell counters as rates through wraps, nothing through a restart, and as they are when asked', async () => {
    const top = 2 ** 32
    const wrapped = minutes(10, (i) => (top - 3000 + i * 600) % top)
    const kind = 'counter32'
    const wrap = createSampleReads(source([{ info: { kind, unit: 'By' }, raw: wrapped }], [T - DAY]))
    const range = { from: T, to: T + 10 * MINUTE }
    const rates = (await wrap.query(ask(range), 0)).series[0]
    expect(rates?.unit).toBe('By/s')
    expect(rates?.points).toEqual(wrapped.slice(1).map(([at]) => [at, 10]))
    const raw = (await wrap.query(ask({ ...range, as: 'raw' }), 0)).series[0]
    expect([raw?.unit, raw?.points]).toEqual(['By', wrapped])
    const restarted = minutes(10, (i) => (i < 5 ? 9000 + i * 600 : (i - 5) * 600))
    const reboot = createSampleReads(source([{ info: { kind }, raw: restarted }], [T + 4.5 * MINUTE]))
    const values = (await reboot.query(ask(range), 0)).series[0]?.points.map(([, v]) => v)
    expect(values).toEqual([10, 10, 10, 10, null, 10, 10, 10, 10])
  })

  it('have a rate at the start of the range when there is a reading just before it', async () => {
    const raw = minutes(10, (i) => i * 60)
    const reads = createSampleReads(source([{ info: { kind: 'counter64' }, raw }]))
    const answer = await reads.query(ask({ from: T + 5 * MINUTE, to: T + 9 * MINUTE }), 0)
    expect(answer.series[0]?.points[0]).toEqual([T + 5 * MINUTE, 1])
    expect(answer.series[0]?.points).toHaveLength(5)
  })

  it('go on from roll-ups, weighted by what is in them', async () => {
    const rolled = Array.from({ length: 288 * 83 }, (_, i): RollUpBucket => {
      const count = i % 2 === 0 ? 30 : 10
      return { at: T + i * FIVE_MINUTES, count, min: 0, max: 9, sum: i % 2 === 0 ? 30 : 50, last: 5 }
    })
    const raw = minutes(7 * 1440, () => 2).map(([at, v]) => [at + 83 * DAY, v] as const)
    const reads = createSampleReads(source([{ info: {}, raw, rolled }]))
    const answer = await reads.query(ask({ from: T, to: T + 90 * DAY }), 0)
    expect(answer.step).toBe(5184)
    const points = answer.series[0]?.points ?? []
    expect(points.length).toBeGreaterThan(1490)
    expect(points.every(([, v]) => v !== null && v > 1.8 && v < 2.2)).toBe(true)
    const day = await reads.query(ask({ from: T, to: T + DAY, step: 3600 }), 0)
    expect(new Set(day.series[0]?.points.slice(1, -1).map(([, v]) => v?.toFixed(6)))).toEqual(new Set(['2.000000']))
    const week = await reads.query(ask({ from: T + 80 * DAY, to: T + 87 * DAY }), 0)
    expect(week.series[0]?.points.some(([, v]) => v === null)).toBe(false)
  })

  it('never leave out the newest because a step was too fine', async () => {
    const raw = minutes(90 * 1440, () => 1)
    const reads = createSampleReads(source([{ info: {}, raw }]))
    const answer = await reads.query(ask({ from: T, to: T + 90 * DAY, step: 1 }), 0)
    expect(answer.step).toBe(389)
    expect(answer.series[0]?.points.at(-1)?.[0]).toBeGreaterThan(T + 90 * DAY - 2 * 389_000)
  })

  it('are chosen by metric and resource, and come in pages', async () => {
    const many = Array.from({ length: 150 }, (_, i) => ({ info: { metric: `m${i % 3}`, resource: `if:${i}` } }))
    const reads = createSampleReads(source(many))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await reads.query(ask({ from: T, to: T + 1, cursor }), 0)
      expect(page.truncated).toBe(page.nextCursor !== null)
      seen.push(...page.series.map((s) => s.resource))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(many.map((m) => m.info.resource))
    const chosen = await reads.query(ask({ metric: ['m1', 'm2'], resource: 'if:4' }), T)
    expect(chosen.series.map((s) => [s.metric, s.resource])).toEqual([['m1', 'if:4']])
    expect((await reads.query(ask({ device: 'other' }), T)).series).toEqual([])
    await expect(reads.query(ask({ cursor: 'nonsense' }), T)).rejects.toThrow('cursor')
  })

  it('let the thread go between short pieces, and answer a range without end in few', async () => {
    let time = 0
    let since = 0
    let longest = 0
    let reading = 0
    const turn: Turn = {
      mono: () => time,
      async pause() {
        since = 0
      },
    }
    const onRead = () => {
      reading++
      time += 10
      since += 10
      longest = Math.max(longest, since)
    }
    const raw = minutes(20_000, (i) => i)
    const reads = createSampleReads(source(Array(10).fill({ info: {}, raw }), undefined, onRead), turn)
    await Promise.all([1, 2, 3].map(() => reads.query(ask({ from: 0, to: T + 30 * DAY }), 0)))
    expect(longest).toBeLessThanOrEqual(20)
    expect(reading).toBeLessThan(3 * 10 * 40)
  })
})
