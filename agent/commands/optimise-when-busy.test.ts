import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { NO_COMPILERS, optimiseWhenBusy } from './optimise-when-busy.ts'

let busy = 0

beforeEach(() => {
  vi.useFakeTimers()
  busy = 0
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => ({ idle: 0, active: 0, utilization: busy }))
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

it('leaves an agent with little to do as it is, whatever a single poll costs', () => {
  const set = vi.fn()
  optimiseWhenBusy(set)
  for (let i = 0; i < 20; i++) {
    busy = i % 5 === 0 ? 0.8 : 0.01
    vi.advanceTimersByTime(250)
  }
  expect(set).not.toHaveBeenCalled()
})

it('turns on all that the start left out within half a second of a storm, once', () => {
  const set = vi.fn()
  optimiseWhenBusy(set)
  vi.advanceTimersByTime(10_000)
  busy = 1
  vi.advanceTimersByTime(500)
  expect(set.mock.calls.flat().toSorted()).toEqual(NO_COMPILERS.map((flag) => flag.replace('no-', '')).toSorted())
  vi.advanceTimersByTime(10_000)
  expect(set).toHaveBeenCalledTimes(NO_COMPILERS.length)
  expect(vi.getTimerCount()).toBe(0)
})
