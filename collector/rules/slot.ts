// What belongs to a slot and is no number, and what it says: facts of its alarm, signals, notes.
import type { AlarmSource } from '#shared/domain/alarm.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { CompiledRule, RuleSink } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import type { Verdict } from './expressions.ts'
import type { KeptLevel, Level, LevelMachine } from './levels.ts'
import { describe } from './series-facts.ts'
import type { AlarmSignal } from './signal.ts'
import { template } from './template.ts'

export interface Slot {
  readonly rule: CompiledRule
  readonly series: SeriesInfo
  readonly alarmType: string
  readonly resource: string
  readonly qualifier: string
  /** Alarm identity, when others (rules, series, events) may speak of this alarm. */
  readonly key: string | undefined
  readonly guard: { readonly metric: string; readonly values: readonly (string | number)[] } | undefined
  /** Name of its memory, once it has some. */
  subject: string | undefined
  wideRaise: ReadonlySet<number> | undefined
  wideClear: ReadonlySet<number> | null
  /** Of expressions: what it says to the values there are. */
  verdict: (() => Verdict) | undefined
  /** Degrees of one fault, shared by series of one profile; the machine is there while any of them is not off. */
  readonly levels: readonly Level[] | undefined
  machine: LevelMachine | undefined
}

export interface SlotState {
  readonly phase: number
  readonly since: number
  readonly floor: number
  /** Of slots with levels: each, and the severity that was said. */
  readonly levels?: readonly KeptLevel[]
  readonly said?: number
}

export interface AlarmFacts {
  readonly rule: string
  readonly agent: string
  readonly customer: string
  readonly site: string
  readonly device: string
  readonly resource: string
  readonly alarmType: string
  readonly qualifier: string
  readonly severity: Severity
  readonly source: AlarmSource
  readonly shadow?: boolean
  readonly version: string
}

/** Name of its memory. */
export function subjectOf(slot: Slot): string {
  const { series, levels, alarmType, qualifier } = slot
  // a rule that comes out of the shadow begins anew: what stands is raised, and told
  const shadow = slot.rule.rule.shadow ? ' shadow' : ''
  slot.subject ??= `${levels === undefined ? `s:${series.id}` : `s:${series.id} ${alarmType}/${qualifier}`}${shadow}`
  return slot.subject
}

export function factsOf(slot: Slot, sink: RuleSink): AlarmFacts {
  const { series, rule } = slot
  return {
    rule: rule.rule.id,
    agent: series.agent,
    customer: sink.places.customerOf(series.site),
    site: series.site,
    device: series.device,
    resource: slot.resource,
    alarmType: slot.alarmType,
    qualifier: slot.qualifier,
    severity: severityOf(slot),
    source: rule.source,
    ...(rule.rule.shadow ? { shadow: true } : {}),
    version: rule.version,
  }
}

/** What its rule looked at beside the value: rate, expected, values by name. */
export function moreOf({ series, rule, verdict }: Slot, value: number): Readonly<Record<string, unknown>> {
  return rule.derived?.facts(series.id, value) ?? verdict?.().inputs ?? {}
}

/** Of its worst level, where it has levels and the rule does not say otherwise. */
export function severityOf({ rule, machine }: Slot): Severity {
  const level = rule.rule.severity === 'by-profile' ? machine?.standing() : undefined
  return level?.severity ?? rule.severity
}

export function signalOf(
  kind: 'raise' | 'clear',
  slot: Slot,
  sink: RuleSink,
  value: number,
  at: number,
  late: boolean,
): AlarmSignal {
  const { series, rule, resource } = slot
  if (slot.levels !== undefined) return levelSignal(kind, slot, slot.levels, sink, value, at, late)
  const more = moreOf(slot, value)
  const get = describe(series, sink.places, sink.language, value, resource)
  const text = rule.text((name) => get(name) ?? shownOf(more[name]))
  return { ...factsOf(slot, sink), kind, at, late, text, inputs: { ...more, metric: series.metric, value } }
}

function levelSignal(
  kind: 'raise' | 'clear',
  slot: Slot,
  levels: readonly Level[],
  sink: RuleSink,
  value: number,
  at: number,
  late: boolean,
): AlarmSignal {
  const { series, rule, resource } = slot
  // what is over was over its mildest limit
  const level = slot.machine?.standing() ?? levels.at(-1)
  const own = level?.text?.[sink.language] ?? level?.text?.en
  const get = describe(series, sink.places, sink.language, value, resource, level)
  const text = own === undefined ? rule.text(get) : template(own)(get)
  const limit = level === undefined || level.side === 'state' ? {} : { limit: level.raise }
  return { ...factsOf(slot, sink), kind, at, late, text, inputs: { metric: series.metric, value, ...limit } }
}

export function note(slot: Slot, sink: RuleSink, at: number, answer: Answer, gate: string, value: number): undefined {
  const { site, device, metric } = slot.series
  const inputs = { metric, value }
  sink.rings.note(slot.rule.rule.id, { at, site, device, resource: slot.resource, answer, gate, inputs })
}

const shownOf = (fact: unknown): string | undefined =>
  typeof fact === 'number' ? String(Math.round(fact * 100) / 100) : fact === undefined ? undefined : String(fact)
