// down/ack: the application ack. Only this lets the agent delete; a PUBACK proves nothing.
import { z } from 'zod'
import { LANES } from './topics.ts'

export const Ack = z.object({
  version: z.int(),
  epoch: z.string().min(1).max(64),
  /** Highest contiguous committed sequence number per lane; 0 when the collector has nothing of the stream. */
  committed: z.partialRecord(z.enum(LANES), z.int().nonnegative()),
  /** Answers a hello: the agent must (re)send from committed + 1, even what was acknowledged before (restored collector). */
  resume: z.boolean(),
  /** Series definitions are unknown here: define each again in the next batch that uses it. Second to `sendSeries`. */
  redefine: z.boolean(),
  /** Batches wait here for definitions: send all of them now on up/series. */
  sendSeries: z.boolean().optional(),
  /** Set when the stream is refused (cloned agent): the agent stops sending and says so in its log. */
  refused: z.string().max(256).optional(),
  /** Kinds of events beyond those of 0.1 that this collector reads; others are not sent to it. Told in answers to a hello. */
  takes: z.array(z.string().max(32)).max(32).optional(),
  /** Collector wall clock, ms. */
  wall: z.number(),
})
export type Ack = z.infer<typeof Ack>
