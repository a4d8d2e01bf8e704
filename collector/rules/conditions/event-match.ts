// One event that says a fault is there, and another that says it is gone.
import { z } from 'zod'
import { compileMatch, Match } from '../event-matching.ts'
import type { EventCondition } from './condition.ts'

export const EventMatch = z.strictObject({
  type: z.literal('event-match'),
  match: z.union([Match, z.array(Match).min(1).max(32)]),
  clear: z.union([Match, z.array(Match).min(1).max(32)]).optional(),
})
type EventMatch = z.infer<typeof EventMatch>

export const eventMatch: EventCondition<EventMatch> = {
  kind: 'event',
  schema: EventMatch,
  compile: (c) => ({
    raise: compileMatch([c.match].flat()),
    clear: c.clear === undefined ? undefined : compileMatch([c.clear].flat()),
    count: 1,
    withinMs: 0,
  }),
}
