// Judges samples: which rules look at which series. The loop over samples is in sample-loop.ts, what changes a slot in
// slot-steps.ts.
import type { RulePreview } from '#shared/http/rules.ts'
import type { ReceivedSamples, SeriesInfo } from '../ingest/evaluation.ts'
import type { CompiledRule, RuleSink } from './compiled-rule.ts'
import { createExpressions } from './expressions.ts'
import type { Histories } from './histories.ts'
import type { Listening } from './listening.ts'
import { previewRule } from './preview.ts'
import { createProfileRules, type ProfileRules } from './profile-rules.ts'
import type { Rule } from './rule.ts'
import type { RuleEvaluation } from './rule-evaluations.ts'
import { sampleLoop } from './sample-loop.ts'
import { placeKey } from './series-facts.ts'
import { createSilences } from './silences.ts'
import { type Slot, type SlotState, subjectOf } from './slot.ts'
import { createSlotChecks, type LastCheck } from './slot-checks.ts'
import { type SlotPlaces, slotPlaces } from './slot-places.ts'
import { type SlotSteps, slotSteps } from './slot-steps.ts'
import { ACTIVE, CLEARING, createSlotTable, EXPRESSION, NO_DATA, NOTICED } from './slot-table.ts'

export interface SeriesRules {
  /** Takes other rules; keeps the state of those that stay and clears the alarms of those that go. */
  replace(rules: readonly CompiledRule[], sharedAlarmTypes: ReadonlySet<string>, now: number): void
  /** A series appeared or changed. `fresh`: it has no past. */
  learn(series: SeriesInfo, fresh: boolean, now: number): void
  /** A device's facts changed: selectors may answer otherwise. */
  deviceChanged(device: string, now: number): void
  evaluate(batches: readonly ReceivedSamples[], lateOf: (batch: ReceivedSamples) => boolean, now: number): void
  /** The stream of an agent is known up to `at`: what can be told now? */
  advance(agent: string, at: number): void
  /** The same of a live stream: what is silent? */
  silence(agent: string, at: number): void
  /** Parts for which a rule's expression fails now. */
  failing(rule: string): number
  /** What a rule would be about and say now. */
  preview(rule: Rule): Generator<undefined, RulePreview>
  /** An event said that this alarm is there (or gone) at `at`. */
  noticed(key: string, at: number, there: boolean): void
  /** `subject` as it was written with the state. */
  restore(rule: string, subject: string, state: SlotState): void
  /** The newest sample of a known series, as stored; `value` NaN when it cannot be judged. */
  restoreLast(series: number, at: number, value: number): void
  /** All series are known again: what was remembered of rules that no longer judge them is deleted. */
  restored(): void
  /** Clears what stands of series without a sample for a day while their device has newer ones. */
  endVanished(now: number): void
  /** Time of the newest sample of a known series, -Infinity when there is none. */
  lastAt(series: number): number
  /** Whether a series decides about the alarm of this key. */
  judges(key: string): boolean
  /** Whether a rule still stands behind this alarm. */
  holds(alarm: AlarmOfRule): boolean
  /** When polls last looked at this alarm, and whether they found it; undefined: none judges it. */
  lastCheck(alarm: AlarmOfRule, key: string): LastCheck | undefined
  /** Whether a rule judges this series or looks at it beside another; the series is known. */
  concerns(series: SeriesInfo): boolean
  /** How a rule sees its series right now, at most `limit`. */
  latest(rule: string, limit: number): RuleEvaluation[]
  readonly size: number
}

/** A series this much older than the newest of its device is no longer measured. */
const VANISHED_MS = 86_400_000

export interface AlarmOfRule {
  readonly rule: string
  readonly site?: string
  readonly device: string | null
  readonly resource: string
  readonly qualifier: string
}

export function createSeriesRules(
  sink: RuleSink,
  listening: Listening,
  histories: Histories,
  cleared: (key: string, at: number) => void,
): SeriesRules {
  const table = createSlotTable()
  const slots: (Slot | undefined)[] = []
  const known = new Map<number, SeriesInfo>()
  const byDevice = new Map<string, Set<number>>()
  const byKey = new Map<string, Set<number>>()
  const guards = new Map<string, SeriesInfo>()
  const restored = new Map<string, SlotState>()
  let byMetric = new Map<string, CompiledRule[]>()
  let guardMetrics = new Set<string>()
  let profileRules: ProfileRules = createProfileRules([])
  const places: SlotPlaces = slotPlaces(table, slots, sink)
  const steps: SlotSteps = slotSteps({ table, slots, byKey, guards, sink, cleared })
  const expressions = createExpressions(table, slots, sink, (s, answer, value, at, late) =>
    steps.step(s, value, at, late, answer),
  )
  const silences = createSilences(table, slots, listening, steps)
  const loop = sampleLoop(table, slots, steps, expressions, silences.ended, sink.drop)

  const checks = createSlotChecks({
    ...{ table, slots, byKey, steps },
    slotsOf: (device) => [...(byDevice.get(device) ?? [])].flatMap((id) => table.slotsOf(id)),
  })

  const isJudged = (series: SeriesInfo): boolean => byMetric.has(series.metric) || profileRules.concerns(series)

  function compile(series: SeriesInfo, fresh: boolean, now: number): void {
    checks.forget(series.device)
    const before = new Map<string, SlotState>()
    for (const s of table.remove(series.id)) {
      const slot = slots[s] as Slot
      before.set(`${slot.rule.rule.id}\u001f${subjectOf(slot)}`, steps.stateOf(s))
      if (slot.key) byKey.get(slot.key)?.delete(s)
      silences.forget(slot.series.agent, s)
      if (table.kind[s] === EXPRESSION) expressions.close(s)
    }
    if (sink.places.device(series.device)?.active !== false) {
      for (const rule of byMetric.get(series.metric) ?? []) {
        const s = places.ofRule(rule, series, fresh)
        if (s !== undefined) take(s, before, now)
      }
      for (const { rule, groups } of profileRules.of(series))
        for (const group of groups) take(places.ofProfile(rule, group, series, fresh), before, now)
    }
    for (const [name, state] of before) {
      const [rule, subject] = name.split('\u001f') as [string, string]
      steps.orphan(rule, subject, state, now)
    }
  }

  /** A new slot goes on where another for the same fault was. */
  function take(s: number, before: Map<string, SlotState>, now: number): undefined {
    const slot = slots[s] as Slot
    const { rule, key, series } = slot
    const subject = subjectOf(slot)
    if (key) setIn(byKey, key, s)
    if (table.kind[s] === NO_DATA) {
      table.since[s] = now // what was silent before anybody asked waits once more
      silences.watch(series.agent, s)
    }
    if (table.kind[s] === EXPRESSION) {
      slot.verdict = () => expressions.verdict(s)
      expressions.open(s)
    }
    const name = `${rule.rule.id}\u001f${subject}`
    const memory = before.get(name) ?? restored.get(name)
    restored.delete(name)
    before.delete(name)
    if (memory) return void steps.setState(s, memory, now)
    // a rule of this name that judged by a limit of its own: what it had raised stands until the next sample
    const plain =
      rule.profile &&
      (before.get(`${rule.rule.id}\u001fs:${series.id}`) ?? restored.get(`${rule.rule.id}\u001fs:${series.id}`))
    if (plain && (plain.phase === ACTIVE || plain.phase === CLEARING)) {
      before.delete(`${rule.rule.id}\u001fs:${series.id}`)
      return void steps.setState(s, { ...plain, phase: NOTICED })
    }
    // another rule judges by the profile now: it says anew what stands
    const other = rule.profile && [...before.keys()].find((one) => one.endsWith(`\u001f${subject}`))
    if (other === undefined) return
    const state = before.get(other) as SlotState
    before.delete(other)
    steps.takeOver(s, state, other)
  }

  /** What is remembered of the past of series that no rule looks back at any more goes. */
  function sweep(): void {
    const used = new Map<string, Set<number>>()
    for (const id of known.keys())
      for (const s of table.slotsOf(id)) {
        const history = (slots[s] as Slot).rule.derived?.history
        if (history !== undefined) setIn(used, history, id)
      }
    for (const { rule, subject } of histories.sweep((name, id) => used.get(name)?.has(id) ?? false))
      sink.changed(rule, subject, undefined)
  }

  return {
    get size() {
      return known.size
    },
    replace(rules, sharedAlarmTypes, now) {
      places.share(sharedAlarmTypes)
      profileRules = createProfileRules(rules)
      byMetric = new Map()
      guardMetrics = new Set()
      for (const rule of rules) {
        if (!rule.series) continue
        const metric = rule.series.metric(rule.rule.condition)
        byMetric.set(metric, [...(byMetric.get(metric) ?? []), rule])
        const guard = rule.series.guard?.(rule.rule.condition)
        if (guard) guardMetrics.add(guard.metric)
      }
      guards.clear()
      expressions.clear()
      for (const { rule } of rules) if (rule.condition.type === 'expression') expressions.read(rule.condition)
      for (const series of known.values()) expressions.learn(series)
      for (const series of known.values()) {
        if (guardMetrics.has(series.metric)) guards.set(placeKey(series, series.metric), series)
        compile(series, false, now)
      }
      sweep()
    },
    learn(series, fresh, now) {
      table.reserve(series.id)
      const was = known.get(series.id)
      known.set(series.id, series)
      setIn(byDevice, series.device, series.id)
      expressions.learn(series)
      if (guardMetrics.has(series.metric)) guards.set(placeKey(series, series.metric), series)
      if (isJudged(series) || (was && table.slotsOf(was.id).length > 0)) compile(series, fresh && !was, now)
    },
    deviceChanged(device, now) {
      for (const id of byDevice.get(device) ?? []) {
        const series = known.get(id) as SeriesInfo
        if (isJudged(series)) compile(series, false, now)
      }
    },
    restore: (rule, subject, state) => void restored.set(`${rule}\u001f${subject}`, state),
    restored() {
      for (const key of restored.keys()) {
        const [rule, subject] = key.split('\u001f') as [string, string]
        sink.changed(rule, subject, undefined)
      }
      restored.clear()
    },
    lastAt: (id) => table.lastAt[id] as number,
    judges: (key) => (byKey.get(key)?.size ?? 0) > 0,
    concerns({ id, metric }) {
      expressions.settle()
      return guardMetrics.has(metric) || table.slotsOf(id).length > 0 || table.watched[id] === 1
    },
    endVanished(now) {
      const { lastAt, kind } = table
      for (const ids of byDevice.values()) {
        let newest = Number.NEGATIVE_INFINITY
        for (const id of ids) newest = Math.max(newest, lastAt[id] as number)
        for (const id of ids) {
          const age = newest - (lastAt[id] as number)
          if (age > VANISHED_MS && age < Number.POSITIVE_INFINITY)
            for (const s of table.slotsOf(id)) if (kind[s] !== NO_DATA) steps.vanished(s, now)
        }
      }
    },
    holds: checks.holds,
    lastCheck: checks.lastCheck,
    latest(rule, limit) {
      const found: RuleEvaluation[] = []
      for (const series of known.values())
        for (const s of table.slotsOf(series.id)) {
          if ((slots[s] as Slot).rule.rule.id !== rule || !Number.isFinite(table.lastAt[series.id])) continue
          found.push(steps.asSeen(s))
          if (found.length >= limit) return found
        }
      return found
    },
    restoreLast(series, at, value) {
      if (!known.has(series)) return
      table.lastAt[series] = at
      table.lastValue[series] = value
    },
    evaluate(batches, lateOf, now) {
      expressions.settle()
      for (const batch of batches) {
        const { agent, at, length } = batch
        if (length > 0) listening.measured(agent, at[0] as number, at[length - 1] as number)
        loop.judge(batch, lateOf(batch), now)
      }
      steps.judgeGuarded()
    },
    advance: expressions.advance,
    failing: expressions.failing,
    preview: (rule) => previewRule(rule, { series: known, table, histories, sink }),
    silence: silences.until,
    noticed(key, at, there) {
      for (const s of byKey.get(key) ?? []) steps.noticed(s, at, there)
    },
  }
}

function setIn<K>(map: Map<K, Set<number>>, key: K, value: number): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}
