// How a check or poll ended. A failed poll is a record, never silence; the number is the value of the poll.status series.
import { z } from 'zod'

export const POLL_OUTCOMES = [
  'ok',
  'timeout',
  'refused',
  'unreachable',
  'auth',
  'parse',
  'wrong-source',
  'limit',
  'no-such-object',
  'cancelled',
] as const
export const PollOutcome = z.enum(POLL_OUTCOMES)
export type PollOutcome = z.infer<typeof PollOutcome>

/** Number of an outcome in the poll.status series (0 is ok). */
export function outcomeCode(outcome: PollOutcome): number {
  return POLL_OUTCOMES.indexOf(outcome)
}
