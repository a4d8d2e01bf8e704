// An enumerated value (or its label) that is one of the bad ones. Values in neither list keep the alarm as it is.
import { z } from 'zod'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { SeriesCondition } from './condition.ts'

const Values = z
  .array(z.union([z.string().max(64), z.number()]))
  .min(1)
  .max(64)

export const State = z.strictObject({
  type: z.literal('state'),
  metric: z.string().min(1).max(128),
  /** Labels or numbers. */
  values: Values,
  /** Default: everything that is not in `values`. */
  clearValues: Values.optional(),
  /** Counts only while this other metric of the same resource has one of these values (admin-status up). */
  while: z.strictObject({ metric: z.string().min(1).max(128), values: Values }).optional(),
  /** A series that was never good is no fault: a port nobody plugged in. */
  onceGood: z.boolean().default(false),
})
type State = z.infer<typeof State>

export const state: SeriesCondition<State> = {
  kind: 'series',
  schema: State,
  metric: (c) => c.metric,
  guard: (c) => c.while,
  compile(c, series) {
    const raise = valuesOf(c.values, series)
    if (raise.length === 0) return undefined
    return { test: 'states', raise, clear: c.clearValues ? valuesOf(c.clearValues, series) : null }
  },
}

/** Numbers of labels by the series' own table; labels it does not have are left out. */
export function valuesOf(values: readonly (string | number)[], series: Pick<SeriesInfo, 'states'>): number[] {
  const byLabel = new Map(Object.entries(series.states ?? {}).map(([value, label]) => [plain(label), Number(value)]))
  return values.flatMap((v) => {
    const n = typeof v === 'number' ? v : byLabel.get(plain(v))
    return n === undefined || !Number.isFinite(n) ? [] : [n]
  })
}

const plain = (label: string): string => label.toLowerCase().replace(/[^a-z0-9]/g, '')
