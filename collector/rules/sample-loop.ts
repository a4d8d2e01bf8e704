// The loop over samples. It touches typed arrays only, and the common case of each kind decides nothing and costs nothing.
import type { ReceivedSamples } from '../ingest/evaluation.ts'
import type { Derived } from './conditions/condition.ts'
import type { Expressions } from './expressions.ts'
import type { Slot } from './slot.ts'
import type { SlotSteps } from './slot-steps.ts'
import {
  ABOVE,
  ACTIVE,
  BELOW,
  DEGREES,
  DERIVED_ABOVE,
  DERIVED_BELOW,
  DORMANT,
  EXPRESSION,
  LIMITS,
  NO_DATA,
  NORMAL,
  type SlotTable,
  STATES,
} from './slot-table.ts'

export interface SampleLoop {
  judge(batch: ReceivedSamples, late: boolean, now: number): void
}

/** Samples further ahead of our clock than this came while a clock was wrong. */
const AHEAD_MS = 60_000

/** `spoke`: samples came again after more time than is allowed; true when that was a silence. */
export function sampleLoop(
  table: SlotTable,
  slots: readonly (Slot | undefined)[],
  steps: Pick<SlotSteps, 'step' | 'later'>,
  expressions: Pick<Expressions, 'heard'>,
  spoke: (slot: number, before: number, at: number, late: boolean) => boolean,
  drop: (reason: string) => void,
): SampleLoop {
  /** Our clock was ahead and has been set right: what was noted in that future must not blind us until it comes. */
  function setBack(id: number, at: number): void {
    for (const s of table.slotsOf(id)) {
      table.since[s] = Math.min(table.since[s] as number, at)
      if ((table.floor[s] as number) >= at) table.floor[s] = 0
    }
  }

  return {
    judge(batch, late, now) {
      const { length, series, at, judged } = batch
      const { first, lastAt, lastValue, watched, next, kind, phase, raise, clear, guarded } = table
      const capacity = first.length
      for (let i = 0; i < length; i++) {
        const id = series[i] as number
        if (id >= capacity) continue
        const t = at[i] as number
        if (t < (lastAt[id] as number)) {
          if ((lastAt[id] as number) <= now + AHEAD_MS) {
            drop('sample-out-of-order')
            continue
          }
          setBack(id, t)
        }
        const v = judged[i] as number
        if (watched[id] === 1) expressions.heard(id, t, late)
        const before = lastAt[id] as number
        lastAt[id] = t
        lastValue[id] = v
        for (let s = first[id] as number; s >= 0; s = next[s] as number) {
          const p = phase[s]
          const k = kind[s]
          // NaN compares false and stays unknown
          if (k === ABOVE) {
            if (p === NORMAL ? !(v > (raise[s] as number)) : p === ACTIVE && !(v <= (clear[s] as number))) continue
          } else if (k === BELOW) {
            if (p === NORMAL ? !(v < (raise[s] as number)) : p === ACTIVE && !(v >= (clear[s] as number))) continue
          } else if (k === STATES && v >= 0 && v < 32) {
            const met = ((raise[s] as number) >>> v) & 1
            if (p === NORMAL ? met === 0 : (p === ACTIVE || p === DORMANT) && met === 1 && guarded[s] === 0) continue
            if (p === DORMANT && met === 1) continue
          } else if (k === LIMITS) {
            if (p === NORMAL && !(v >= (raise[s] as number) || v <= (clear[s] as number))) continue
          } else if (k === DEGREES) {
            if (p === NORMAL && v >= 0 && v < 32 && (((raise[s] as number) >>> v) & 1) === 0) continue
          } else if (k === NO_DATA && p === NORMAL && !(t - before > (clear[s] as number) && spoke(s, before, t, late)))
            continue
          else if (k === EXPRESSION) continue
          else if (k === DERIVED_ABOVE) {
            const d = ((slots[s] as Slot).rule.derived as Derived).take(id, v, t)
            if (p === NORMAL ? !(d > (raise[s] as number)) : p === ACTIVE && !(d <= (clear[s] as number))) continue
          } else if (k === DERIVED_BELOW) {
            const d = ((slots[s] as Slot).rule.derived as Derived).take(id, v, t)
            if (p === NORMAL ? !(d < (raise[s] as number)) : p === ACTIVE && !(d >= (clear[s] as number))) continue
          }
          if (guarded[s] === 1) steps.later(s, v, t, late)
          else steps.step(s, v, t, late)
        }
      }
    },
  }
}
