// What every poller must do, whatever it asks and whatever the device does.
import { describe, expect, it } from 'vitest'
import type { Poller } from '#agent/inputs/input.ts'
import { POLL_OUTCOMES } from '#shared/domain/poll-outcome.ts'
import { createMemoryRecorder, type MemoryRecorder } from '#test/support/memory-recorder.ts'

export interface PollerParts {
  readonly recorder: MemoryRecorder
  /** Another value at every call: samples of one poll must not ask twice. */
  readonly wall: () => number
}

export interface PollerSubject {
  /** Asks something that answers well. */
  readonly good: Poller
  /** Asks things that are broken, each in its way; none of them is well. */
  readonly bad: Readonly<Record<string, Poller>>
  /** Asks something that takes the question and never answers. */
  readonly silent: Poller
  cleanUp(): Promise<void>
}

/** A poller may be this much later than it should: other work on the machine. */
const SLACK_MS = 700

/** Registers the suite for one kind of poller. Time-outs of the subject should be a few hundred ms. */
export function describePoller(name: string, build: (parts: PollerParts) => Promise<PollerSubject>): void {
  describe(`poller ${name}`, () => {
    const withSubject = (body: (subject: PollerSubject, recorder: MemoryRecorder) => Promise<void>) => async () => {
      const recorder = createMemoryRecorder()
      let time = Date.now()
      const subject = await build({ recorder, wall: () => ++time })
      try {
        await body(subject, recorder)
      } finally {
        await subject.cleanUp()
      }
    }
    const timed = async (poller: Poller, signal: AbortSignal) => {
      const from = performance.now()
      const result = await poller.poll(signal)
      expect(POLL_OUTCOMES).toContain(result.outcome)
      if (result.detail !== undefined) expect(result.detail.length).toBeLessThanOrEqual(512)
      return { ...result, ms: performance.now() - from }
    }
    const patient = () => new AbortController().signal
    const wellRecorded = (recorder: MemoryRecorder, device: string) => {
      for (const { n, value } of recorder.samples) {
        expect(value).toSatisfy(Number.isFinite)
        expect(recorder.definitions[n]).toMatchObject({ device })
      }
      expect(new Set(recorder.samples.map((s) => s.at)).size).toBeLessThanOrEqual(1)
      expect(recorder.events).toEqual([])
    }

    it(
      'records finite samples of its device with one time, and says ok',
      withSubject(async ({ good }, recorder) => {
        expect(good.intervalMs).toBeGreaterThan(0)
        expect(await timed(good, patient())).toMatchObject({ outcome: 'ok' })
        expect(recorder.samples.length).toBeGreaterThan(0)
        wellRecorded(recorder, good.device)
        const first = recorder.samples.splice(0).map((s) => s.n)
        await good.poll(patient())
        expect(recorder.samples.map((s) => s.n)).toEqual(expect.arrayContaining(first))
        wellRecorded(recorder, good.device)
      }),
    )

    it(
      'makes a value of everything that a broken device does, within its deadline',
      withSubject(async ({ bad, silent }, recorder) => {
        for (const [what, poller] of Object.entries({ ...bad, silent })) {
          recorder.samples.length = 0
          const { outcome, ms } = await timed(poller, AbortSignal.timeout(poller.deadlineMs))
          expect(outcome, what).not.toBe('ok')
          expect(ms, what).toBeLessThan(poller.deadlineMs + SLACK_MS)
          wellRecorded(recorder, poller.device)
        }
      }),
    )

    it(
      'ends at once when it is called off, and records nothing then or later',
      withSubject(async ({ silent, good }, recorder) => {
        const called = new AbortController()
        setTimeout(() => called.abort(), 50)
        const { outcome, ms } = await timed(silent, called.signal)
        expect(outcome).toBe('cancelled')
        expect(ms).toBeLessThan(50 + SLACK_MS)
        expect((await timed(good, AbortSignal.abort())).outcome).toBe('cancelled')
        await new Promise((done) => setTimeout(done, silent.deadlineMs < 1500 ? silent.deadlineMs : 500))
        expect(recorder.samples).toEqual([])
      }),
    )

    it(
      'keeps a deadline that is shorter than its own, and is none the worse for it',
      withSubject(async ({ silent, good }, recorder) => {
        const { outcome, ms } = await timed(silent, AbortSignal.timeout(60))
        expect(outcome).not.toBe('ok')
        expect(ms).toBeLessThan(60 + SLACK_MS)
        recorder.samples.length = 0
        await good.poll(AbortSignal.timeout(1))
        recorder.samples.length = 0
        expect(await timed(good, patient())).toMatchObject({ outcome: 'ok' })
        wellRecorded(recorder, good.device)
      }),
    )

    it(
      'probes, if it can, without a record',
      withSubject(async ({ silent, good }, recorder) => {
        if (good.probe) expect((await good.probe(patient())).outcome).toBe('ok')
        if (silent.probe) expect((await silent.probe(AbortSignal.timeout(300))).outcome).not.toBe('ok')
        expect(recorder.samples).toEqual([])
        expect(recorder.events).toEqual([])
      }),
    )
  })
}
