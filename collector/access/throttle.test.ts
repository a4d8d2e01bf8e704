import { expect, it } from 'vitest'
import { createThrottle } from './throttle.ts'

it('lets so many through in a window, and more as time goes on', () => {
  const throttle = createThrottle(2, 1000)
  expect([0, 0, 0].map((at) => throttle.take('a', at))).toEqual([0, 0, 500])
  expect(throttle.take('b', 0)).toBe(0)
  expect([400, 500, 501].map((at) => throttle.take('a', at))).toEqual([100, 0, 499])
})

it('keeps nobody out for as long as the clock was put back', () => {
  const throttle = createThrottle(10, 60_000)
  expect(throttle.take('a', 10_000_000)).toBe(0)
  expect(throttle.take('a', 10_000_000 - 3_600_000)).toBe(0)
  for (let i = 0; i < 8; i++) throttle.take('a', 10_000_000 - 3_600_000)
  expect(throttle.take('a', 10_000_000 - 7_200_000)).toBe(6000)
})
