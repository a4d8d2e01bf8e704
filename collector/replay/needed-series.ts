// What a replay has to read: the series that its rules look at, and those that tell what these mean.
import { POLL_STATUS_METRIC, UPTIME_METRIC } from '#shared/domain/sample.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { conditionKind } from '../rules/conditions/registry.ts'
import type { DefinedRule } from '../rules/rule.ts'
import type { Places } from '../rules/selector.ts'
import type { History } from './history.ts'
import { seriesOfRules } from './judge.ts'
import type { ReplayPlan } from './replay.ts'

export interface NeededSeries {
  /** Uptimes first: a restart is known before the counters are read. */
  readonly series: readonly SeriesInfo[]
  readonly withEvents: boolean
}

export function neededSeries(history: History, plan: ReplayPlan, places: Places): NeededSeries {
  const rules = plan.sets.flatMap((set) => [...set.rules, ...(set.changes ?? []).flatMap((change) => change.rules)])
  const enabled = rules.filter((defined) => defined.rule.enabled)
  const withEvents = plan.everything === true || enabled.some(isOfEvents)
  if (plan.everything) return { series: uptimesFirst(history.series), withEvents }
  const { language } = plan
  const judged = new Map<number, SeriesInfo>()
  // rules of one id would replace each other
  for (const defined of enabled)
    for (const one of seriesOfRules({ places, language, rules: [defined] }, history.series)) judged.set(one.id, one)
  const counting = new Set([...judged.values()].filter(isCounter).map((one) => one.device))
  // silence means something only while the rest of the agent is heard
  const silent = enabled.some(({ rule }) => rule.condition.type === 'no-data')
  const agents = new Set(silent ? [...judged.values()].map((one) => one.agent) : [])
  for (const one of history.series) {
    if (one.metric === UPTIME_METRIC && counting.has(one.device)) judged.set(one.id, one)
    if (one.metric === POLL_STATUS_METRIC && agents.has(one.agent)) judged.set(one.id, one)
  }
  return { series: uptimesFirst([...judged.values()].sort((a, b) => a.id - b.id)), withEvents: withEvents || silent }
}

const isOfEvents = ({ rule }: DefinedRule): boolean => conditionKind(rule.condition).kind === 'event'

const isCounter = ({ kind }: SeriesInfo): boolean => kind === 'counter32' || kind === 'counter64'

function uptimesFirst(series: readonly SeriesInfo[]): SeriesInfo[] {
  const isUptime = (one: SeriesInfo) => one.metric === UPTIME_METRIC
  return [...series.filter(isUptime), ...series.filter((one) => !isUptime(one))]
}
