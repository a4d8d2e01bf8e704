// How parts of health are shown: figures as people read them, the worst first, a small line.
import type { HealthPart, HealthState } from '#shared/http/health.ts'
import { HEALTH_GROUPS } from '#shared/http/health.ts'
import { duration, grouped, withUnit } from '../ui/format.ts'

const ORDER: Readonly<Record<HealthState, number>> = { bad: 0, warning: 1, ok: 2 }

/** What needs somebody, the worst first. */
export const troubles = (parts: readonly HealthPart[]): readonly HealthPart[] =>
  parts.filter((one) => one.state !== 'ok').toSorted((a, b) => ORDER[a.state] - ORDER[b.state])

export const worst = (parts: readonly HealthPart[]): HealthState => troubles(parts)[0]?.state ?? 'ok'

export const byGroup = (parts: readonly HealthPart[]) =>
  HEALTH_GROUPS.map((group) => ({ group, parts: parts.filter((one) => one.group === group) })).filter(
    (one) => one.parts.length > 0,
  )

/** The figure with its unit; a time is for the caller. Undefined: there is none. */
export function figureOf({ value, unit }: Pick<HealthPart, 'value' | 'unit'>): string | undefined {
  if (value === null || unit === 'at') return undefined
  if (unit === 'for') return duration(value)
  if (unit === '1') return grouped(Math.round(value))
  if (unit === 'ms') return `${value < 10 ? Math.round(value * 10) / 10 : grouped(Math.round(value))} ms`
  if (unit === '/s') return `${value < 10 ? Math.round(value * 10) / 10 : grouped(Math.round(value))}/s`
  return withUnit(value, unit)
}

/** Points of a line in a box of 100 x 24, newest at the right; from zero unless that would hide every change. */
export function lineOf(trend: HealthPart['trend']): string {
  const values = trend.map(([, value]) => value)
  const [top, low] = [Math.max(...values), Math.min(...values)]
  const from = low > 0 && low > top * 0.8 ? low : Math.min(0, low)
  const first = trend[0]?.[0] ?? 0
  const span = (trend.at(-1)?.[0] ?? 0) - first || 1
  return trend
    .map(([at, value]) => {
      const y = top === from ? 0.5 : (value - from) / (top - from)
      return `${round(((at - first) / span) * 100)},${round(23 - y * 22)}`
    })
    .join(' ')
}

const round = (n: number) => Math.round(n * 10) / 10
