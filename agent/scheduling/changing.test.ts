// Devices that come and go while the schedule runs.
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import type { Poller } from '../inputs/input.ts'
import { createScheduler } from './scheduling.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const clock = { wall: () => Date.now(), mono: () => performance.now() }

/** Ends late after an abort, as a real one may. */
function poller(device: string, running: Map<string, number>, polled: string[], takes: number): Poller {
  return {
    ...{ input: 'snmp', device, intervalMs: 10_000, deadlineMs: 5_000 },
    async poll(signal) {
      polled.push(device)
      running.set(device, (running.get(device) ?? 0) + 1)
      expect(running.get(device)).toBe(1)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, takes)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          setTimeout(resolve, 300)
        })
      })
      running.set(device, (running.get(device) ?? 1) - 1)
      return signal.aborted ? { outcome: 'cancelled' } : { outcome: 'ok' }
    },
  }
}

describe('a schedule whose devices change', () => {
  const act = fc.record({
    act: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const, 'trap' as const, 'wait' as const),
    device: fc.constantFrom('a', 'b', 'c'),
    ms: fc.integer({ min: 0, max: 15_000 }),
    takes: fc.constantFrom(10, 2_000, 20_000),
  })

  it('polls what is there, never twice at a time, and never what is gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const recorder = createMemoryRecorder()
        const log = pino({ enabled: false })
        const scheduler = createScheduler({ pollers: [], recorder, clock, random: () => 0.5, log })
        scheduler.start()
        const there = new Set<string>()
        const running = new Map<string, number>()
        const polled: string[] = []
        const add = (device: string, takes: number) => {
          there.add(device)
          scheduler.add([poller(device, running, polled, takes), poller(device, running, polled, takes)])
        }
        for (const { act, device, ms, takes } of acts) {
          if (act === 'add' && !there.has(device)) add(device, takes)
          if (act === 'remove' || act === 'replace') {
            scheduler.remove(device)
            there.delete(device)
          }
          if (act === 'replace') add(device, takes)
          if (act === 'trap') scheduler.requestPoll(device)
          const before = polled.length
          await vi.advanceTimersByTimeAsync(act === 'wait' ? ms : 50)
          for (const one of polled.slice(before)) expect(there.has(one)).toBe(true)
          expect(scheduler.counters().pollers).toBe(there.size * 2)
        }
        const before = polled.length
        await vi.advanceTimersByTimeAsync(120_000)
        for (const device of there) expect(polled.slice(before)).toContain(device)
        await Promise.all([scheduler.stop(), vi.advanceTimersByTimeAsync(30_000)])
        expect([...running.values()].every((n) => n === 0)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('records nothing of a device after it was removed', async () => {
    const recorder = createMemoryRecorder()
    const scheduler = createScheduler({
      ...{ pollers: [], recorder, clock, random: () => 0.5, log: pino({ enabled: false }) },
    })
    scheduler.start()
    const polled: string[] = []
    scheduler.add([poller('a', new Map(), polled, 3_000)])
    await vi.advanceTimersByTimeAsync(4_000)
    expect(polled).toEqual(['a'])
    scheduler.remove('a')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(recorder.latest('poll.status', 'snmp')).toBeUndefined()
    expect(scheduler.counters()).toMatchObject({ pollers: 0, running: 0, ok: 0, failed: 0 })
    await scheduler.stop()
  })
})
