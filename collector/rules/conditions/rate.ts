// How fast a gauge changes: per second, minute, hour or day over a window, by how much it fell or rose within it, or where it
// will be when it goes on like that. Counters are judged as rates anyway; they are for `threshold`.
import { z } from 'zod'
import { Duration } from '../duration.ts'
import { createWindowHistory } from '../window-history.ts'
import type { SeriesCondition } from './condition.ts'

const UNIT_MS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

const LIMITS = ['above', 'below', 'fellBy', 'roseBy', 'risesTo', 'fallsTo'] as const

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
    /** It will be above (below) this after `ahead` when it goes on as now. */
    risesTo: z.number().optional(),
    fallsTo: z.number().optional(),
    ahead: Duration.optional(),
    /** Met stays met until what is compared is back at this limit; default the limit itself. */
    clear: z.number().optional(),
  })
  .superRefine((c, context) => {
    const given = LIMITS.filter((key) => c[key] !== undefined)
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    const limit = given[0]
    if (given.length !== 1 || limit === undefined) return say('above', `give one of ${LIMITS.join(', ')}`)
    for (const [key, of] of [
      ['per', ['above', 'below']],
      ['ahead', ['risesTo', 'fallsTo']],
    ] as const) {
      const needed = (of as readonly string[]).includes(limit)
      if (needed && c[key] === undefined)
        say(key, `${limit} needs ${key === 'per' ? 'second, minute, hour or day' : 'a time'}`)
      if (!needed && c[key] !== undefined) say(key, `${limit} has no ${key}`)
    }
    if (c.clear === undefined) return
    const value = c[limit] as number
    if (isBelow(c) ? c.clear < value : c.clear > value) say('clear', 'clear must be on the good side of the limit')
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
    const read = (series: number, value: number): number => {
      const change = window.read(series)
      return c.ahead === undefined ? change * unit : value + change * c.ahead
    }
    return {
      history: name,
      open: (series) => histories.open(window, series),
      take(series, value, at) {
        window.take(series, value, at)
        return Number.isNaN(value) ? Number.NaN : read(series, value)
      },
      score: read,
      facts(series, value) {
        const found = read(series, value)
        if (Number.isNaN(found)) return { why: 'too little of the window is known' }
        return { [c.ahead === undefined ? 'rate' : 'forecast']: Number(found.toPrecision(6)) }
      },
    }
  },
  compile(c, series) {
    if (series.kind !== 'gauge') return undefined
    const limit = LIMITS.map((key) => c[key]).find((value) => value !== undefined) as number
    return { test: 'derived', side: isBelow(c) ? 'below' : 'above', raise: limit, clear: c.clear ?? limit }
  },
}

const isBelow = (c: { readonly below?: number | undefined; readonly fallsTo?: number | undefined }): boolean =>
  (c.below ?? c.fallsTo) !== undefined
