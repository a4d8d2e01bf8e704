// A number above or below a limit, with a separate limit to clear (hysteresis).
import { z } from 'zod'
import type { SeriesCondition } from './condition.ts'

export const Threshold = z
  .strictObject({
    type: z.literal('threshold'),
    metric: z.string().min(1).max(128),
    above: z.number().optional(),
    below: z.number().optional(),
    /** Met stays met until the value is back at this limit; default the limit itself. */
    clear: z.number().optional(),
  })
  .refine((c) => (c.above === undefined) !== (c.below === undefined), 'give either above or below')
  .refine(
    (c) => c.clear === undefined || (c.above !== undefined ? c.clear <= c.above : c.clear >= (c.below as number)),
    'clear must be on the good side of the limit',
  )
type Threshold = z.infer<typeof Threshold>

export const threshold: SeriesCondition<Threshold> = {
  kind: 'series',
  schema: Threshold,
  metric: (c) => c.metric,
  compile: (c) =>
    c.above !== undefined
      ? { test: 'above', raise: c.above, clear: c.clear ?? c.above }
      : { test: 'below', raise: c.below as number, clear: c.clear ?? (c.below as number) },
}
