// The fleet that both engines judge: parts of five series each, polled every minute, of which a known few are faulty, and the
// same ten rules in the words of each.
import type { ReceivedSamples, SeriesInfo } from '#collector/ingest/evaluation.ts'
import { createRates } from '#collector/ingest/rates.ts'
import { Rule } from '#collector/rules/rule.ts'
import { createRules } from '#collector/rules/rules.ts'

export const METRICS = ['cpu', 'temp', 'errors', 'in_use', 'capacity'] as const
type Metric = (typeof METRICS)[number]
export const STEP_MS = 60_000
/** Series of one agent: a site of some size. */
const PER_AGENT = 1000

interface FleetRule {
  readonly id: string
  readonly ours: Record<string, unknown>
  readonly promql: string
  readonly forMinutes: number
  /** Parts of which it holds once the history is there. */
  holds(part: number): boolean
}

const hot = (part: number) => part % 101 === 7
const leaky = (part: number) => part % 103 === 5
const full = (part: number) => part % 107 === 9
const busy = (part: number) => part % 109 === 3
const climbs = (part: number) => part % 113 === 11

export const RULES: readonly FleetRule[] = [
  limit('cpu-high', 'cpu', 'above', 90, 5, busy),
  limit('cpu-critical', 'cpu', 'above', 97, 2, (p) => busy(p) && p % 2 === 0),
  limit('cpu-idle', 'cpu', 'below', 1, 10, () => false),
  limit('temp-high', 'temp', 'above', 70, 2, hot),
  limit('temp-low', 'temp', 'below', 5, 2, () => false),
  limit('in-use-many', 'in_use', 'above', 900, 5, full),
  {
    id: 'error-rate',
    ours: { type: 'threshold', metric: 'errors', above: 10 },
    promql: 'irate(errors[5m]) > 10',
    forMinutes: 2,
    holds: leaky,
  },
  {
    id: 'temp-climbs',
    ours: { type: 'rate', metric: 'temp', within: '10m', roseBy: 8 },
    promql: 'temp - min_over_time(temp[10m]) > 8',
    forMinutes: 0,
    holds: (part) => climbs(part) && !hot(part),
  },
  {
    id: 'nearly-full',
    ours: {
      ...{ type: 'expression', metric: 'in_use', inputs: { capacity: { metric: 'capacity' } } },
      when: 'value > capacity * 0.95',
    },
    promql: 'in_use / capacity > 0.95',
    forMinutes: 5,
    holds: full,
  },
  {
    id: 'no-data',
    ours: { type: 'no-data', metric: 'cpu', for: '5m' },
    promql: 'cpu offset 6m unless cpu',
    forMinutes: 0,
    holds: () => false,
  },
]

function limit(
  id: string,
  metric: Metric,
  side: 'above' | 'below',
  value: number,
  forMinutes: number,
  holds: (part: number) => boolean,
): FleetRule {
  const promql = `${metric} ${side === 'above' ? '>' : '<'} ${value}`
  return { id, ours: { type: 'threshold', metric, [side]: value }, promql, forMinutes, holds }
}

/** Value of a part in a round; faults begin in round 2 and stay. */
export function partValue(part: number, metric: Metric, round: number): number {
  const noise = ((part * 7919 + round * 104_729) % 1000) / 1000
  const isOn = round >= 2
  switch (metric) {
    case 'cpu':
      return isOn && busy(part) ? (part % 2 === 0 ? 98 : 92) + noise : 20 + noise * 40
    case 'temp':
      if (isOn && hot(part)) return 75 + noise
      return 30 + noise * 3 + (climbs(part) ? round * 1.5 : 0)
    case 'errors':
      return 1000 + part + round * (isOn && leaky(part) ? 60 * 25 : 60 * (part % 5))
    case 'in_use':
      return isOn && full(part) ? 980 + noise : 100 + noise * 400
    case 'capacity':
      return 1000
  }
}

/** Ours, as the collector feeds it: per agent and round two batches and a watermark; counters become rates on the way. */
export function ourFleet(size: number) {
  const series: SeriesInfo[] = Array.from({ length: size }, (_, id) => {
    const part = Math.floor(id / METRICS.length)
    const agent = `agent-${Math.floor(id / PER_AGENT)}`
    const metric = METRICS[id % METRICS.length] as Metric
    const base = { id, agent, site: `site-${agent}`, device: `site-${agent}.d${Math.floor(part / 40)}`, metric }
    return { ...base, resource: `part:${part}`, unit: '', kind: metric === 'errors' ? 'counter64' : 'gauge' }
  })
  const rates = createRates()
  for (const one of series) rates.define(one)
  const rules = createRules({ places: { device: () => undefined, customerOf: () => 'acme' }, language: 'en' })
  const defined = RULES.map(({ id, ours, forMinutes }) => ({
    rule: Rule.parse({
      ...{ id, title: id, severity: 'minor', alarmType: `bench.${id}`, text: '{{value}}', condition: ours },
      for: `${forMinutes * 60}s`,
    }),
    origin: { kind: 'database' as const },
  }))
  rules.restore({ rules: defined, states: [], series })
  const standing = new Map(RULES.map(({ id }) => [id, 0]))
  const batches = Array.from({ length: Math.ceil(size / PER_AGENT) }, (_, n) =>
    batchOf(n * PER_AGENT, Math.min(size, (n + 1) * PER_AGENT)),
  )

  /** Values of a round, outside of what is measured. */
  function fill(round: number, at: number): void {
    for (const batch of batches)
      for (let i = 0; i < batch.length; i++) {
        const id = batch.series[i] as number
        batch.at[i] = at
        batch.values[i] = partValue(Math.floor(id / METRICS.length), METRICS[id % METRICS.length] as Metric, round)
      }
  }

  function judge(at: number): void {
    for (const batch of batches) {
      for (let i = 0; i < batch.length; i++)
        batch.judged[i] = rates.judge(batch.series[i] as number, at, batch.values[i] as number)
      const watermarks = [{ agent: batch.agent, lane: 'telemetry' as const, at, live: true }]
      const group = { newSeries: [], events: [], samples: [batch], watermarks, now: at }
      for (const { rule, kind } of rules.evaluate(group).signals)
        standing.set(rule, (standing.get(rule) ?? 0) + (kind === 'raise' ? 1 : -1))
    }
  }
  return { fill, judge, standing }
}

function batchOf(from: number, to: number): ReceivedSamples {
  const length = to - from
  const agent = `agent-${Math.floor(from / PER_AGENT)}`
  const column = () => new Float64Array(length)
  const series = Uint32Array.from({ length }, (_, i) => from + i)
  return { agent, site: `site-${agent}`, length, series, at: column(), values: column(), judged: column() }
}

/** Alarms that must stand, by rule. */
export function truthOf(size: number): Map<string, number> {
  const parts = Math.floor(size / METRICS.length)
  return new Map(
    RULES.map(({ id, holds }) => [id, Array.from({ length: parts }, (_, p) => holds(p)).filter(Boolean).length]),
  )
}
