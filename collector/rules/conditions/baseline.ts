// A gauge or rate that is not as it usually is at this hour of the week. Unknown until there is history.
import { z } from 'zod'
import { localOffset } from '../local-offset.ts'
import { createSeasonHistory, type Usual } from '../season-history.ts'
import type { SeriesCondition } from './condition.ts'

export const Baseline = z
  .strictObject({
    type: z.literal('baseline'),
    metric: z.string().min(1).max(128),
    /** How many times the usual spread (as standard deviations) it must be away. */
    deviations: z.number().min(1).max(100).default(5),
    /** Met stays met until it is back within this many; default half of `deviations`. */
    clear: z.number().positive().optional(),
    side: z.enum(['above', 'below', 'both']).default('both'),
    /** It is no deviation below this distance, in the unit of the metric; default a tenth of what is usual. */
    atLeast: z.number().positive().optional(),
    /** Past weeks that are kept. */
    weeks: z.int().min(3).max(8).default(4),
  })
  .refine((c) => c.clear === undefined || c.clear <= c.deviations, {
    path: ['clear'],
    message: 'clear must be on the good side of the limit',
  })
export type Baseline = z.infer<typeof Baseline>

export const baseline: SeriesCondition<Baseline> = {
  kind: 'series',
  schema: Baseline,
  metric: (c) => c.metric,
  derive({ weeks, deviations, side, atLeast }, histories, places) {
    const name = `season ${weeks}`
    const history = histories.of(name, () =>
      createSeasonHistory({ name, weeks, offsetAt: localOffset((site) => places.zoneOf?.(site)) }),
    )
    const score = (series: number, value: number): number => {
      const usual = history.usual(series)
      if (usual === undefined) return Number.NaN
      const away = value > usual.high ? value - usual.high : value < usual.low ? value - usual.low : 0
      const unit = Math.max(usual.spread, (atLeast ?? Math.abs(usual.centre) / 10) / deviations, Number.MIN_VALUE)
      return (side === 'above' ? away : side === 'below' ? -away : Math.abs(away)) / unit
    }
    return {
      history: name,
      open: (series) => histories.open(history, series),
      take(series, value, at) {
        history.take(series, value, at)
        return score(series, value)
      },
      score,
      facts(series) {
        const usual = history.usual(series)
        return usual === undefined ? { why: 'too little history' } : shown(usual)
      },
    }
  },
  compile(c, series) {
    if (series.kind === 'state') return undefined
    return { test: 'derived', side: 'above', raise: c.deviations, clear: c.clear ?? c.deviations / 2 }
  },
}

const shown = ({ centre, spread, season, hours }: Usual) => ({
  ...{ expected: Number(centre.toPrecision(6)), spread: Number(spread.toPrecision(4)), season, hours },
})
