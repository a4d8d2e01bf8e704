// Overrides that are not written in the rule they are about: in the `overrides` of a file, or in the database for a rule of
// whatever origin. A bad one costs itself.
import type { FileProblem } from './located-yaml.ts'
import { mergedCondition } from './overrides.ts'
import { type DefinedRule, Override, type Rule, type RuleOrigin } from './rule.ts'

export interface AddedOverride {
  /** Id of the rule it is about. */
  readonly rule: string
  /** As it was written. */
  readonly raw: unknown
  readonly origin: RuleOrigin
}

export interface WithOverrides {
  readonly rules: readonly DefinedRule[]
  readonly problems: readonly FileProblem[]
}

/** Those of files first, then those of the database: where two are equally narrow the later wins. */
export function withOverrides(rules: readonly DefinedRule[], added: readonly AddedOverride[]): WithOverrides {
  if (added.length === 0) return { rules, problems: [] }
  const ofRule = Map.groupBy(added, ({ rule }) => rule)
  const known = new Set(rules.map(({ rule }) => rule.id))
  const problems = added
    .filter(({ rule }) => !known.has(rule))
    .map((a) => problemOf(a, 'rule', `there is no rule ${a.rule}`))
  const all = rules.map((defined) => {
    const good = (ofRule.get(defined.rule.id) ?? []).flatMap((one) => {
      const read = readOverride(defined.rule, one.raw)
      if (read.ok) return [{ override: read.override, origin: one.origin }]
      for (const { path, message } of read.issues) problems.push(problemOf(one, path, message))
      return []
    })
    if (good.length === 0) return defined
    const overrides = [...defined.rule.overrides, ...good.map(({ override }) => override)]
    return { ...defined, rule: { ...defined.rule, overrides }, added: good.map(({ origin }) => origin) }
  })
  return { rules: all, problems }
}

/** One override of a rule, with what is wrong about it. */
export function readOverride(
  rule: Rule,
  raw: unknown,
):
  | { readonly ok: true; readonly override: Override }
  | { readonly ok: false; readonly issues: readonly { readonly path: string; readonly message: string }[] } {
  const parsed = Override.safeParse(raw)
  const merged = parsed.data?.condition && mergedCondition(rule.condition, parsed.data.condition)
  const issues = parsed.success
    ? merged?.ok === false
      ? merged.issues.map(({ path, message }) => ({ path: ['condition', ...path].join('.'), message }))
      : []
    : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return parsed.success && issues.length === 0 ? { ok: true, override: parsed.data } : { ok: false, issues }
}

function problemOf({ origin, rule }: AddedOverride, path: string, message: string): FileProblem {
  const place = origin.kind === 'database' ? { file: '', line: 0 } : { file: origin.file, line: origin.line }
  return { ...place, path: `overrides of ${rule}: ${path}`, message }
}
