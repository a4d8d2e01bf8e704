// What a rule says about a fault: it is there, or it is gone. Alarms turn signals into state; a signal has no memory.
import type { AlarmSource } from '#shared/domain/alarm.ts'
import type { Severity } from '#shared/domain/severity.ts'

export interface AlarmSignal {
  readonly kind: 'raise' | 'clear'
  /** Rule id, or the name of the part that watches the collector's own world (`liveness`). */
  readonly rule: string
  /** Corrected event time, ms. */
  readonly at: number
  readonly agent: string | null
  readonly customer: string
  readonly site: string
  readonly device: string | null
  readonly resource: string
  readonly alarmType: string
  readonly qualifier: string
  readonly severity: Severity
  readonly text: string
  readonly source: AlarmSource
  /** From a stream that is still being drained: history, pages nobody. */
  readonly late: boolean
  /** Its rule judges in shadow: it may be recorded, and must neither change an alarm that is told nor be told. */
  readonly shadow?: boolean
  /** Of the rule that says it; absent for what the collector says of itself. */
  readonly version?: string
  /** What the rule looked at, for the trace. */
  readonly inputs: Readonly<Record<string, unknown>>
}
