// What health is judged by. Bytes, ms and counts as they are now; what counts up is given per hour or per second already.
export interface HealthFacts {
  readonly at: number
  readonly version: string
  readonly startedAt: number
  /** Codes of what /readyz names. */
  readonly reasons: readonly string[]
  readonly loopLagMs: number
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number }
  /** Undefined where the system cannot tell. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | undefined
  readonly database: { readonly bytes: number; readonly walBytes: number }
  readonly commits: { readonly p95Ms: number; readonly maxMs: number; readonly longestTurnMs: number }
  readonly samples: { readonly journalBytes: number; readonly headBytes: number }
  readonly retention: { readonly rawDays: number; readonly hourDays: number; readonly eventDays: number }
  /** Null: none that is known of. */
  readonly backup: { readonly at: number; readonly bytes: number } | null
  readonly recordsPerSecond: number
  readonly waitingBytes: number
  readonly agents: { readonly online: number; readonly unknown: number; readonly never: number }
  /** Records that agents still hold. */
  readonly backlog: number
  /** Agents' clocks minus ours, of those online. */
  readonly clockOffsets: readonly { readonly agent: string; readonly ms: number }[]
  /** In the last hour, by room and reason: `link.too-large`. */
  readonly dropped: Readonly<Record<string, number>>
  /** In the last hour: records agents could not keep. */
  readonly lostAtAgents: number
  /** `recent`: in the last hour. */
  readonly quarantine: { readonly rows: number; readonly bytes: number; readonly recent: number }
  readonly notifications: { readonly queued: number; readonly failed: number }
  /** Channels that get nothing through, and since when. */
  readonly failing: readonly { readonly channel: string; readonly since: number }[]
  readonly commandsPending: number
  readonly consoles: number
  /** Undefined: samples are not copied. */
  readonly influx: { readonly isUp: boolean; readonly lagMs: number; readonly waiting: number } | undefined
  readonly certificates: readonly { readonly of: string; readonly notAfter: number }[]
}
