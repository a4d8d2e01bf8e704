// The steps of a slot with levels: one alarm that gets worse and better. Rare next to samples.
import { severityRank } from '#shared/domain/severity.ts'
import type { Answer } from './conditions/condition.ts'
import { answerOfLevels, createLevelMachine, isOver, type LevelMachine } from './levels.ts'
import { note, type Slot, severityOf, signalOf } from './slot.ts'
import type { SlotParts } from './slot-steps.ts'
import { ACTIVE, DORMANT, NORMAL, NOTICED, PENDING, UNSEEN } from './slot-table.ts'

export interface LevelSteps {
  step(slot: number, value: number, at: number, late: boolean): void
}

/** What slots of every kind do. */
export interface SlotMoves {
  move(slot: number, phase: number, at: number): void
  /** Another slot of the same alarm that stands; the worst of them. */
  worstOther(slot: number, key: string): number | undefined
  /** The alarm is told as this slot sees it. */
  saidBy(slot: number, at: number, late: boolean): void
  end(slot: number, value: number, at: number, late: boolean): void
  stood(slot: number): void
}

export function levelSteps({ table, slots, sink }: SlotParts, moves: SlotMoves): LevelSteps {
  function step(s: number, value: number, at: number, late: boolean): undefined {
    const slot = slots[s] as Slot & { readonly levels: NonNullable<Slot['levels']> }
    if (Number.isNaN(value)) return
    if (table.phase[s] === UNSEEN || table.phase[s] === DORMANT)
      return void wake(s, answerOfLevels(slot.levels, value), at)
    const noticed = table.phase[s] === NOTICED
    slot.machine ??= createLevelMachine(slot.levels, slot.rule.rule.clearAfter)
    const { machine } = slot
    const changed = machine.step(value, at, noticed)
    const level = machine.standing()
    const rank = level === undefined ? 0 : severityRank(severityOf(slot)) + 1
    if (rank > 0) {
      if (rank !== machine.said) return raise(s, slot, machine, rank, value, at, late)
      return changed ? void moves.move(s, ACTIVE, at) : undefined
    }
    if (noticed && slot.levels.some((one) => !isOver(one, value)))
      return note(slot, sink, at, 'between', 'noticed', value)
    if (machine.said !== 0 || noticed) {
      machine.said = 0
      moves.end(s, value, at, late)
      if (!machine.isIdle()) moves.move(s, PENDING, at)
      return settle(slot, machine)
    }
    const phase = machine.isIdle() ? NORMAL : PENDING
    if (!changed && phase === table.phase[s]) return settle(slot, machine)
    moves.move(s, phase, at)
    if (phase === PENDING) note(slot, sink, at, 'met', 'hold', value)
    else note(slot, sink, at, 'not-met', 'hold-broken', value)
    return settle(slot, machine)
  }

  function raise(s: number, slot: Slot, machine: LevelMachine, rank: number, value: number, at: number, late: boolean) {
    const before = machine.said
    machine.said = rank
    moves.move(s, ACTIVE, at)
    moves.stood(s)
    const other = slot.key === undefined ? undefined : moves.worstOther(s, slot.key)
    const worse = other !== undefined && severityRank(severityOf(slots[other] as Slot)) + 1 > rank
    note(slot, sink, at, 'met', worse ? 'worse-stands' : 'raise', value)
    if (!worse) sink.signal(signalOf('raise', slot, sink, value, at, late))
    // it was the worst until now
    else if (before > rank) moves.saidBy(other as number, at, late)
    return undefined
  }

  /** A part that was never well waits until it is. */
  function wake(s: number, answer: Answer, at: number): void {
    if (answer === 'not-met') moves.move(s, NORMAL, at)
    else if (answer === 'met' && table.phase[s] === UNSEEN) moves.move(s, DORMANT, at)
  }

  /** Nothing to remember: series of healthy parts cost no machine. */
  function settle(slot: Slot, machine: LevelMachine): undefined {
    if (machine.isIdle() && machine.said === 0) slot.machine = undefined
  }

  return { step }
}
