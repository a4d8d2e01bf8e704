// The steps a slot takes when its answer matters: hold, raise, clear. Rare next to samples, so written for reading.
import { alarmKeyOf } from '#shared/domain/alarm.ts'
import { severityRank } from '#shared/domain/severity.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { RuleSink } from './compiled-rule.ts'
import type { Answer } from './conditions/condition.ts'
import { levelSteps } from './level-steps.ts'
import { createLevelMachine } from './levels.ts'
import type { RuleEvaluation } from './rule-evaluations.ts'
import {
  type AlarmFacts,
  factsOf,
  moreOf,
  note as noteOf,
  type Slot,
  type SlotState,
  severityOf,
  signalOf,
  subjectOf,
} from './slot.ts'
import { answerOf, isAllowed } from './slot-answers.ts'
import { ACTIVE, CLEARING, DORMANT, NORMAL, NOTICED, PENDING, type SlotTable, UNSEEN } from './slot-table.ts'

export interface SlotSteps {
  /** `answer`: when others have found it. */
  step(slot: number, value: number, at: number, late: boolean, answer?: Answer): void
  /** As step, but after all samples of the group, when the guard beside it is known. */
  later(slot: number, value: number, at: number, late: boolean): void
  judgeGuarded(): void
  silent(slot: number, at: number, late: boolean): void
  /** Its series is no longer measured: what it had raised is cleared. */
  vanished(slot: number, at: number): void
  noticed(slot: number, at: number, there: boolean): void
  /** A rule no longer judges this subject: what it had raised is cleared. */
  orphan(rule: string, subject: string, state: SlotState, now: number): void
  stateOf(slot: number): SlotState
  /** Whether its alarm stands, by this rule or by an event. */
  stands(slot: number): boolean
  /** Its answer to the last sample. */
  asSeen(slot: number): RuleEvaluation
  /** `now`: rules or facts have changed, and a standing alarm whose severity is another now is said anew. */
  setState(slot: number, state: SlotState, now?: number): void
  /** As setState, with what another rule knew under `name`: its alarm is said again in this rule's words. */
  takeOver(slot: number, state: SlotState, name: string): void
}

/** Names of phases for people, by number. */
const PHASES = ['normal', 'pending', 'active', 'clearing', 'noticed', 'unseen', 'never good yet'] as const

export interface SlotParts {
  readonly table: SlotTable
  readonly slots: readonly (Slot | undefined)[]
  readonly byKey: ReadonlyMap<string, ReadonlySet<number>>
  readonly guards: ReadonlyMap<string, SeriesInfo>
  readonly sink: RuleSink
  readonly cleared: (key: string, at: number) => void
}

export function slotSteps(parts: SlotParts): SlotSteps {
  const { table, slots, byKey, guards, sink, cleared } = parts
  const waiting: { s: number; value: number; at: number; late: boolean }[] = []
  /** Alarms that slots raised, so that a rule that goes away can clear them. */
  const raised = new Map<string, AlarmFacts>()

  function step(s: number, value: number, at: number, late: boolean, found?: Answer): undefined {
    const slot = slots[s] as Slot
    const { rule } = slot.rule
    const floor = table.floor[s] as number
    if (floor !== 0 && at <= floor) return note(slot, at, 'unknown', 'older-than-notice', value)
    if (slot.levels) return void levels.step(s, value, at, late)
    let answer = found ?? answerOf(table, s, slot, value)
    if (answer === 'met' && slot.guard) {
      const allowed = isAllowed(slot, guards, table)
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

  function raise(s: number, slot: Slot, value: number, at: number, late: boolean): undefined {
    move(s, ACTIVE, at)
    const other = slot.key === undefined ? undefined : worstOther(s, slot.key)
    const worse = other !== undefined && rankOf(other) > rankOf(s)
    note(slot, at, 'met', worse ? 'worse-stands' : 'raise', value)
    stood(s)
    if (!worse) sink.signal(signalOf('raise', slot, sink, value, at, late))
  }

  function clear(s: number, slot: Slot, value: number, at: number, late: boolean): undefined {
    move(s, NORMAL, at)
    const other = slot.key === undefined ? undefined : worstOther(s, slot.key)
    if (other !== undefined) {
      note(slot, at, 'not-met', 'another-holds', value)
      return saidBy(other, at, late)
    }
    note(slot, at, 'not-met', 'clear', value)
    sink.signal(signalOf('clear', slot, sink, value, at, late))
    if (slot.key) cleared(slot.key, at)
  }

  /** The alarm stands on by what another slot saw: from now on it says how bad it is, and why. */
  function saidBy(other: number, at: number, late: boolean): undefined {
    if (table.phase[other] === NOTICED) return
    const slot = slots[other] as Slot
    sink.signal(signalOf('raise', slot, sink, table.lastValue[slot.series.id] as number, at, late))
  }

  function worstOther(s: number, key: string): number | undefined {
    let worst: number | undefined
    for (const other of byKey.get(key) ?? [])
      if (other !== s && stands(other) && (worst === undefined || rankOf(other) > rankOf(worst))) worst = other
    return worst
  }

  /** One that an event only told of is the least: its next sample is the truth. */
  function rankOf(s: number): number {
    return table.phase[s] === NOTICED ? -1 : severityRank(severityOf(slots[s] as Slot))
  }

  function stood(s: number): void {
    const slot = slots[s] as Slot
    raised.set(`${slot.rule.rule.id}\u001f${subjectOf(slot)}`, factsOf(slot, sink))
  }

  const stands = (s: number): boolean => {
    const phase = table.phase[s]
    return phase === ACTIVE || phase === CLEARING || phase === NOTICED
  }

  function move(s: number, phase: number, at: number): undefined {
    table.phase[s] = phase
    table.since[s] = at
    save(s)
  }

  function save(s: number): undefined {
    const slot = slots[s] as Slot
    const state = stateOf(s)
    const plain = state.phase === NORMAL && state.floor === 0
    sink.changed(slot.rule.rule.id, subjectOf(slot), plain ? undefined : state)
  }

  function stateOf(s: number): SlotState {
    const state = { phase: table.phase[s] as number, since: table.since[s] as number, floor: table.floor[s] as number }
    const { machine } = slots[s] as Slot
    return machine === undefined ? state : { ...state, levels: machine.kept(), said: machine.said }
  }

  function note(slot: Slot, at: number, answer: Answer, gate: string, value: number): undefined {
    return noteOf(slot, sink, at, answer, gate, value)
  }

  function setState(s: number, { phase, since, floor, levels: kept, said }: SlotState, now = 0): void {
    const slot = slots[s] as Slot
    const before = raised.get(`${slot.rule.rule.id}\u001f${subjectOf(slot)}`)
    table.phase[s] = phase
    table.since[s] = since
    table.floor[s] = floor
    if (slot.levels && kept) {
      slot.machine = createLevelMachine(slot.levels, slot.rule.rule.clearAfter, kept)
      slot.machine.said = said ?? -1
    }
    if (phase !== ACTIVE && phase !== CLEARING) return
    stood(s)
    const other = slot.key === undefined ? undefined : worstOther(s, slot.key)
    if (
      now > 0 &&
      before &&
      before.severity !== severityOf(slot) &&
      !(other !== undefined && rankOf(other) > rankOf(s))
    )
      saidBy(s, now, false)
  }

  const levels = levelSteps(parts, {
    move,
    worstOther,
    saidBy,
    stood,
    end: (s, value, at, late) => clear(s, slots[s] as Slot, value, at, late),
  })

  return {
    step,
    later: (s, value, at, late) => void waiting.push({ s, value, at, late }),
    judgeGuarded() {
      for (const { s, value, at, late } of waiting) step(s, value, at, late)
      waiting.length = 0
    },
    silent(s, at, late) {
      const slot = slots[s] as Slot
      raise(s, slot, Number.NaN, at, late)
    },
    vanished(s, at) {
      const phase = table.phase[s]
      if (!stands(s)) return
      const slot = slots[s] as Slot
      slot.machine = undefined
      if (phase === NOTICED) move(s, NORMAL, at)
      else clear(s, slot, Number.NaN, at, false)
    },
    noticed(s, at, there) {
      const { machine } = slots[s] as Slot
      const phase = table.phase[s] as number
      const active = phase === ACTIVE || phase === CLEARING
      if (there && active) {
        // the event said its own severity: ours is said again by the next sample
        if (machine) machine.said = -1
        if (at <= (table.floor[s] as number)) return
        // samples that are older and still to come do not end what was said to be there
        table.floor[s] = at
        save(s)
        return
      }
      if (!there) (slots[s] as Slot).machine = undefined
      table.floor[s] = Math.max(table.floor[s] as number, at)
      if (there) move(s, NOTICED, at)
      else if (phase !== UNSEEN && phase !== DORMANT) move(s, NORMAL, at)
      else save(s)
    },
    orphan(rule, subject, state, now) {
      sink.changed(rule, subject, undefined)
      const facts = raised.get(`${rule}\u001f${subject}`)
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
    stands,
    asSeen(s) {
      const slot = slots[s] as Slot
      const { site, device, metric, id } = slot.series
      const at = table.lastAt[id] as number
      const value = table.lastValue[id] as number
      const answer = answerOf(table, s, slot, value)
      const gate = `steady: ${PHASES[table.phase[s] as number]}`
      return {
        at,
        site,
        device,
        resource: slot.resource,
        answer,
        gate,
        inputs: { ...moreOf(slot, value), metric, value },
      }
    },
    setState,
    takeOver(s, state, name) {
      const [rule, subject] = name.split('\u001f') as [string, string]
      sink.changed(rule, subject, undefined)
      raised.delete(name)
      setState(s, { ...state, said: -1 })
      save(s)
    },
  }
}
