// A rule as text and back. Loaded with the editor only.
import type { Draft } from '../ui/draft.ts'
import { fromYaml, yamlOf } from '../ui/yaml-text.ts'

/** A whole rule; only a map is one. A file's list of one rule is taken for the rule. */
export function ruleFromYaml(
  text: string,
): { readonly rule: Draft } | { readonly problem: string; readonly line: number } {
  const parsed = fromYaml(text)
  if ('problem' in parsed) return parsed
  const value = onlyRuleOf(parsed.value)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { problem: '', line: 1 }
  return { rule: value as Draft }
}

/** What somebody has typed, and the rule that stood when they did: of another rule it says nothing any more. */
export interface TypedYaml {
  readonly text: string
  readonly of: Draft
}

/** What is typed becomes the rule whenever it can be read; `draft` stays otherwise. */
export function typeYaml(text: string, draft: Draft): TypedYaml {
  const read = ruleFromYaml(text)
  return { text, of: 'rule' in read ? read.rule : draft }
}

export const yamlShown = (typed: TypedYaml | undefined, draft: Draft): string =>
  typed?.of === draft ? typed.text : yamlOf(draft)

/** Why what is typed is no rule; undefined: it is one, or nothing is typed. */
export function yamlProblem(
  typed: TypedYaml | undefined,
  draft: Draft,
): { readonly problem: string; readonly line: number } | undefined {
  if (typed === undefined || typed.of !== draft) return undefined
  const read = ruleFromYaml(typed.text)
  return 'problem' in read ? read : undefined
}

function onlyRuleOf(value: unknown): unknown {
  const list = Array.isArray(value) ? value : (value as { rules?: unknown } | null | undefined)?.rules
  return Array.isArray(list) && list.length === 1 ? list[0] : value
}
