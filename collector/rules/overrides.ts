// Another threshold, hold or severity for some of what a rule selects, without a copy of the rule. Of several overrides that fit
// the narrowest wins, of equally narrow ones the one written last.
import { Condition } from './conditions/registry.ts'
import type { Override, Rule } from './rule.ts'
import { conditionAsWritten } from './written-rule.ts'

/** What makes a rule the rule it is: it cannot be another for some of its devices. */
const FIXED: ReadonlySet<string> = new Set(['type', 'metric', 'match', 'cancel', 'expect', 'while', 'inputs', 'class'])

type Merged =
  | { readonly ok: true; readonly condition: Condition }
  | {
      readonly ok: false
      readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
    }

/** A condition with other values for some of its keys; null takes a key away. */
export function mergedCondition(condition: Condition, patch: Readonly<Record<string, unknown>>): Merged {
  const fixed = Object.keys(patch).filter(
    (key) => FIXED.has(key) || (key === 'clear' && condition.type.startsWith('event')),
  )
  if (fixed.length > 0)
    return { ok: false, issues: fixed.map((key) => ({ path: [key], message: 'an override cannot change this' })) }
  const written = { ...conditionAsWritten(condition), ...patch }
  const kept = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null && value !== undefined))
  const parsed = Condition.safeParse(kept)
  return parsed.success ? { ok: true, condition: parsed.data } : { ok: false, issues: parsed.error.issues }
}

/** The rule as it is where the override applies. */
export function overridden(rule: Rule, { condition: patch, ...own }: Override): Rule {
  const merged = patch === undefined ? undefined : mergedCondition(rule.condition, patch)
  return {
    ...rule,
    condition: merged?.ok ? merged.condition : rule.condition,
    severity: own.severity ?? rule.severity,
    for: own.for ?? rule.for,
    clearAfter: own.clearAfter ?? rule.clearAfter,
    enabled: own.enabled ?? rule.enabled,
  }
}
