// `x-outrider.alarms` of a file and of those it extends: each belongs to one metric and travels with its series.
import type { SeriesAlarm } from '#shared/domain/series-meaning.ts'
import type { MetricDefinition, ProfileProblem } from './profile.ts'
import type { RawProfile } from './read-profile.ts'

/** Alarms of one series. */
const MAX_PER_METRIC = 16

/**
 * Gives metrics of a profile the alarms of its files, deepest first. What cannot be used is told and left out: a bad
 * entry, one of a metric that is not there, one that does not fit the metric.
 */
export function ownAlarms(
  chain: readonly RawProfile[],
  metrics: readonly MetricDefinition[],
  tell: (problem: ProfileProblem) => void,
): <M extends MetricDefinition>(metric: M) => M {
  const byMetric = new Map<string, SeriesAlarm[]>()
  for (const { file, alarms: entries } of chain)
    for (const { metric, line, ...alarm } of entries) {
      const mine = metrics.filter((m) => m.metric === metric)
      const alarms = byMetric.get(metric) ?? []
      const full = alarms.length >= MAX_PER_METRIC ? `has ${MAX_PER_METRIC} alarms already` : undefined
      const problem = problemOf(alarm, mine) ?? full
      if (problem === undefined) byMetric.set(metric, [...alarms, alarm])
      else tell({ severity: 'error', file, line, message: `x-outrider.alarms: ${metric} ${problem}` })
    }
  return (metric) => {
    const alarms = byMetric.get(metric.metric)
    return alarms === undefined ? metric : { ...metric, alarms }
  }
}

function problemOf(alarm: SeriesAlarm, metrics: readonly MetricDefinition[]): string | undefined {
  if (metrics.length === 0) return 'is no metric of this profile'
  const { values } = alarm
  const isState = metrics.some((m) => m.states !== undefined)
  if (values === undefined) return isState ? 'has states: give values' : undefined
  if (!isState) return 'has no states'
  const labels = new Set(metrics.flatMap((m) => Object.values(m.states ?? {})))
  const unknown = values.find((label) => !labels.has(label))
  return unknown === undefined ? undefined : `has no state ${unknown}`
}
