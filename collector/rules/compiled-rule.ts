// A rule made ready: selector, templates and condition compiled once, for the rule and for each of its overrides.
import type { AlarmSource } from '#shared/domain/alarm.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { Derived, EventTest, ProfileCondition, SeriesCondition } from './conditions/condition.ts'
import { type Condition, conditionKind } from './conditions/registry.ts'
import type { Histories } from './histories.ts'
import { overridden } from './overrides.ts'
import { BY_LOG, BY_PROFILE, type DefinedRule, type Rule, type RuleOrigin, textIn } from './rule.ts'
import type { EvaluationRings } from './rule-evaluations.ts'
import { versionOf } from './rule-version.ts'
import { compileSelector, narrowness, type Places, type SelectorTest } from './selector.ts'
import type { AlarmSignal } from './signal.ts'
import { type Template, template } from './template.ts'

export interface CompiledRule {
  readonly rule: Rule
  readonly version: string
  readonly selector: SelectorTest
  readonly resource: Template
  readonly qualifier: Template
  readonly text: Template
  readonly source: AlarmSource
  /** Of alarms that say nothing of their own. */
  readonly severity: Severity
  readonly origin: RuleOrigin['kind']
  /** One of the three. */
  readonly series: SeriesCondition<Condition> | undefined
  readonly profile: ProfileCondition<Condition> | undefined
  readonly event: EventTest | undefined
  /** What a series condition compares in place of samples. */
  readonly derived: Derived | undefined
  /** The narrowest first; `rule` undefined where the override switches it off. */
  readonly variants: readonly { readonly selector: SelectorTest; readonly rule: CompiledRule | undefined }[]
  /** Which override of the rule this is, by its position. */
  readonly override: number | undefined
}

/** Where the two halves of the engine put what they decide. */
export interface RuleSink {
  readonly places: Places
  readonly rings: EvaluationRings
  /** Of alarm texts. */
  readonly language: 'zh-CN' | 'en'
  signal(signal: AlarmSignal): void
  /** Something about this subject must be written; `state` undefined deletes it. */
  changed(rule: string, subject: string, state: unknown): void
  /** Something was not looked at; counted by reason. */
  drop(reason: string): void
}

export interface CompileParts {
  readonly places: Places
  readonly language: 'zh-CN' | 'en'
  readonly histories: Histories
}

export function compileRule({ rule, origin }: DefinedRule, parts: CompileParts): CompiledRule {
  const selector = compileSelector(rule.selector, parts.places)
  const version = versionOf(rule)
  const compiled = rule.overrides.map((override, i) => {
    const own = overridden(rule, override)
    const test = compileSelector(override.selector, parts.places)
    const variant = own.enabled ? compileOne(own, origin.kind, version, test, parts, i, []) : undefined
    return { selector: test, rule: variant, weight: narrowness(override.selector), i }
  })
  const variants = compiled.sort((a, b) => b.weight - a.weight || b.i - a.i)
  return compileOne(rule, origin.kind, version, selector, parts, undefined, variants)
}

function compileOne(
  rule: Rule,
  origin: RuleOrigin['kind'],
  version: string,
  selector: SelectorTest,
  { places, language, histories }: CompileParts,
  override: number | undefined,
  variants: CompiledRule['variants'],
): CompiledRule {
  const kind = conditionKind(rule.condition)
  return {
    ...{ rule, version, selector, origin, override, variants },
    resource: template(rule.resource ?? (kind.kind === 'event' ? '' : '{{resource}}')),
    qualifier: template(rule.qualifier),
    text: template(textIn(rule.text, language)),
    source: sourceOf(rule.condition),
    severity: rule.severity === BY_PROFILE || rule.severity === BY_LOG ? 'warning' : rule.severity,
    series: kind.kind === 'series' ? kind : undefined,
    profile: kind.kind === 'profile' ? kind : undefined,
    event: kind.kind === 'event' ? kind.compile(rule.condition) : undefined,
    derived: kind.kind === 'series' ? kind.derive?.(rule.condition, histories, places) : undefined,
  }
}

/** The rule as it is for this series, with what the narrowest of its overrides says; undefined: switched off here. */
export function variantOf(rule: CompiledRule, at: Subject): CompiledRule | undefined {
  if (rule.variants.length === 0) return rule
  const variant = rule.variants.find(({ selector }) => selects(selector, at))
  return variant === undefined ? rule : variant.rule
}

/** A series, or the device and resource that an event speaks of. */
export type Subject = Pick<SeriesInfo, 'site' | 'resource'> & {
  readonly device: string | null
  readonly class?: string | undefined
}

/** Whether a selector is about it, by all that it names. */
export function selects(selector: SelectorTest, { site, device, resource, class: kind }: Subject): boolean {
  return selector.resource(resource) && selector.place(site, device) && selector.class(device, kind)
}

function sourceOf(condition: Condition): AlarmSource {
  if (condition.type === 'event-match' || condition.type === 'event-count') {
    const kind = [condition.match].flat()[0]?.kind
    return kind === 'log' ? 'log' : kind === 'check' || kind === 'agent' ? 'check' : 'trap'
  }
  if (condition.type === 'limits' || condition.type === 'states') return 'poll'
  return /^(icmp|tcp|http|tls)\./.test(condition.metric) ? 'check' : 'poll'
}
