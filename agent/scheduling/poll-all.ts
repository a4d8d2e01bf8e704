// All checks of one device, now, one after another: what "poll now" answers.
import type { PollOutcome } from '#shared/domain/poll-outcome.ts'
import type { Poller } from '../inputs/input.ts'

export interface PolledNow {
  readonly input: string
  readonly resource: string
  readonly outcome: PollOutcome
  readonly detail?: string
  readonly durationMs: number
}

const MOST = 64

/** Runs at most 64 checks, each within its own deadline; what `signal` ends is `cancelled`. */
export async function pollAll(pollers: readonly Poller[], signal: AbortSignal): Promise<PolledNow[]> {
  const out: PolledNow[] = []
  for (const poller of pollers.slice(0, MOST)) {
    const startedAt = performance.now()
    const result = await poller.poll(AbortSignal.any([signal, AbortSignal.timeout(poller.deadlineMs)]))
    const { outcome, detail, resource = '' } = result
    const durationMs = performance.now() - startedAt
    out.push({
      input: poller.input,
      resource,
      outcome,
      durationMs,
      ...(detail ? { detail: detail.slice(0, 512) } : {}),
    })
  }
  return out
}
