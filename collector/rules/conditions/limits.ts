// Every series whose profile gives it limits: warning and critical, high and low. One alarm that gets better and worse.
import { z } from 'zod'
import type { Limits as ProfileLimits, SeriesAlarm } from '#shared/domain/series-meaning.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { Level } from '../levels.ts'
import type { ProfileCondition } from './condition.ts'
import { aboutTest, filters, groupLevels, type NamedLevel, nameOfAlarm, narrowness } from './profile-filter.ts'

const Limit = z.number().nullable().optional()
const Some = z.strictObject({
  lowCritical: Limit,
  lowWarning: Limit,
  highWarning: Limit,
  highCritical: Limit,
  hysteresis: Limit,
  hold: Limit,
})

export const Limits = z.strictObject({
  type: z.literal('limits'),
  ...filters,
  /** Instead of what the profile says; null takes a limit away. With `metric`, also for metrics without limits. */
  override: Some.optional(),
  /** Where the profile, or an agent that sends none, gives no limits. Only with `metric`. */
  default: Some.optional(),
})
export type Limits = z.infer<typeof Limits>

export const limits: ProfileCondition<Limits> = {
  kind: 'profile',
  schema: Limits,
  narrowness,
  about(condition) {
    const fits = aboutTest(condition)
    const adds = condition.metric !== undefined && (condition.override ?? condition.default) !== undefined
    return (series) =>
      series.kind !== 'state' &&
      (series.limits !== undefined || adds || (series.alarms ?? []).some((a) => a.values === undefined)) &&
      fits(series)
  },
  compile({ off, override, default: missing }, series, holdMs) {
    if (off) return []
    const own = { ...(series.limits ?? missing), ...override } as Partial<Record<keyof ProfileLimits, number | null>>
    const hysteresis = Math.max(0, own.hysteresis ?? 0)
    const hold = typeof own.hold === 'number' ? own.hold * 1000 : holdMs
    const of = (side: 'high' | 'low', severity: Severity, raise: number | null | undefined): NamedLevel[] => {
      if (raise === undefined || raise === null) return []
      const clear = side === 'high' ? raise - hysteresis : raise + hysteresis
      return [{ name: nameOfAlarm(series, { side }), level: levelOf(side, severity, raise, clear, hold) }]
    }
    return groupLevels([
      ...of('high', 'warning', own.highWarning),
      ...of('high', 'critical', own.highCritical),
      ...of('low', 'warning', own.lowWarning),
      ...of('low', 'critical', own.lowCritical),
      ...(series.alarms ?? []).flatMap((alarm) => alarmLevel(alarm, series, holdMs)),
    ])
  },
}

function alarmLevel(alarm: SeriesAlarm, series: SeriesInfo, holdMs: number): NamedLevel[] {
  const side = alarm.above !== undefined ? 'high' : 'low'
  const raise = alarm.above ?? alarm.below
  if (raise === undefined) return []
  const clear = alarm.clear ?? raise
  const hold = alarm.for === undefined ? holdMs : alarm.for * 1000
  const name = nameOfAlarm(series, { side }, alarm.alarmType)
  return [{ name, level: { ...levelOf(side, alarm.severity, raise, clear, hold), text: alarm.text } }]
}

function levelOf(side: 'high' | 'low', severity: Severity, raise: number, clear: number, holdMs: number): Level {
  return { severity, side, raise, clear, bad: NONE, good: NONE, holdMs, text: undefined }
}

const NONE: ReadonlySet<number> = new Set()
