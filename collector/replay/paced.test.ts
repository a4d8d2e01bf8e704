import { expect, it } from 'vitest'
import { runPaced } from './paced.ts'

function* work(steps: number, ms: number): Generator<number, string> {
  for (let n = 1; n <= steps; n++) {
    for (const end = performance.now() + ms; performance.now() < end; );
    yield n
  }
  return 'done'
}

it('rests as long as it worked when half of a processor is its share, and tells how far it is', () => {
  const told: number[] = []
  const began = performance.now()
  expect(runPaced(work(10, 20), { share: 0.5, everyMs: 50, told: (n) => told.push(n) })).toBe('done')
  // ten times 20 ms of work, and rests between them
  expect(performance.now() - began).toBeGreaterThan(350)
  expect(told.length).toBeGreaterThan(1)
  expect(told.length).toBeLessThan(10)
  expect(told).toEqual([...told].sort((a, b) => a - b))
})

it('does not rest with a whole processor', () => {
  const rested: number[] = []
  const wait = Atomics.wait
  Atomics.wait = (...args) => {
    rested.push(args[3] ?? 0)
    return 'timed-out'
  }
  try {
    runPaced(work(3, 25), { share: 1, everyMs: 1000, told: () => undefined })
    expect(rested).toEqual([])
    runPaced(work(3, 25), { share: 0.1, everyMs: 1000, told: () => undefined })
    // nine times as long as it worked
    for (const ms of rested) expect(ms).toBeGreaterThan(9 * 25 - 1)
    expect(rested.length).toBe(3)
  } finally {
    Atomics.wait = wait
  }
})
