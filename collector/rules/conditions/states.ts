// Every series whose profile says how bad its states are. States that say nothing (unknown) leave the alarm as it is.
import { z } from 'zod'
import type { SeriesAlarm } from '#shared/domain/series-meaning.ts'
import { SEVERITIES, Severity, severityRank } from '#shared/domain/severity.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { ProfileCondition } from './condition.ts'
import {
  type AlarmName,
  aboutTest,
  filters,
  groupLevels,
  type NamedLevel,
  nameOfAlarm,
  narrowness,
} from './profile-filter.ts'

const Severities = z.record(z.string().max(64), Severity.nullable())

export const States = z.strictObject({
  type: z.literal('states'),
  ...filters,
  /** Severity by label instead of what the profile says; null: no fault. With `metric`, also for metrics without. */
  override: Severities.optional(),
  /** Where the profile, or an agent that sends none, gives no severities. Only with `metric`. */
  default: Severities.optional(),
  /** A part that was never well is no fault: a peer that nobody set up at the other end. */
  onceGood: z.boolean().default(false),
})
export type States = z.infer<typeof States>

/** Labels with which equipment says that it does not know. */
const SAYS_NOTHING = /^(unknown|other|undetermined|indeterminate|not[ -]?(known|available|determined)|n\/a)$/i

export const states: ProfileCondition<States> = {
  kind: 'profile',
  schema: States,
  narrowness,
  about(condition) {
    const fits = aboutTest(condition)
    const adds = condition.metric !== undefined && (condition.override ?? condition.default) !== undefined
    return (series) =>
      series.states !== undefined &&
      (series.severities !== undefined || adds || (series.alarms ?? []).some((a) => a.values !== undefined)) &&
      fits(series)
  },
  compile({ off, override, default: missing }, series, holdMs) {
    if (off) return []
    const severities = { ...(series.severities ?? missing), ...override }
    return groupLevels([
      ...levelsOf(series, (label) => severities[label] ?? undefined, holdMs, undefined),
      ...(series.alarms ?? []).flatMap((alarm) => ofAlarm(alarm, series, holdMs)),
    ])
  },
}

function ofAlarm(alarm: SeriesAlarm, series: SeriesInfo, holdMs: number): NamedLevel[] {
  if (alarm.values === undefined) return []
  const labels = new Set(alarm.values)
  const hold = alarm.for === undefined ? holdMs : alarm.for * 1000
  return levelsOf(series, (label) => (labels.has(label) ? alarm.severity : undefined), hold, alarm)
}

/** For each name of a fault that these states have, one level per severity: it holds that severity's states and worse. */
function levelsOf(
  series: SeriesInfo,
  severityOf: (label: string) => Severity | undefined,
  holdMs: number,
  alarm: SeriesAlarm | undefined,
): NamedLevel[] {
  const all = Object.entries(series.states ?? {}).map(([value, label]) => {
    const severity = severityOf(label)
    const name = severity && nameOfAlarm(series, { label }, alarm?.alarmType)
    return { value: Number(value), label, severity, name }
  })
  const names = new Map<string, AlarmName>()
  for (const { name } of all) if (name) names.set(`${name.alarmType}/${name.qualifier}`, name)
  return [...names.entries()].flatMap(([key, name]) => {
    const mine = all.filter((s) => s.name && `${s.name.alarmType}/${s.name.qualifier}` === key)
    return SEVERITIES.filter((severity) => mine.some((s) => s.severity === severity)).map((severity) => {
      const bad = mine.filter((s) => severityRank(s.severity as Severity) >= severityRank(severity)).map((s) => s.value)
      const good = all.filter((s) => !bad.includes(s.value) && (s.severity || !SAYS_NOTHING.test(s.label)))
      const sets = { bad: new Set(bad), good: new Set(good.map((s) => s.value)) }
      const level = { severity, side: 'state' as const, raise: Number.NaN, clear: Number.NaN, ...sets, holdMs }
      return { name, level: { ...level, text: alarm?.text } }
    })
  })
}
