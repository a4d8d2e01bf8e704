// Rules by device profiles: of those of one kind that are about a series one judges it. An installation's own rules come
// before the shipped ones, the narrower before the wider, the later before the earlier.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { type CompiledRule, selects, variantOf } from './compiled-rule.ts'
import type { LevelGroup, ProfileCondition } from './conditions/condition.ts'
import type { Condition } from './conditions/registry.ts'
import { narrowness } from './selector.ts'

export interface ProfileRules {
  /** Whether any rule is about a series of this kind, wherever it is. */
  concerns(series: SeriesInfo): boolean
  /** The rule of each kind that judges this series, with the faults it looks for. */
  of(series: SeriesInfo): readonly { readonly rule: CompiledRule; readonly groups: readonly LevelGroup[] }[]
}

type Ranked = { readonly rule: CompiledRule; readonly about: (series: SeriesInfo) => boolean }

/** Different series of one profile share what was compiled for one of them; so many are remembered. */
const MAX_COMPILED = 10_000

export function createProfileRules(rules: readonly CompiledRule[]): ProfileRules {
  const byKind = Map.groupBy(
    rules.filter((rule) => rule.profile !== undefined),
    (rule) => rule.rule.condition.type,
  )
  const kinds = [...byKind.values()].map((same) => ranked(same))
  const compiled = new Map<string, readonly LevelGroup[]>()

  function groupsOf(rule: CompiledRule, series: SeriesInfo): readonly LevelGroup[] {
    const { metric, class: kind, alarmType, limits, severities, states, alarms } = series
    const key = `${rule.rule.id} ${rule.override ?? ''} ${JSON.stringify([metric, kind, alarmType, limits, severities, states, alarms])}`
    const known = compiled.get(key)
    if (known) return known
    const { condition, for: holdMs } = rule.rule
    const groups = (rule.profile as ProfileCondition<Condition>).compile(condition, series, holdMs)
    if (compiled.size >= MAX_COMPILED) compiled.clear()
    compiled.set(key, groups)
    return groups
  }

  return {
    concerns: (series) => kinds.some((kind) => kind.some(({ about }) => about(series))),
    of: (series) =>
      kinds.flatMap((kind) => {
        const first = kind.find(({ rule, about }) => about(series) && selects(rule.selector, series))
        const rule = first && variantOf(first.rule, series)
        return rule === undefined ? [] : [{ rule, groups: groupsOf(rule, series) }]
      }),
  }
}

function ranked(rules: readonly CompiledRule[]): Ranked[] {
  return rules
    .map((rule, n) => ({ rule, n, weight: weightOf(rule) }))
    .sort((a, b) => b.weight - a.weight || b.n - a.n)
    .map(({ rule }) => ({ rule, about: (rule.profile as ProfileCondition<Condition>).about(rule.rule.condition) }))
}

/** An installation's own before the shipped ones, then the narrower. */
function weightOf({ rule, origin, profile }: CompiledRule): number {
  const { selector, condition } = rule
  return (origin === 'stock' ? 0 : 1024) + narrowness(selector) + (profile?.narrowness(condition) ?? 0)
}
