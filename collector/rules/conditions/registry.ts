// Every kind of condition. Adding one: a file here and a line below; it must pass conditions.test.ts.
import { z } from 'zod'
import { Baseline, baseline } from './baseline.ts'
import type { EventCondition, ProfileCondition, SeriesCondition } from './condition.ts'
import { EventCount, eventCount } from './event-count.ts'
import { EventMatch, eventMatch } from './event-match.ts'
import { Expression, expression } from './expression.ts'
import { Limits, limits } from './limits.ts'
import { NoData, noData } from './no-data.ts'
import { Rate, rate } from './rate.ts'
import { State, state } from './state.ts'
import { States, states } from './states.ts'
import { Threshold, threshold } from './threshold.ts'

export const Condition = z.discriminatedUnion('type', [
  Threshold,
  Rate,
  Baseline,
  Expression,
  State,
  NoData,
  Limits,
  States,
  EventMatch,
  EventCount,
])
export type Condition = z.infer<typeof Condition>

const CONDITIONS = {
  threshold,
  rate,
  baseline,
  expression,
  state,
  'no-data': noData,
  limits,
  states,
  'event-match': eventMatch,
  'event-count': eventCount,
} as const

/** The kind of a condition; the schema above guarantees that it fits. */
export function conditionKind(condition: Condition): ConditionKind {
  return CONDITIONS[condition.type] as unknown as ConditionKind
}

type ConditionKind = SeriesCondition<Condition> | ProfileCondition<Condition> | EventCondition<Condition>
