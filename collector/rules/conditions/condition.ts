// What a kind of condition is. Series conditions judge samples of one metric, profile conditions those of all metrics that
// a device's profile gives limits or bad states, event conditions device events.
import type { z } from 'zod'
import type { AlarmName } from '#shared/domain/alarm-types.ts'
import type { ReceivedEvent, SeriesInfo } from '../../ingest/evaluation.ts'
import type { Histories } from '../histories.ts'
import type { Level } from '../levels.ts'
import type { Places } from '../selector.ts'

/** `between` is neither: inside the hysteresis. `unknown` cannot be told and never clears. */
export type Answer = 'met' | 'not-met' | 'between' | 'unknown'

/**
 * A condition compiled for one series. The first four run without a call per sample; `derived` is the door for conditions
 * with a memory or arithmetic of their own.
 */
export type SeriesTest =
  | { readonly test: 'above'; readonly raise: number; readonly clear: number }
  | { readonly test: 'below'; readonly raise: number; readonly clear: number }
  /** `clear` null: every value that is not one of `raise`. */
  | { readonly test: 'states'; readonly raise: readonly number[]; readonly clear: readonly number[] | null }
  | { readonly test: 'no-data'; readonly afterMs: number }
  /** As above or below, of what is derived from the samples. */
  | { readonly test: 'derived'; readonly side: 'above' | 'below'; readonly raise: number; readonly clear: number }
  /** Judged when all that it reads is there; see expressions.ts. */
  | { readonly test: 'expression' }

/**
 * What is compared with a limit in place of the samples themselves, with what must be remembered for it. One for all series of
 * a rule; memory is columns of numbers.
 */
export interface Derived {
  /** Name of the history it reads. */
  readonly history: string
  /** Makes room for a series; false when there is none left. */
  open(series: SeriesInfo): boolean
  /** Takes the next sample, in event time; answers NaN when nothing can be told. The same sample may come again. */
  take(series: number, value: number, at: number): number
  /** As `take` answered, of the last sample. */
  score(series: number, value: number): number
  /** What people are shown: rate, expected ...; `why` when nothing can be told. */
  facts(series: number, value: number): Readonly<Record<string, number | string>>
}

export interface SeriesCondition<C> {
  readonly kind: 'series'
  readonly schema: z.ZodType<C>
  /** The metric whose samples are judged. */
  metric(condition: C): string
  /** Another metric of the same resource that must be in one of `values` for the condition to count. */
  guard?(condition: C): { readonly metric: string; readonly values: readonly (string | number)[] } | undefined
  /** What `derived` tests compare; asked once for each rule. */
  derive?(condition: C, histories: Histories, places: Places): Derived
  /** Undefined when this series cannot be judged (no such label). */
  compile(condition: C, series: SeriesInfo): SeriesTest | undefined
}

/** One fault of a series, with its degrees worst first. */
export interface LevelGroup {
  readonly name: AlarmName
  readonly levels: readonly Level[]
}

/**
 * Judges every series that its device's profile says something of, not the samples of one metric. Of several rules of one
 * kind that are about a series only the narrowest judges it; see profile-rules.ts.
 */
export interface ProfileCondition<C> {
  readonly kind: 'profile'
  readonly schema: z.ZodType<C>
  /** 0 to 1: how much its own filters narrow it. */
  narrowness(condition: C): number
  about(condition: C): (series: SeriesInfo) => boolean
  /** Empty where there is nothing to judge. `holdMs`: where the profile names no hold. */
  compile(condition: C, series: SeriesInfo, holdMs: number): readonly LevelGroup[]
}

/** Named parts of a matched event, for templates. Undefined: no match. */
export type EventMatcher = (event: ReceivedEvent) => Readonly<Record<string, string>> | undefined

export interface EventTest {
  readonly raise: EventMatcher
  readonly clear: EventMatcher | undefined
  /** Ends a count and a hold that runs; what stands stays. */
  readonly cancel?: EventMatcher | undefined
  /** The fault is that they do not come; see expected-events.ts. */
  readonly expect?: 'seen' | 'devices' | undefined
  /** Events needed within the window; 1 and 0 for a plain match. */
  readonly count: number
  readonly withinMs: number
}

export interface EventCondition<C> {
  readonly kind: 'event'
  readonly schema: z.ZodType<C>
  compile(condition: C): EventTest
}
