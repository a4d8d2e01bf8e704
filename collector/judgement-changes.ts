// The change set of one turn: the line of trace of a raise or clear, versions of rules, and nothing written twice.
import type { AlarmChange } from './alarms/alarm-change.ts'
import type { Rule } from './rules/rule.ts'
import { versionOf } from './rules/rule-version.ts'
import type { Rules } from './rules/rules.ts'
import type { AlarmSignal } from './rules/signal.ts'
import type { ChangeSet } from './storage/change-set.ts'

/** One line for what a signal did to an alarm. */
export function traceAlarm({ alarm, action, was }: AlarmChange, signal: AlarmSignal, changes: ChangeSet): void {
  const decision = action === 'clear' ? 'clear' : 'raise'
  const says = was ? `now ${alarm.perceivedSeverity}, was ${was}` : 'the rule says so'
  const why = signal.late ? `${says}, in the history of a backlog` : says
  const { at, rule, text } = signal
  const inputs = { ...signal.inputs, severity: alarm.perceivedSeverity, text }
  changes.trace.push({ at, alarm: alarm.id, incident: alarm.incident, rule, decision, why, inputs })
}

/** Lines of trace with the version of the rule they are about; `versionOf` answers undefined for none that people wrote. */
export function withVersions(changes: ChangeSet, versionOf: (rule: string) => string | undefined): ChangeSet {
  for (const [i, line] of changes.trace.entries()) {
    const ruleVersion = line.ruleVersion ?? versionOf(line.rule)
    if (ruleVersion !== undefined) changes.trace[i] = { ...line, ruleVersion }
  }
  return changes
}

/** What `rules` says, told once per rule. */
export function ruleVersions(rules: Pick<Rules, 'get'>): (rule: string) => string | undefined {
  const known = new WeakMap<Rule, string>()
  return (id) => {
    const rule = rules.get(id)?.rule
    if (rule === undefined) return undefined
    const version = known.get(rule) ?? versionOf(rule)
    known.set(rule, version)
    return version
  }
}

/** Only the last state of a thing is written; repeats of one alarm within a turn are one line of history. */
export function compact(changes: ChangeSet): ChangeSet {
  const lastUpdate = new Map<string, number>()
  const alarms: AlarmChange[] = []
  for (const change of changes.alarms) {
    const { id } = change.alarm
    const before = lastUpdate.get(id)
    if (change.action === 'update' && change.note === '' && before !== undefined) alarms[before] = change
    else if (change.action === 'update' && change.note === '') lastUpdate.set(id, alarms.push(change) - 1)
    else {
      lastUpdate.delete(id)
      alarms.push(change)
    }
  }
  const last = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
    items.length < 2 ? [...items] : [...new Map(items.map((item) => [item.id, item])).values()]
  const { incidents, devices, agents } = changes
  return { ...changes, alarms, incidents: last(incidents), devices: last(devices), agents: last(agents) }
}
