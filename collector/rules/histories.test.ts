import { describe, expect, it } from 'vitest'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { createHistories, createRows, type History, pastOf } from './histories.ts'
import { createSeasonHistory } from './season-history.ts'
import { createWindowHistory } from './window-history.ts'

const series = (id: number, more: Partial<SeriesInfo> = {}) => ({ id, site: 's', kind: 'gauge', ...more }) as SeriesInfo

describe('rows of series', () => {
  it('grow as they are needed, each series its own, up to the limit', () => {
    const grown: number[] = []
    const rows = createRows(200, (capacity) => grown.push(capacity))
    const ids = Array.from({ length: 200 }, (_, i) => i * 11)
    const fresh: number[] = []
    for (const id of ids) expect(rows.take(id, (row) => fresh.push(row))).toBe('fresh')
    expect(grown).toEqual([64, 128, 200])
    expect(rows.capacity).toBe(200)
    expect(ids.map((id) => rows.of(id))).toEqual(fresh)
    expect(new Set(fresh).size).toBe(200)
    expect(rows.take(7, () => expect.unreachable())).toBe('full')
    expect(rows.take(11, () => expect.unreachable())).toBe('known')
    expect([7, 1024, 2048, 1_000_000].map((id) => rows.of(id))).toEqual([-1, -1, -1, -1])
  })

  it('are given back and used again', () => {
    const rows = createRows(2, () => undefined)
    for (const id of [1, 1024]) rows.take(id, () => undefined)
    const row = rows.of(1024)
    rows.give(1024)
    rows.give(1024)
    rows.give(5)
    expect([rows.of(1024), [...rows.series()]]).toEqual([-1, [1]])
    expect(rows.take(2048, () => undefined)).toBe('fresh')
    expect([rows.of(2048), rows.of(1)]).toEqual([row, 0])
    expect(rows.take(3, () => undefined)).toBe('full')
  })
})

describe('histories', () => {
  const made = (of: Partial<History> = {}) => {
    const filled: number[] = []
    const open = new Set<number>()
    const history: History = {
      ...{ name: 'h', fillsPerTurn: 2, atStart: false },
      open: ({ id }) => (open.has(id) ? 'known' : open.size >= 5 ? 'full' : open.add(id) && 'fresh'),
      close: (id) => void open.delete(id),
      series: () => open,
      fill: ({ id }, _, until) => void filled.push(id, until),
      ...of,
    }
    return { history, filled, open }
  }

  it('are filled a few in each turn, and only with series that have samples', () => {
    const histories = createHistories()
    const { history, filled } = made()
    histories.of('h', () => history)
    expect(histories.of('h', () => expect.unreachable())).toBe(history)
    expect([1, 2, 3, 4, 5, 6, 1].map((id) => histories.open(history, series(id)))).toEqual([
      ...[true, true, true, true, true, false, true],
    ])
    const until = (id: number) => (id === 2 ? Number.NEGATIVE_INFINITY : id * 100)
    const turn = (starting?: boolean) => {
      histories.fill(() => undefined, until, starting)
      return filled.splice(0)
    }
    // a start does not wait for what takes long
    expect(turn(true)).toEqual([])
    expect([turn(), turn(), turn(), turn()]).toEqual([[1, 100], [3, 300, 4, 400], [5, 500], []])
    const short = made({ name: 'short', atStart: true })
    histories.of('short', () => short.history)
    for (const id of [1, 3, 5]) histories.open(short.history, series(id))
    histories.fill(() => undefined, until, true)
    expect(short.filled).toEqual([1, 100, 3, 300, 5, 500])
    // without stored samples nothing is filled, and nothing waits
    const bare = made({ name: 'bare' })
    histories.of('bare', () => bare.history)
    histories.open(bare.history, series(1))
    histories.fill(undefined, until)
    histories.fill(() => undefined, until)
    expect(bare.filled).toEqual([])
  })

  it('get what was written of them when they are made; what nobody asks for is forgotten', () => {
    const histories = createHistories()
    const restored: unknown[] = []
    histories.restore('h', 'h:1 0', 'a')
    histories.restore('h', 'h:1 1', 'b')
    histories.restore('gone', 'h:2 0', 'c')
    const { history, open } = made({ restore: (subject, state) => restored.push([subject, state]) })
    expect(histories.peek('h')).toBeUndefined()
    histories.of('h', () => history)
    expect(histories.peek('h')).toBe(history)
    expect(restored).toEqual([
      ['h:1 0', 'a'],
      ['h:1 1', 'b'],
    ])
    for (const id of [1, 2, 3]) histories.open(history, series(id))
    expect(histories.sweep((name, id) => name === 'h' && id === 2)).toEqual([
      { rule: 'gone', subject: 'h:2 0', state: null },
    ])
    expect([...open]).toEqual([2])
    expect(histories.sweep(() => true)).toEqual([])
  })
})

it('the stored past of a counter is its rate; where it began anew, and out of order, there is nothing', () => {
  const stored = [
    [0, 100],
    [1000, 160],
    [1000, 999],
    [500, 999],
    [3000, 160],
    [4000, 5],
    [6000, 25],
  ] as const
  const read = (kind: SeriesInfo['kind']) => {
    const found: number[][] = []
    const past = pastOf((id, from, to, each) => {
      expect([id, from, to]).toEqual([4, 0, 9000])
      for (const [at, value] of stored) each(at, value)
    })
    past(series(4, { kind }), 0, 9000, (at, value) => found.push([at, value]))
    return found
  }
  expect(read('counter64')).toEqual([
    [1000, 60],
    [3000, 0],
    [6000, 10],
  ])
  expect(read('gauge')).toEqual([
    [0, 100],
    [1000, 160],
    [3000, 160],
    [4000, 5],
    [6000, 25],
  ])
})

describe('the window of one series', () => {
  it('knows nothing of its neighbours, nor of who had its row before', () => {
    const history = createWindowHistory('w', 1600, 'fall')
    for (const id of [1, 2, 3]) history.open(series(id))
    for (const [id, values] of [
      [1, [50, 40]],
      [2, [90, 20]],
      [3, [10, 9]],
    ] as const)
      for (const [i, value] of values.entries()) history.take(id, value, 1000 + i * 200)
    expect([1, 2, 3].map((id) => history.read(id))).toEqual([10, 70, 1])
    history.close(2)
    history.open(series(4))
    history.take(4, 5, 1400)
    expect(history.read(4)).toBeNaN()
    history.take(4, 3, 1500)
    expect([1, 4, 3].map((id) => history.read(id))).toEqual([10, 2, 1])
  })

  it('takes a sample once, and begins anew when the clock is set back', () => {
    const history = createWindowHistory('w', 1600, 'rise')
    history.open(series(1))
    for (const [at, value] of [
      [5000, 10],
      [5200, 30],
      [5200, 99],
      [5300, Number.NaN],
    ] as const)
      history.take(1, value, at)
    expect(history.read(1)).toBe(20)
    history.take(1, 50, 1000)
    expect(history.read(1)).toBeNaN()
    history.take(1, 51, 1100)
    expect(history.read(1)).toBe(1)
  })

  it('is what is stored of it, and what came meanwhile is not taken twice', () => {
    const history = createWindowHistory('w', 1600, 'slope')
    const one = series(7)
    history.open(one)
    history.take(7, 16, 3600)
    history.fill(
      one,
      (_, from, to, each) => {
        expect([from, to]).toEqual([2000, 3600])
        for (const at of [2000, 2800, 3600]) each(at, at === 3600 ? 16 : 0)
      },
      3600,
    )
    expect(history.read(7)).toBe(16 / 1600)
    history.fill(one, () => undefined, 3600)
    expect(history.read(7)).toBe(16 / 1600)
    history.fill(series(8), () => expect.unreachable(), 3600)
  })
})

describe('the season of one series', () => {
  const HOUR = 3_600_000
  const offsets: Readonly<Record<string, number>> = { east: 12 * HOUR, west: 0 }
  const season = () => createSeasonHistory({ name: 's', weeks: 3, offsetAt: (site) => offsets[site] ?? Number.NaN })
  const days = (history: ReturnType<typeof season>, id: number, of: (hour: number) => number, n = 8) => {
    for (let half = 0; half < n * 48; half++) history.take(id, of(Math.floor(half / 2) % 24), (half * HOUR) / 2)
  }

  it('goes by the time of its own site, and nothing of it is left to the next in its row', () => {
    const history = season()
    history.open(series(1, { site: 'west' }))
    history.open(series(2, { site: 'east' }))
    history.open(series(3, { site: 'west' }))
    for (const id of [1, 2, 3]) days(history, id, (hour) => hour * id)
    // the last hour was 23, everywhere
    expect([1, 2, 3].map((id) => history.usual(id)?.centre)).toEqual([23, 46, 69])
    const written = history.changes()
    const daysOf = (id: number) => written.filter((c) => c.subject.startsWith(`h:${id} `)).length
    expect([daysOf(1), daysOf(2), daysOf(3)]).toEqual([7, 7, 7])
    expect(history.changes()).toEqual([])
    const again = season()
    for (const { subject, state } of written) again.restore(subject, state)
    for (const [id, site] of [
      [2, 'east'],
      [3, 'west'],
      [4, 'west'],
    ] as const)
      expect(again.open(series(id, { site }))).toBe(id === 4 ? 'fresh' : 'known')
    for (const id of [2, 3, 4]) again.take(id, 0, 8 * 24 * HOUR + 13 * HOUR)
    // 13:00 here is 01:00 there: of all days the same hour
    expect([2, 3, 4].map((id) => again.usual(id)?.centre)).toEqual([26, 39, undefined])
    again.close(3)
    expect(again.changes().every(({ subject, state }) => subject.startsWith('h:3 ') && state === null)).toBe(true)
    again.open(series(5, { site: 'west' }))
    again.take(5, 0, 8 * 24 * HOUR + 13 * HOUR)
    expect([2, 5].map((id) => again.usual(id)?.centre)).toEqual([26, undefined])
  })

  it('counts no hour twice that comes back', () => {
    const history = season()
    history.open(series(1, { site: 'west' }))
    for (const minute of [0, 20, 40]) history.take(1, 10, minute * 60_000)
    for (const minute of [60, 80, 100]) history.take(1, 20, minute * 60_000)
    expect(history.changes()).toHaveLength(1)
    // the clock goes back an hour: what was seen of the second is not the first
    for (const minute of [10, 30, 50]) history.take(1, 99, minute * 60_000)
    expect(history.changes()).toEqual([])
    history.take(1, 20, 60 * 60_000)
    expect(history.changes()).toHaveLength(1)
  })
})
