// What one value says to the test of a slot, without its past.
import type { SeriesInfo } from '../ingest/evaluation.ts'
import type { Answer } from './conditions/condition.ts'
import { valuesOf } from './conditions/state.ts'
import { answerOfLevels } from './levels.ts'
import { placeKey } from './series-facts.ts'
import type { Slot } from './slot.ts'
import {
  ABOVE,
  BELOW,
  DERIVED_ABOVE,
  DERIVED_BELOW,
  EXPRESSION,
  isSmall,
  type SlotTable,
  STATES,
} from './slot-table.ts'

export function answerOf(table: SlotTable, s: number, slot: Slot, value: number): Answer {
  if (Number.isNaN(value)) return 'unknown'
  if (slot.levels) return answerOfLevels(slot.levels, value)
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
    case DERIVED_ABOVE:
    case DERIVED_BELOW: {
      const score = slot.rule.derived?.score(slot.series.id, value) ?? Number.NaN
      if (Number.isNaN(score)) return 'unknown'
      if (table.kind[s] === DERIVED_ABOVE) return score > up ? 'met' : score <= down ? 'not-met' : 'between'
      return score < up ? 'met' : score >= down ? 'not-met' : 'between'
    }
    case EXPRESSION:
      return slot.verdict?.().answer ?? 'unknown'
    default:
      return 'not-met' // no-data: there is data
  }
}

/** A guard that is not polled guards nothing; one without a value yet makes the answer unknown. */
export function isAllowed(
  slot: Slot,
  guards: ReadonlyMap<string, SeriesInfo>,
  { lastValue }: SlotTable,
): boolean | undefined {
  const guard = slot.guard as NonNullable<Slot['guard']>
  const series = guards.get(placeKey(slot.series, guard.metric))
  if (series === undefined) return true
  const value = lastValue[series.id] as number
  return Number.isNaN(value) ? undefined : valuesOf(guard.values, series).includes(value)
}
