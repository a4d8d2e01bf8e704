// Which metrics a device has, which one to show first, and byte rates as the bit rates networks are sold in.
import type { z } from 'zod'
import type { LatestSample } from '#shared/http/inventory.ts'
import type { SampleSeries } from '#shared/http/records.ts'

export type Line = z.infer<typeof SampleSeries>

export interface MetricChoice {
  readonly metric: string
  readonly resources: readonly string[]
}

export const TRAFFIC = { in: 'if.in.octets', out: 'if.out.octets' } as const

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

/** What says most at a glance: a UPS its charge, a host its processor, a network device its traffic, else reachability. */
export function firstMetric(metrics: readonly string[]): string | undefined {
  const has = (metric: string) => metrics.includes(metric)
  const isHost = has('storage.used') || has('host.load')
  const telling = ['ups.battery.charge', ...(isHost ? ['cpu.load'] : []), TRAFFIC.in, 'cpu.load', 'env.temperature']
  const always = ['icmp.rtt', 'http.time', 'tcp.connect-time']
  return [...telling, ...always].find(has) ?? metrics[0]
}

/** A port is read in both directions: what else belongs in the chart of one resource's metric. */
export function withOpposite(metric: string, metrics: readonly string[]): readonly string[] {
  const other = metric.includes('.in.') ? metric.replace('.in.', '.out.') : metric.replace('.out.', '.in.')
  if (other === metric || !metrics.includes(other)) return [metric]
  return metric.includes('.in.') ? [metric, other] : [other, metric]
}

/** The busiest first, so that what is left out of a full chart matters least. */
export function busiestFirst(lines: readonly Line[], series: readonly LatestSample[]): readonly Line[] {
  const latest = new Map(series.map((sample) => [`${sample.metric} ${sample.resource}`, sample.value ?? -1]))
  const of = (line: Line) => latest.get(`${line.metric} ${line.resource}`) ?? -1
  return [...lines].sort((a, b) => of(b) - of(a))
}

/** Octet rates become bit/s; everything else stays. */
export function withBits(series: readonly Line[]): readonly Line[] {
  return series.map((line) => {
    if (!isOctetRate(line)) return line
    return { ...line, unit: 'bit/s', points: line.points.map(([at, value]) => [at, value === null ? null : value * 8]) }
  })
}

/** Counters come as rates per second whether or not their unit says so. */
export function isOctetRate(of: Pick<Line, 'metric' | 'kind' | 'unit'>): boolean {
  const counter = of.kind === 'counter32' || of.kind === 'counter64'
  return /octets|bytes/.test(of.metric) && (counter || of.unit.endsWith('/s'))
}

/** Value and unit of one latest sample, as the chart would show it. */
export function shownValue(sample: LatestSample): { readonly value: number; readonly unit: string } | null {
  if (sample.value === null) return null
  if (isOctetRate(sample)) return { value: sample.value * 8, unit: 'bit/s' }
  const counter = sample.kind === 'counter32' || sample.kind === 'counter64'
  return { value: sample.value, unit: counter && !sample.unit.endsWith('/s') ? `${sample.unit}/s` : sample.unit }
}
