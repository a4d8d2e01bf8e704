// What is compared: per identity of an alarm, in order, every raise, change of severity and clear with its event time. Left
// out: alarms about our own reach (site.unreachable, agent.*), since when something is unknown, counts, words, suppression.
import type { CollectorStores } from '#collector/stores.ts'
import type { Alarm } from '#shared/domain/alarm.ts'

export interface Step {
  readonly what: 'raise' | 'severity' | 'clear'
  readonly at: number
  /** Rank. */
  readonly severity: number
}

export interface History {
  /** By identity. */
  readonly steps: ReadonlyMap<string, readonly Step[]>
  /** Identity by id of the alarm. */
  readonly names: ReadonlyMap<string, string>
  /** What stands at the end. */
  readonly standing: ReadonlySet<string>
}

export interface Difference {
  readonly identity: string
  readonly straight: string
  readonly cut: string
}

const OWN = /^(site\.unreachable|agent\.)/

/** All of it, from the database. */
export function readHistory(stores: CollectorStores): History {
  const alarms = new Map(stores.alarms.all().map((alarm) => [alarm.id, alarm]))
  const history = new Map<string, Step[]>()
  const rows = stores.records.database.connection.prepare(
    'select alarm, action, at, severity from alarm_change order by rowid',
  )
  const severities = new Map<string, number>()
  for (const { alarm: id, action, at, severity } of rows.iterate() as Iterable<ChangeRow>) {
    const alarm = alarms.get(id)
    if (!alarm || OWN.test(alarm.alarmType)) continue
    const steps = history.get(nameOf(alarm)) ?? []
    history.set(nameOf(alarm), steps)
    const before = severities.get(id)
    severities.set(id, severity)
    if (action === 'raise' || action === 'clear') steps.push({ what: action, at, severity })
    else if (action === 'update' && before !== severity) steps.push({ what: 'severity', at, severity })
  }
  const judged = [...alarms.values()].filter(({ alarmType }) => !OWN.test(alarmType))
  return {
    steps: history,
    names: new Map(judged.map((alarm) => [alarm.id, nameOf(alarm)])),
    standing: new Set(judged.filter((alarm) => !alarm.isCleared).map(nameOf)),
  }
}

interface ChangeRow {
  readonly alarm: string
  readonly action: string
  readonly at: number
  readonly severity: number
}

export interface Tolerance {
  readonly t0: number
  readonly ms: number
  /** When the agent began anew: what is silent around it counts its silence from there. */
  readonly starts: readonly number[]
}

/** Identities whose steps differ in number, kind, severity, or by more than is tolerated in time. */
export function differences(straight: History, cut: History, { t0, ms: toleranceMs, starts }: Tolerance): Difference[] {
  const found: Difference[] = []
  for (const identity of new Set([...straight.steps.keys(), ...cut.steps.keys()])) {
    const a = straight.steps.get(identity) ?? []
    const b = cut.steps.get(identity) ?? []
    const same =
      a.length === b.length &&
      a.every((step, i) => {
        const other = b[i] as Step
        return (
          step.what === other.what && step.severity === other.severity && Math.abs(step.at - other.at) <= toleranceMs
        )
      })
    if (same || isExcused(identity, [...a, ...b], t0, starts)) continue
    found.push({ identity, ...shown(a, b, t0, toleranceMs) })
  }
  return found
}

/** A no-data alarm whose silence has a start of the agent in it. */
function isExcused(identity: string, steps: readonly Step[], t0: number, starts: readonly number[]): boolean {
  if (!/ (proof\.no-data|data\.missing)$/.test(identity)) return false
  const within = (at: number, start: number) => at > t0 + start * 1000 && at < t0 + (start + LONGEST_SILENCE_S) * 1000
  return steps.some(({ what, at }) => what === 'raise' && starts.some((start) => within(at, start)))
}

const LONGEST_SILENCE_S = 1200

/** Both from the first step that differs on. */
function shown(a: readonly Step[], b: readonly Step[], t0: number, toleranceMs: number) {
  let i = 0
  while (
    i < a.length &&
    i < b.length &&
    a[i]?.what === b[i]?.what &&
    a[i]?.severity === b[i]?.severity &&
    Math.abs((a[i] as Step).at - (b[i] as Step).at) <= toleranceMs
  )
    i++
  const line = (steps: readonly Step[]) =>
    steps
      .slice(i, i + 4)
      .map(({ what, at, severity }) => `${what} ${clockOf(at - t0)}${what === 'clear' ? '' : ` s${severity}`}`)
      .join(', ')
  return { straight: line(a), cut: line(b) }
}

export function clockOf(ms: number): string {
  const seconds = ms / 1000
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`
}

export const nameOf = ({ device, resource, alarmType, qualifier }: Alarm): string =>
  [device, resource, alarmType, qualifier].filter((part) => part).join(' ')
