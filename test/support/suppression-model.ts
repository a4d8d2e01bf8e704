// Alarms, gates and incidents put together as the judgement does it, without rules: faults come and go by hand. What is
// written is kept as a store would, so that a restart reads back exactly that.
import type { AlarmChange } from '#collector/alarms/alarm-change.ts'
import { createAlarms } from '#collector/alarms/alarms.ts'
import type { AlarmAction } from '#collector/alarms/operator-state.ts'
import { createIncidents } from '#collector/incidents/incidents.ts'
import type { AlarmSignal } from '#collector/rules/signal.ts'
import { type ChangeSet, emptyChangeSet } from '#collector/storage/change-set.ts'
import { createHistoryGate } from '#collector/suppression/history-gate.ts'
import { createInhibitionGate } from '#collector/suppression/inhibition-gate.ts'
import { createMaintenanceGate, type MaintenanceWindow } from '#collector/suppression/maintenance-gate.ts'
import { createShelvedGate } from '#collector/suppression/shelved-gate.ts'
import { createSuppression, type JudgedChange } from '#collector/suppression/suppression.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Severity } from '#shared/domain/severity.ts'
import { inhibition } from './windows.ts'

export const AGENT = 'agent'
const TERMS = {
  ...({ open: true, attach: true, impact: 'medium', urgency: 'medium' } as const),
  ...{ reopenWithinMs: 300_000, resolveAfterMs: 0 },
}
/** What hangs on the first device; its symptoms join the incident there. */
const INHIBITION = inhibition({
  source: { alarmTypes: ['device.unreachable'], devices: ['one'] },
  target: { notAlarmTypes: ['device.unreachable'] },
  equal: ['site'],
})

/** What is wrong out there, by alarm: `device/type`. */
export interface World {
  readonly faults: Map<string, Severity>
  /** When each device was last asked. */
  readonly asked: Map<string, number>
}

export type SuppressionModel = ReturnType<typeof createSuppressionModel>

export function createSuppressionModel(world: World) {
  const store = {
    alarms: new Map<string, string>(),
    incidents: new Map<string, string>(),
    activity: new Map<string, number>(),
    pending: new Map<string, { command: string; incident: string | null; expires: number }>(),
  }
  const told: { step: string; incident: string; held: boolean; alarm: string | undefined }[] = []
  let ids = 0
  let windows: readonly MaintenanceWindow[] = []
  let parts = build()

  function build() {
    const alarms = createAlarms({ listCleared: 'until-ack', forgetAfterDays: 30 })
    const lastCheck = ({ device, alarmType }: Alarm) => {
      const at = world.asked.get(device ?? '')
      return at === undefined ? undefined : { at, found: world.faults.has(`${device}/${alarmType}`) }
    }
    const places = { device: () => undefined }
    const history = createHistoryGate((alarm) => incidents.standsIn(alarm))
    const maintenance = createMaintenanceGate({ places, lastCheck })
    const inhibitions = createInhibitionGate({ places, lastCheck })
    const suppression = createSuppression({ gates: [history, createShelvedGate(), maintenance, inhibitions], alarms })
    const incidents = createIncidents({
      ...{ termsOf: () => TERMS, newId: () => `i${++ids}`, closeAfterDays: 14 },
      tell: (step, incident, alarm) =>
        void told.push({ step, incident: incident.id, held: incident.held !== undefined, alarm: alarm?.id }),
    })
    maintenance.replace(windows)
    inhibitions.replace([INHIBITION], [])
    return { alarms, history, maintenance, suppression, incidents }
  }

  function commit(changes: ChangeSet): ChangeSet {
    for (const { alarm } of changes.alarms) store.alarms.set(alarm.id, JSON.stringify(alarm))
    for (const incident of changes.incidents) store.incidents.set(incident.id, JSON.stringify(incident))
    for (const { incident, at } of changes.timeline) store.activity.set(incident, at)
    for (const { id, incident, expires } of changes.diagnostics)
      store.pending.set(id, { command: id, incident, expires })
    for (const { command } of changes.diagnosticResults) store.pending.delete(command)
    return changes
  }

  function hand({ change, joins, again }: JudgedChange, changes: ChangeSet, now: number): void {
    const { alarms, incidents } = parts
    const cause = joins === undefined ? undefined : (alarms.get(joins)?.incident ?? undefined)
    const incident = incidents.onAlarm(change, changes, now, cause)
    if (incident === undefined && again) return
    const alarm = incident === undefined ? change.alarm : alarms.setIncident(change.alarm.id, incident)
    if (incident !== undefined) parts.suppression.inIncident(alarm.id)
    changes.alarms.push({ ...change, alarm })
  }

  function turn(now: number, work: (changes: ChangeSet) => readonly AlarmChange[]): ChangeSet {
    const changes = emptyChangeSet()
    const { suppression, incidents, alarms } = parts
    const follow = (change: AlarmChange) => {
      suppression.heard(change, now)
      for (const judged of suppression.judge(change, changes, now)) hand(judged, changes, now)
    }
    for (const change of work(changes)) follow(change)
    for (const change of alarms.tick(now)) follow(change)
    suppression.settle(changes, now, (judged) => hand(judged, changes, now))
    incidents.tick(changes, now)
    return commit(changes)
  }

  const docs = <T>(kept: Map<string, string>): T[] => [...kept.values()].map((text) => JSON.parse(text) as T)

  return {
    told,
    alarms: () => docs<Alarm>(store.alarms),
    incidents: () => docs<Incident>(store.incidents),
    waiting: () => parts.suppression.waiting(),
    signal: (signal: AlarmSignal, now: number) =>
      turn(now, () => {
        const change = parts.alarms.apply(signal, now)
        return change ? [change] : []
      }),
    act: (id: string, action: AlarmAction) =>
      turn(action.at, () => {
        const change = parts.alarms.act(id, action)
        return typeof change === 'string' ? [] : [change]
      }),
    stream: (live: boolean, now: number) =>
      turn(now, () => {
        parts.history.watermarks([{ agent: AGENT, lane: 'event', at: now, live }], () => false, now)
        return []
      }),
    plan(next: readonly MaintenanceWindow[], now: number) {
      windows = next
      return turn(now, () => {
        parts.maintenance.replace(next, now)
        return []
      })
    },
    tick: (now: number) => turn(now, () => []),
    restart() {
      parts = build()
      const alarms = docs<Alarm>(store.alarms)
      parts.alarms.restore(alarms)
      parts.incidents.restore({
        incidents: docs<Incident>(store.incidents).filter(({ state }) => state !== 'closed'),
        lastNumber: Math.max(0, ...docs<Incident>(store.incidents).map(({ number }) => number)),
        alarms,
        activity: [...store.activity].map(([incident, at]) => ({ incident, at })),
        pending: [...store.pending.values()],
      })
      parts.suppression.restore(alarms)
    },
  }
}
