// Figures of a back-test as the chart draws them.
import type { BackTestFigures } from '#shared/http/back-tests.ts'

const DAY_MS = 86_400_000
/** Beyond these customers are drawn as one. */
const SHOWN = 7

export interface DayBar {
  readonly day: number
  readonly total: number
  /** In the order of `names`. */
  readonly parts: readonly number[]
}

export interface DayChart {
  /** Customers, those with the most alarms first; undefined: all others. */
  readonly names: readonly (string | undefined)[]
  readonly days: readonly DayBar[]
  readonly highest: number
}

/** Every UTC day of the period, those without alarms too. */
export function dayChartOf(figures: Pick<BackTestFigures, 'days'>, from: number, to: number): DayChart {
  const totals = new Map<string, number>()
  for (const { customer, alarms } of figures.days) totals.set(customer, (totals.get(customer) ?? 0) + alarms)
  const ranked = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
  const named = ranked.length > SHOWN + 1 ? ranked.slice(0, SHOWN) : ranked
  const names: (string | undefined)[] = named.length < ranked.length ? [...named, undefined] : named
  const days: DayBar[] = []
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to; day += DAY_MS) {
    const parts = names.map(() => 0)
    for (const one of figures.days) {
      if (one.day !== day) continue
      const at = named.indexOf(one.customer)
      const place = at < 0 ? names.length - 1 : at
      parts[place] = (parts[place] ?? 0) + one.alarms
    }
    days.push({ day, parts, total: parts.reduce((sum, part) => sum + part, 0) })
  }
  return { names, days, highest: Math.max(0, ...days.map((one) => one.total)) }
}

/** Two to four round numbers from zero to at least `highest`. */
export function ticksOf(highest: number): number[] {
  if (highest <= 0) return [0, 1]
  const rough = highest / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 10 * power)
  const ticks: number[] = []
  for (let tick = 0; tick < highest + step; tick += step) ticks.push(tick)
  return ticks
}
