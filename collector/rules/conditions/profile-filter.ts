// What conditions by device profiles have in common: which series they are about, and how their faults are called.
import { z } from 'zod'
import { type AlarmName, alarmNameOf, type Wrong } from '#shared/domain/alarm-types.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import { globTest } from '../glob.ts'
import { type Level, worstFirst } from '../levels.ts'
import type { LevelGroup } from './condition.ts'

export type { AlarmName }

const Globs = z.union([z.string().min(1).max(128), z.array(z.string().min(1).max(128)).min(1).max(64)])

/** Keys of both conditions. */
export const filters = {
  /** Metrics, with `*`; default all. */
  metric: Globs.optional(),
  /** Classes of the profile: temperature, load, state ... */
  class: Globs.optional(),
  /** What this rule is about raises no alarm. */
  off: z.boolean().default(false),
}

interface Filters {
  readonly metric?: string | string[] | undefined
  readonly class?: string | string[] | undefined
}

export function aboutTest({ metric, class: kind }: Filters): (series: SeriesInfo) => boolean {
  const metricTest = metric === undefined ? undefined : globTest([metric].flat())
  const classTest = kind === undefined ? undefined : globTest([kind].flat())
  return (series) => metricTest?.(series.metric) !== false && classTest?.(series.class ?? '') !== false
}

/** Below 1, so that any selector outweighs it. */
export function narrowness({ metric, class: kind }: Filters): number {
  const named = metric !== undefined && [metric].flat().every((one) => !one.includes('*'))
  return (metric === undefined ? 0 : named ? 0.5 : 0.4) + (kind === undefined ? 0 : 0.25)
}

export interface NamedLevel {
  readonly name: AlarmName
  readonly level: Level
}

/** What the profile calls it, else the word of our table. */
export function nameOfAlarm(series: SeriesInfo, wrong: Wrong, own = series.alarmType): AlarmName {
  const name = alarmNameOf(series.metric, series.class, wrong)
  return own === undefined ? name : { ...name, alarmType: own }
}

/** One group per fault: levels of one name are degrees of one alarm. */
export function groupLevels(named: readonly NamedLevel[]): LevelGroup[] {
  const groups = new Map<string, { name: AlarmName; levels: Level[] }>()
  for (const { name, level } of named) {
    const key = `${name.alarmType}/${name.qualifier}`
    const group = groups.get(key)
    if (group) group.levels.push(level)
    else groups.set(key, { name, levels: [level] })
  }
  return [...groups.values()].map(({ name, levels }) => ({ name, levels: worstFirst(levels) }))
}
