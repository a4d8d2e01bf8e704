// One measured value of one metric of one resource at one time, and the series it belongs to.
import { z } from 'zod'
import { SeriesMeaning } from './series-meaning.ts'

/** gauge: value as is. counter32/64: raw, monotonically rising, wraps. state: an enumerated integer with labels. */
export const SERIES_KINDS = ['gauge', 'counter32', 'counter64', 'state'] as const
export const SeriesKind = z.enum(SERIES_KINDS)
export type SeriesKind = z.infer<typeof SeriesKind>

/** What a number in the telemetry stream means; sent once per stream, then referred to by `n`. */
export const SeriesDefinition = z.object({
  n: z.int().nonnegative(),
  device: z.string().max(63),
  metric: z.string().min(1).max(128),
  /** '' is the whole device. */
  resource: z.string().max(256),
  /** UCUM-like unit, '' when dimensionless. */
  unit: z.string().max(32),
  kind: SeriesKind,
  /** For kind state: label by value. */
  states: z.record(z.string(), z.string().max(64)).optional(),
  /** Facts about the resource that people read (ifAlias, description). */
  tags: z.record(z.string().max(64), z.string().max(256)).optional(),
  /** What the profile says of it: names, limits, severities of states. */
  ...SeriesMeaning.shape,
})
export type SeriesDefinition = z.infer<typeof SeriesDefinition>

/** `n` refers to a SeriesDefinition of the same stream; `at` is the agent's wall clock in ms since 1970 UTC. */
export interface Sample {
  readonly n: number
  readonly at: number
  /** Counter64 above 2^53 loses its low bits here; rates over one poll interval are not affected measurably. */
  readonly value: number
}

/** Metrics the agent itself produces for each device, whatever its profile. Values are those of POLL_OUTCOMES. */
export const POLL_STATUS_METRIC = 'poll.status'
export const REACHABLE_METRIC = 'icmp.reachable'
/** TimeTicks sysUpTime in seconds: sent first in each poll so that a reboot is known before its counters are read. */
export const UPTIME_METRIC = 'sys.uptime'
