// What people do to one alarm: its operator state, who answers for it, why, and until when.
import type { Alarm } from '#shared/domain/alarm.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'

export interface AlarmAction {
  readonly action: 'acknowledge' | 'unacknowledge' | 'close' | 'shelve' | 'unshelve' | 'assign' | 'severity'
  readonly actor: string
  readonly at: number
  readonly note: string
  /** Until when a shelve (required) or an acknowledgement holds. */
  readonly until?: number
  /** Who answers for an acknowledged alarm (default the actor), or whom it is given to (absent: nobody). */
  readonly owner?: string
  /** Of a change of severity; absent: what its rule says. */
  readonly severity?: Severity
}

const NOBODY = { ackBy: null, ackAt: null, ackNote: '', ackUntil: null, ackSeverity: undefined }

/** What becomes of the alarm; a text says why nothing does. */
export function operatorStep(alarm: Alarm, step: AlarmAction): Partial<Alarm> | string {
  const { action, actor, at, note, until, owner } = step
  const by = { ackBy: actor, ackAt: at, ackNote: note, ackUntil: null, ackSeverity: undefined }
  switch (action) {
    case 'acknowledge':
      if (alarm.operatorState === 'shelved') return 'the alarm is shelved'
      if (until !== undefined && until <= at) return 'the end of an acknowledgement must be in the future'
      return {
        ...{ ...by, operatorState: 'ack', ackBy: owner ?? actor, ackUntil: until ?? null },
        ackSeverity: alarm.perceivedSeverity,
        ...(owner === undefined ? {} : { owner }),
      }
    case 'unacknowledge':
      if (alarm.operatorState !== 'ack') return 'the alarm is not acknowledged'
      return { ...NOBODY, operatorState: 'none' }
    case 'close':
      return { ...by, operatorState: 'closed', shelvedUntil: null }
    case 'shelve':
      if (until === undefined || until <= at) return 'a shelve needs an end in the future'
      return { ...by, operatorState: 'shelved', shelvedUntil: until }
    case 'unshelve':
      if (alarm.operatorState !== 'shelved') return 'the alarm is not shelved'
      return { ...NOBODY, operatorState: 'none', shelvedUntil: null }
    case 'assign':
      if ((alarm.owner ?? null) === (owner ?? null))
        return owner === undefined ? 'nobody has it' : 'they have it already'
      return { owner: owner ?? null }
    case 'severity':
      return severityStep(alarm, step)
  }
}

function severityStep(alarm: Alarm, { severity, actor, at, note }: AlarmAction): Partial<Alarm> | string {
  const { perceivedSeverity, changedSeverity } = alarm
  if (alarm.isCleared) return 'the alarm is cleared'
  const ruleSays = changedSeverity?.ruleSays ?? perceivedSeverity
  if (severity === undefined || (severity === ruleSays && changedSeverity !== undefined)) {
    if (changedSeverity === undefined) return 'its severity is what its rule says'
    return { perceivedSeverity: ruleSays, changedSeverity: undefined }
  }
  if (severity === perceivedSeverity) return 'it has this severity already'
  return { perceivedSeverity: severity, changedSeverity: { by: actor, at, note, from: ruleSays, ruleSays } }
}

/**
 * What becomes of the severity when the rule says `severity` again. Without a person's word that is it; a person's word holds
 * until the rule finds the alarm worse than it was then and worse than the person said. `note` says that it ended.
 */
export function ruledSeverity(
  alarm: Alarm,
  severity: Severity,
): { readonly state: Pick<Alarm, 'perceivedSeverity' | 'changedSeverity'>; readonly note: string } {
  const { changedSeverity: changed, perceivedSeverity: said } = alarm
  if (changed === undefined) return { state: { perceivedSeverity: severity }, note: '' }
  const rank = severityRank(severity)
  if (rank <= severityRank(changed.from) || rank <= severityRank(said)) {
    const state = { perceivedSeverity: said, changedSeverity: { ...changed, ruleSays: severity } }
    return { state, note: '' }
  }
  const note = `${changed.by} had made it ${said} when its rule said ${changed.from}; the rule says ${severity} now`
  return { state: { perceivedSeverity: severity, changedSeverity: undefined }, note }
}

/**
 * An acknowledgement holds for what was acknowledged: when the alarm becomes worse than it was then, it ends, and the note
 * says so. Undefined: it stays as it is.
 */
export function outgrown(
  alarm: Alarm,
  severity: Severity,
): { readonly state: Partial<Alarm>; readonly note: string } | undefined {
  if (alarm.operatorState !== 'ack') return undefined
  const seen = alarm.ackSeverity ?? alarm.perceivedSeverity
  if (severityRank(severity) <= severityRank(seen)) return undefined
  const note = `acknowledged by ${alarm.ackBy} as ${seen}, now ${severity}`
  return { state: { ...NOBODY, operatorState: 'none' }, note }
}
