// One run of one poller: its deadline, the grace after it, and what becomes of a poll that throws.
import type { Logger } from 'pino'
import type { Poller, PollResult } from '../inputs/input.ts'

export interface PollRun<J> {
  readonly clock: { mono(): number }
  readonly log: Logger
  /** Time a poll has to end after its deadline before its outcome is noted without it, ms. */
  readonly graceMs: number
  /** Ask the smallest question first, and the others only when it is answered. */
  readonly probeFirst: boolean
  /** Once per run; `began` is monotonic ms; `threw`: a bug of ours. */
  note(job: J, result: PollResult, began: number, threw: boolean): void
}

/** Never rejects. Ends when the poll has really ended, so that polls of a device cannot overlap. */
export async function runPoll<J extends { readonly poller: Poller; abort: AbortController | undefined }>(
  job: J,
  { clock, log, graceMs, probeFirst, note }: PollRun<J>,
): Promise<void> {
  const { poller } = job
  const began = clock.mono()
  const abort = new AbortController()
  job.abort = abort
  let late: NodeJS.Timeout | undefined
  let noted = false
  const conclude = (result: PollResult, threw = false) => {
    if (!noted) note(job, result, began, threw)
    noted = true
  }
  const timeout = { outcome: 'timeout', detail: `not done within ${poller.deadlineMs} ms` } as const
  const deadline = setTimeout(() => {
    abort.abort()
    late = setTimeout(() => conclude(timeout), graceMs)
  }, poller.deadlineMs)
  try {
    const result = await ask(poller, probeFirst, abort.signal)
    conclude(abort.signal.aborted && result.outcome === 'cancelled' ? { ...result, ...timeout } : result)
  } catch (error) {
    log.error({ err: error, device: poller.device, input: poller.input }, 'poll threw')
    conclude({ outcome: 'cancelled', detail: 'internal error' }, true)
  }
  clearTimeout(deadline)
  clearTimeout(late)
  job.abort = undefined
}

/** A device that did not answer is asked one small thing; when it answers, it is polled at once. */
async function ask(poller: Poller, probeFirst: boolean, signal: AbortSignal): Promise<PollResult> {
  if (probeFirst && poller.probe) {
    const probe = await poller.probe(signal)
    if (probe.outcome !== 'ok') return probe
  }
  return await poller.poll(signal)
}
