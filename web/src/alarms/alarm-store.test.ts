import { describe, expect, it } from 'vitest'
import type { BoardPage, BoardRow, BoardWindow } from '#shared/http/alarm-board.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { LiveHandler } from '../api/live.ts'
import { createAlarmStore } from './alarm-store.ts'
import { noCounts, noViews } from './alarm-view.ts'
import { alarm } from './sample-alarm.test-data.ts'

const boardRow = (row: AlarmRow): BoardRow => ({
  ...{ ...row, vendor: 'H3C', model: null, address: null, symptoms: 0, depth: 0, causeText: null, gone: false },
})

/** A collector whose answers are given by hand, and whose clock is run by hand. */
function start() {
  let handler: LiveHandler = () => {}
  const asked: {
    query: Record<string, unknown>
    give(rows: AlarmRow[], more?: Partial<BoardPage>): Promise<void>
    fail(): Promise<void>
  }[] = []
  const windows: {
    offset: number
    list: string
    give(rows: AlarmRow[] | undefined, liveId?: number): Promise<void>
  }[] = []
  const due: (() => void)[] = []
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  const store = createAlarmStore({
    live: {
      onEvent: (next) => {
        handler = next
        return () => {}
      },
    },
    make: (query) =>
      new Promise((resolve, reject) => {
        asked.push({
          query,
          give: (rows, more = {}) => {
            const items = rows.map(boardRow)
            const base = { list: `l${asked.length}`, madeAt: 0, total: items.length, offset: 0, items, liveId: 10 }
            resolve({ ...base, counts: noCounts(), views: noViews(), ...more })
            return settled()
          },
          fail: () => {
            reject(new Error('cut'))
            return settled()
          },
        })
      }),
    window: (list, { offset }) =>
      new Promise<BoardWindow | undefined>((resolve) => {
        windows.push({
          ...{ offset, list },
          give: (rows, liveId = 10) => {
            resolve(rows && { list, madeAt: 0, total: 500, offset, items: rows.map(boardRow), liveId })
            return settled()
          },
        })
      }),
    schedule: (run) => void due.push(run),
  })
  store.subscribe(() => {})
  const tick = () => {
    for (const run of due.splice(0)) run()
    return settled()
  }
  const delta = (id: number, row: AlarmRow, action = 'update', inList = true) =>
    handler('alarm', { alarm: row, action, at: 0, actor: 'system', late: false, inList }, id)
  const hello = (resumed: boolean) => handler('hello', { version: '1', now: 0, liveId: 20, resumed }, 20)
  const ask = (key = 'q', belongs = (_: AlarmRow) => true) => store.ask({ key, params: { q: key }, belongs })
  const ids = () => Array.from({ length: store.snapshot().total }, (_, i) => store.rowAt(i)?.id ?? '-').join('')
  return { store, asked, windows, delta, hello, ask, ids, tick }
}

describe('the alarm list in the browser', () => {
  it('shows what the collector selected, and changes what a row says at once', async () => {
    const { store, asked, delta, ask, ids } = start()
    ask()
    expect(store.snapshot().phase).toBe('loading')
    await asked[0]?.give([alarm('a'), alarm('b')])
    expect([ids(), store.snapshot().phase]).toEqual(['ab', 'ready'])
    delta(11, alarm('a', { text: 'newer' }))
    expect(store.row('a')).toMatchObject({ text: 'newer', vendor: 'H3C' })
    delta(9, alarm('a', { text: 'older' }))
    expect(store.row('a')?.text).toBe('newer')
  })

  it('makes the list anew after changes, once for many, in place of the old one', async () => {
    const { asked, delta, ask, ids, tick } = start()
    ask()
    await asked[0]?.give([alarm('a')])
    for (let i = 0; i < 20; i++) delta(11 + i, alarm(`n${i}`), 'raise')
    await tick()
    expect(asked).toHaveLength(2)
    expect(asked[1]?.query).toMatchObject({ replaces: 'l1' })
    await asked[1]?.give([alarm('n'), alarm('a')])
    expect(ids()).toBe('na')
  })

  it('keeps a delta that is newer than the answer that was on its way', async () => {
    const { store, asked, delta, ask } = start()
    ask()
    delta(11, alarm('a', { text: 'newer' }))
    delta(9, alarm('b', { text: 'older' }))
    await asked[0]?.give([alarm('a'), alarm('b', { text: 'from the list' })])
    expect(store.row('a')?.text).toBe('newer')
    expect(store.row('b')?.text).toBe('from the list')
  })

  it('holds still under the hand: counts what is new and belongs, marks what left, and lets in on release', async () => {
    const { store, asked, delta, ask, ids, tick } = start()
    ask('q', (row) => row.id !== 'other')
    await asked[0]?.give([alarm('a'), alarm('b')])
    store.hold()
    delta(11, alarm('c'), 'raise')
    delta(12, alarm('c'), 'update')
    delta(13, alarm('other'), 'raise')
    delta(14, alarm('b', { text: 'gone' }), 'clear', false)
    await tick()
    expect(store.snapshot()).toMatchObject({ waiting: 1, held: true })
    expect([ids(), store.row('b')?.gone]).toEqual(['ab', true])
    // the numbers above it go on
    expect(asked[1]?.query).toMatchObject({ numbers: true })
    await asked[1]?.give([], { counts: { ...noCounts(), critical: 3 } })
    expect(store.snapshot()).toMatchObject({ counts: { critical: 3 }, total: 2, list: 'l1' })
    store.release()
    await asked[2]?.give([alarm('c'), alarm('a')])
    expect([ids(), store.snapshot().waiting]).toEqual(['ca', 0])
  })

  it('reads windows of the same list as they come into sight, and makes it anew when it is no longer kept', async () => {
    const { store, asked, windows, ask } = start()
    ask()
    const rows = Array.from({ length: 100 }, (_, i) => alarm(`r${i}`))
    await asked[0]?.give(rows, { total: 500 })
    store.look(90, 130)
    expect(windows.map((w) => [w.list, w.offset])).toEqual([['l1', 100]])
    await windows[0]?.give(Array.from({ length: 100 }, (_, i) => alarm(`r${100 + i}`)))
    expect(store.rowAt(130)?.id).toBe('r130')
    expect(store.indexOf('r130')).toBe(130)
    store.look(420, 450)
    await windows[1]?.give(undefined)
    expect(asked).toHaveLength(2)
    expect(asked[1]?.query).toMatchObject({ offset: 370 })
  })

  it('answers another question with another list, showing the old one meanwhile', async () => {
    const { store, asked, ask, ids } = start()
    ask('one')
    await asked[0]?.give([alarm('a')])
    store.hold()
    ask('two')
    expect([ids(), store.snapshot().asking, store.snapshot().held]).toEqual(['a', true, false])
    await asked[1]?.give([alarm('b')])
    expect([ids(), store.snapshot().asking]).toEqual(['b', false])
    ask('two')
    expect(asked).toHaveLength(2)
  })

  it('reads again when deltas were missed, and keeps what it has when nobody answers', async () => {
    const { store, asked, ask, hello, ids, tick } = start()
    ask()
    await asked[0]?.fail()
    expect(store.snapshot().phase).toBe('failed')
    void store.reload()
    await asked[1]?.give([alarm('a')])
    hello(true)
    await tick()
    expect(asked).toHaveLength(2)
    hello(false)
    await tick()
    await asked[2]?.fail()
    expect([ids(), store.snapshot().phase]).toEqual(['a', 'ready'])
  })

  it('keeps a row that says the same the same object when the list is made anew', async () => {
    const { store, asked, ask } = start()
    ask()
    const suppression = { by: 'maintenance', ref: 'w' } as never
    await asked[0]?.give([alarm('a', { suppression }), alarm('b')])
    const [a, b] = [store.row('a'), store.row('b')]
    void store.reload()
    await asked[1]?.give([
      alarm('b', { count: 2 }),
      alarm('a', { suppression: { ...(suppression as object) } as never }),
    ])
    expect(store.row('a')).toBe(a)
    expect(store.row('b')).not.toBe(b)
    expect(store.row('b')?.count).toBe(2)
  })

  it('says that another question has no answer, instead of showing rows that answer the one before', async () => {
    const { store, asked, ask, ids, tick } = start()
    ask('all')
    await asked[0]?.give([alarm('a')])
    ask('critical')
    await asked[1]?.fail()
    expect(store.snapshot()).toMatchObject({ phase: 'failed', failure: new Error('cut') })
    // asked again by itself
    await tick()
    await tick()
    await asked[2]?.give([alarm('c')])
    expect([ids(), store.snapshot().phase, store.snapshot().asking]).toEqual(['c', 'ready', false])
  })

  it('makes a list that could not be made when the stream is back, though nothing was missed', async () => {
    const { store, asked, delta, hello, ask, ids, tick } = start()
    ask()
    await asked[0]?.give([alarm('a')])
    delta(11, alarm('b'), 'raise')
    await tick()
    await asked[1]?.fail()
    expect([ids(), store.snapshot().phase]).toEqual(['a', 'ready'])
    hello(true)
    await tick()
    await asked[2]?.give([alarm('b'), alarm('a')])
    expect(ids()).toBe('ba')
  })

  it('takes no numbers that were asked for before the list was made', async () => {
    const { store, asked, delta, ask, tick } = start()
    ask()
    await asked[0]?.give([alarm('a')])
    store.hold()
    delta(11, alarm('b'), 'raise')
    await tick()
    expect(asked[1]?.query).toMatchObject({ numbers: true })
    store.release()
    await asked[2]?.give([alarm('b')], { counts: { ...noCounts(), critical: 1 } })
    await asked[1]?.give([], { counts: { ...noCounts(), critical: 7 } })
    expect(store.snapshot().counts.critical).toBe(1)
  })

  it('keeps nothing of who signed out, whatever is still on its way', async () => {
    const { store, asked, windows, ask } = start()
    ask()
    await asked[0]?.give([alarm('a')], { total: 500 })
    store.look(200, 220)
    store.clear()
    await windows[0]?.give([alarm('x')])
    expect(store.row('x')).toBeUndefined()
  })
})
