// Rules as the console reads and edits them. Rules from files are read-only here and say where they come from; a rule of the
// database may stand in their place, which it says, and removing it brings them back.
import { z } from 'zod'
import { LocalId } from '../domain/identity.ts'
import { Severity } from '../domain/severity.ts'

const ORIGINS = ['built-in', 'file', 'definition', 'database'] as const

/** live: its alarms are told. shadow: it judges and is recorded, and nobody is told. off: it judges nothing. */
export const RULE_MODES = ['live', 'shadow', 'off'] as const
export const RuleMode = z.enum(RULE_MODES)
export type RuleMode = z.infer<typeof RuleMode>

/** Another threshold, hold or severity for some of what a rule selects; of several that fit the narrowest wins. */
export const RuleOverrideRow = z.object({
  /** `rule`: written in the rule itself. `file`: in the `overrides` of a file. `database`: made in the console. */
  origin: z.enum(['rule', 'file', 'database']),
  file: z.string().nullable(),
  /** As it would stand in a file: selector, and enabled, for, clearAfter, severity or keys of the condition. */
  override: z.record(z.string(), z.unknown()),
})
export type RuleOverrideRow = z.infer<typeof RuleOverrideRow>

export const RuleRow = z.object({
  id: z.string(),
  /** `definition`: made from the alarm block of a trap or log definition. */
  origin: z.enum(ORIGINS),
  /** File the rule comes from, relative to the rules folder. */
  file: z.string().nullable(),
  enabled: z.boolean(),
  mode: RuleMode,
  readOnly: z.boolean(),
  updatedAt: z.number().nullable(),
  /** Rises with no order but changes with every change of what the rule says, overrides included. Trace lines name it. */
  version: z.string(),
  /** A rule of the database that stands in the place of one that is written elsewhere. */
  replaces: z.object({ origin: z.enum(ORIGINS), file: z.string().nullable() }).nullable(),
  /** All that hold, in the order they were written. */
  overrides: z.array(RuleOverrideRow),
  /** Parts whose expression cannot be computed now; GET .../evaluations says which and why. */
  failing: z.int(),
  /** The rule itself, as it would stand in a file, with the overrides that are written in it. */
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

const RuleBody = z.record(z.string().max(64), z.unknown())

/** The version that was changed, as read before; `*`: whatever it is now. */
const Version = z.string().min(1).max(64)

/**
 * POST /api/v1/rules; PUT /api/v1/rules/{id}. The rule's own schema is checked by the rules room; problems come back as
 * details. PUT of a rule of the database needs its version here or in If-Match; 409 when somebody else changed it since.
 */
export const SaveRule = z.strictObject({
  rule: RuleBody,
  enabled: z.boolean().default(true),
  version: Version.optional(),
  /** Must be said to stand in the place of a shipped rule or of one of a file; that file is never written. */
  replace: z.boolean().default(false),
  /** Why it may page without having been tried on the past; goes to the audit log. */
  untested: z.string().trim().min(3).max(500).optional(),
})
export type SaveRule = z.infer<typeof SaveRule>
export const RuleParams = z.object({ id: LocalId })
/** DELETE /api/v1/rules/{id}: If-Match as with PUT, but may be left out. */
export const RuleHeaders = z.object({ 'if-match': z.string().max(80).optional() })
export type RuleHeaders = z.infer<typeof RuleHeaders>

/**
 * PUT /api/v1/rules/{id}/overrides: all overrides that the database holds for a rule, of whatever origin; an empty list takes
 * them away. `version`: of the rule as read before.
 */
export const SaveOverrides = z.strictObject({
  overrides: z.array(z.record(z.string().max(64), z.unknown())).max(256),
  version: Version,
})
export type SaveOverrides = z.infer<typeof SaveOverrides>

/** POST /api/v1/rules/preview: what a rule would be about, before it is saved. Nothing is kept. */
export const PreviewRule = z.strictObject({ rule: RuleBody })

/** How a rule would see one part now. */
export const RulePreviewItem = z.object({
  site: z.string(),
  device: z.string(),
  /** Name of the device. */
  name: z.string(),
  resource: z.string(),
  metric: z.string(),
  unit: z.string(),
  /** Last value and its time; null when there is none. */
  at: z.number().nullable(),
  value: z.number().nullable(),
  /** Word of the value, for states. */
  label: z.string().nullable(),
  answer: z.enum(['met', 'not-met', 'between', 'unknown']),
  /** Why it is unknown, or what decided. */
  why: z.string(),
  /** Alarm that would stand when the condition holds on; without hold and past. */
  severity: Severity.nullable(),
  text: z.string(),
  /** Position of the override that applies here, or null. */
  override: z.int().nullable(),
})
export type RulePreviewItem = z.infer<typeof RulePreviewItem>

export const RulePreview = z.object({
  /** What is wrong with the rule; then nothing else is filled. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  /** Judged by samples, or by events of devices (then series and items are empty). */
  about: z.enum(['samples', 'events']),
  devices: z.int(),
  resources: z.int(),
  series: z.int(),
  /** Of how many there are that this kind of rule could be about. */
  of: z.object({ devices: z.int(), series: z.int() }),
  selectsNothing: z.boolean(),
  /** Every device there is, and there are several. */
  selectsEverything: z.boolean(),
  /** Things that are right as written and rarely meant: counters under `rate`, a label that no series has. */
  notes: z.array(z.string()),
  /** Answers of all series that were looked at. */
  answers: z.object({ met: z.int(), notMet: z.int(), between: z.int(), unknown: z.int() }),
  items: z.array(RulePreviewItem),
  /** Series that were not looked at because there are too many. */
  notLookedAt: z.int(),
})
export type RulePreview = z.infer<typeof RulePreview>
