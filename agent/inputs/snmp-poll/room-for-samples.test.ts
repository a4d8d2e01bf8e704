import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createRoom } from '../../outbox/room.ts'
import { roomForSamples } from './room-for-samples.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const clock = { mono: () => Date.now() }

it('lets polls go on one by one as memory has room for what each of them brings', async () => {
  const room = createRoom(8000)
  let bytes = 0
  let highest = 0
  const poll = async () => {
    const full = roomForSamples({ waitForRoom: () => room.wait(bytes) }, clock, 60_000)
    for (let wait = full(); wait !== undefined; wait = full()) await wait
    bytes += 500
    highest = Math.max(highest, bytes)
  }
  const polls = Promise.all(Array.from({ length: 200 }, poll))
  for (let i = 0; i < 100; i++) {
    await vi.advanceTimersByTimeAsync(10)
    bytes = Math.max(0, bytes - 4000)
    room.freed(bytes)
  }
  await polls
  // Never near the 8000 at which records would be discarded, though all together brought 100,000.
  expect(highest).toBeLessThanOrEqual(2500)
})

it('does not hold a poll up for ever when nothing can be written', async () => {
  const full = roomForSamples({ waitForRoom: () => new Promise(() => undefined) }, clock, 1000)
  let ended = false
  void full()?.then(() => {
    ended = true
  })
  await vi.advanceTimersByTimeAsync(999)
  expect(ended).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(ended).toBe(true)
  expect(full()).toBeUndefined()
})
