// What trying a device shows, step by step: words of agent, collector and console. Codes are closed, so that the console can
// say in words what a failure means and what to do next.
import { z } from 'zod'

export const TEST_STEPS = ['address', 'ping', 'tcp', 'snmp', 'identity', 'profile', 'values'] as const

/** How a step ended; with its name it says what to tell. `running`: not ended yet. */
export const TEST_CODES = [
  'running',
  'ok',
  /** address: it is a number already. */
  'literal',
  'unknown-name',
  'not-allowed',
  /** ping: nothing came back; this machine cannot ping. */
  'no-answer',
  'cannot-ping',
  /** snmp: the set cannot be used at all. */
  'unusable',
  /** profile: fits the equipment, named by a person, none fits. */
  'matched',
  'named',
  'generic',
  /** values: it answers, and nothing of its profile. */
  'none',
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

/** Device text is hostile, as always. */
export const TestStep = z.object({
  /** Place in the list, from 0; a later word about the same place replaces the earlier one. */
  n: z.int().min(0).max(63),
  step: z.enum(TEST_STEPS),
  /** Which port, which SNMP version and user; '' where there is only one. */
  about: z.string().max(64),
  /** noted: a fact, not a failure (a closed port). */
  state: z.enum(['running', 'ok', 'failed', 'noted']),
  code: z.enum(TEST_CODES),
  /** What exactly was said, in English; for those who know. */
  detail: z.string().max(512),
  tookMs: z.number().nonnegative().nullable(),
  /** What was learnt: addresses, round-trip time, sysObjectID, profile and why ... */
  facts: z.record(z.string().max(32), z.string().max(512)),
  /** Up to ten values; `state`: the word for the number. */
  values: z
    .array(
      z.object({
        metric: z.string().max(128),
        resource: z.string().max(256),
        value: z.number(),
        unit: z.string().max(32),
        state: z.string().max(64).nullable(),
      }),
    )
    .max(10),
})
export type TestStep = z.infer<typeof TestStep>

/** read: it gave values over SNMP. answers: it is there, without SNMP. silent: nothing came back. */
export const TEST_VERDICTS = ['read', 'answers', 'silent'] as const
export const TestVerdict = z.enum(TEST_VERDICTS)
export type TestVerdict = z.infer<typeof TestVerdict>
