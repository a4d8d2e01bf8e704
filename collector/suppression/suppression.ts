// What is held back, and why. Every change of an alarm goes through the gates on its way to incidents; when a gate's world has
// changed, what stands is judged anew, so much per turn that no turn takes long. Holding back never stops judging or clearing.
import { type Alarm, isShadow } from '#shared/domain/alarm.ts'
import { type Suppression as Held, SUPPRESSED_BY } from '#shared/domain/suppression.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { createDeadlines } from './deadlines.ts'
import type { Gate, Hold } from './gate.ts'

export interface Suppression {
  /** Something happened to an alarm: gates are told, nothing is judged yet. */
  heard(change: AlarmChange, now: number): void
  /**
   * Judges the alarm of a change. Answers what is to be handed on: the change with what now holds the alarm, and after it
   * one of its own (`suppress`, `unsuppress`) when the change was about something else. Appends lines of trace.
   */
  judge(change: AlarmChange, changes: ChangeSet, now: number): readonly JudgedChange[]
  /** At the end of a turn: judges what gates and ends of holds have touched, and hands on what comes of it. */
  settle(changes: ChangeSet, now: number, hand: (judged: JudgedChange) => void): void
  /** The alarm is in an incident now: held ones that wait to join it as symptoms are judged at the next settle. */
  inIncident(alarm: string): void
  /** These are judged at the next settle. */
  touch(alarms: Iterable<string>): void
  restore(alarms: readonly Alarm[]): void
  /** Alarms (ids) that a gate holds now. */
  heldBy(gate: Gate['name']): ReadonlySet<string>
  /** Alarms that wait to be judged anew. */
  waiting(): number
}

export interface JudgedChange {
  readonly change: AlarmChange
  /** The alarm whose incident this one joins as a symptom. */
  readonly joins: string | undefined
  /** Nothing has changed but perhaps the incident it can join: worth writing when it does. */
  readonly again?: true
}

/** At the end of a window 50,000 alarms may be touched: a turn judges and changes so many of them, the next goes on. */
const JUDGED_PER_TURN = 4000
const CHANGED_PER_TURN = 300
/** What happens to an alarm by these is one change together with what holds it then. */
const OWN_DECISION: readonly AlarmChange['action'][] = ['raise', 'clear', 'close', 'shelve', 'unshelve']

/** `gates` in any order: they are asked in the order of SUPPRESSED_BY, several of one name in the order given. */
export function createSuppression(options: {
  readonly gates: readonly Gate[]
  readonly alarms: Pick<Alarms, 'get' | 'active' | 'setSuppression'>
}): Suppression {
  const { alarms } = options
  const gates = SUPPRESSED_BY.flatMap((name) => options.gates.filter((gate) => gate.name === name))
  const deadlines = createDeadlines()
  const queue = new Set<string>()
  /** On their way into the queue, where they go by age: what is judged first must not depend on what was changed last. */
  const fresh = new Set<string>()
  const heldNow = new Map<Gate['name'], Set<string>>(SUPPRESSED_BY.map((name) => [name, new Set()]))

  /** Held alarms by the one whose incident they join, and back. */
  const joiners = new Map<string, Set<string>>()
  const joined = new Map<string, string>()

  function rememberJoin(id: string, cause: string | undefined): void {
    const before = joined.get(id)
    if (before === cause) return
    if (before !== undefined) {
      const others = joiners.get(before)
      if (others?.delete(id) && others.size === 0) joiners.delete(before)
    }
    if (cause === undefined) joined.delete(id)
    else {
      joined.set(id, cause)
      joiners.set(cause, (joiners.get(cause) ?? new Set()).add(id))
    }
  }

  /** What is remembered beside the alarm itself. */
  function remember({ id, isCleared }: Alarm, before: Held | null, held: Held | null): void {
    if (before !== null) heldNow.get(before.by)?.delete(id)
    if (held !== null && !isCleared) heldNow.get(held.by)?.add(id)
    deadlines.set(id, held !== null && !isCleared ? held.until : null)
  }

  function decide(alarm: Alarm, now: number): { held: Held | null; joins: string | undefined } {
    for (const gate of gates) {
      // a cleared alarm is held by nothing, but a shelf stays where it was put
      if (alarm.isCleared && gate.name !== 'shelved') continue
      const hold = gate.judge(alarm, now)
      if (hold !== undefined) return { held: asHeld(gate.name, hold, alarm.suppression, now), joins: hold.joins }
    }
    return { held: null, joins: undefined }
  }

  function enqueueFresh(): void {
    if (fresh.size === 0) return
    const byAge = [...fresh].map((id) => ({ id, raisedAt: alarms.get(id)?.raisedAt ?? 0 }))
    byAge.sort((a, b) => a.raisedAt - b.raisedAt || (a.id < b.id ? -1 : 1))
    for (const { id } of byAge) queue.add(id)
    fresh.clear()
  }

  function change(alarm: Alarm, held: Held | null, now: number): AlarmChange {
    remember(alarm, alarm.suppression, held)
    return alarms.setSuppression(alarm.id, held, now)
  }

  return {
    heard(change, now) {
      // what a rule in shadow thinks holds nothing back
      if (isShadow(change.alarm)) return
      for (const gate of gates) gate.heard?.(change, now)
    },
    judge(given, changes, now) {
      const { alarm, action } = given
      queue.delete(alarm.id)
      fresh.delete(alarm.id)
      const { held, joins } = decide(alarm, now)
      rememberJoin(alarm.id, joins)
      if (isSame(held, alarm.suppression)) {
        remember(alarm, held, held)
        return [{ change: given, joins }]
      }
      const own = change(alarm, held, now)
      if (action !== 'clear') trace(alarm, held, changes, now)
      if (OWN_DECISION.includes(action)) return [{ change: { ...given, alarm: own.alarm }, joins }]
      return [
        // what is held from now on opens nothing by this either
        { change: held === null ? given : { ...given, alarm: own.alarm }, joins: undefined },
        { change: own, joins },
      ]
    },
    settle(changes, now, hand) {
      for (const gate of gates) {
        const touched = gate.touched?.(now, heldNow.get(gate.name) as ReadonlySet<string>)
        if (touched === 'all') for (const { id } of alarms.active()) fresh.add(id)
        else if (touched !== undefined) for (const id of touched) fresh.add(id)
      }
      for (const id of deadlines.due(now)) fresh.add(id)
      enqueueFresh()
      let judged = 0
      let changed = 0
      for (const id of queue) {
        if (judged >= JUDGED_PER_TURN || changed >= CHANGED_PER_TURN) break
        queue.delete(id)
        const alarm = alarms.get(id)
        if (alarm === undefined || alarm.isCleared) continue
        judged++
        const { held, joins } = decide(alarm, now)
        rememberJoin(id, joins)
        if (!isSame(held, alarm.suppression)) {
          trace(alarm, held, changes, now)
          hand({ change: change(alarm, held, now), joins })
          changed++
        } else if (held !== null && joins !== undefined) {
          // its cause may have an incident by now
          hand({
            change: { alarm, action: 'suppress', at: now, actor: 'system', late: false, note: held.why },
            joins,
            again: true,
          })
        }
        enqueueFresh()
      }
    },
    inIncident(alarm) {
      for (const id of joiners.get(alarm) ?? []) fresh.add(id)
    },
    touch(ids) {
      for (const id of ids) fresh.add(id)
    },
    restore(stored) {
      deadlines.clear()
      queue.clear()
      fresh.clear()
      for (const memory of [joiners, joined]) memory.clear()
      for (const ids of heldNow.values()) ids.clear()
      const told = stored.filter((alarm) => !isShadow(alarm))
      for (const gate of gates) gate.restore?.(told)
      for (const alarm of stored) {
        if (alarm.isCleared) continue
        remember(alarm, null, alarm.suppression)
        fresh.add(alarm.id)
      }
    },
    heldBy: (gate) => heldNow.get(gate) as ReadonlySet<string>,
    waiting: () => queue.size + fresh.size,
  }
}

function asHeld(by: Gate['name'], { holds, ref, why, until }: Hold, before: Held | null, now: number): Held {
  const since = before !== null && before.by === by && before.ref === ref ? before.since : now
  return { by, holds, ref, why, since, until }
}

function isSame(a: Held | null, b: Held | null): boolean {
  if (a === null || b === null) return a === b
  return a.by === b.by && a.holds === b.holds && a.ref === b.ref && a.why === b.why && a.until === b.until
}

function trace(alarm: Alarm, held: Held | null, changes: ChangeSet, now: number): void {
  const { id, incident, rule, suppression: before } = alarm
  const line = { at: now, alarm: id, incident, rule }
  if (held === null)
    changes.trace.push({
      ...{ ...line, decision: 'unsuppress', why: `no longer held back: ${before?.by}` },
      inputs: { by: before?.by, ref: before?.ref, since: before?.since },
    })
  else
    changes.trace.push({
      ...{ ...line, decision: 'suppress', why: `${held.by}: ${held.why}` },
      inputs: { by: held.by, holds: held.holds, ref: held.ref, until: held.until },
    })
}
