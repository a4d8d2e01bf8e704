import { expect, it } from 'vitest'
import { filterOf, isFiltered, readAuditSearch } from './audit-search.ts'

it('takes from an address what it knows', () => {
  expect(isFiltered(readAuditSearch({ range: '2y', from: 'x', q: '' }))).toBe(false)
  expect(readAuditSearch({ q: 42, range: '7d', from: '5', subject: 'user:' })).toMatchObject({
    ...{ q: '42', range: '7d', from: 5, subject: 'user:' },
  })
})

it('counts a range back from now; times that are named win', () => {
  expect(filterOf({ range: '1h' }, 10_000_000)).toEqual({ from: 6_400_000 })
  expect(filterOf({ range: '1h', from: 7 }, 10_000_000)).toEqual({ from: 7 })
  expect(filterOf({ q: 'x' }, 1)).toEqual({ q: 'x', from: undefined })
})
