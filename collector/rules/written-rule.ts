// A rule as it would stand in a file: durations are read into milliseconds and written in seconds.
import type { Condition } from './conditions/registry.ts'
import type { Rule } from './rule.ts'

/** What Rule.parse gives the same rule of. */
export function ruleAsWritten(rule: Rule): Record<string, unknown> {
  const { condition, incident, overrides } = rule
  const { reopenWithin, resolveOnClear } = incident
  return {
    ...rule,
    for: seconds(rule.for),
    clearAfter: seconds(rule.clearAfter),
    condition: conditionAsWritten(condition),
    incident: { ...incident, reopenWithin: seconds(reopenWithin), resolveOnClear: seconds(resolveOnClear) },
    overrides: overrides.map(overrideAsWritten),
    ...(rule.flapping ? { flapping: { ...rule.flapping, within: seconds(rule.flapping.within) } } : {}),
  }
}

export function overrideAsWritten(override: Rule['overrides'][number]): Record<string, unknown> {
  const { for: hold, clearAfter, ...rest } = override
  return {
    ...rest,
    ...(hold === undefined ? {} : { for: seconds(hold) }),
    ...(clearAfter === undefined ? {} : { clearAfter: seconds(clearAfter) }),
  }
}

export function conditionAsWritten(condition: Condition): Record<string, unknown> {
  const timed: Record<string, unknown> = { ...condition }
  for (const key of ['for', 'within', 'ahead', 'stale']) if (key in timed) timed[key] = seconds(timed[key])
  return timed
}

function seconds<T>(value: T): T | number {
  return typeof value === 'number' ? value / 1000 : value
}
