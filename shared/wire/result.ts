// Records of the result lane, one JSON object per line: exactly one final result per command, and the agent's own audit.
import { z } from 'zod'

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

export const ResultRecord = z.discriminatedUnion('kind', [CommandResult, AgentAudit])
export type ResultRecord = z.infer<typeof ResultRecord>
