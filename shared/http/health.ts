// How Outrider itself is, part by part: what an operator asks at night.
import { z } from 'zod'
import { flag } from './paging.ts'

export const HEALTH_STATES = ['ok', 'warning', 'bad'] as const
export const HealthState = z.enum(HEALTH_STATES)
export type HealthState = z.infer<typeof HealthState>

/** In the order they are shown. */
export const HEALTH_GROUPS = ['process', 'storage', 'intake', 'out', 'trust'] as const

export const HealthPart = z.object({
  /** `disk`, `writer`, `broker` ... */
  id: z.string(),
  group: z.enum(HEALTH_GROUPS),
  state: HealthState,
  /** What is read first; null where there is nothing to read. */
  value: z.number().nullable(),
  /** UCUM, or `at` for ms UTC, `for` for ms. */
  unit: z.string(),
  /** What is wrong and what to do, by name; null: nothing. */
  advice: z.string().nullable(),
  /** More figures and names, by name. */
  facts: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Up to the last hour: [ms UTC, value], oldest first. Empty where none is kept. */
  trend: z.array(z.tuple([z.number(), z.number()])),
})
export type HealthPart = z.infer<typeof HealthPart>

/** GET /api/v1/health. `parts`: with the parts, for who works here and sees every customer. */
export const HealthQuery = z.object({ parts: flag.optional() })
