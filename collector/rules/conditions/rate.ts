// How fast a gauge changes: per second, minute, hour or day over a window, or by how much it fell or rose within it. Counters
// are judged as rates anyway; they are for `threshold`.
import { z } from 'zod'
import { Duration } from '../duration.ts'
import { createWindowHistory } from '../window-history.ts'
import type { SeriesCondition } from './condition.ts'

const UNIT_MS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

export const Rate = z
  .strictObject({
    type: z.literal('rate'),
    metric: z.string().min(1).max(128),
    /** What is looked back over. Nothing is said while less than half of it is known. */
    within: Duration.refine((ms) => ms >= 1000, 'at least one second'),
    per: z.enum(['second', 'minute', 'hour', 'day']).optional(),
    /** Change per `per`; falling is negative. */
    above: z.number().optional(),
    below: z.number().optional(),
    /** It fell (rose) by more than this from the highest (lowest) value of the window. */
    fellBy: z.number().positive().optional(),
    roseBy: z.number().positive().optional(),
    /** Met stays met until the change is back at this limit; default the limit itself. */
    clear: z.number().optional(),
  })
  .superRefine((c, context) => {
    const given = (['above', 'below', 'fellBy', 'roseBy'] as const).filter((key) => c[key] !== undefined)
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const limit = given[0]
    if (given.length !== 1 || limit === undefined) return say('above', 'give one of above, below, fellBy and roseBy')
    const perNeeded = limit === 'above' || limit === 'below'
    if (perNeeded && c.per === undefined) say('per', 'say per what: second, minute, hour or day')
    if (!perNeeded && c.per !== undefined) say('per', `${limit} is within the window, not per something`)
    if (c.clear === undefined) return
    const wrong = limit === 'below' ? c.clear < (c.below as number) : c.clear > (c[limit] as number)
    if (wrong) say('clear', 'clear must be on the good side of the limit')
  })
export type Rate = z.infer<typeof Rate>

export const rate: SeriesCondition<Rate> = {
  kind: 'series',
  schema: Rate,
  metric: (c) => c.metric,
  derive(c, histories) {
    const kind = c.fellBy !== undefined ? 'fall' : c.roseBy !== undefined ? 'rise' : 'slope'
    const name = `window ${c.within} ${kind}`
    const window = histories.of(name, () => createWindowHistory(name, c.within, kind))
    const unit = kind === 'slope' ? UNIT_MS[c.per ?? 'second'] : 1
    return {
      history: name,
      open: window.open,
      take(series, value, at) {
        window.take(series, value, at)
        return Number.isNaN(value) ? Number.NaN : window.read(series) * unit
      },
      score: (series) => window.read(series) * unit,
      facts(series) {
        const change = window.read(series) * unit
        return Number.isNaN(change) ? { why: 'too little of the window is known' } : { rate: rounded(change) }
      },
    }
  },
  compile(c, series) {
    if (series.kind !== 'gauge') return undefined
    const limit = c.above ?? c.fellBy ?? c.roseBy ?? (c.below as number)
    const side = c.below === undefined ? 'above' : 'below'
    return { test: 'derived', side, raise: limit, clear: c.clear ?? limit }
  },
}

const rounded = (value: number): number => Number(value.toPrecision(6))
