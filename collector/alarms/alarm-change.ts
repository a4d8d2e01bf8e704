// What happened to an alarm: the unit of history, of incident decisions and of live updates.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Severity } from '#shared/domain/severity.ts'

export const ALARM_ACTIONS = [
  'raise',
  'update',
  'clear',
  'acknowledge',
  'unacknowledge',
  'close',
  'shelve',
  'unshelve',
  'assign',
  'suppress',
  'unsuppress',
] as const

export interface AlarmChange {
  readonly alarm: Alarm
  readonly action: (typeof ALARM_ACTIONS)[number]
  /** Event time of the change. */
  readonly at: number
  /** User name or `system`. */
  readonly actor: string
  /** True when it belongs to a backlog being drained: history, pages nobody. */
  readonly late: boolean
  readonly note: string
  /** Of an update that made it worse or better: the severity before. */
  readonly was?: Severity
  /** From this change on it flaps. */
  readonly flaps?: true
}
