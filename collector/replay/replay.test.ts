import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type Row, seriesInfo } from '../../test/support/sample-writer.ts'
import { MINUTE, minutes, storedPast, PAST as T0 } from '../../test/support/stored-past.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { Rule } from '../rules/rule.ts'
import { openReplayHistory } from '../storage/sqlite/replay-history.ts'
import { type ReplayPlan, replay } from './replay.ts'
import { addSample, createColumns, orderOf } from './sample-order.ts'

const pasts: Disposable[] = []
afterAll(() => {
  for (const past of pasts) past[Symbol.dispose]()
})

const hot = (more: object = {}) => ({
  rule: Rule.parse({
    ...{ id: 'hot', title: 'hot', severity: 'major', alarmType: 'env.temperature', text: '{{value}}' },
    ...{ condition: { type: 'threshold', metric: 'm1', above: 40, clear: 35 }, for: '2m', ...more },
  }),
  origin: { kind: 'database' as const },
})

describe('replay', () => {
  it('finds in stored samples what the rule says, at the times of the samples', async () => {
    const file = await stored(
      [seriesInfo(1), seriesInfo(2)],
      minutes(120, (m) => (m >= 30 && m < 50 ? 45 : 20)),
    )
    const { changes, read } = run(file, { sets: [{ rules: [hot()] }] })
    expect(changes).toEqual(['0 raise 32 45', '0 clear 50 45'])
    expect(read).toMatchObject({ samples: 120, series: 1, devices: 1, share: 1, leftOut: 0 })
  })

  it('judges several sets of rules over the same records, each by itself', async () => {
    const file = await stored(
      [seriesInfo(1)],
      minutes(60, (m) => (m >= 30 && m < 50 ? 45 : 20)),
    )
    const sets = [{ rules: [hot()] }, { rules: [hot({ for: '10m' })] }, { rules: [hot({ enabled: false })] }]
    const { changes } = run(file, { sets })
    expect(changes.sort()).toEqual(['0 clear 50 45', '0 raise 32 45', '1 clear 50 45', '1 raise 40 45'])
  })

  it('takes up other rules at their time and clears what none of them says', async () => {
    const file = await stored(
      [seriesInfo(1)],
      minutes(60, (m) => (m >= 30 ? 45 : 20)),
    )
    const sets = [{ rules: [hot()], changes: [{ at: T0 + 40 * MINUTE, rules: [] }] }]
    expect(run(file, { sets }).changes).toEqual(['0 raise 32 45', '0 clear 40 45'])
  })

  it('looks back for as long as it is told, so that a hold that runs at the begin goes on', async () => {
    const file = await stored(
      [seriesInfo(1)],
      minutes(60, (m) => (m >= 29 ? 45 : 20)),
    )
    const from = T0 + 30 * MINUTE
    expect(run(file, { from, sets: [{ rules: [hot()] }] }).changes).toEqual(['0 raise 32 45'])
    expect(run(file, { from, warmUpMs: 10 * MINUTE, sets: [{ rules: [hot()] }] }).changes).toEqual(['0 raise 31 45'])
  })

  it('reads in slices of any size, chunks and journal alike, every sample once', async () => {
    const file = await stored(
      [seriesInfo(1)],
      minutes(3000, (m) => (m % 100 < 10 ? 45 : 20)),
      { fold: true },
    )
    const all = run(file, { to: T0 + 3000 * MINUTE, sets: [{ rules: [hot()] }] })
    expect(all.read.samples).toBe(3000)
    expect(all.changes.length).toBe(60)
    const small = run(file, { to: T0 + 3000 * MINUTE, sliceSamples: 7, sets: [{ rules: [hot()] }] })
    expect(small.changes).toEqual(all.changes)
    expect(small.read.samples).toBe(3000)
  })

  it('leaves out what came for a series out of order, as it was left out when it came', async () => {
    const rows = minutes(60, (m) => (m >= 30 && m < 50 ? 45 : 20))
    const late: Row[] = [
      [1, T0 + 10 * MINUTE, 99],
      [1, T0 + 15 * MINUTE, 99],
    ]
    const file = await stored([seriesInfo(1)], [...rows, ...late])
    expect(run(file, { sets: [{ rules: [hot()] }] }).changes).toEqual(['0 raise 32 45', '0 clear 50 45'])
  })

  it('reads what an expression names beside its own metric, and nothing else', async () => {
    const both = minutes(60, () => 30).flatMap(([, at, value], m): Row[] => [
      [1, at, value],
      [2, at, m >= 30 && m < 50 ? 20 : 40],
      [3, at, 1],
    ])
    const file = await stored([seriesInfo(1), seriesInfo(2), seriesInfo(3)], both)
    const condition = { type: 'expression', metric: 'm1', inputs: { other: { metric: 'm2' } }, when: 'value > other' }
    const { changes, read } = run(file, { sets: [{ rules: [hot({ condition, for: 0 })] }] })
    expect(changes).toEqual(['0 raise 30 30', '0 clear 50 30'])
    expect(read).toMatchObject({ samples: 120, series: 2 })
  })

  it('judges rates of counters across slices', async () => {
    const counter = seriesInfo(1, { kind: 'counter64' })
    let count = 0
    const file = await stored(
      [counter],
      minutes(60, (m) => {
        count += m > 30 && m <= 50 ? 45 * 60 : 60
        return count
      }),
    )
    expect(run(file, { sliceSamples: 3, sets: [{ rules: [hot()] }] }).changes).toEqual([
      '0 raise 33 45',
      '0 clear 51 45',
    ])
  })
})

describe('orderOf', () => {
  it('sorts as a stable sort does', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(20), fc.nat(2 ** 32 - 1)), { maxLength: 300 }), (offsets) => {
        const columns = createColumns(1)
        for (const [i, offset] of offsets.entries()) addSample(columns, offset, i, 0)
        const expected = offsets.map((offset, i) => [offset, i] as const).sort((a, b) => a[0] - b[0])
        expect([...orderOf(columns)]).toEqual(expected.map(([, i]) => i))
      }),
    )
  })
})

async function stored(series: readonly SeriesInfo[], rows: readonly Row[], { fold = false } = {}): Promise<string> {
  const past = await storedPast({ series, rows, fold })
  pasts.push(past)
  return past.file
}

function run(file: string, more: Partial<ReplayPlan> & Pick<ReplayPlan, 'sets'>) {
  const history = openReplayHistory({ file, rawDays: 30, now: T0 })
  const changes: string[] = []
  const say = (set: number, { action, at, alarm }: AlarmChange) =>
    action === 'update' || changes.push(`${set} ${action} ${(at - T0) / MINUTE} ${alarm.text}`)
  const plan = { from: T0, to: T0 + 120 * MINUTE, warmUpMs: 0, language: 'en' as const, ...more }
  const steps = replay(history, plan, say)
  let step = steps.next()
  while (!step.done) step = steps.next()
  history.close()
  return { changes, read: step.value }
}
