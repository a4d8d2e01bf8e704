// Records of the result lane, one JSON object per line: exactly one final result per command, what a sweep finds while it
// runs, the steps of trying a device, and the agent's own audit.
import { z } from 'zod'
import { TestStep } from '../domain/device-test.ts'
import { Found, SweepProgress } from '../domain/discovery.ts'

export const CommandResult = z.object({
  kind: z.literal('command-result'),
  command: z.string().max(64),
  action: z.string().max(64),
  target: z.string().max(63),
  state: z.enum(['done', 'failed', 'refused', 'expired', 'not-run']),
  at: z.number(),
  durationMs: z.number().nonnegative(),
  /** Action's result, by its schema in shared/diagnostics; null unless done. */
  result: z.unknown(),
  /** Why not done, in plain words. */
  error: z.string().max(1024).nullable(),
})
export type CommandResult = z.infer<typeof CommandResult>

export const AgentAudit = z.object({
  kind: z.literal('audit'),
  at: z.number(),
  what: z.string().max(64),
  detail: z.record(z.string(), z.unknown()),
})
export type AgentAudit = z.infer<typeof AgentAudit>

/** Before the result of the sweep's command; a batch is at most half a record. */
export const SweepFound = z.object({
  kind: z.literal('sweep-found'),
  sweep: z.string().max(64),
  at: z.number(),
  found: z.array(Found).max(64),
})
export type SweepFound = z.infer<typeof SweepFound>

export const SweepTold = z.object({
  kind: z.literal('sweep-progress'),
  sweep: z.string().max(64),
  at: z.number(),
  progress: SweepProgress,
})
export type SweepTold = z.infer<typeof SweepTold>

/** Before the result of the test's command; the same place again replaces what was said before. */
export const TestTold = z.object({
  kind: z.literal('device-test-step'),
  test: z.string().max(64),
  at: z.number(),
  step: TestStep,
})
export type TestTold = z.infer<typeof TestTold>

export const ResultRecord = z.discriminatedUnion('kind', [CommandResult, AgentAudit, SweepFound, SweepTold, TestTold])
export type ResultRecord = z.infer<typeof ResultRecord>
