// Rules as the console reads and edits them. Rules from files are read-only here and say where they come from.
import { z } from 'zod'
import { LocalId } from '../domain/identity.ts'

export const RuleRow = z.object({
  id: z.string(),
  /** `definition`: made from the alarm block of a trap or log definition. */
  origin: z.enum(['built-in', 'file', 'definition', 'database']),
  /** File the rule comes from, relative to the rules folder. */
  file: z.string().nullable(),
  enabled: z.boolean(),
  readOnly: z.boolean(),
  updatedAt: z.number().nullable(),
  /** The rule itself, as it would stand in a file. */
  rule: z.record(z.string(), z.unknown()),
})
export type RuleRow = z.infer<typeof RuleRow>

/** What is wrong in a rule file. Until it is put right the file's last good version holds. */
export const RuleProblem = z.object({ file: z.string(), line: z.int(), path: z.string(), message: z.string() })
export type RuleProblem = z.infer<typeof RuleProblem>
/** GET /api/v1/rules */
export const RuleList = z.object({ items: z.array(RuleRow), nextCursor: z.null(), problems: z.array(RuleProblem) })

/** GET /api/v1/rules/{id}/evaluations: the last evaluations, newest first: inputs and the gate that decided. */
export const RuleEvaluation = z.object({
  at: z.number(),
  subject: z.string(),
  answer: z.string(),
  gate: z.string(),
  inputs: z.record(z.string(), z.unknown()),
})
export type RuleEvaluation = z.infer<typeof RuleEvaluation>
export const RuleEvaluations = z.object({ items: z.array(RuleEvaluation), nextCursor: z.null() })

/** POST /api/v1/rules; PUT /api/v1/rules/{id}. The rule's own schema is checked by the rules room; problems come back as details. */
export const SaveRule = z.strictObject({
  rule: z.record(z.string().max(64), z.unknown()),
  enabled: z.boolean().default(true),
})
export const RuleParams = z.object({ id: LocalId })
