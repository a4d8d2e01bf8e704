// Every kind of condition. Adding one: a file here and a line below; it must pass conditions.test.ts.
import { z } from 'zod'
import type { EventCondition, SeriesCondition } from './condition.ts'
import { EventCount, eventCount } from './event-count.ts'
import { EventMatch, eventMatch } from './event-match.ts'
import { NoData, noData } from './no-data.ts'
import { State, state } from './state.ts'
import { Threshold, threshold } from './threshold.ts'

export const Condition = z.discriminatedUnion('type', [Threshold, State, NoData, EventMatch, EventCount])
export type Condition = z.infer<typeof Condition>

const CONDITIONS = {
  threshold,
  state,
  'no-data': noData,
  'event-match': eventMatch,
  'event-count': eventCount,
} as const

/** The kind of a condition; the schema above guarantees that it fits. */
export function conditionKind(condition: Condition): SeriesCondition<Condition> | EventCondition<Condition> {
  return CONDITIONS[condition.type] as unknown as SeriesCondition<Condition> | EventCondition<Condition>
}
