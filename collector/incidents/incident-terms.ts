// What incidents need to be told: the rules' policies, the channels, and names.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident, Level } from '#shared/domain/incident.ts'
import type { Playbook } from '#shared/domain/playbook.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { IncidentStep } from '../notify/policy/policy.ts'

export interface IncidentTerms {
  readonly open: boolean
  /** Join an open incident of the same device. */
  readonly attach: boolean
  /** Alarms below this neither open nor join; undefined: all do. */
  readonly atLeast?: Severity | undefined
  readonly impact: Level
  readonly urgency: Level
  readonly reopenWithinMs: number
  /** After all alarms have been cleared this long; null: people resolve. */
  readonly resolveAfterMs: number | null
  /** What comes and goes again and again stays one incident: it is resolved when that has stopped. */
  readonly untilSteady?: boolean
}

export interface IncidentOptions {
  /** Undefined for a rule that is gone. */
  termsOf(rule: string): IncidentTerms | undefined
  /** Each alarm of such a rule has an incident of its own, though others of its site or device are open. */
  isAlone?(rule: string): boolean
  /** What the profile of a device wants asked, beside what is always asked. */
  playbookOf?(device: string): Playbook | undefined
  /** People may have to be told; `alarm` is the cause of the step. */
  tell(step: IncidentStep, incident: Incident, alarm: Alarm | undefined, now: number): void
  /** A new unguessable id. */
  newId(): string
  /** Automatic diagnostics per minute; more are left out and traced. */
  readonly maxAutomaticPerMinute?: number
  /** How long a diagnostic may wait to run, ms. */
  readonly diagnosticExpiresMs?: number
  /** A resolved incident to which nothing happened for so many days is closed. */
  readonly closeAfterDays: number
}

export interface StoredIncidents {
  /** All that are not closed. */
  readonly incidents: readonly Incident[]
  readonly lastNumber: number
  readonly alarms: readonly Alarm[]
  /** When something last happened to incidents that are resolved and not closed, ms. */
  readonly activity: readonly { readonly incident: string; readonly at: number }[]
  /** Diagnostics without a final state. */
  readonly pending: readonly { readonly command: string; readonly incident: string | null; readonly expires: number }[]
}
