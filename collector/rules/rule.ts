// A rule as people write it: what to look at, when it is a fault, and what then. Files and the console edit the same thing.
import { z } from 'zod'
import { LocalId } from '#shared/domain/identity.ts'
import { Level } from '#shared/domain/incident.ts'
import { AlarmType } from '#shared/domain/series-meaning.ts'
import { Severity } from '#shared/domain/severity.ts'
import { Condition } from './conditions/registry.ts'
import { Duration } from './duration.ts'
import { mergedCondition } from './overrides.ts'

/** One text for all, or one per language. */
export const LocalText = z.union([
  z.string().min(1).max(500),
  z.strictObject({ 'zh-CN': z.string().min(1).max(500), en: z.string().min(1).max(500) }),
])
export type LocalText = z.infer<typeof LocalText>

const PROFILE_TEXT = {
  limits: '{{device}}: {{what}} {{reading}} ({{bound}} {{limit}})',
  states: '{{device}}: {{what}} {{state}}',
}
const PROFILE_INCIDENT = { open: true, atLeast: 'critical', reopenWithin: '5m', resolveOnClear: '30s' }

const Globs = z.array(z.string().min(1).max(256)).min(1).max(256)

export const Selector = z.strictObject({
  customers: Globs.optional(),
  sites: Globs.optional(),
  /** Collector-wide device ids, `<site>.<device>`. */
  devices: Globs.optional(),
  profiles: Globs.optional(),
  /** Class of a series as its profile says (temperature, load ...), or of a device: its tag `class`. */
  classes: Globs.optional(),
  /** All must fit; `*` means the tag exists. */
  tags: z.record(z.string(), z.string()).optional(),
  /** Resources of series. */
  resources: Globs.optional(),
  /** Resources of series to leave out. */
  notResources: Globs.optional(),
})
export type Selector = z.infer<typeof Selector>

/** `condition`: keys of the rule's condition with other values, as written; null takes a key away. */
export const Override = z
  .strictObject({
    selector: Selector.refine(
      (s) => Object.keys(s).length > 0,
      'say which of them: an empty selector is the rule itself',
    ),
    enabled: z.boolean().optional(),
    severity: Severity.optional(),
    for: Duration.optional(),
    clearAfter: Duration.optional(),
    condition: z.record(z.string().max(64), z.unknown()).optional(),
  })
  .refine((o) => Object.keys(o).some((key) => key !== 'selector'), 'an override without a change')
export type Override = z.infer<typeof Override>

/** When an alarm counts as flapping: the share of changes in a window, see collector/alarms/flapping.ts; false: never. */
export const Flapping = z.union([
  z.literal(false),
  z
    .strictObject({
      within: Duration.default(600_000),
      /** So many changes in the window are a share of 1. */
      of: z.int().min(2).max(64).default(10),
      start: z.number().min(0.05).max(1).default(0.5),
      stop: z.number().min(0).max(1).default(0.2),
      weighted: z.boolean().default(true),
    })
    .refine(({ start, stop }) => stop < start, { path: ['stop'], message: 'must be less than start' }),
])
export type Flapping = z.infer<typeof Flapping>

export const IncidentPolicy = z.strictObject({
  open: z.boolean().default(false),
  /** Join an open incident of the same device. Default: as `open`. */
  attach: z.boolean().optional(),
  impact: Level.default('medium'),
  urgency: Level.default('medium'),
  /** A resolved incident of the same alarm is opened again within this time; later, a new one follows it. */
  reopenWithin: Duration.default(0),
  /** true: as soon as all alarms are cleared; a duration: when they have been cleared that long; false: people resolve. */
  resolveOnClear: z.union([z.boolean(), Duration]).default(true),
  /** Alarms below this severity neither open an incident nor join one. */
  atLeast: Severity.optional(),
})
export type IncidentPolicy = z.infer<typeof IncidentPolicy>

/** In place of severity or alarmType: what the profile of the device says. Only with conditions `limits` and `states`. */
export const BY_PROFILE = 'by-profile'

/** In place of severity: what the log line says, by RFC 5674; a line that says none, or no alarm, is a warning. */
export const BY_LOG = 'by-log'

const PlainRule = z
  .strictObject({
    id: LocalId,
    title: LocalText,
    enabled: z.boolean().default(true),
    /** It judges and is recorded, and nobody is told: to look at a rule before it may page. */
    shadow: z.boolean().default(false),
    selector: Selector.default({}),
    condition: Condition,
    /** The condition must hold this long, in event time. */
    for: Duration.default(0),
    /** The clear condition must hold this long. For events without a clear match: cleared this long after the last one. */
    clearAfter: Duration.default(0),
    severity: z.union([Severity, z.literal([BY_PROFILE, BY_LOG])]),
    alarmType: z.union([AlarmType, z.literal(BY_PROFILE)]),
    /** Templates: {{resource}}, {{interface}}, {{value}}, {{label}}, {{device}}, {{tag.NAME}}, {{message}}, named groups ... */
    resource: z.string().max(256).optional(),
    qualifier: z.string().max(256).default(''),
    text: LocalText,
    incident: IncidentPolicy.prefault({}),
    flapping: Flapping.optional(),
    overrides: z.array(Override).max(256).default([]),
  })
  .superRefine(({ condition, severity, alarmType, overrides }, context) => {
    const { type } = condition
    for (const [i, { condition: patch }] of overrides.entries()) {
      const merged = patch === undefined ? undefined : mergedCondition(condition, patch)
      for (const { path, message } of merged?.ok === false ? merged.issues : [])
        context.addIssue({ code: 'custom', path: ['overrides', i, 'condition', ...path], message })
    }
    if (severity === BY_LOG && !('match' in condition && [condition.match].flat().every((m) => m.kind === 'log')))
      context.addIssue({
        code: 'custom',
        path: ['severity'],
        message: 'only rules of log lines leave this to the line',
      })
    if (type === 'limits' || type === 'states') return
    const message = 'only rules by device profiles (limits, states) leave this to the profile'
    for (const [key, value] of Object.entries({ severity, alarmType }))
      if (value === BY_PROFILE) context.addIssue({ code: 'custom', path: [key], message })
  })

/** A rule; those by device profiles may leave out what the profile says: severity, alarm type, text, incident policy. */
export const Rule = z.preprocess((raw) => {
  const type = (raw as { condition?: { type?: unknown } } | null)?.condition?.type
  if (type !== 'limits' && type !== 'states') return raw
  return {
    severity: BY_PROFILE,
    alarmType: BY_PROFILE,
    text: PROFILE_TEXT[type],
    incident: PROFILE_INCIDENT,
    ...(raw as object),
  }
}, PlainRule)
export type Rule = z.infer<typeof Rule>

/** Where a rule is written; rules of files are read-only in the console. */
export type RuleOrigin =
  /** `definition`: made from an alarm block of a trap or log definition. */
  | { readonly kind: 'stock' | 'file' | 'definition'; readonly file: string; readonly line: number }
  | { readonly kind: 'database' }

export interface DefinedRule {
  readonly rule: Rule
  readonly origin: RuleOrigin
  /** A rule of the same id that is written elsewhere and does not hold because of this one. */
  readonly replaces?: RuleOrigin
  /** Where the last of the rule's overrides are written, one for each; those before them stand in the rule. */
  readonly added?: readonly RuleOrigin[]
}

export const RuleFileShape = z.strictObject({
  rules: z.array(z.unknown()).max(5000).default([]),
  /** Of rules that are written elsewhere: `rule` is the id, the rest as in a rule's own overrides. */
  overrides: z
    .array(z.looseObject({ rule: LocalId }))
    .max(5000)
    .default([]),
})

/** The text in the wanted language, else English. */
export function textIn(text: LocalText, language: 'zh-CN' | 'en'): string {
  return typeof text === 'string' ? text : text[language]
}
