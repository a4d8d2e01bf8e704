// A short name for what a rule says: the same text has the same version wherever it is written, and trace lines can cite it.
import { createHash } from 'node:crypto'
import type { Rule } from './rule.ts'
import { ruleAsWritten } from './written-rule.ts'

/** Twelve hex digits of the rule with its overrides. Whether it is switched on is no part of it. */
export function versionOf(rule: Rule): string {
  const { enabled: _, ...said } = ruleAsWritten(rule)
  return createHash('sha256')
    .update(JSON.stringify(sorted(said)))
    .digest('hex')
    .slice(0, 12)
}

/** With the keys of every object in order: files may name them in any. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]))
}
