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
  /** Series definitions are unknown here: send all of them again before more telemetry. */
  redefine: z.boolean(),
  /** Set when the stream is refused (cloned agent): the agent stops sending and says so in its log. */
  refused: z.string().max(256).optional(),
  /** Collector wall clock, ms. */
  wall: z.number(),
})
export type Ack = z.infer<typeof Ack>
