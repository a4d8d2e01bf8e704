import { z } from 'zod'
import { PollOutcome } from '../domain/poll-outcome.ts'
import type { DiagnosticAction } from './action.ts'

export const PollNowArguments = z.strictObject({})
export type PollNowArguments = z.infer<typeof PollNowArguments>

export const PollNowResult = z.object({
  polls: z
    .array(
      z.object({
        /** snmp-poll, icmp, tcp, http. */
        input: z.string().max(32),
        /** What the check was about; '' for the device. */
        resource: z.string().max(256),
        outcome: PollOutcome,
        detail: z.string().max(512).optional(),
        durationMs: z.number().nonnegative(),
      }),
    )
    .max(64),
})
export type PollNowResult = z.infer<typeof PollNowResult>

/** Runs every check of the device once, now; samples go the usual way. */
export const pollNow: DiagnosticAction<PollNowArguments, PollNowResult> = {
  name: 'poll-now',
  title: { 'zh-CN': '立即轮询', en: 'Poll now' },
  risk: 'read-only',
  deadlineMs: 90_000,
  arguments: PollNowArguments,
  result: PollNowResult,
}
