import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { busiest } from '#test/support/swept-segment.ts'
import { createPace } from './pace.ts'

const NEVER = new AbortController().signal
let now = 0
beforeEach(() => {
  now = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())
/** Time goes on in steps of 5 ms; `stall` lets it jump without a timer being served. */
async function pass(ms: number) {
  for (let i = 0; i < ms; i += 5) {
    now += 5
    await vi.advanceTimersByTimeAsync(5)
  }
}

describe('the pace', () => {
  it('is kept in every second, also after a stall and with sharing', async () => {
    const pace = createPace(100, () => now)
    const went: number[] = []
    for (let i = 0; i < 400; i++) void pace.take(NEVER).then(() => went.push(now))
    await pass(1_500)
    now += 2_000
    await pass(1_000)
    const release = pace.share(NEVER)
    await pass(3_000)
    expect(went.length).toBe(400)
    // the half of the other is kept free from the moment it shares
    const free = (await release) as (ms: number, packets: number) => void
    const before = went.length
    for (let i = 0; i < 100; i++) void pace.take(NEVER).then(() => went.push(now))
    free(1_000, 50)
    await pass(1_000)
    expect(went.length - before).toBeGreaterThan(40)
    expect(went.length - before).toBeLessThanOrEqual(50)
    await pass(2_000)
    expect(busiest(went)).toBeLessThanOrEqual(100)
    expect(pace.packets()).toBe(550)
  })

  it('lets the lowest rank go first, and who gave up not at all', async () => {
    const pace = createPace(10, () => now)
    const order: string[] = []
    const stop = new AbortController()
    const ask = (name: string, rank: number, signal = NEVER) =>
      void pace.take(signal, rank).then((may) => order.push(may ? name : `not ${name}`))
    for (const [name, rank] of [
      ['a', 5],
      ['b', 7],
      ['c', 6],
      ['d', 0],
      ['e', 7],
    ] as const)
      ask(name, rank)
    ask('f', 1, stop.signal)
    stop.abort()
    await pass(2_000)
    expect(order).toEqual(['a', 'not f', 'd', 'c', 'b', 'e'])
    expect(await pace.take(AbortSignal.abort())).toBe(false)
    expect(await pace.share(AbortSignal.abort())).toBeUndefined()
  })

  it('is idle when nobody waits; what was not asked for is waited out', async () => {
    const pace = createPace(10, () => now)
    let idle = false
    await pace.take(NEVER)
    pace.debit(5)
    void pace.idle(NEVER).then(() => {
      idle = true
    })
    await pass(300)
    expect(idle).toBe(false)
    await pass(500)
    expect(idle).toBe(true)
    const stop = new AbortController()
    for (let i = 0; i < 100; i++) void pace.take(stop.signal)
    const waiting = pace.idle(stop.signal)
    stop.abort()
    await waiting
    expect(pace.packets()).toBeLessThan(12)
  })
})
