// Which metrics a device has, which one to show first, and byte rates as the bit rates networks are sold in.
import type { z } from 'zod'
import type { LatestSample } from '#shared/http/inventory.ts'
import type { SampleSeries } from '#shared/http/records.ts'

export type Line = z.infer<typeof SampleSeries>

export interface MetricChoice {
  readonly metric: string
  readonly resources: readonly string[]
}

export function metricsOf(series: readonly LatestSample[]): readonly MetricChoice[] {
  const byMetric = new Map<string, string[]>()
  for (const sample of series) byMetric.set(sample.metric, [...(byMetric.get(sample.metric) ?? []), sample.resource])
  return [...byMetric.entries()]
    .map(([metric, resources]) => ({
      metric,
      resources: resources.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    }))
    .sort((a, b) => (a.metric < b.metric ? -1 : 1))
}

/** What says most about a device at a glance, else its first metric. */
export function firstMetric(metrics: readonly string[]): string | undefined {
  const telling = [/if(hc)?inoctets$/i, /cpu|processor/i, /charge|load/i, /rtt/i, /temp/i]
  for (const pattern of telling) {
    const found = metrics.find((metric) => pattern.test(metric))
    if (found) return found
  }
  return metrics[0]
}

/** Octet rates become bit/s; everything else stays. */
export function withBits(series: readonly Line[]): readonly Line[] {
  return series.map((line) => {
    const counter = line.kind === 'counter32' || line.kind === 'counter64'
    if (!/octets|bytes/i.test(line.metric) || !(counter || line.unit.endsWith('/s'))) return line
    return { ...line, unit: 'bit/s', points: line.points.map(([at, value]) => [at, value === null ? null : value * 8]) }
  })
}
