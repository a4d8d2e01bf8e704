// up/hello: who speaks, what it holds, and its clock. Sent at connect and every HEARTBEAT_SECONDS. JSON, not sequenced.
import { z } from 'zod'
import { AgentId } from '../domain/identity.ts'
import { LANES } from './topics.ts'

const LaneState = z.object({
  /** Lowest sequence number still held (acknowledged records are kept for a while), 0 when empty. */
  oldest: z.int().nonnegative(),
  /** Highest committed. */
  newest: z.int().nonnegative(),
  /** Committed and not yet acknowledged. */
  waiting: z.int().nonnegative(),
})

export const Hello = z.object({
  version: z.int(),
  agent: AgentId,
  epoch: z.string().min(1).max(64),
  program: z.string().max(64),
  host: z.string().max(255),
  boot: z.string().max(64),
  mono: z.number(),
  wall: z.number(),
  startedAt: z.number(),
  lanes: z.record(z.enum(LANES), LaneState),
  /** Discarded records by reason since start. */
  dropped: z.record(z.string().max(64), z.number()),
  /** Base64 SPKI of the command-signing key this agent trusts, so that a mismatch is shown; '' when none. */
  commandKey: z.string().max(128),
  /** Random, made at each start of the program: a value that comes back after another one means two run with one identity. */
  instance: z.string().max(64).optional(),
  /** Version of the collector's configuration in use; 0 or absent: none. */
  config: z.int().nonnegative().optional(),
  /** SHA-256 of that configuration, hex: a collector restored from a backup may have given the number out twice. */
  configHash: z.string().max(64).optional(),
})
export type Hello = z.infer<typeof Hello>
