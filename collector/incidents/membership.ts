// Which alarms an incident is about: they join, leave, end; and whether people may be told of it.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident, TimelineEntry } from '#shared/domain/incident.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import type { IncidentFile } from './incident-file.ts'
import { isOpen } from './incident-states.ts'
import type { IncidentOptions } from './incident-terms.ts'

export interface Membership {
  /** The alarm is one more of this open incident; `why` is the line of trace. Answers the incident's id. */
  join(incident: Incident, change: AlarmChange, why: string, changes: ChangeSet, now: number): string
  /** The alarm stands but is no longer this incident's; `why` goes on the timeline. */
  leave(incident: Incident, change: AlarmChange, why: string, changes: ChangeSet, now: number): void
  /** One more alarm of this open incident, by people: nothing is written but the incident. */
  add(incident: Incident, alarm: Alarm, changes: ChangeSet, now: number): void
  /** The alarm goes on in another incident, by people: nothing is written but the incident, and its end when that was all. */
  letGo(incident: Incident, alarm: Alarm, why: string, changes: ChangeSet, now: number): void
  /** It came and went lately: the incident is not over until that has stopped. Taken from the one it was in. */
  carryRestless(from: string, to: string, changes: ChangeSet): void
  /** An ended alarm goes on in another incident, by people: who waited for it to come to rest waits no more, the other does. */
  passRestless(from: Incident, to: string, alarm: Alarm, why: string, changes: ChangeSet, now: number): void
  /** The alarm is no longer of this ended incident. */
  forget(incident: Incident, alarm: Alarm, changes: ChangeSet): void
  /** The alarm is over. */
  end(change: AlarmChange, changes: ChangeSet, now: number): void
  /** An ended alarm of it that came and went has come to rest. */
  rested(alarm: Alarm, changes: ChangeSet, now: number): void
  /** What holds a standing alarm of the incident has changed: the first that is held by nothing lets people be told. */
  held(incident: string, alarm: Alarm, changes: ChangeSet, now: number): void
  /** Resolves an open incident none of whose alarms stand; `at`: since when it is restored, by event time. */
  resolve(id: string, text: string, changes: ChangeSet, at: number, now: number): void
  /** It waits for an ended alarm that comes and goes. */
  isRestless(incident: string): boolean
  restore(alarms: readonly Alarm[]): void
}

export const ALL_CLEARED = 'All alarms are cleared'
const FLAPS = 'It comes and goes; the incident stays open until that has stopped'

export function createMembership(options: IncidentOptions, file: IncidentFile): Membership {
  /** Ended alarms that come and go, by incident: it is not over while there are any. */
  const restless = new Map<string, Set<string>>()

  function rest(incident: string, alarm: string): void {
    const left = restless.get(incident)
    if (left?.delete(alarm) && left.size === 0) restless.delete(incident)
  }

  function standing(id: string): Pick<Incident, 'openAlarms' | 'standing'> {
    const standing = file.activeOf(id)
    return { openAlarms: standing.length, standing }
  }

  function emptied(incident: Incident, text: string, changes: ChangeSet, at: number, now: number): void {
    if (file.activeCount(incident.id) > 0 || !isOpen(incident.state) || incident.rule === null) return
    if (restless.has(incident.id)) return
    const terms = options.termsOf(incident.rule)
    // a rule that is gone asks for nothing more
    const usual = terms === undefined ? 0 : terms.resolveAfterMs
    if (usual === null) return
    // what came back once is over when it stays away for as long
    const again = terms?.untilSteady === true && incident.reopened > 0
    const after = again ? Math.max(usual, terms.reopenWithinMs) : usual
    if (after === 0 || at + after <= now) resolve(incident.id, text, changes, at + after, now)
    else file.resolveAt(incident.id, at + after, changes)
  }

  /** The end of its last alarm is told with the end of the incident. */
  function isEndTold(incident: Incident): boolean {
    if (file.activeCount(incident.id) > 0 || incident.rule === null) return false
    const terms = options.termsOf(incident.rule)
    return terms === undefined || terms.resolveAfterMs !== null
  }

  const isSteadying = ({ rule }: Incident) => rule !== null

  function resolve(id: string, text: string, changes: ChangeSet, at: number, now: number): void {
    const incident = file.get(id)
    file.resolveAt(id, null, changes)
    restless.delete(id)
    if (!incident || !isOpen(incident.state) || file.activeCount(id) > 0) return
    // a backlog tells late of what was restored long ago
    const resolvedAt = Math.min(now, Math.max(at, incident.openedAt))
    const next = file.put({ ...incident, state: 'resolved', resolvedAt, ...standing(id) }, changes)
    entry(options, changes, id, now, 'resolved', text, {})
    changes.trace.push({
      ...{ at: now, alarm: incident.causeAlarm, incident: id, rule: incident.rule ?? '', decision: 'resolve' },
      why: 'all alarms are cleared for as long as the rule asks',
      inputs: {},
    })
    file.tell('resolved', next, undefined, now)
  }

  function held(id: string, alarm: Alarm, changes: ChangeSet, now: number): void {
    const incident = file.get(id)
    if (incident?.held === undefined || !isOpen(incident.state)) return
    if (alarm.suppression !== null) {
      // held on, perhaps by another gate
      if (alarm.id === incident.causeAlarm) file.put({ ...incident, held: alarm.suppression }, changes)
      return
    }
    const { held: _, ...free } = incident
    const next = file.put(free, changes)
    file.tell(next.reopened > 0 ? 'reopened' : 'opened', next, alarm, now)
  }

  /** It stands there; who is told of it is not decided here. */
  function put(incident: Incident, alarm: Alarm, changes: ChangeSet): Incident {
    rest(incident.id, alarm.id)
    file.setActive(incident.id, alarm.id, true)
    const alarms = incident.alarms.includes(alarm.id) ? incident.alarms : [...incident.alarms, alarm.id]
    file.resolveAt(incident.id, null, changes)
    return file.put({ ...incident, alarms, ...standing(incident.id) }, changes)
  }

  function letGo(incident: Incident, alarm: Alarm, why: string, changes: ChangeSet, now: number): void {
    file.setActive(incident.id, alarm.id, false)
    rest(incident.id, alarm.id)
    file.put({ ...incident, ...standing(incident.id) }, changes)
    file.tell('left', incident, alarm, now)
    emptied(incident, `None of its alarms is left: ${why}`, changes, now, now)
  }

  return {
    join(incident, change, why, changes, now) {
      const { alarm } = change
      const next = put(incident, alarm, changes)
      entry(options, changes, incident.id, change.at, 'alarm-raised', alarm.text, { alarm: alarm.id })
      trace(changes, change, incident.id, 'attach', why)
      // one that comes and goes was told of already
      if (!(alarm.flapping && isSteadying(incident))) file.tell('joined', next, alarm, now)
      else if (change.flaps) file.tell('worse', next, alarm, now)
      held(incident.id, alarm, changes, now)
      return incident.id
    },
    leave(incident, change, why, changes, now) {
      const { alarm } = change
      entry(options, changes, incident.id, now, 'note', `${alarm.text}: ${why}`, { alarm: alarm.id })
      letGo(incident, alarm, why, changes, now)
    },
    add(incident, alarm, changes, now) {
      const next = put(incident, alarm, changes)
      file.tell('joined', next, alarm, now)
      held(incident.id, alarm, changes, now)
    },
    letGo,
    carryRestless(from, to, changes) {
      const left = restless.get(from)
      if (left === undefined) return
      restless.delete(from)
      restless.set(to, new Set([...(restless.get(to) ?? []), ...left]))
      file.resolveAt(to, null, changes)
    },
    passRestless(from, to, alarm, why, changes, now) {
      if (!restless.get(from.id)?.has(alarm.id)) return
      rest(from.id, alarm.id)
      restless.set(to, (restless.get(to) ?? new Set()).add(alarm.id))
      file.resolveAt(to, null, changes)
      emptied(from, `None of its alarms is left: ${why}`, changes, now, now)
    },
    forget(incident, alarm, changes) {
      file.setActive(incident.id, alarm.id, false)
      file.put({ ...incident, ...standing(incident.id) }, changes)
    },
    end(change, changes, now) {
      const { alarm } = change
      const incident = alarm.incident === null ? undefined : file.get(alarm.incident)
      if (!incident || !file.isActive(incident.id, alarm.id)) return
      file.setActive(incident.id, alarm.id, false)
      const next = file.put({ ...incident, ...standing(incident.id) }, changes)
      entry(options, changes, incident.id, change.at, 'alarm-cleared', alarm.text, { alarm: alarm.id })
      if (alarm.flapping && isSteadying(next) && isOpen(next.state)) {
        restless.set(incident.id, (restless.get(incident.id) ?? new Set()).add(alarm.id))
        if (next.openAlarms === 0) entry(options, changes, incident.id, now, 'note', FLAPS, { alarm: alarm.id })
        return
      }
      if (isOpen(next.state)) file.tell(isEndTold(next) ? 'over' : 'cleared', next, alarm, now)
      emptied(incident, ALL_CLEARED, changes, change.at, now)
    },
    rested(alarm, changes, now) {
      const incident = alarm.incident === null ? undefined : file.get(alarm.incident)
      if (!incident || !isSteadying(incident)) return
      rest(incident.id, alarm.id)
      if (!isOpen(incident.state) || file.activeCount(incident.id) > 0 || restless.has(incident.id)) return
      file.tell('over', incident, alarm, now)
      emptied(incident, ALL_CLEARED, changes, alarm.clearedAt ?? now, now)
    },
    held,
    resolve,
    isRestless: (incident) => restless.has(incident),
    restore(alarms) {
      restless.clear()
      for (const { id, incident, isCleared, flapping } of alarms)
        if (flapping && isCleared && incident !== null && file.get(incident))
          restless.set(incident, (restless.get(incident) ?? new Set()).add(id))
    },
  }
}

/** One step of an incident by the system. */
export function entry(
  options: Pick<IncidentOptions, 'newId'>,
  changes: ChangeSet,
  incident: string,
  at: number,
  kind: TimelineEntry['kind'],
  text: string,
  data: Record<string, unknown>,
): void {
  changes.timeline.push({ id: options.newId(), incident, at, kind, actor: 'system', text, data })
}

export function trace(
  changes: ChangeSet,
  { alarm, at, action }: AlarmChange,
  incident: string | null,
  decision: 'open' | 'attach' | 'skip',
  why: string,
): void {
  changes.trace.push({ at, alarm: alarm.id, incident, rule: alarm.rule, decision, why, inputs: { action } })
}
