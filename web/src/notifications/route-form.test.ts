import { describe, expect, it } from 'vitest'
import { daySpans, newRoute, nextOrder, WORKING_HOURS, wrongRoute } from './route-form.ts'

describe('a route in a form', () => {
  it('says what is missing', () => {
    expect(wrongRoute(newRoute(10)).map((one) => one.path)).toEqual(['id', 'to'])
    const route = { ...newRoute(10), id: 'night', to: [{ channel: 'duty' }] }
    expect(wrongRoute(route)).toEqual([])
    const hours = { zone: 'site', windows: [WORKING_HOURS, { ...WORKING_HOURS, to: '25:00' }] }
    expect(wrongRoute({ ...route, hours })).toEqual([{ path: 'hours', why: 'time' }])
    expect(wrongRoute({ ...route, hours: { windows: [{ ...WORKING_HOURS, days: [] }] } })).toHaveLength(1)
  })

  it('comes after the others', () => {
    expect(nextOrder([])).toBe(10)
    expect(nextOrder([10, 25, 20])).toBe(30)
    expect(nextOrder([10_000])).toBe(10_000)
  })

  it('says days in a row as one', () => {
    expect(daySpans(WORKING_HOURS.days)).toEqual([['mon', 'fri']])
    expect(daySpans(['sun', 'mon', 'wed', 'thu'])).toEqual([
      ['mon', 'mon'],
      ['wed', 'thu'],
      ['sun', 'sun'],
    ])
  })
})
