// What every way of reading samples for charts has to answer, wherever they are kept.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SampleQuery, type SampleResult } from '#shared/http/records.ts'
import type { SeriesInfo } from '../../collector/ingest/evaluation.ts'
import { type Row, seriesInfo } from '../support/sample-writer.ts'

export interface SampleReadsUnderTest {
  /** Adds series and samples; resolves when they can be read. */
  fill(series: readonly SeriesInfo[], rows: readonly Row[]): Promise<void>
  query(query: SampleQuery): Promise<SampleResult>
  readonly source: SampleResult['source']
  stop(): Promise<void>
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Today's midnight (UTC) 40 days ago: in the retention of any server. */
const T = Date.now() - (Date.now() % (24 * HOUR)) - 40 * 24 * HOUR

/** `missing`: why it cannot run here. */
export function sampleReadsContract(name: string, open: () => Promise<SampleReadsUnderTest>, missing?: string): void {
  describe.skipIf(missing !== undefined)(`samples for charts from ${name}${missing ? ` (${missing})` : ''}`, () => {
    let reads: SampleReadsUnderTest
    let nextId = 1
    beforeAll(async () => {
      reads = await open()
    })
    afterAll(() => reads?.stop())

    /** A device of its own with these series; rows name them by index. */
    async function device(series: readonly Partial<SeriesInfo>[], rows: readonly Row[]): Promise<string> {
      const id = `s.d${nextId}`
      const infos = series.map((s, i) => seriesInfo(nextId + i, { device: id, metric: `metric.${i}`, ...s }))
      await reads.fill(
        infos,
        rows.map(([i, at, value]) => [nextId + i, at, value] as const),
      )
      nextId += series.length
      return id
    }
    const ask = (device: string, query: Record<string, unknown>) => reads.query(SampleQuery.parse({ device, ...query }))
    const every = (ms: number, count: number, value: (i: number) => number, start = T): Row[] =>
      Array.from({ length: count }, (_, i) => [0, start + i * ms, value(i)])

    it('come as measured, with holes, and the answer says where from', async () => {
      const rows = every(MINUTE, 60, (i) => i / 8).filter((_, i) => i < 20 || i >= 30)
      const id = await device([{ unit: '%' }], rows)
      const answer = await ask(id, { from: T, to: T + HOUR })
      expect(answer).toMatchObject({ source: reads.source, step: 0, truncated: false })
      const points = answer.series[0]?.points ?? []
      expect(points.filter(([, v]) => v !== null)).toEqual(rows.map(([, at, v]) => [at, v]))
      expect(points.filter(([, v]) => v === null)).toHaveLength(1)
    })

    it('are thinned: gauges to means, states to the last', async () => {
      const values = (series: number): Row[] => every(10_000, 1440, (i) => i % 6).map(([, at, v]) => [series, at, v])
      const states = { 0: 'zero', 5: 'five' }
      const id = await device([{}, { kind: 'state', states }], [...values(0), ...values(1)])
      const { series, step } = await ask(id, { from: T, to: T + 4 * HOUR, step: 60 })
      expect(step).toBe(60)
      expect(new Set(series[0]?.points.slice(1, -1).map(([, v]) => v))).toEqual(new Set([2.5]))
      expect(new Set(series[1]?.points.slice(1, -1).map(([, v]) => v))).toEqual(new Set([5]))
    })

    it('tell counters as rates through wraps and restarts, and raw when asked', async () => {
      const top = 2 ** 32
      const wrapped = every(MINUTE, 10, (i) => (top - 3000 + i * 600) % top)
      const restarted = every(MINUTE, 10, (i) => (i < 5 ? 9000 + i * 600 : (i - 5) * 600)).map(
        ([, at, v]): Row => [1, at, v],
      )
      const up = every(MINUTE, 10, (i) => (i < 5 ? 5000 + i * 60 : 30 + (i - 5) * 60)).map(
        ([, at, v]): Row => [2, at, v],
      )
      const one = await device([{ kind: 'counter32', unit: 'By' }], wrapped)
      const range = { from: T, to: T + 10 * MINUTE }
      const rate = (await ask(one, range)).series[0]
      expect([rate?.unit, rate?.points]).toEqual(['By/s', wrapped.slice(1).map(([, at]) => [at, 10])])
      const raw = (await ask(one, { ...range, as: 'raw' })).series[0]
      expect([raw?.unit, raw?.points]).toEqual(['By', wrapped.map(([, at, v]) => [at, v])])
      const two = await device(
        [{}, { kind: 'counter32', metric: 'c' }, { metric: 'sys.uptime', unit: 's' }],
        [...restarted, ...up],
      )
      const values = (await ask(two, { ...range, metric: 'c' })).series[0]?.points.map(([, v]) => v)
      expect(values).toEqual([10, 10, 10, 10, null, 10, 10, 10, 10])
    })

    it('have a rate at the start when there is a reading just before', async () => {
      const id = await device(
        [{ kind: 'counter64' }],
        every(MINUTE, 10, (i) => i * 60),
      )
      const answer = await ask(id, { from: T + 5 * MINUTE, to: T + 9 * MINUTE })
      expect(answer.series[0]?.points).toEqual(every(MINUTE, 5, () => 1, T + 5 * MINUTE).map(([, at, v]) => [at, v]))
    })

    it('are right over a long range, to its newest sample', async () => {
      const rows = every(10 * MINUTE, 30 * 144, (i) => 100 + Math.floor(i / 144))
      const counter = every(10 * MINUTE, 30 * 144, (i) => i * 1200).map(([, at, v]): Row => [1, at, v])
      const id = await device([{}, { kind: 'counter64' }], [...rows, ...counter])
      const { series, step } = await ask(id, { from: T, to: T + 30 * 24 * HOUR - 1, step: 3600 })
      expect(step).toBe(3600)
      const gauge = series[0]?.points.filter(([, v]) => v !== null) ?? []
      expect(gauge).toHaveLength(720)
      for (const [at, v] of gauge) expect(v).toBeCloseTo(100 + Math.floor((at - T) / (24 * HOUR)), 6)
      const rates = series[1]?.points.map(([, v]) => v) ?? []
      expect(rates).toHaveLength(720)
      for (const v of rates) expect(v).toBeCloseTo(2, 6)
    })

    it('keep hostile names apart', async () => {
      const names = [
        '',
        'if:1',
        'a b,c=d',
        'C:\\',
        'C:%5C',
        'two\nlines',
        'two\\nlines',
        '"quoted\' name',
        '\u7aef\u53e3\ud83d\ude00',
        'tab\there',
        '#x',
        '_x',
        '%',
        '\u0000',
        "'; drop measurement x --",
        '{x="y"}',
        `${'long'.repeat(64)}`,
      ]
      const metrics = ['m', '#comment', 'with space,and=more', '\u6e29\u5ea6', 'quo"te', 'back\\slash']
      const series = metrics.flatMap((metric) => names.map((resource) => ({ metric, resource })))
      const rows = series.flatMap((_, i): Row[] => [
        [i, T, i],
        [i, T + MINUTE, i + 0.5],
      ])
      const id = await device(series, rows)
      for (const metric of metrics)
        for (const resource of names) {
          const i = series.findIndex((s) => s.metric === metric && s.resource === resource)
          const answer = await ask(id, { metric: [metric], resource, from: T, to: T + HOUR })
          expect([metric, resource, answer.series[0]?.points]).toEqual([
            metric,
            resource,
            [
              [T, i],
              [T + MINUTE, i + 0.5],
            ],
          ])
        }
    })

    it('come in pages and are chosen by metric', async () => {
      const series = Array.from({ length: 70 }, (_, i) => ({ metric: `p${i % 2}`, resource: `if:${i}` }))
      const id = await device(
        series,
        series.map((_, i): Row => [i, T, i]),
      )
      const seen: (number | null | undefined)[] = []
      let cursor: string | undefined
      do {
        const page = await ask(id, { from: T, to: T + HOUR, cursor })
        seen.push(...page.series.map((s) => s.points[0]?.[1]))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(seen).toEqual(series.map((_, i) => i))
      const chosen = await ask(id, { metric: ['p1'], resource: 'if:3', from: T, to: T + HOUR })
      expect(chosen.series.map((s) => s.resource)).toEqual(['if:3'])
      expect((await ask('s.other', { from: T, to: T + HOUR })).series).toEqual([])
    })
  })
}
