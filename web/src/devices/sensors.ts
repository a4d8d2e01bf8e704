// Sensors of a device out of its latest values: what its profile gives limits or severities, and what measures the
// equipment itself.
import type { LatestSample } from '#shared/http/inventory.ts'
import { type Beyond, beyondOf } from './beyond.ts'

export interface SensorRow {
  readonly sample: LatestSample
  readonly beyond: Beyond | null
  /** Where the value stands between its limits, 0..100; null without an upper limit or for states. */
  readonly share: number | null
}

const KINDS = ['env.', 'ups.', 'cpu.', 'memory.', 'storage.used', 'host.load', 'optical.', 'battery.', 'printer.']
const RANK: readonly (Beyond | null)[] = ['critical', 'major', 'minor', 'warning', 'indeterminate', null]

/** The worst first, then by name. */
export function sensorsOf(series: readonly LatestSample[]): readonly SensorRow[] {
  return series
    .filter((sample) => isSensor(sample))
    .map((sample) => ({ sample, beyond: beyondOf(sample), share: shareOf(sample) }))
    .sort((a, b) => RANK.indexOf(a.beyond) - RANK.indexOf(b.beyond) || compare(nameOf(a.sample), nameOf(b.sample)))
}

function isSensor({ metric, limits, severities }: LatestSample): boolean {
  if (metric.startsWith('if.')) return false
  return limits !== undefined || severities !== undefined || KINDS.some((kind) => metric.startsWith(kind))
}

/** From the lower limit, else 0, to the upper one; a share in percent stands for itself. */
function shareOf({ value, unit, kind, limits }: LatestSample): number | null {
  if (value === null || kind !== 'gauge') return null
  const top = limits?.highCritical ?? limits?.highWarning ?? (unit === '%' ? 100 : undefined)
  if (top === undefined) return null
  const bottom = Math.min(0, limits?.lowCritical ?? limits?.lowWarning ?? 0)
  return top <= bottom ? null : Math.min(100, Math.max(0, ((value - bottom) / (top - bottom)) * 100))
}

const nameOf = ({ metric, resource }: LatestSample) => `${metric} ${resource}`
const compare = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
