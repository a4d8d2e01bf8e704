// The steps a slot takes when its answer matters: hold, raise, clear. Rare next to samples, so written for reading.
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { CompiledRule, RuleSink } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import { valuesOf } from './conditions/state.ts'
import type { RuleEvaluation } from './rule-evaluations.ts'
import { describe, placeKey } from './series-facts.ts'
import {
  ABOVE,
  ACTIVE,
  BELOW,
  CLEARING,
  CUSTOM,
  DORMANT,
  isSmall,
  NORMAL,
  NOTICED,
  PENDING,
  type SlotTable,
  STATES,
  UNSEEN,
} from './slot-table.ts'

/** What belongs to a slot and is not a number. */
export interface Slot {
  readonly rule: CompiledRule
  readonly series: SeriesInfo
  /** Name of its memory. */
  readonly subject: string
  readonly resource: string
  readonly qualifier: string
  /** Alarm identity, when several rules speak of this alarm type. */
  readonly key: string | undefined
  readonly guard: { readonly metric: string; readonly values: readonly (string | number)[] } | undefined
  wideRaise: ReadonlySet<number> | undefined
  wideClear: ReadonlySet<number> | null
  custom: ((value: number, at: number) => Answer) | undefined
}

export interface SlotState {
  readonly phase: number
  readonly since: number
  readonly floor: number
}

export interface SlotSteps {
  step(slot: number, value: number, at: number, late: boolean): void
  /** As step, but after all samples of the group, when the guard beside it is known. */
  later(slot: number, value: number, at: number, late: boolean): void
  judgeGuarded(): void
  silent(slot: number, at: number): void
  /** Its series is no longer measured: what it had raised is cleared. */
  vanished(slot: number, at: number): void
  noticed(slot: number, at: number, there: boolean): void
  /** A rule no longer judges this series: what it had raised is cleared. */
  orphan(rule: string, series: SeriesInfo, state: SlotState, now: number): void
  stateOf(slot: number): SlotState
  /** Whether its alarm stands, by this rule or by an event. */
  stands(slot: number): boolean
  /** Its answer to the last sample. */
  asSeen(slot: number): RuleEvaluation
  setState(slot: number, state: SlotState): void
}

/** Names of phases for people, by number. */
const PHASES = ['normal', 'pending', 'active', 'clearing', 'noticed', 'unseen', 'never good yet'] as const

interface Parts {
  readonly table: SlotTable
  readonly slots: readonly (Slot | undefined)[]
  readonly byKey: ReadonlyMap<string, ReadonlySet<number>>
  readonly guards: ReadonlyMap<string, SeriesInfo>
  readonly sink: RuleSink
  readonly cleared: (key: string, at: number) => void
}

export function slotSteps({ table, slots, byKey, guards, sink, cleared }: Parts): SlotSteps {
  const waiting: { s: number; value: number; at: number; late: boolean }[] = []
  /** Alarms that slots raised, so that a rule that goes away can clear them. */
  const raised = new Map<string, AlarmFacts>()

  function step(s: number, value: number, at: number, late: boolean): undefined {
    const slot = slots[s] as Slot
    const { rule } = slot.rule
    const floor = table.floor[s] as number
    if (floor !== 0 && at <= floor) return note(slot, at, 'unknown', 'older-than-notice', value)
    let answer = answerOf(s, slot, value, at)
    if (answer === 'met' && slot.guard) {
      const allowed = guarded(slot)
      if (allowed === undefined) return note(slot, at, 'unknown', 'guard-unknown', value)
      if (!allowed) answer = 'not-met'
    }
    if (answer === 'unknown') return
    const held = at - (table.since[s] as number)
    switch (table.phase[s]) {
      case UNSEEN:
        return answer === 'met' ? move(s, DORMANT, at) : answer === 'not-met' ? move(s, NORMAL, at) : undefined
      case DORMANT:
        return answer === 'not-met' ? move(s, NORMAL, at) : undefined
      case NORMAL:
        if (answer !== 'met') return
        if (rule.for === 0) return raise(s, slot, value, at, late)
        move(s, PENDING, at)
        return note(slot, at, answer, 'hold', value)
      case PENDING:
        if (answer !== 'met') {
          move(s, NORMAL, at)
          return note(slot, at, answer, 'hold-broken', value)
        }
        return held >= rule.for ? raise(s, slot, value, at, late) : note(slot, at, answer, 'hold', value)
      case NOTICED:
        if (answer === 'met') return raise(s, slot, value, at, late)
        return answer === 'not-met' ? clear(s, slot, value, at, late) : undefined
      case ACTIVE:
        if (answer !== 'not-met') return
        if (rule.clearAfter === 0) return clear(s, slot, value, at, late)
        move(s, CLEARING, at)
        return note(slot, at, answer, 'clear-hold', value)
      case CLEARING:
        if (answer !== 'not-met') return move(s, ACTIVE, at)
        return held >= rule.clearAfter ? clear(s, slot, value, at, late) : undefined
    }
  }

  function answerOf(s: number, slot: Slot, value: number, at: number): Answer {
    if (Number.isNaN(value)) return 'unknown'
    const up = table.raise[s] as number
    const down = table.clear[s] as number
    switch (table.kind[s]) {
      case ABOVE:
        return value > up ? 'met' : value <= down ? 'not-met' : 'between'
      case BELOW:
        return value < up ? 'met' : value >= down ? 'not-met' : 'between'
      case STATES: {
        const met = isSmall(value) ? ((up >>> value) & 1) === 1 : (slot.wideRaise?.has(value) ?? false)
        if (met) return 'met'
        return slot.wideClear === null || slot.wideClear.has(value) ? 'not-met' : 'between'
      }
      case CUSTOM:
        return slot.custom?.(value, at) ?? 'unknown'
      default:
        return 'not-met' // no-data: there is data
    }
  }

  /** A guard that is not polled guards nothing; one without a value yet makes the answer unknown. */
  function guarded(slot: Slot): boolean | undefined {
    const guard = slot.guard as NonNullable<Slot['guard']>
    const series = guards.get(placeKey(slot.series, guard.metric))
    if (series === undefined) return true
    const value = table.lastValue[series.id] as number
    return Number.isNaN(value) ? undefined : valuesOf(guard.values, series).includes(value)
  }

  function raise(s: number, slot: Slot, value: number, at: number, late: boolean): undefined {
    move(s, ACTIVE, at)
    note(slot, at, 'met', 'raise', value)
    const signal = signalOf('raise', slot, value, at, late)
    raised.set(`${signal.rule}\u001f${slot.series.id}`, factsOf(slot))
    sink.signal(signal)
  }

  function clear(s: number, slot: Slot, value: number, at: number, late: boolean): undefined {
    move(s, NORMAL, at)
    if (slot.key && heldByOther(s, slot.key)) return note(slot, at, 'not-met', 'another-rule-holds', value)
    note(slot, at, 'not-met', 'clear', value)
    sink.signal(signalOf('clear', slot, value, at, late))
    if (slot.key) cleared(slot.key, at)
  }

  function heldByOther(s: number, key: string): boolean {
    for (const other of byKey.get(key) ?? [])
      if (other !== s && (table.phase[other] === ACTIVE || table.phase[other] === CLEARING)) return true
    return false
  }

  function move(s: number, phase: number, at: number): undefined {
    table.phase[s] = phase
    table.since[s] = at
    save(s)
  }

  function save(s: number): undefined {
    const { rule, subject } = slots[s] as Slot
    const state = stateOf(s)
    const plain = state.phase === NORMAL && state.floor === 0
    sink.changed(rule.rule.id, subject, plain ? undefined : state)
  }

  function stateOf(s: number): SlotState {
    return { phase: table.phase[s] as number, since: table.since[s] as number, floor: table.floor[s] as number }
  }

  function note(slot: Slot, at: number, answer: Answer, gate: string, value: number): undefined {
    const { site, device, metric } = slot.series
    sink.rings.note(slot.rule.rule.id, {
      at,
      site,
      device,
      resource: slot.resource,
      answer,
      gate,
      inputs: { metric, value },
    })
  }

  function signalOf(kind: 'raise' | 'clear', slot: Slot, value: number, at: number, late: boolean) {
    const { series, rule } = slot
    return {
      ...factsOf(slot),
      kind,
      at,
      late,
      text: rule.text(describe(series, sink.places, value, slot.resource)),
      inputs: { metric: series.metric, value },
    }
  }

  function factsOf(slot: Slot) {
    const { series, rule } = slot
    return {
      rule: rule.rule.id,
      agent: series.agent,
      customer: sink.places.customerOf(series.site),
      site: series.site,
      device: series.device,
      resource: slot.resource,
      alarmType: rule.rule.alarmType,
      qualifier: slot.qualifier,
      severity: rule.rule.severity,
      source: rule.source,
    }
  }
  type AlarmFacts = ReturnType<typeof factsOf>

  return {
    step,
    later: (s, value, at, late) => void waiting.push({ s, value, at, late }),
    judgeGuarded() {
      for (const { s, value, at, late } of waiting) step(s, value, at, late)
      waiting.length = 0
    },
    silent(s, at) {
      const slot = slots[s] as Slot
      raise(s, slot, Number.NaN, at, false)
    },
    vanished(s, at) {
      const phase = table.phase[s]
      if (phase === ACTIVE || phase === CLEARING) clear(s, slots[s] as Slot, Number.NaN, at, false)
    },
    noticed(s, at, there) {
      const phase = table.phase[s] as number
      const active = phase === ACTIVE || phase === CLEARING
      if (there && active) return
      table.floor[s] = Math.max(table.floor[s] as number, at)
      if (there) move(s, NOTICED, at)
      else if (phase !== UNSEEN && phase !== DORMANT) move(s, NORMAL, at)
      else save(s)
    },
    orphan(rule, series, state, now) {
      sink.changed(rule, `s:${series.id}`, undefined)
      const facts = raised.get(`${rule}\u001f${series.id}`)
      if (facts && (state.phase === ACTIVE || state.phase === CLEARING)) {
        sink.signal({
          ...facts,
          kind: 'clear',
          at: now,
          late: false,
          text: '',
          inputs: { why: 'rule no longer applies' },
        })
        cleared(alarmKeyOf(facts), now)
      }
    },
    stateOf,
    stands: (s) => table.phase[s] === ACTIVE || table.phase[s] === CLEARING || table.phase[s] === NOTICED,
    asSeen(s) {
      const slot = slots[s] as Slot
      const { site, device, metric, id } = slot.series
      const at = table.lastAt[id] as number
      const value = table.lastValue[id] as number
      const answer = answerOf(s, slot, value, at)
      const gate = `steady: ${PHASES[table.phase[s] as number]}`
      return { at, site, device, resource: slot.resource, answer, gate, inputs: { metric, value } }
    },
    setState(s, { phase, since, floor }) {
      table.phase[s] = phase
      table.since[s] = since
      table.floor[s] = floor
      const slot = slots[s] as Slot
      if (phase === ACTIVE || phase === CLEARING)
        raised.set(`${slot.rule.rule.id}\u001f${slot.series.id}`, factsOf(slot))
    },
  }
}
