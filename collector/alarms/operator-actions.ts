// What people do with alarms, one or many at a time. Each answers what was done and what was not, with the reason.
import type { ChangeSet } from '../storage/change-set.ts'
import type { AlarmChange } from './alarm-change.ts'
import type { AlarmAction, Alarms } from './alarms.ts'

export interface BulkResult {
  readonly done: readonly string[]
  readonly refused: readonly { readonly id: string; readonly reason: string }[]
}

/**
 * Does one action on many alarms, with one audit line for each that was done. `note` is the person's, `until` (ms UTC) the
 * end of a shelve. Answers the changes besides, for incidents to follow.
 */
export function actOnAlarms(
  alarms: Alarms,
  ids: readonly string[],
  action: AlarmAction,
  changes: ChangeSet,
): { readonly result: BulkResult; readonly changed: readonly AlarmChange[] } {
  const changed: AlarmChange[] = []
  const refused: { id: string; reason: string }[] = []
  for (const id of new Set(ids)) {
    const change = alarms.act(id, action)
    if (typeof change === 'string') {
      refused.push({ id, reason: change })
      continue
    }
    changed.push(change)
    const { at, actor, note, until, owner, severity } = action
    const detail = {
      note,
      ...(until === undefined ? {} : { until }),
      ...(owner === undefined ? {} : { owner }),
      ...(severity === undefined ? {} : { severity }),
    }
    changes.audit.push({ at, actor, action: `alarm.${action.action}`, subject: id, detail })
  }
  return { result: { done: changed.map((c) => c.alarm.id), refused }, changed }
}
