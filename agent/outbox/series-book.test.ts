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
