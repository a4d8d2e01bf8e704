// Actions of a whole site, not of one device: sweeping address ranges, and ending that. What a sweep finds comes while it
// runs (shared/wire/result.ts); its result says how it ended.
import { z } from 'zod'
import { MAX_RANGES } from '../domain/address-ranges.ts'
import { SweepProgress } from '../domain/discovery.ts'
import { LocalId } from '../domain/identity.ts'
import type { DiagnosticAction } from './action.ts'
import { deviceTest } from './device-test.ts'

const RangeText = z.string().min(1).max(100)

export const SweepArguments = z.strictObject({
  /** Id by which findings and the stop name it. */
  sweep: z.string().min(1).max(64),
  ranges: z.array(RangeText).min(1).max(MAX_RANGES),
  exclude: z.array(RangeText).max(MAX_RANGES),
  /**
   * Tried in this order. With `set`: one of the collector, in the words of agent.yaml, secrets sealed to the agent
   * (shared/seal). Without: of the agent's own file.
   */
  credentials: z.array(z.strictObject({ name: LocalId, set: z.record(z.string(), z.unknown()).optional() })).max(32),
  /** After those, all others of the agent's own file. */
  ownCredentials: z.boolean(),
  packetsPerSecond: z.int().min(1).max(2_000),
  timeoutMs: z.int().min(100).max(10_000),
  snmpPort: z.int().min(1).max(65_535),
  tcpPorts: z.array(z.int().min(1).max(65_535)).max(8),
  ping: z.boolean(),
})
export type SweepArguments = z.infer<typeof SweepArguments>

export const SweepResult = z.object({
  progress: SweepProgress,
  /** Ended before its end: sweep-stop. */
  stopped: z.boolean(),
  notes: z.array(z.string().max(512)).max(64),
})
export type SweepResult = z.infer<typeof SweepResult>

/** Longest an agent sweeps; what is larger at its pace is refused before it begins. */
export const SWEEP_DEADLINE_MS = 6 * 3_600_000

export const sweep: DiagnosticAction<SweepArguments, SweepResult> = {
  name: 'sweep',
  title: { 'zh-CN': '网段扫描', en: 'Sweep address ranges' },
  risk: 'read-only',
  deadlineMs: SWEEP_DEADLINE_MS,
  arguments: SweepArguments,
  result: SweepResult,
}

export const SweepStopArguments = z.strictObject({ sweep: z.string().min(1).max(64) })
export type SweepStopArguments = z.infer<typeof SweepStopArguments>
/** False: it was not running. */
export const SweepStopResult = z.object({ stopped: z.boolean() })
export type SweepStopResult = z.infer<typeof SweepStopResult>

export const sweepStop: DiagnosticAction<SweepStopArguments, SweepStopResult> = {
  name: 'sweep-stop',
  title: { 'zh-CN': '停止扫描', en: 'Stop a sweep' },
  risk: 'read-only',
  deadlineMs: 15_000,
  arguments: SweepStopArguments,
  result: SweepStopResult,
}

/** Every action whose target is the site: an order with an empty target. */
export const SITE_ACTIONS = { sweep, 'sweep-stop': sweepStop, 'device-test': deviceTest } as const satisfies Readonly<
  Record<string, DiagnosticAction>
>
export type SiteActionName = keyof typeof SITE_ACTIONS
export const SITE_ACTION_NAMES = Object.keys(SITE_ACTIONS) as readonly SiteActionName[]

/** True for the name of an action of a site; safe for names like `__proto__`. */
export function isSiteActionName(name: string): name is SiteActionName {
  return Object.hasOwn(SITE_ACTIONS, name)
}
