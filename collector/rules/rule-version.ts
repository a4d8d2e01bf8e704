// A short name for what a rule says: the same text has the same version wherever it is written, and trace lines can cite it.
import { createHash } from 'node:crypto'
import type { Rule } from './rule.ts'
import { ruleAsWritten } from './written-rule.ts'

/** Twelve hex digits of the rule with its overrides. Whether it is switched on is no part of it. */
export function versionOf(rule: Rule): string {
  const known = versions.get(rule)
  if (known !== undefined) return known
  const { enabled: _, ...said } = ruleAsWritten(rule)
  const hash = createHash('sha256').update(JSON.stringify(sorted(said)))
  const version = hash.digest('hex').slice(0, 12)
  versions.set(rule, version)
  return version
}

/** Rules are never changed in place, and asked again and again. */
const versions = new WeakMap<Rule, string>()

/** Version of what a back-test tries: the rule by itself, whether it is told or not, without what others added to it. */
export const testedVersionOf = (rule: Rule): string => versionOf({ ...rule, shadow: false, overrides: [] })

/** With the keys of every object in order: files may name them in any. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]))
}
