// A rule made ready: selector, templates and condition compiled once.
import type { AlarmSource } from '#shared/domain/alarm.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { EventTest, ProfileCondition, SeriesCondition } from './conditions/condition.ts'
import { type Condition, conditionKind } from './conditions/registry.ts'
import { BY_LOG, BY_PROFILE, type DefinedRule, type Rule, type RuleOrigin, textIn } from './rule.ts'
import type { EvaluationRings } from './rule-evaluations.ts'
import { compileSelector, type Places, type SelectorTest } from './selector.ts'
import type { AlarmSignal } from './signal.ts'
import { type Template, template } from './template.ts'

export interface CompiledRule {
  readonly rule: Rule
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
}

export function compileRule({ rule, origin }: DefinedRule, places: Places, language: 'zh-CN' | 'en'): CompiledRule {
  const kind = conditionKind(rule.condition)
  return {
    rule,
    selector: compileSelector(rule.selector, places),
    resource: template(rule.resource ?? (kind.kind === 'event' ? '' : '{{resource}}')),
    qualifier: template(rule.qualifier),
    text: template(textIn(rule.text, language)),
    source: sourceOf(rule.condition),
    severity: rule.severity === BY_PROFILE || rule.severity === BY_LOG ? 'warning' : rule.severity,
    origin: origin.kind,
    series: kind.kind === 'series' ? kind : undefined,
    profile: kind.kind === 'profile' ? kind : undefined,
    event: kind.kind === 'event' ? kind.compile(rule.condition) : undefined,
  }
}

/** Whether a rule is about a series, by all that its selector names. */
export function selects({ selector }: CompiledRule, series: SeriesInfo): boolean {
  const { resource, site, device, class: kind } = series
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
