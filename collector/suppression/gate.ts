// What may hold an alarm back. A gate is asked about every standing alarm when it is raised, when it changes, and when the
// gate's own world has changed; it decides about creation of incidents and messages only, never about evaluation or clearing.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { SuppressedBy, Suppression } from '#shared/domain/suppression.ts'

export interface Gate {
  readonly name: SuppressedBy
  /**
   * Why this standing alarm is held back at `now` (event time of the turn, ms UTC); undefined: this gate lets it pass. Pure:
   * reads the gate's state, changes nothing.
   */
  judge(alarm: Alarm, now: number): Hold | undefined
}

export interface Hold extends Omit<Suppression, 'by' | 'since'> {
  /** The alarm whose incident this one joins as a symptom. */
  readonly joins?: string | undefined
}
