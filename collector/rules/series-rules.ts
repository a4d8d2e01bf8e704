// Judges samples. The loop over a batch touches typed arrays only; everything that changes a slot is in slot-steps.ts.
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import type { ReceivedSamples, SeriesInfo } from '../ingest/evaluation.ts'
import type { CompiledRule, RuleSink } from './compiled-rule.ts'
import type { Listening } from './listening.ts'
import type { RuleEvaluation } from './rule-evaluations.ts'
import { describe, placeKey } from './series-facts.ts'
import { type Slot, type SlotState, type SlotSteps, slotSteps } from './slot-steps.ts'
import {
  ABOVE,
  ACTIVE,
  BELOW,
  CUSTOM,
  createSlotTable,
  DORMANT,
  isSmall,
  maskOf,
  NO_DATA,
  NORMAL,
  STATES,
  UNSEEN,
} from './slot-table.ts'

export interface SeriesRules {
  /** Takes other rules; keeps the state of those that stay and clears the alarms of those that go. */
  replace(rules: readonly CompiledRule[], sharedAlarmTypes: ReadonlySet<string>, now: number): void
  /** A series appeared or changed. `fresh`: it has no past. */
  learn(series: SeriesInfo, fresh: boolean, now: number): void
  /** A device's facts changed: selectors may answer otherwise. */
  deviceChanged(device: string, now: number): void
  evaluate(batches: readonly ReceivedSamples[], lateOf: (agent: string) => boolean, now: number): void
  /** The live stream of an agent is known up to `at`: what is silent? */
  silence(agent: string, at: number): void
  /** An event said that this alarm is there (or gone) at `at`. */
  noticed(key: string, at: number, there: boolean): void
  restore(rule: string, series: number, state: SlotState): void
  /** The newest sample of a known series, as stored; `value` NaN when it cannot be judged. */
  restoreLast(series: number, at: number, value: number): void
  /** All series are known again: what was remembered of rules that no longer judge them is deleted. */
  restored(): void
  /** Clears what stands of series without a sample for a day while their device has newer ones. */
  endVanished(now: number): void
  /** Whether a series decides about the alarm of this key. */
  judges(key: string): boolean
  /** Whether a rule still stands behind this alarm. */
  holds(alarm: AlarmOfRule): boolean
  /** How a rule sees its series right now, at most `limit`. */
  latest(rule: string, limit: number): RuleEvaluation[]
  readonly size: number
}

/** Samples further ahead of our clock than this came while a clock was wrong. */
const AHEAD_MS = 60_000
/** A series this much older than the newest of its device is no longer measured. */
const VANISHED_MS = 86_400_000

export interface AlarmOfRule {
  readonly rule: string
  readonly device: string | null
  readonly resource: string
  readonly qualifier: string
}

export function createSeriesRules(
  sink: RuleSink,
  listening: Listening,
  cleared: (key: string, at: number) => void,
): SeriesRules {
  const table = createSlotTable()
  const slots: (Slot | undefined)[] = []
  const known = new Map<number, SeriesInfo>()
  const byDevice = new Map<string, Set<number>>()
  const byKey = new Map<string, Set<number>>()
  const silent = new Map<string, Set<number>>()
  const guards = new Map<string, SeriesInfo>()
  const restored = new Map<string, SlotState>()
  let byMetric = new Map<string, CompiledRule[]>()
  let guardMetrics = new Set<string>()
  let shared: ReadonlySet<string> = new Set()
  const steps: SlotSteps = slotSteps({ table, slots, byKey, guards, sink, cleared })

  function compile(series: SeriesInfo, fresh: boolean, now: number): void {
    const before = new Map<string, SlotState>()
    for (const s of table.remove(series.id)) {
      const slot = slots[s] as Slot
      before.set(slot.rule.rule.id, steps.stateOf(s))
      if (slot.key) byKey.get(slot.key)?.delete(s)
      silent.get(slot.series.agent)?.delete(s)
    }
    const watched = sink.places.device(series.device)?.active !== false
    for (const rule of watched ? (byMetric.get(series.metric) ?? []) : []) {
      const s = place(rule, series, fresh, now)
      if (s === undefined) continue
      const id = rule.rule.id
      const memory = before.get(id) ?? restored.get(`${id}\u001f${series.id}`)
      restored.delete(`${id}\u001f${series.id}`)
      if (memory) steps.setState(s, memory)
      before.delete(id)
    }
    for (const [rule, state] of before) steps.orphan(rule, series, state, now)
  }

  function place(rule: CompiledRule, series: SeriesInfo, fresh: boolean, now: number): number | undefined {
    const { condition, alarmType } = rule.rule
    if (!rule.selector.resource(series.resource) || !rule.selector.place(series.site, series.device)) return undefined
    const test = rule.series?.compile(condition, series)
    if (!test) return undefined
    const get = describe(series, sink.places)
    const resource = rule.resource(get)
    const qualifier = rule.qualifier(get)
    const { site, device } = series
    const key = shared.has(alarmType) ? alarmKeyOf({ site, device, resource, alarmType, qualifier }) : undefined
    const s = table.add(series.id)
    const guard = rule.series?.guard?.(condition)
    const slot: Slot = {
      rule,
      series,
      subject: `s:${series.id}`,
      resource,
      qualifier,
      key,
      guard,
      wideRaise: undefined,
      wideClear: null,
      custom: undefined,
    }
    if (test.test === 'states') {
      table.kind[s] = STATES
      table.raise[s] = maskOf(test.raise)
      table.clear[s] = test.clear ? maskOf(test.clear) : ~maskOf(test.raise)
      slot.wideRaise = test.raise.some((v) => !isSmall(v)) ? new Set(test.raise) : undefined
      slot.wideClear = test.clear ? new Set(test.clear) : null
      if (condition.type === 'state' && condition.onceGood) table.phase[s] = fresh ? UNSEEN : NORMAL
    } else if (test.test === 'no-data') {
      table.kind[s] = NO_DATA
      table.clear[s] = test.afterMs
      table.since[s] = now // what was silent before anybody asked waits once more
      setIn(silent, series.agent, s)
    } else if (test.test === 'custom') {
      table.kind[s] = CUSTOM
      slot.custom = test.answer
    } else {
      table.kind[s] = test.test === 'above' ? ABOVE : BELOW
      table.raise[s] = test.raise
      table.clear[s] = test.clear
    }
    table.guarded[s] = guard ? 1 : 0
    slots[s] = slot
    if (key) setIn(byKey, key, s)
    return s
  }

  return {
    get size() {
      return known.size
    },
    replace(rules, sharedAlarmTypes, now) {
      shared = sharedAlarmTypes
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
      for (const series of known.values()) {
        if (guardMetrics.has(series.metric)) guards.set(placeKey(series, series.metric), series)
        compile(series, false, now)
      }
    },
    learn(series, fresh, now) {
      table.reserve(series.id)
      const first = !known.has(series.id)
      known.set(series.id, series)
      setIn(byDevice, series.device, series.id)
      if (guardMetrics.has(series.metric)) guards.set(placeKey(series, series.metric), series)
      if (byMetric.has(series.metric)) compile(series, fresh && first, now)
    },
    deviceChanged(device, now) {
      for (const id of byDevice.get(device) ?? []) {
        const series = known.get(id) as SeriesInfo
        if (byMetric.has(series.metric)) compile(series, false, now)
      }
    },
    restore: (rule, series, state) => void restored.set(`${rule}\u001f${series}`, state),
    restored() {
      for (const key of restored.keys()) {
        const [rule, series] = key.split('\u001f') as [string, string]
        sink.changed(rule, `s:${series}`, undefined)
      }
      restored.clear()
    },
    judges: (key) => (byKey.get(key)?.size ?? 0) > 0,
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
    holds({ rule, device, resource, qualifier }) {
      for (const id of byDevice.get(device ?? '') ?? [])
        for (const s of table.slotsOf(id)) {
          const slot = slots[s] as Slot
          if (slot.rule.rule.id !== rule || slot.resource !== resource || slot.qualifier !== qualifier) continue
          if (steps.stands(s)) return true
        }
      return false
    },
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
      for (const batch of batches) judge(batch, lateOf(batch.agent), now)
      steps.judgeGuarded()
    },
    silence(agent, at) {
      listening.heard(agent, at)
      for (const s of silent.get(agent) ?? []) {
        const { series } = slots[s] as Slot
        if (table.phase[s] === ACTIVE) continue
        const since = listening.since(agent, table.lastAt[series.id] as number)
        const due = Math.max(since, table.since[s] as number) + (table.clear[s] as number)
        if (at >= due) steps.silent(s, due)
      }
    },
    noticed(key, at, there) {
      for (const s of byKey.get(key) ?? []) steps.noticed(s, at, there)
    },
  }

  /** Our clock was ahead and has been set right: what was noted in that future must not blind us until it comes. */
  function setBack(id: number, at: number): void {
    for (const s of table.slotsOf(id)) {
      table.since[s] = Math.min(table.since[s] as number, at)
      if ((table.floor[s] as number) >= at) table.floor[s] = 0
    }
  }

  function judge(batch: ReceivedSamples, late: boolean, now: number): void {
    const { length, series, at, judged } = batch
    const { first, lastAt, lastValue, next, kind, phase, raise, clear, guarded } = table
    const capacity = first.length
    for (let i = 0; i < length; i++) {
      const id = series[i] as number
      if (id >= capacity) continue
      const t = at[i] as number
      if (t < (lastAt[id] as number)) {
        if ((lastAt[id] as number) <= now + AHEAD_MS) continue
        setBack(id, t)
      }
      const v = judged[i] as number
      lastAt[id] = t
      lastValue[id] = v
      for (let s = first[id] as number; s >= 0; s = next[s] as number) {
        const p = phase[s]
        const k = kind[s]
        // The common case of each kind decides nothing and costs nothing; NaN compares false and stays unknown.
        if (k === ABOVE) {
          if (p === NORMAL ? !(v > (raise[s] as number)) : p === ACTIVE && !(v <= (clear[s] as number))) continue
        } else if (k === BELOW) {
          if (p === NORMAL ? !(v < (raise[s] as number)) : p === ACTIVE && !(v >= (clear[s] as number))) continue
        } else if (k === STATES && v >= 0 && v < 32) {
          const met = ((raise[s] as number) >>> v) & 1
          if (p === NORMAL ? met === 0 : (p === ACTIVE || p === DORMANT) && met === 1 && guarded[s] === 0) continue
          if (p === DORMANT && met === 1) continue
        } else if (k === NO_DATA && p === NORMAL) continue
        if (guarded[s] === 1) steps.later(s, v, t, late)
        else steps.step(s, v, t, late)
      }
    }
  }
}

function setIn<K>(map: Map<K, Set<number>>, key: K, value: number): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}
