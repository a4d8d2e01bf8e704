// The alarms that one set of rules would have had, and their figures.
import { type Alarm, alarmKeyOf } from '#shared/domain/alarm.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'
import type { BackTestFigures } from '#shared/http/back-tests.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { IncidentPolicy } from '../rules/rule.ts'

/** One episode of one alarm. */
export interface WouldBe {
  readonly key: string
  readonly alarm: Alarm
  readonly raisedAt: number
  clearedAt: number | null
  /** The worst it got. */
  severity: Severity
  text: string
}

export interface WouldBeAlarms {
  add(change: AlarmChange): void
  /** In order of their raise; those that ended before `from` are not told. */
  all(): readonly WouldBe[]
  readonly leftOut: number
}

/** Episodes that are kept; more are counted and left out. */
const MAX_EPISODES = 100_000
const DAY_MS = 86_400_000

export function createWouldBeAlarms(from: number, most = MAX_EPISODES): WouldBeAlarms {
  const episodes: WouldBe[] = []
  const standing = new Map<string, WouldBe>()
  let leftOut = 0
  return {
    add({ alarm, action, at }) {
      const open = standing.get(alarm.id)
      if (action === 'raise') {
        if (episodes.length >= most) {
          leftOut++
          return
        }
        const { perceivedSeverity: severity, text } = alarm
        const episode = { key: alarmKeyOf(alarm), alarm, raisedAt: at, clearedAt: null, severity, text }
        episodes.push(episode)
        standing.set(alarm.id, episode)
      } else if (action === 'clear' && open) {
        open.clearedAt = at
        standing.delete(alarm.id)
      } else if (open && severityRank(alarm.perceivedSeverity) > severityRank(open.severity)) {
        open.severity = alarm.perceivedSeverity
        open.text = alarm.text
      }
    },
    all: () =>
      episodes
        .filter((one) => one.clearedAt === null || one.clearedAt >= from)
        .sort((a, b) => a.raisedAt - b.raisedAt || (a.key < b.key ? -1 : 1)),
    get leftOut() {
      return leftOut
    },
  }
}

export const opensBy =
  ({ open, atLeast }: IncidentPolicy) =>
  ({ severity }: WouldBe): boolean =>
    open && (atLeast === undefined || severityRank(severity) >= severityRank(atLeast))

/** `noise`: alarms that no real incident goes with. */
export function figuresOf(
  alarms: readonly WouldBe[],
  period: { readonly from: number; readonly to: number },
  is: { opening(one: WouldBe): boolean; inWindow(one: WouldBe): boolean },
  noise: number,
): BackTestFigures {
  const days = new Map<string, { day: number; customer: string; alarms: number }>()
  for (const { raisedAt, alarm } of alarms) {
    const at = Math.max(raisedAt, period.from)
    const day = at - (at % DAY_MS)
    const key = `${day} ${alarm.customer}`
    const of = days.get(key) ?? { day, customer: alarm.customer, alarms: 0 }
    of.alarms++
    days.set(key, of)
  }
  const lengths = alarms
    .flatMap(({ raisedAt, clearedAt }) => (clearedAt === null ? [] : [clearedAt - raisedAt]))
    .sort((a, b) => a - b)
  const at = (share: number) => lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))] as number
  return {
    alarms: alarms.length,
    opening: alarms.filter((one) => is.opening(one) && !is.inWindow(one)).length,
    inWindows: alarms.filter(is.inWindow).length,
    standing: alarms.filter((one) => one.clearedAt === null).length,
    perDay: alarms.length / ((period.to - period.from) / DAY_MS),
    days: [...days.values()].sort((a, b) => a.day - b.day || (a.customer < b.customer ? -1 : 1)),
    duration: lengths.length === 0 ? null : { median: at(0.5), p90: at(0.9), longest: lengths.at(-1) as number },
    withoutIncident: noise,
  }
}
