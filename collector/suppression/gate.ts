// What may hold an alarm back. A gate is asked about every standing alarm when it is raised, when it changes, and when the
// gate's own world has changed; it decides about creation of incidents and messages only, never about evaluation or clearing.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { SuppressedBy, Suppression } from '#shared/domain/suppression.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'

export interface Gate {
  readonly name: SuppressedBy
  /**
   * Why this standing alarm is held back at `now` (event time of the turn, ms UTC); undefined: this gate lets it pass. Pure:
   * reads the gate's state, changes nothing.
   */
  judge(alarm: Alarm, now: number): Hold | undefined
  /** Told of what happens to alarms, before any alarm of the same signals is judged. */
  heard?(change: AlarmChange, now: number): void
  /**
   * Alarms (ids) to judge anew because the gate's world has changed since it was asked last; `all`: every standing one.
   * `held`: those that it holds.
   */
  touched?(now: number, held: ReadonlySet<string>): Iterable<string> | 'all' | undefined
  /** Forgets all and begins with what the store says; called again after a failed commit. */
  restore?(alarms: readonly Alarm[]): void
}

export interface Hold extends Omit<Suppression, 'by' | 'since'> {
  /** The alarm whose incident this one joins as a symptom. */
  readonly joins?: string | undefined
}
