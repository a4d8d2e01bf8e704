// People put alarms into the incident they belong to, and make one incident of two. Each is one step with its record on both.
import type { Alarm } from '#shared/domain/alarm.ts'
import { type Incident, LEVELS, type Level, type MergedIncident } from '#shared/domain/incident.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import type { IncidentFile } from './incident-file.ts'
import { isOpen } from './incident-states.ts'
import type { Membership } from './membership.ts'
import type { By, Refusal, Step } from './people-actions.ts'
import { priorityOf } from './priority.ts'

export interface HandOver {
  /**
   * Puts alarms into an open incident of the same customer, out of the ones they are in. Answers those that moved, and why
   * others did not; the caller writes into the alarms where they are now.
   */
  take(to: string, alarms: readonly Alarm[], note: string, by: By, changes: ChangeSet): Refusal | Taken
  /**
   * `from` goes into `into`, which is open: its alarms, what comes of its cause from now on, who was told. It is closed and says
   * where it went. There is no way back but taking alarms out again. Answers the other one and the alarms that moved.
   */
  merge(
    from: string,
    into: string,
    note: string,
    by: By,
    changes: ChangeSet,
    alarmOf: (id: string) => Alarm | undefined,
  ): Refusal | Merged
}

export interface Taken {
  readonly incident: Incident
  readonly moved: readonly string[]
  readonly problems: ReadonlyMap<string, string>
}

export interface Merged {
  readonly incident: Incident
  readonly alarms: readonly string[]
}

/** Of one incident, over all that was put into it. */
const MOST_ALARMS = 5000

export function createHandOver(file: IncidentFile, members: Membership, step: Step): HandOver {
  const no = (refused: string): Refusal => ({ refused, code: 'not-allowed' })
  const now = (id: string) => file.get(id) as Incident

  return {
    take(to, alarms, note, by, changes) {
      const target = file.get(to)
      if (!target) return { refused: 'no such incident, or it is closed', code: 'not-found' }
      if (!isOpen(target.state)) return no(`incident ${target.number} is ${target.state}; open it again first`)
      if (target.alarms.length + alarms.length > MOST_ALARMS) return no(`an incident has at most ${MOST_ALARMS} alarms`)
      const problems = new Map<string, string>()
      const moved: Alarm[] = []
      const left = new Map<string, Alarm[]>()
      for (const alarm of new Map(alarms.map((a) => [a.id, a])).values()) {
        if (alarm.customer !== target.customer) problems.set(alarm.id, 'it is of another customer')
        else if (alarm.incident === to && (file.isActive(to, alarm.id) || file.pinOf(alarm.id)?.id === to))
          problems.set(alarm.id, 'it is in it already')
        else moved.push(alarm)
      }
      for (const alarm of moved) {
        const from = alarm.incident === null || alarm.incident === to ? undefined : file.get(alarm.incident)
        if (from) left.set(from.id, [...(left.get(from.id) ?? []), alarm])
        const incident = now(to)
        const pinned = [...(incident.pinned ?? []), alarm.id]
        const known = incident.alarms.includes(alarm.id) ? incident.alarms : [...incident.alarms, alarm.id]
        file.put({ ...incident, pinned, alarms: known }, changes)
        if (from) unpin(from.id, alarm, changes)
        const why = `they went into incident ${target.number}`
        if (from && alarm.isCleared) members.passRestless(now(from.id), to, alarm, why, changes, by.at)
        if (alarm.isCleared) continue
        if (from && file.isActive(from.id, alarm.id)) members.letGo(now(from.id), alarm, why, changes, by.at)
        if (!file.isActive(to, alarm.id)) members.add(now(to), alarm, changes, by.at)
      }
      if (moved.length > 0) step(changes, to, by, 'alarms-in', note, { alarms: shown(moved), count: moved.length })
      for (const [id, gone] of left) {
        const into = { id: to, number: target.number }
        step(changes, id, by, 'alarms-out', note, { alarms: shown(gone), count: gone.length, into })
      }
      return { incident: now(to), moved: moved.map((a) => a.id), problems }
    },
    merge(fromId, intoId, note, by, changes, alarmOf) {
      const from = file.get(fromId)
      const target = file.get(intoId)
      if (!from || !target) return { refused: 'no such incident, or it is closed', code: 'not-found' }
      if (from === target) return no('an incident cannot go into itself')
      if (from.customer !== target.customer) return no('they are of different customers')
      if (!isOpen(target.state)) return no(`incident ${target.number} is ${target.state}; open it again first`)
      if (from.alarms.length + target.alarms.length > MOST_ALARMS)
        return no(`an incident has at most ${MOST_ALARMS} alarms`)
      const standing = file.activeOf(fromId).flatMap((id) => alarmOf(id) ?? [])
      for (const { id } of standing) file.setActive(fromId, id, false)
      const { held: _, ...rest } = from
      const closed: Incident = {
        ...{ ...rest, state: 'closed', resolvedAt: from.resolvedAt ?? by.at, closedAt: by.at },
        ...{ openAlarms: 0, standing: [], mergedInto: { id: intoId, number: target.number } },
      }
      members.carryRestless(fromId, intoId, changes)
      file.put(closed, changes)
      const impact = higher(from.impact, target.impact)
      const urgency = higher(from.urgency, target.urgency)
      const { id, number, site, device, rule, causeAlarm } = from
      const gone: MergedIncident = { id, number, site, device, rule, causeAlarm }
      const pinned = union(target.pinned, from.pinned)
      const next: Incident = {
        ...{ ...target, impact, urgency, priority: priorityOf(impact, urgency) },
        ...{ alarms: union(target.alarms, from.alarms), tier: Math.max(target.tier, from.tier) },
        ...{ merged: [...(target.merged ?? []), ...(from.merged ?? []), gone] },
        ...(pinned.length > 0 ? { pinned } : {}),
      }
      file.put(next, changes)
      // who knows of the one goes on hearing of the other
      file.tell('merged', closed, undefined, by.at)
      for (const alarm of standing) members.add(now(intoId), alarm, changes, by.at)
      const data = { from: { id, number, title: from.title }, into: { id: intoId, number: target.number } }
      step(changes, fromId, by, 'merged', note, data)
      step(changes, intoId, by, 'merged', note, { ...data, count: from.alarms.length })
      return { incident: now(intoId), alarms: from.alarms.filter((alarm) => alarmOf(alarm)?.incident === fromId) }
    },
  }

  function unpin(incident: string, alarm: Alarm, changes: ChangeSet): void {
    const known = file.get(incident)
    if (!known?.pinned?.includes(alarm.id)) return
    file.put({ ...known, pinned: known.pinned.filter((id) => id !== alarm.id) }, changes)
  }
}

const union = (a: readonly string[] = [], b: readonly string[] = []): string[] => [...new Set([...a, ...b])]

const higher = (a: Level, b: Level): Level => (LEVELS.indexOf(a) <= LEVELS.indexOf(b) ? a : b)

/** The first few, for the timeline. */
const shown = (alarms: readonly Alarm[]) => alarms.slice(0, 5).map(({ id, text }) => ({ id, text }))
