// When to try again: full jitter, what the server asked for, and slowly when only a person can help.
import type { WriteAnswer } from './target.ts'

const BASE_MS = 500
const CAP_MS = 60_000
/** Wrong token, no such bucket, refuses everything: the server is not to be hammered. */
const SLOW_MS = 60_000
const LONGEST_ASKED_MS = 3600_000

/** `failures` in a row before this one, 0 for the first. `random` in [0, 1). Milliseconds. */
export function waitAfter(answer: WriteAnswer, failures: number, random: () => number): number {
  if (answer.kind === 'unauthorised' || answer.kind === 'missing' || answer.kind === 'refused')
    return SLOW_MS / 2 + random() * (SLOW_MS / 2)
  const jitter = random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20))
  if (answer.kind !== 'busy' || answer.retryAfterMs === undefined) return jitter
  return Math.min(answer.retryAfterMs, LONGEST_ASKED_MS) + random() * BASE_MS
}
