// Like events that come too often: `count` of them within a window. Counted per device, resource and qualifier.
import { z } from 'zod'
import { Duration } from '../duration.ts'
import { compileMatch, Match } from '../event-matching.ts'
import type { EventCondition } from './condition.ts'

export const EventCount = z.strictObject({
  type: z.literal('event-count'),
  match: z.union([Match, z.array(Match).min(1).max(32)]),
  clear: z.union([Match, z.array(Match).min(1).max(32)]).optional(),
  count: z.int().min(2).max(1000),
  within: Duration,
})
type EventCount = z.infer<typeof EventCount>

export const eventCount: EventCondition<EventCount> = {
  kind: 'event',
  schema: EventCount,
  compile: (c) => ({
    raise: compileMatch([c.match].flat()),
    clear: c.clear === undefined ? undefined : compileMatch([c.clear].flat()),
    count: c.count,
    withinMs: c.within,
  }),
}
