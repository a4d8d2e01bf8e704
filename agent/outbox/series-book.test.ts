import { expect, it } from 'vitest'
import { createSeriesBook } from './series-book.ts'

const series = (device: string, resource: string) =>
  ({ device, metric: 'if.in', resource, unit: 'By', kind: 'counter64' }) as const

it('gives a device that renames its rows at every poll no more than its share, also after a restart', () => {
  const book = createSeriesBook(1000, 10)
  for (let poll = 0; poll < 50; poll++) book.number(series('hostile', `if:${poll}`))
  expect(book.size).toBe(10)
  expect(book.number(series('hostile', 'if:51'))).toBe(-1)
  expect(book.number(series('hostile', 'if:3'))).toBe(4)
  expect(book.number(series('neighbour', 'if:1'))).toBe(11)

  const again = createSeriesBook(1000, 10)
  again.load(
    Array.from({ length: 10 }, (_, i) => [i + 1, JSON.stringify({ ...series('hostile', `if:${i}`), n: i + 1 })]),
  )
  expect(again.number(series('hostile', 'if:99'))).toBe(-1)
  expect(again.number(series('neighbour', 'if:1'))).toBe(11)
})

it('stops at the limit of the agent', () => {
  const book = createSeriesBook(3)
  expect(['a', 'b', 'c', 'd', 'a'].map((device) => book.number(series(device, '')))).toEqual([1, 2, 3, -1, 1])
})

it('makes a definition anew as it was given, once, and again when it changed or must travel', () => {
  const book = createSeriesBook()
  const tags = { name: 'Gi0/1', alias: 'uplink' }
  const state = { ...series('a', 'if:Gi0/1'), metric: 'if.oper', kind: 'state', states: { 1: 'up' }, tags } as const
  const limited = { ...series('a', 'if:Gi0/1'), limits: { highWarning: 5 }, class: 'load' } as const
  expect([book.number(state), book.number(limited), book.number({ ...state, device: 'b' })]).toEqual([1, 2, 3])
  expect([1, 2, 3].map(book.takeUnsent)).toEqual([
    { ...state, n: 1 },
    { ...limited, n: 2 },
    { ...state, device: 'b', n: 3 },
  ])
  expect([1, 2, 3, 4].map(book.takeUnsent)).toEqual([undefined, undefined, undefined, undefined])
  expect(book.number({ ...state, tags: { ...tags, alias: 'spare' } })).toBe(1)
  expect(book.number({ ...limited, limits: { highWarning: 6 } })).toBe(2)
  expect(book.number({ ...state, device: 'b', tags: { ...tags } })).toBe(3)
  expect(book.takeUnsent(1)?.tags).toEqual({ name: 'Gi0/1', alias: 'spare' })
  expect(book.takeUnsent(2)?.limits).toEqual({ highWarning: 6 })
  expect(book.takeUnsent(3)).toBeUndefined()
  book.unsendAll()
  expect(book.takeUnsent(3)).toEqual({ ...state, device: 'b', n: 3 })
  expect(book.size).toBe(3)
})

it('keeps the numbers of the store, also those far apart, and those given before it was read', () => {
  const book = createSeriesBook()
  expect(book.number(series('new', ''))).toBe(1)
  const kept = (n: number, device: string) => [n, JSON.stringify({ ...series(device, ''), n })] as const
  book.load([kept(1, 'old'), kept(5000, 'far'), [6000, '']])
  expect([book.number(series('far', '')), book.number(series('new', ''))]).toEqual([5000, 1])
  expect(book.number(series('old', ''))).toBe(6001)
  expect(book.takeUnsent(5000)).toBeUndefined()
  expect(book.takeUnsent(6001)).toEqual({ ...series('old', ''), n: 6001 })
})
