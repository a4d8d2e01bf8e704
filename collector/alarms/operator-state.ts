// What people do to one alarm: its operator state, who answers for it, why, and until when.
import type { Alarm } from '#shared/domain/alarm.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'

export interface AlarmAction {
  readonly action: 'acknowledge' | 'unacknowledge' | 'close' | 'shelve' | 'unshelve'
  readonly actor: string
  readonly at: number
  readonly note: string
  /** Until when a shelve (required) or an acknowledgement holds. */
  readonly until?: number
  /** Who answers for an acknowledged alarm; default the actor. */
  readonly owner?: string
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
  }
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
