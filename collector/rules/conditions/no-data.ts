// A series that stopped. Judged by the stream's watermark, and only while the stream is live: a backlog is not silence.
import { z } from 'zod'
import { Duration } from '../duration.ts'
import type { SeriesCondition } from './condition.ts'

export const NoData = z.strictObject({
  type: z.literal('no-data'),
  metric: z.string().min(1).max(128),
  for: Duration,
})
type NoData = z.infer<typeof NoData>

export const noData: SeriesCondition<NoData> = {
  kind: 'series',
  schema: NoData,
  metric: (c) => c.metric,
  compile: (c) => ({ test: 'no-data', afterMs: c.for }),
}
