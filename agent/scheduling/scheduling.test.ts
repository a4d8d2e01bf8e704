import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import type { Poller, PollResult } from '../inputs/input.ts'
import { createDueQueue } from './due-queue.ts'
import { createScheduler, type SchedulerDeps } from './scheduling.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const clock = { wall: () => Date.now(), mono: () => performance.now() }
const wait = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => resolve())
  })

interface Fake extends Poller {
  readonly began: number[]
  readonly probes: number[]
  answer: PollResult
}

function fake(options: Partial<Poller> & { takes?: number; probing?: boolean } = {}): Fake {
  const poller: Fake = {
    input: 'snmp',
    device: 'a',
    intervalMs: 10_000,
    deadlineMs: 5000,
    began: [],
    probes: [],
    answer: { outcome: 'ok' },
    async poll(signal) {
      poller.began.push(performance.now())
      await wait(options.takes ?? 10, signal)
      return signal.aborted ? { outcome: 'cancelled' } : poller.answer
    },
    ...options,
  }
  return options.probing
    ? Object.assign(poller, {
        async probe() {
          poller.probes.push(performance.now())
          await wait(10)
          return poller.answer
        },
      })
    : poller
}

function scheduled(pollers: Poller[], more: Partial<SchedulerDeps> = {}) {
  const recorder = createMemoryRecorder()
  const scheduler = createScheduler({
    pollers,
    recorder,
    clock,
    random: () => 0.5,
    log: pino({ enabled: false }),
    ...more,
  })
  scheduler.start()
  return { scheduler, recorder }
}

describe('scheduler', () => {
  it('polls each interval, records status and duration, and an event only when the outcome changes', async () => {
    const poller = fake()
    const { recorder, scheduler } = scheduled([poller])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(poller.began.length).toBeGreaterThanOrEqual(6)
    expect(poller.began.length).toBeLessThanOrEqual(7)
    const gaps = poller.began.slice(2).map((at, n) => Math.round(at - (poller.began[n + 1] ?? 0)))
    expect(new Set(gaps)).toEqual(new Set([10_000]))
    expect(recorder.definition('poll.status', 'snmp')).toMatchObject({
      kind: 'state',
      states: { 0: 'ok', 1: 'timeout' },
    })
    expect(recorder.latest('poll.status', 'snmp')).toBe(0)
    expect(recorder.latest('poll.duration', 'snmp')).toBeCloseTo(0.01)
    expect(recorder.events).toEqual([])
    poller.answer = { outcome: 'auth', detail: 'wrong digest' }
    await vi.advanceTimersByTimeAsync(30_000)
    poller.answer = { outcome: 'ok' }
    await vi.advanceTimersByTimeAsync(10_000)
    expect(recorder.events).toMatchObject([
      {
        kind: 'check',
        device: 'a',
        input: 'snmp',
        resource: 'snmp',
        outcome: 'auth',
        before: 'ok',
        detail: 'wrong digest',
      },
      { kind: 'check', outcome: 'ok', before: 'auth' },
    ])
    await scheduler.stop()
  })

  it('cuts a poll off at its deadline and calls that a timeout, whatever the poller does', async () => {
    const stuck = fake({ device: 'stuck', poll: () => new Promise(() => undefined) })
    const slow = fake({ device: 'slow', takes: 60_000 })
    const { recorder, scheduler } = scheduled([stuck, slow])
    await vi.advanceTimersByTimeAsync(38_000)
    for (const device of ['stuck', 'slow']) expect(recorder.latest('poll.status', 'snmp', device)).toBe(1)
    expect(scheduler.counters()).toMatchObject({ running: 1 })
    expect(scheduler.counters().skipped).toBeGreaterThan(0)
    expect(slow.began.length).toBeGreaterThan(2)
    const stopped = scheduler.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    await stopped
  })

  it('asks a dead device the smallest question until it answers, then polls at once', async () => {
    const poller = fake({ probing: true })
    const { scheduler } = scheduled([poller])
    poller.answer = { outcome: 'timeout' }
    await vi.advanceTimersByTimeAsync(100_000)
    expect(poller.began).toHaveLength(3)
    expect(poller.probes.length).toBeGreaterThan(5)
    expect(scheduler.counters().probing).toBe(1)
    poller.answer = { outcome: 'ok' }
    await vi.advanceTimersByTimeAsync(9000)
    expect(poller.began).toHaveLength(4)
    expect(scheduler.counters().probing).toBe(0)
  })

  it('polls soon when asked, folds requests, keeps the regular turn, and forgets none that came during a poll', async () => {
    const poller = fake({ takes: 1000 })
    const { scheduler } = scheduled([poller], { random: () => 0 })
    await vi.advanceTimersByTimeAsync(10)
    expect(poller.began).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(100)
    scheduler.requestPoll('a')
    scheduler.requestPoll('a')
    scheduler.requestPoll('no-such-device')
    await vi.advanceTimersByTimeAsync(1500)
    expect(poller.began).toHaveLength(2)
    for (let n = 0; n < 100; n++) {
      scheduler.requestPoll('a')
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(poller.began).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(7000)
    // The regular turn at 5 s and the folded requests.
    expect(poller.began.length).toBeGreaterThanOrEqual(3)
    expect(poller.began.length).toBeLessThanOrEqual(4)
  })

  it('loses only the slot of a poller with a bug', async () => {
    const bad = fake({
      device: 'bad',
      poll: () => {
        throw new Error('bug')
      },
    })
    const good = fake({ device: 'good' })
    const { scheduler, recorder } = scheduled([bad, good])
    await vi.advanceTimersByTimeAsync(50_000)
    expect(scheduler.counters().bugs).toBeGreaterThan(3)
    expect(recorder.latest('poll.status', 'snmp', 'bad')).toBe(9)
    expect(good.began.length).toBeGreaterThan(3)
  })

  it('lets the living keep their period while a tenth of a thousand devices is dead', async () => {
    const living = Array.from({ length: 900 }, (_, n) => fake({ device: `d${n}`, takes: 20 }))
    const dead = Array.from({ length: 100 }, (_, n) => fake({ device: `x${n}`, takes: 4900 }))
    const { scheduler } = scheduled([...dead, ...living], { random: Math.random, limits: { startsPerSecond: 400 } })
    await vi.advanceTimersByTimeAsync(120_000)
    const gaps = living.flatMap((p) => p.began.slice(2).map((at, n) => at - (p.began[n + 1] ?? 0)))
    expect(gaps.length).toBeGreaterThan(900 * 8)
    const mean = gaps.reduce((a, b) => a + b) / gaps.length
    expect(Math.abs(mean - 10_000)).toBeLessThan(200)
    expect(scheduler.counters().lagMs).toBeLessThan(1000)
    await scheduler.stop()
  })

  it('records nothing after stop and starts nothing', async () => {
    const poller = fake({ takes: 4000 })
    const { scheduler, recorder } = scheduled([poller])
    await vi.advanceTimersByTimeAsync(6000)
    expect(scheduler.counters().running).toBe(1)
    const stopped = scheduler.stop()
    await vi.advanceTimersByTimeAsync(5000)
    await stopped
    await scheduler.stop()
    const { length } = recorder.samples
    await vi.advanceTimersByTimeAsync(60_000)
    expect(recorder.samples).toHaveLength(length)
    expect(poller.began).toHaveLength(1)
  })

  it('never overlaps polls of a device and starves none', async () => {
    const load = fc.record({
      device: fc.constantFrom('a', 'b', 'c'),
      intervalMs: fc.integer({ min: 1000, max: 5000 }),
      takes: fc.integer({ min: 0, max: 150 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(load, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(29_000), { maxLength: 8 }),
        fc.nat(),
        async (loads, requests, seed) => {
          const active = new Map<string, number>()
          let overlaps = 0
          const pollers = loads.map(({ device, intervalMs, takes }, n) => {
            const poller = fake({ device, intervalMs, input: `i${n}`, takes })
            const poll = poller.poll
            poller.poll = async (signal) => {
              const now = (active.get(device) ?? 0) + 1
              active.set(device, now)
              if (now > 1) overlaps++
              const result = await poll(signal)
              active.set(device, (active.get(device) ?? 0) - 1)
              return result
            }
            return poller
          })
          let random = seed
          const { scheduler } = scheduled(pollers, {
            random() {
              random = (random * 1103515245 + 12345) % 2 ** 31
              return random / 2 ** 31
            },
          })
          for (const at of requests) setTimeout(() => scheduler.requestPoll('a', 'i0'), at)
          await vi.advanceTimersByTimeAsync(30_000)
          expect(overlaps).toBe(0)
          for (const poller of pollers)
            expect(poller.began.length).toBeGreaterThanOrEqual(Math.floor((30_000 - 5000) / poller.intervalMs) - 1)
          const stopped = scheduler.stop()
          await vi.advanceTimersByTimeAsync(5000)
          await stopped
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('due queue', () => {
  it('gives items in order of their latest appointment', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(1000))), (puts) => {
        const queue = createDueQueue<number>()
        const latest = new Map<number, number>()
        for (const [item, at] of puts) {
          queue.put(item, at)
          latest.set(item, at)
        }
        const taken: number[] = []
        for (let item = queue.take(1000); item !== undefined; item = queue.take(1000)) taken.push(item)
        expect(taken.map((item) => latest.get(item))).toEqual([...latest.values()].sort((a, b) => a - b))
        expect(new Set(taken).size).toBe(latest.size)
        expect(queue.next()).toBeUndefined()
      }),
    )
  })
})
