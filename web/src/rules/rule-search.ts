// What the addresses of the rule screens say.
import type { RuleRow } from '#shared/http/rules.ts'

export const RULE_ORIGINS = ['built-in', 'file', 'definition', 'database'] as const satisfies RuleRow['origin'][]
export const RULE_MODES = ['live', 'shadow', 'off'] as const satisfies RuleRow['mode'][]

export interface RulesSearch {
  readonly q?: string | undefined
  readonly origin?: RuleRow['origin'] | undefined
  readonly mode?: RuleRow['mode'] | undefined
}

export function readRulesSearch(raw: Record<string, unknown>): RulesSearch {
  return {
    q: text(raw.q),
    origin: RULE_ORIGINS.find((origin) => origin === raw.origin),
    mode: RULE_MODES.find((mode) => mode === raw.mode),
  }
}

/** The parts of a rule's page, as they stand in the address. */
export const RULE_PARTS = ['rule', 'overrides', 'back-test', 'shadow', 'evaluations'] as const
export type RulePart = (typeof RULE_PARTS)[number]

export interface RuleSearch {
  readonly part?: RulePart | undefined
}

export function readRuleSearch(raw: Record<string, unknown>): RuleSearch {
  return { part: RULE_PARTS.find((part) => part === raw.part && part !== 'rule') }
}

export interface NewRuleSearch {
  /** The rule that is copied. */
  readonly from?: string | undefined
  readonly part?: RulePart | undefined
}

export function readNewRuleSearch(raw: Record<string, unknown>): NewRuleSearch {
  return { from: text(raw.from), ...readRuleSearch(raw) }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}
