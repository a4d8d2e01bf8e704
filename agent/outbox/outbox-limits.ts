// How much the outbox may hold, on disk and in memory.
import type { StoreLimits } from './commit-messages.ts'

export interface OutboxLimits extends StoreLimits {
  /** Records in memory that could not be stored yet, bytes. */
  readonly memoryBytes: number
  /** How long a sample may wait for others to share its batch, ms. */
  readonly sampleWaitMs: number
}

export const DEFAULT_LIMITS: OutboxLimits = {
  quotaBytes: { result: 128 * 2 ** 20, event: 896 * 2 ** 20, telemetry: 1024 * 2 ** 20 },
  retainMs: 86_400_000,
  reserveBytes: 4 * 2 ** 20,
  memoryBytes: 32 * 2 ** 20,
  sampleWaitMs: 1_000,
}
