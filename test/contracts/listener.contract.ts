// What every listener must do, whatever it listens to.
import { describe, expect, it } from 'vitest'
import type { Listener } from '#agent/inputs/input.ts'
import { createMemoryRecorder, type MemoryRecorder } from '#test/support/memory-recorder.ts'
import { until } from '#test/support/until.ts'

export interface ListenerSubject {
  readonly listener: Listener
  /** Sends one good message that becomes one event. */
  send(): Promise<void>
  /** Sends something that no parser understands. */
  sendGarbage(): Promise<void>
  /** A second listener whose start must fail, and what its error must name. */
  conflicting(): Promise<{ readonly listener: Listener; readonly names: RegExp }>
  cleanUp(): Promise<void>
}

/** Registers the suite for one kind of listener. */
export function describeListener(name: string, build: (recorder: MemoryRecorder) => Promise<ListenerSubject>): void {
  describe(`listener ${name}`, () => {
    const withSubject = (body: (subject: ListenerSubject, recorder: MemoryRecorder) => Promise<void>) => async () => {
      const recorder = createMemoryRecorder()
      const subject = await build(recorder)
      try {
        await body(subject, recorder)
      } finally {
        await subject.listener.stop()
        await subject.cleanUp()
      }
    }
    const messages = (recorder: MemoryRecorder) => recorder.events.filter((event) => event.kind !== 'agent')

    it(
      'is silent before start, and starting or stopping twice is once',
      withSubject(async ({ listener, send }, recorder) => {
        expect(listener.counters()).toMatchObject({ received: 0, recorded: 0, dropped: {} })
        await listener.stop()
        await listener.start()
        await listener.start()
        await send()
        await until(() => messages(recorder).length === 1)
        await Promise.all([listener.stop(), listener.stop()])
        await listener.stop()
        expect(messages(recorder)).toHaveLength(1)
      }),
    )

    it(
      'records what it received and accounts for every message',
      withSubject(async ({ listener, send, sendGarbage }, recorder) => {
        await listener.start()
        for (let i = 0; i < 5; i++) await send()
        await sendGarbage()
        await until(() => listener.counters().received === 6 && accounted(listener) === 6)
        expect(messages(recorder)).toHaveLength(6)
        expect(listener.counters().name).not.toBe('')
      }),
    )

    it(
      'records nothing after stop',
      withSubject(async ({ listener, send }, recorder) => {
        await listener.start()
        await send()
        await until(() => messages(recorder).length === 1)
        await listener.stop()
        const before = listener.counters().received
        await send().catch(() => undefined)
        await new Promise((resolve) => setImmediate(resolve))
        expect(listener.counters().received).toBe(before)
        expect(messages(recorder)).toHaveLength(1)
      }),
    )

    it(
      'says what it cannot open and why, and can be stopped then',
      withSubject(async ({ listener, conflicting }) => {
        await listener.start()
        const other = await conflicting()
        await expect(other.listener.start()).rejects.toThrow(other.names)
        await other.listener.stop()
      }),
    )

    it(
      'stops while messages pour in, within five seconds and with its books in order',
      withSubject(async ({ listener, send }) => {
        await listener.start()
        let pouring = true
        const pour = (async () => {
          while (pouring) {
            await send().catch(() => undefined)
            // Sending may finish without the event loop turning: others must get their turn.
            await new Promise((resolve) => setImmediate(resolve))
          }
        })()
        await until(() => listener.counters().received > 20)
        const start = performance.now()
        await listener.stop()
        pouring = false
        await pour
        expect(performance.now() - start).toBeLessThan(5000)
        expect(accounted(listener)).toBe(listener.counters().received)
      }),
    )
  })
}

/** Recorded, dropped, answered (retransmissions, discovery) or waiting for its commit. */
function accounted(listener: Listener): number {
  const { recorded, dropped, facts } = listener.counters()
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  return recorded + lost + Number(facts.answered ?? 0) + Number(facts.waiting ?? 0)
}
