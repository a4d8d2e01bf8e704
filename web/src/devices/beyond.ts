// Values that are a fault by what the device's profile says of their series.
import type { LatestSample } from '#shared/http/inventory.ts'

export type Beyond = 'critical' | 'major' | 'minor' | 'warning' | 'indeterminate'

type Judged = Pick<LatestSample, 'value' | 'kind' | 'states' | 'limits' | 'severities'>

/** How bad the value is; null: it is well, not known, or nothing is said of it. */
export function beyondOf({ value, kind, states, limits, severities }: Judged): Beyond | null {
  if (value === null) return null
  if (kind === 'state') return severities?.[states?.[String(value)] ?? ''] ?? null
  if (limits === undefined) return null
  const { lowCritical, lowWarning, highWarning, highCritical } = limits
  if ((highCritical !== undefined && value >= highCritical) || (lowCritical !== undefined && value <= lowCritical))
    return 'critical'
  if ((highWarning !== undefined && value >= highWarning) || (lowWarning !== undefined && value <= lowWarning))
    return 'warning'
  return null
}

export interface LimitLine {
  readonly value: number
  readonly severity: 'critical' | 'warning'
}

/** Limits that hold for all of the series: those of one chart. */
export function sharedLimits(series: readonly Pick<LatestSample, 'limits'>[]): readonly LimitLine[] {
  const [first, ...rest] = series
  const { lowCritical, lowWarning, highWarning, highCritical } = first?.limits ?? {}
  const same = (a: LatestSample['limits'], b: LatestSample['limits']) =>
    (['lowCritical', 'lowWarning', 'highWarning', 'highCritical'] as const).every((key) => a?.[key] === b?.[key])
  if (!rest.every(({ limits }) => same(limits, first?.limits))) return []
  return [
    ...[lowCritical, highCritical].map((value) => ({ value, severity: 'critical' as const })),
    ...[lowWarning, highWarning].map((value) => ({ value, severity: 'warning' as const })),
  ].filter((line): line is LimitLine => line.value !== undefined)
}
