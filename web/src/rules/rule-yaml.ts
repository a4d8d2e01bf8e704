// A rule as text and back. Loaded with the editor only.
import type { Draft } from '../ui/draft.ts'
import { fromYaml } from '../ui/yaml-text.ts'

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

function onlyRuleOf(value: unknown): unknown {
  const list = Array.isArray(value) ? value : (value as { rules?: unknown } | null | undefined)?.rules
  return Array.isArray(list) && list.length === 1 ? list[0] : value
}
