import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { giveBackWhenQuiet } from './give-back.ts'

const MB = 2 ** 20
const collect = vi.fn()
let busy = 0
let heap = 0

beforeEach(() => {
  vi.useFakeTimers()
  collect.mockClear()
  busy = 0
  heap = 50 * MB
  vi.stubGlobal('gc', collect)
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => ({ idle: 0, active: 0, utilization: busy }))
  vi.spyOn(process, 'memoryUsage').mockImplementation((() => ({ heapTotal: heap })) as never)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('collects once after the start, then only what a quiet agent has gathered', () => {
  giveBackWhenQuiet()
  vi.advanceTimersByTime(20_000)
  expect(collect).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(900_000)
  expect(collect).toHaveBeenCalledTimes(1)
  heap = 90 * MB
  busy = 0.5
  vi.advanceTimersByTime(300_000)
  expect(collect).toHaveBeenCalledTimes(1)
  busy = 0.01
  vi.advanceTimersByTime(300_000)
  expect(collect).toHaveBeenCalledTimes(2)
})

it('does nothing where the collector cannot be called', () => {
  vi.stubGlobal('gc', undefined)
  giveBackWhenQuiet()
  expect(vi.getTimerCount()).toBe(0)
})
