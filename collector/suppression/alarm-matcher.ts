// Which alarms a window or an inhibition is about. Compiled once, asked for every alarm.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { AlarmMatcher } from '#shared/http/suppression.ts'
import { globTest } from '../rules/glob.ts'
import type { Places } from '../rules/selector.ts'

export type AlarmTest = (alarm: Alarm) => boolean

/** All that is given must fit; nothing given: every alarm. */
export function matchAlarms(matcher: AlarmMatcher, places: Pick<Places, 'device'>): AlarmTest {
  const tests: AlarmTest[] = []
  const by = (patterns: readonly string[] | undefined, of: (alarm: Alarm) => string | null) => {
    if (patterns === undefined) return
    const fits = globTest(patterns)
    tests.push((alarm) => {
      const text = of(alarm)
      return text !== null && fits(text)
    })
  }
  by(matcher.alarmTypes, (a) => a.alarmType)
  by(matcher.sites, (a) => a.site)
  by(matcher.customers, (a) => a.customer)
  by(matcher.devices, (a) => a.device)
  by(matcher.resources, (a) => a.resource)
  by(matcher.qualifiers, (a) => a.qualifier)
  by(matcher.rules, (a) => a.rule)
  by(matcher.severities, (a) => a.perceivedSeverity)
  by(matcher.sources, (a) => a.source)
  const { notAlarmTypes, tags } = matcher
  if (notAlarmTypes !== undefined) {
    const out = globTest(notAlarmTypes)
    tests.push((a) => !out(a.alarmType))
  }
  for (const [name, pattern] of Object.entries(tags ?? {})) {
    const fits = globTest([pattern])
    tests.push((a) => {
      const value = tagOf(a, name, places)
      return value !== undefined && fits(value)
    })
  }
  return (alarm) => tests.every((fits) => fits(alarm))
}

/** A tag of the alarm's device; undefined when it has none of that name. */
export function tagOf({ device }: Alarm, name: string, places: Pick<Places, 'device'>): string | undefined {
  const tags = device === null ? undefined : places.device(device)?.tags
  return tags !== undefined && Object.hasOwn(tags, name) ? tags[name] : undefined
}
