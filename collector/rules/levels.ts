// One fault with degrees: limits one behind the other, or states of rising severity. Each degree is a small machine of its
// own with hold and hysteresis; the fault is as severe as the worst that stands.
import type { Labels } from '#shared/domain/series-meaning.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'
import type { Answer } from './conditions/condition.ts'

export interface Level {
  readonly severity: Severity
  readonly side: 'high' | 'low' | 'state'
  /** The limit: a value at it or beyond is meant. Of states: NaN. */
  readonly raise: number
  /** Back here it is over; never on the bad side of `raise`. */
  readonly clear: number
  /** States that count, and those that are known to be better; what is in neither says nothing. */
  readonly bad: ReadonlySet<number>
  readonly good: ReadonlySet<number>
  readonly holdMs: number
  /** Text of an alarm that the profile names itself. */
  readonly text: Labels | undefined
}

/** What is kept of a level while any is not off: name, phase, since when. */
export type KeptLevel = readonly [name: string, phase: number, since: number]

export interface LevelMachine {
  /** Rank + 1 of the severity that was said last; 0: nothing; -1: must be said again. */
  said: number
  /** True when something changed. `sudden`: somebody else saw the fault too, nothing is waited for. */
  step(value: number, at: number, sudden: boolean): boolean
  /** The worst level that stands. */
  standing(): Level | undefined
  /** No level is on or about to be. */
  isIdle(): boolean
  kept(): KeptLevel[]
}

const OFF = 0
const PENDING = 1
const ON = 2
const CLEARING = 3
/** It stood when its limit was changed: the next value decides, without hysteresis. */
const DOUBT = 4

/** Worst first, as `standing` looks for it. */
export function worstFirst(levels: readonly Level[]): Level[] {
  return [...levels].sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
}

/** `levels` worst first. `kept`: what another machine for the same fault knew, with these or other limits. */
export function createLevelMachine(
  levels: readonly Level[],
  clearAfterMs: number,
  kept: readonly KeptLevel[] = [],
): LevelMachine {
  const phase = new Uint8Array(levels.length)
  const since = new Float64Array(levels.length)
  const known = new Map(kept.map((k) => [k[0], k]))
  const stood = kept.some(([, p]) => p === ON || p === CLEARING || p === DOUBT)
  for (const [i, level] of levels.entries()) {
    const same = known.get(nameOf(level))
    if (same) {
      phase[i] = same[1]
      since[i] = same[2]
    } else if (stood) phase[i] = DOUBT
  }

  function next(i: number, level: Level, value: number, at: number, sudden: boolean): number {
    const held = at - (since[i] as number)
    switch (phase[i]) {
      case OFF:
        return !meets(level, value) ? OFF : level.holdMs === 0 || sudden ? ON : PENDING
      case PENDING:
        return !meets(level, value) ? OFF : held >= level.holdMs || sudden ? ON : PENDING
      case ON:
        return !isOver(level, value) ? ON : clearAfterMs === 0 ? OFF : CLEARING
      case CLEARING:
        return !isOver(level, value) ? ON : held >= clearAfterMs ? OFF : CLEARING
      default:
        return meets(level, value) ? ON : level.side === 'state' && !isOver(level, value) ? DOUBT : OFF
    }
  }

  return {
    said: 0,
    step(value, at, sudden) {
      let changed = false
      for (const [i, level] of levels.entries()) {
        const after = next(i, level, value, at, sudden)
        if (after === phase[i]) continue
        phase[i] = after
        since[i] = at
        changed = true
      }
      return changed
    },
    standing: () => levels.find((_, i) => (phase[i] as number) >= ON),
    isIdle: () => phase.every((p) => p === OFF),
    kept: () => levels.map((level, i) => [nameOf(level), phase[i] as number, since[i] as number]),
  }
}

/** What a value alone says, without hold and past. */
export function answerOfLevels(levels: readonly Level[], value: number): Answer {
  if (levels.some((level) => meets(level, value))) return 'met'
  return levels.every((level) => isOver(level, value)) ? 'not-met' : 'between'
}

/** Whether a value is at the limit or beyond it, or one of the bad states. */
export function meets({ side, raise, bad }: Level, value: number): boolean {
  return side === 'high' ? value >= raise : side === 'low' ? value <= raise : bad.has(value)
}

/** Whether a value says that it is over: neither inside the hysteresis nor a state that says nothing. */
export function isOver({ side, raise, clear, good }: Level, value: number): boolean {
  if (side === 'high') return value <= clear && value < raise
  return side === 'low' ? value >= clear && value > raise : good.has(value)
}

const nameOf = ({ side, severity, raise, clear, bad }: Level): string =>
  side === 'state' ? `${severity} ${[...bad].sort((a, b) => a - b).join(',')}` : `${side} ${severity} ${raise} ${clear}`
