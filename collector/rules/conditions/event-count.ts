// Like events that come too often: `count` of them within a window; or, with `expect`, events that do not come. Counted per
// device, resource and qualifier.
import { z } from 'zod'
import { Duration } from '../duration.ts'
import { compileMatch, Match } from '../event-matching.ts'
import type { EventCondition } from './condition.ts'

const Matches = z.union([Match, z.array(Match).min(1).max(32)])

export const EventCount = z
  .strictObject({
    type: z.literal('event-count'),
    match: Matches,
    clear: Matches.optional(),
    /** An event that ends the count before it is full, and a hold that runs; what stands stays. */
    cancel: Matches.optional(),
    /**
     * The fault is that fewer than `count` of them come within the window. `seen`: of whatever has sent one before. `devices`:
     * of every device that is selected, also of one that has never sent any.
     */
    expect: z.enum(['seen', 'devices']).optional(),
    count: z.int().min(1).max(1000).default(1),
    within: Duration.refine((ms) => ms >= 1000, 'at least one second'),
  })
  .superRefine(({ count, clear, cancel, expect }, context) => {
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (expect === undefined && count < 2) say('count', 'at least 2; for one event there is event-match')
    if (expect === undefined) return
    const why = 'what is expected is over when it comes'
    if (clear !== undefined) say('clear', why)
    if (cancel !== undefined) say('cancel', why)
  })
type EventCount = z.infer<typeof EventCount>

export const eventCount: EventCondition<EventCount> = {
  kind: 'event',
  schema: EventCount,
  compile: (c) => ({
    raise: compileMatch([c.match].flat()),
    clear: c.clear === undefined ? undefined : compileMatch([c.clear].flat()),
    cancel: c.cancel === undefined ? undefined : compileMatch([c.cancel].flat()),
    expect: c.expect,
    count: c.count,
    withinMs: c.within,
  }),
}
