// What people change about rules in the database, as it will be when it is written.
import type { Logger } from 'pino'
import { type AddedOverride, readOverride } from './rules/added-overrides.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import type { RuleStore } from './storage/sqlite/rule-state-store.ts'

/** Rules of the database, and its overrides of rules of any origin. */
export interface Database {
  readonly rules: readonly DefinedRule[]
  readonly overrides: readonly AddedOverride[]
}

/** One rule, or (`rule` absent) all overrides that the database has for one. */
export interface Change {
  readonly action: 'rule.save' | 'rule.delete' | 'rule.override'
  readonly id: string
  /** null deletes it. */
  readonly rule?: Rule | null
  readonly overrides?: readonly unknown[]
  /** Why it may page though no back-test has tried it. */
  readonly untested?: string | undefined
}

export function databaseRules(store: Pick<RuleStore, 'rules' | 'overrides'>, log: Logger): Database {
  return {
    rules: store.rules().flatMap(({ id, doc }) => {
      const parsed = Rule.safeParse(doc)
      if (!parsed.success) log.error({ rule: id }, 'a rule in the database cannot be read by this version')
      return parsed.success ? [{ rule: parsed.data, origin: DATABASE }] : []
    }),
    overrides: store.overrides().flatMap(({ rule, doc }) => addedOf(rule, doc)),
  }
}

export function withChange({ rules, overrides }: Database, { id, rule, overrides: wanted }: Change): Database {
  if (wanted) return { rules, overrides: [...overrides.filter((one) => one.rule !== id), ...addedOf(id, wanted)] }
  const others = rules.filter((defined) => defined.rule.id !== id)
  return { rules: rule ? [...others, { rule, origin: DATABASE }] : others, overrides }
}

export function problemsOfOverrides(rule: Rule, overrides: readonly unknown[]): { path: string; message: string }[] {
  return overrides.flatMap((raw, i) => {
    const read = readOverride(rule, raw)
    return read.ok ? [] : read.issues.map(({ path, message }) => ({ path: `overrides.${i}.${path}`, message }))
  })
}

const DATABASE = { kind: 'database' as const }

const addedOf = (rule: string, raws: readonly unknown[]): AddedOverride[] =>
  raws.map((raw) => ({ rule, raw, origin: DATABASE }))
