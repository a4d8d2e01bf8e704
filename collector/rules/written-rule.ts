// A rule as it would stand in a file: durations are read into milliseconds and written in seconds.
import type { Rule } from './rule.ts'

/** What Rule.parse gives the same rule of. */
export function ruleAsWritten(rule: Rule): Record<string, unknown> {
  const { condition, incident } = rule
  const seconds = <T>(value: T): T | number => (typeof value === 'number' ? value / 1000 : value)
  const timed: Record<string, unknown> = { ...condition }
  for (const key of ['for', 'within']) if (key in timed) timed[key] = seconds(timed[key])
  const { reopenWithin, resolveOnClear } = incident
  return {
    ...rule,
    for: seconds(rule.for),
    clearAfter: seconds(rule.clearAfter),
    condition: timed,
    incident: { ...incident, reopenWithin: seconds(reopenWithin), resolveOnClear: seconds(resolveOnClear) },
  }
}
