// The rule engine. In: series, samples, events and watermarks of one group, in event time. Out: signals that faults are
// there or gone, and what must be remembered. It knows no alarms, sends nothing, reads no clock and no disk.
import type { RulePreview } from '#shared/http/rules.ts'
import type { IngestGroup, ReceivedEvent, SeriesInfo } from '../ingest/evaluation.ts'
import type { RuleStateChange } from '../storage/change-set.ts'
import { compileRule, type RuleSink } from './compiled-rule.ts'
import { createEventRules, type EventSubject } from './event-rules.ts'
import type { ExpectedState } from './expected-events.ts'
import { createHistories, type Past, pastOf } from './histories.ts'
import { createInterfaces } from './interface-name.ts'
import { createListening } from './listening.ts'
import type { DefinedRule, Rule } from './rule.ts'
import { createEvaluationRings, type RuleEvaluation } from './rule-evaluations.ts'
import type { Places } from './selector.ts'
import { type AlarmOfRule, createSeriesRules } from './series-rules.ts'
import type { AlarmSignal } from './signal.ts'
import type { SlotState } from './slot.ts'
import type { LastCheck } from './slot-checks.ts'
import { createTimeOrder } from './time-order.ts'

export interface RulesOutcome {
  readonly signals: readonly AlarmSignal[]
  readonly states: readonly RuleStateChange[]
}

export interface Rules {
  /**
   * Judges one group: events, then samples, then time by the watermarks. `learned` is called when new series are known
   * and nothing of the group has been judged.
   */
  evaluate(group: RulesGroup, learned?: (confirmed: readonly string[]) => void): RulesOutcome
  /** Time went on: events that have waited long enough for the samples of their time. */
  overdue(now: number): RulesOutcome
  /** A backlog of the agent is being judged: what it raises is no news until it has caught up. */
  isDraining(agent: string): boolean
  /** What a resource that an event named is called now that its device is polled; unchanged when nobody knows better. */
  resourceNow(device: string, resource: string): string
  /** A standing alarm has another key now: what runs for the old one ends, the next sample of the new one is the truth.
   * For `learned`: what is to be remembered comes with the outcome of the group. */
  moved(from: string, to: string, at: number): void
  /** Takes these rules instead; alarms of rules that no longer apply are cleared. */
  replace(rules: readonly DefinedRule[], now: number): RulesOutcome
  /** Facts of devices changed (profile, tags). */
  devicesChanged(devices: readonly string[], now: number): RulesOutcome
  /** Makes memory what the store says; call before anything else and after a failed commit. */
  restore(stored: StoredRules): void
  list(): readonly DefinedRule[]
  get(id: string): DefinedRule | undefined
  /** Clears what was raised for series that their device has long ceased to have: a module pulled, a tunnel deleted. */
  endVanished(now: number): RulesOutcome
  /** Whether polls judge this very alarm, so that its end will not be missed. */
  isPolled(alarm: AlarmOfRule & { readonly key: string }): boolean
  /** When the ports of a device were last polled (event time), and which are none of them; undefined: they are not polled. */
  polledPorts(device: string): { readonly at: number; lacks(resource: string): boolean } | undefined
  /** When polls last looked at this very alarm (event time), and whether they found it; undefined: no poll judges it. */
  lastCheck(alarm: AlarmOfRule & { readonly key: string }): LastCheck | undefined
  /** Whether an enabled rule still stands behind an alarm it raised: rules may have changed while we were down. */
  holds(alarm: AlarmOfRule): boolean
  /** Whether a rule judges this known series, or looks at it beside another: a replay need not read the others. */
  concerns(series: SeriesInfo): boolean
  /** The last evaluations that decided something, newest first, then how its series are seen now. */
  evaluations(rule: string): readonly RuleEvaluation[]
  /** Parts for which a rule's expression cannot be computed now. */
  failing(rule: string): number
  /** What a rule would be about and would say of it now; yields so that others can go on. Changes nothing. */
  preview(rule: Rule): Generator<undefined, RulePreview>
  counters(): { readonly series: number; readonly dropped: Readonly<Record<string, number>> }
}

export interface StoredRules {
  readonly rules: readonly DefinedRule[]
  readonly states: readonly RuleStateChange[]
  readonly series: readonly SeriesInfo[]
  /** The newest stored sample of a series. */
  lastSample?(series: number): { readonly at: number; readonly value: number } | undefined
  /** Stored samples of a series in a span of event time, as they were sent, oldest first. */
  past?(series: number, from: number, to: number, each: (at: number, value: number) => void): void
  /** Stored events of an agent from this id on, in order; their customer is the one of their site now. */
  eventsFrom?(agent: string, id: number): readonly Omit<ReceivedEvent, 'customer'>[]
}

export type RulesGroup = Pick<IngestGroup, 'newSeries' | 'events' | 'samples' | 'watermarks' | 'now'> &
  Partial<Pick<IngestGroup, 'presence' | 'gaps' | 'restarts'>>

export interface RulesOptions {
  readonly places: Places
  /** Language of alarm texts. */
  readonly language: 'zh-CN' | 'en'
  /** Holds, windows and automatic clears of events running at once; more are counted as dropped. */
  readonly maxEventSubjects?: number | undefined
}

export function createRules(options: RulesOptions): Rules {
  let engine = createEngine(options)
  let defined: ReadonlyMap<string, DefinedRule> = new Map()
  const byId = (rules: readonly DefinedRule[]) => new Map(rules.map((d) => [d.rule.id, d]))
  return {
    evaluate: (group, learned) => engine.evaluate(group, learned),
    overdue: (now) => engine.overdue(now),
    isDraining: (agent) => engine.isDraining(agent),
    resourceNow: (device, resource) => engine.resourceNow(device, resource),
    moved: (from, to, at) => engine.moved(from, to, at),
    devicesChanged: (devices, now) => engine.devicesChanged(devices, now),
    replace(rules, now) {
      defined = byId(rules)
      return engine.replace(rules, now)
    },
    restore(stored) {
      defined = byId(stored.rules)
      engine = createEngine(options)
      engine.restore(stored)
    },
    list: () => [...defined.values()],
    get: (id) => defined.get(id),
    endVanished: (now) => engine.endVanished(now),
    isPolled: (alarm) => engine.isPolled(alarm),
    polledPorts: (device) => engine.polledPorts(device),
    lastCheck: (alarm) => engine.lastCheck(alarm),
    holds: (alarm) => engine.holds(alarm),
    concerns: (one) => engine.concerns(one),
    evaluations: (rule) => engine.evaluations(rule),
    failing: (rule) => engine.failing(rule),
    preview: (rule) => engine.preview(rule),
    counters: () => engine.counters(),
  }
}

/** How the memory of events that wait for the samples of their time is named. */
const WAITING = 'w:'
/** Evaluations shown of a rule. */
const SHOWN = 20

function createEngine({ places, language, maxEventSubjects }: RulesOptions): Omit<Rules, 'list' | 'get'> {
  const rings = createEvaluationRings()
  const interfaces = createInterfaces()
  const listening = createListening()
  const histories = createHistories()
  let past: Past | undefined
  const dropped: Record<string, number> = {}
  let signals: AlarmSignal[] = []
  /** By rule, then subject: no text is put together for it. */
  const states = new Map<string, Map<string, RuleStateChange>>()
  const sink: RuleSink = {
    places,
    rings,
    language,
    signal: (signal) => void signals.push(signal),
    changed(rule, subject, state) {
      const ofRule = states.get(rule) ?? new Map<string, RuleStateChange>()
      if (ofRule.size === 0) states.set(rule, ofRule)
      ofRule.set(subject, { rule, subject, state: state ?? null })
    },
    drop(reason) {
      dropped[reason] = (dropped[reason] ?? 0) + 1
    },
  }
  const series = createSeriesRules(sink, listening, histories, (key) => events.cleared(key))
  const events = createEventRules(
    sink,
    interfaces,
    (key, at, there) => series.noticed(key, at, there),
    maxEventSubjects,
  )

  function replace(rules: readonly DefinedRule[], now: number): void {
    const compiled = rules.filter((d) => d.rule.enabled).map((d) => compileRule(d, { places, language, histories }))
    const seen = new Set<string>()
    const shared = new Set<string>()
    // what profiles name may be what any rule names
    const named = compiled.some(({ profile }) => profile !== undefined)
    for (const { rule } of compiled) (named || seen.has(rule.alarmType) ? shared : seen).add(rule.alarmType)
    series.replace(compiled, shared, now)
    events.replace(compiled, now)
  }

  function wait(agent: string, { first }: { readonly first: number }, stored: StoredRules): void {
    const waiting = stored.eventsFrom?.(agent, first) ?? []
    timeOrder.restore(
      agent,
      waiting.map((event) => ({ ...event, customer: places.customerOf(event.site) })),
    )
  }

  function outcome(): RulesOutcome {
    const changes: RuleStateChange[] = [...histories.changes()]
    for (const ofRule of states.values()) for (const change of ofRule.values()) changes.push(change)
    const out = { signals, states: changes }
    signals = []
    states.clear()
    return out
  }

  const timeOrder = createTimeOrder({
    ...{ events, series, listening },
    waits: (agent, first) => sink.changed('', `${WAITING}${agent}`, first === undefined ? undefined : { first }),
  })

  return {
    evaluate(group, learned) {
      histories.fill(past, series.lastAt)
      for (const p of group.presence ?? [])
        if (p.kind === 'hello') {
          const startedAt = p.at + p.hello.startedAt - p.hello.wall
          listening.started(p.agent, startedAt)
          events.expected.unheard(p.agent, startedAt)
        }
      for (const { lane, agent, at } of group.gaps ?? [])
        if (lane === 'telemetry') listening.lost(agent, at)
        else if (lane === 'event') events.expected.unheard(agent, at)
      for (const s of group.newSeries) {
        interfaces.learn(s)
        series.learn(s, true, group.now)
      }
      for (const { device, at } of group.restarts ?? []) interfaces.doubt(device, at)
      const confirmed = interfaces.confirm(group.samples)
      for (const { event, device, at, afterRestart } of group.events)
        if (afterRestart && device !== null && event.kind === 'trap') interfaces.doubt(device, at)
      if (group.newSeries.length > 0 || confirmed.length > 0) learned?.(confirmed)
      timeOrder.judge(group)
      return outcome()
    },
    isDraining: timeOrder.isDraining,
    overdue(now) {
      timeOrder.overdue(now)
      return outcome()
    },
    replace(rules, now) {
      replace(rules, now)
      return outcome()
    },
    devicesChanged(devices, now) {
      for (const device of devices) {
        series.deviceChanged(device, now)
        events.expected.deviceChanged(device, now)
      }
      return outcome()
    },
    restore(stored) {
      for (const { rule, subject, state } of stored.states) {
        if (subject.startsWith('h:')) histories.restore(rule, subject, state)
        else if (subject.startsWith('x:')) events.expected.restore(rule, subject.slice(2), state as ExpectedState)
        else if (subject.startsWith('s:')) series.restore(rule, subject, state as SlotState)
        else if (subject.startsWith(WAITING)) wait(subject.slice(WAITING.length), state as { first: number }, stored)
        else events.restore(rule, subject.slice(2), state as EventSubject)
      }
      replace(stored.rules, 0)
      for (const s of stored.series) {
        interfaces.learn(s)
        series.learn(s, false, 0)
        const last = stored.lastSample?.(s.id)
        const counter = s.kind === 'counter32' || s.kind === 'counter64'
        if (last) series.restoreLast(s.id, last.at, counter ? Number.NaN : last.value)
      }
      series.restored()
      past = stored.past && pastOf(stored.past)
      histories.fill(past, series.lastAt, true)
      signals = []
    },
    resourceNow: interfaces.resourceNow,
    moved(from, to, at) {
      events.cleared(from)
      series.noticed(to, at, true)
    },
    endVanished(now) {
      series.endVanished(now)
      return outcome()
    },
    isPolled: (alarm) => !events.has(alarm.rule) || series.judges(alarm.key),
    polledPorts(device) {
      let at = Number.NEGATIVE_INFINITY
      for (const id of interfaces.seriesOf(device)) at = Math.max(at, series.lastAt(id))
      return Number.isFinite(at) ? { at, lacks: (resource) => interfaces.lacks(device, resource) } : undefined
    },
    lastCheck: (alarm) => series.lastCheck(alarm, alarm.key),
    holds: (alarm) => events.holds(alarm) || series.holds(alarm),
    concerns: series.concerns,
    evaluations(rule) {
      const decided = rings.of(rule)
      return decided.length >= SHOWN ? decided : [...decided, ...series.latest(rule, SHOWN - decided.length)]
    },
    failing: series.failing,
    preview: series.preview,
    counters: () => ({ series: series.size, dropped: dropped }),
  }
}
