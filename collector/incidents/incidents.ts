// Incidents: what people work on. In: changes of alarms, results of diagnostics, time, people. Out: incidents, their
// timeline, messages and diagnostics to send. One open incident per device (or site); what it opens for attaches to it.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident, TimelineEntry } from '#shared/domain/incident.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { createEvidence } from './evidence.ts'
import { createIncidentFile } from './incident-file.ts'
import { isOpen } from './incident-states.ts'
import type { IncidentOptions, IncidentTerms, StoredIncidents } from './incident-terms.ts'
import { type PeopleActions, peopleActions } from './people-actions.ts'
import { priorityOf } from './priority.ts'

export interface Incidents extends PeopleActions {
  /** Answers the incident the alarm is now in when that changed. Appends to `changes`. */
  onAlarm(change: AlarmChange, changes: ChangeSet, now: number): string | undefined
  onResult(result: DiagnosticEnd, changes: ChangeSet, now: number): void
  /** The alarm `was` goes on as `is`: what an incident took from it, cause and title, is named anew. */
  onMoved(was: Alarm, is: Alarm, changes: ChangeSet): void
  /** Resolutions that are due, evidence that will not come in time. */
  tick(changes: ChangeSet, now: number): void
  restore(stored: StoredIncidents): void
  get(id: string): Incident | undefined
  open(): Iterable<Incident>
}

export interface DiagnosticEnd {
  readonly command: string
  readonly action: string
  readonly state: 'done' | 'failed' | 'refused' | 'expired' | 'not-run'
  readonly at: number
  readonly result: unknown
  readonly error: string | null
}

const DAY_MS = 86_400_000
const CLOSE_EVERY_MS = 60_000

export function createIncidents(options: IncidentOptions): Incidents {
  const file = createIncidentFile(options)
  const evidence = createEvidence(options, file)
  let restedAt = 0

  function onAlarm(change: AlarmChange, changes: ChangeSet, now: number): string | undefined {
    const { alarm, action } = change
    if (action === 'clear') {
      onClear(change, changes, now)
      return undefined
    }
    if (alarm.isCleared || !['raise', 'update', 'unsuppress', 'unshelve'].includes(action)) return undefined
    const terms = options.termsOf(alarm.rule)
    if (!terms || !(terms.open || terms.attach)) return undefined
    if (!isGrave(alarm.perceivedSeverity, terms)) return undefined
    const current = alarm.incident === null ? undefined : file.get(alarm.incident)
    if (current && isOpen(current.state) && file.isActive(current.id, alarm.id)) return undefined
    // An incident that people resolved while its alarm stands is not opened again by one more trap, but when it gets grave.
    const turned = change.was !== undefined && !isGrave(change.was, terms)
    if (action === 'update' && alarm.incident !== null && !turned) return undefined
    const why = change.late ? 'history' : (alarm.suppression?.by ?? null)
    const open = file.openOf(alarm)
    // Joining an open incident pages nobody, so that history may do it too.
    if (open && (why === null || why === 'history')) return attach(open, change, changes)
    if (why !== null) {
      if (action !== 'update') trace(changes, change, null, 'skip', `not opened: ${why}`)
      return undefined
    }
    if (!terms.open) return undefined
    const sinceResolved = change.at - (current?.resolvedAt ?? Number.NEGATIVE_INFINITY)
    if (current?.state === 'resolved' && sinceResolved <= terms.reopenWithinMs)
      return reopen(current, change, changes, now)
    return openNew(change, changes, now)
  }

  function openNew(change: AlarmChange, changes: ChangeSet, now: number): string {
    const { alarm } = change
    const terms = options.termsOf(alarm.rule)
    const impact = terms?.impact ?? 'medium'
    const urgency = terms?.urgency ?? 'medium'
    const incident: Incident = {
      id: options.newId(),
      number: file.nextNumber(),
      customer: alarm.customer,
      site: alarm.site,
      device: alarm.device,
      title: alarm.text,
      state: 'new',
      impact,
      urgency,
      priority: priorityOf(impact, urgency),
      tier: 1,
      assignee: null,
      openedAt: now,
      resolvedAt: null,
      closedAt: null,
      rule: alarm.rule,
      causeAlarm: alarm.id,
      alarms: [alarm.id],
      openAlarms: 1,
      follows: alarm.incident,
      reopened: 0,
    }
    file.put(incident, changes)
    file.setActive(incident.id, alarm.id, true)
    entry(changes, incident.id, now, 'opened', `Opened: ${alarm.text}`, { alarm: alarm.id, rule: alarm.rule })
    trace(changes, change, incident.id, 'open', `rule ${alarm.rule} opens incidents`)
    file.notify(incident, 'opened', changes, now, alarm)
    evidence.ask(incident, alarm, changes, now)
    return incident.id
  }

  function attach(incident: Incident, change: AlarmChange, changes: ChangeSet): string {
    const { alarm } = change
    file.setActive(incident.id, alarm.id, true)
    const alarms = incident.alarms.includes(alarm.id) ? incident.alarms : [...incident.alarms, alarm.id]
    file.put({ ...incident, alarms: [...alarms], openAlarms: file.activeCount(incident.id) }, changes)
    file.resolveAt(incident.id, null)
    entry(changes, incident.id, change.at, 'alarm-raised', alarm.text, { alarm: alarm.id })
    trace(changes, change, incident.id, 'attach', 'an incident of the same device is open')
    return incident.id
  }

  function reopen(incident: Incident, change: AlarmChange, changes: ChangeSet, now: number): string {
    const { alarm } = change
    file.setActive(incident.id, alarm.id, true)
    const reopened = incident.reopened + 1
    const next = file.put(
      { ...incident, state: 'new', resolvedAt: null, reopened, openAlarms: file.activeCount(incident.id) },
      changes,
    )
    entry(changes, incident.id, now, 'reopened', `Again: ${alarm.text}`, { alarm: alarm.id })
    trace(changes, change, incident.id, 'open', 'reopened: within the time its rule gives')
    file.notify(next, 'reopened', changes, now, alarm)
    evidence.ask(next, alarm, changes, now)
    return incident.id
  }

  function onClear(change: AlarmChange, changes: ChangeSet, now: number): void {
    const { alarm } = change
    const incident = alarm.incident === null ? undefined : file.get(alarm.incident)
    if (!incident || !file.isActive(incident.id, alarm.id)) return
    file.setActive(incident.id, alarm.id, false)
    const left = file.activeCount(incident.id)
    file.put({ ...incident, openAlarms: left }, changes)
    entry(changes, incident.id, change.at, 'alarm-cleared', alarm.text, { alarm: alarm.id })
    if (left > 0 || !isOpen(incident.state)) return
    if (incident.rule === null) return
    const terms = options.termsOf(incident.rule)
    // a rule that is gone asks for nothing more
    const after = terms === undefined ? 0 : terms.resolveAfterMs
    if (after === null) return
    file.resolveAt(incident.id, change.at + after)
    if (after === 0 || change.at + after <= now) resolve(incident.id, changes, now)
  }

  function resolve(id: string, changes: ChangeSet, now: number): void {
    const incident = file.get(id)
    file.resolveAt(id, null)
    if (!incident || !isOpen(incident.state) || file.activeCount(id) > 0) return
    const next = file.put({ ...incident, state: 'resolved', resolvedAt: now, openAlarms: 0 }, changes)
    entry(changes, id, now, 'resolved', 'All alarms are cleared', {})
    changes.trace.push({
      at: now,
      alarm: incident.causeAlarm,
      incident: id,
      rule: incident.rule ?? '',
      decision: 'resolve',
      why: 'all alarms are cleared for as long as the rule asks',
      inputs: {},
    })
    file.notify(next, 'resolved', changes, now)
  }

  function closeRested(changes: ChangeSet, now: number): void {
    restedAt = now
    for (const id of file.restedSince(now - options.closeAfterDays * DAY_MS)) {
      const incident = file.get(id) as Incident
      file.put({ ...incident, state: 'closed', closedAt: now }, changes)
      const text = `Closed: resolved, and nothing happened for ${options.closeAfterDays} days`
      entry(changes, id, now, 'closed', text, { from: 'resolved', to: 'closed' })
    }
  }

  function entry(
    changes: ChangeSet,
    incident: string,
    at: number,
    kind: TimelineEntry['kind'],
    text: string,
    data: Record<string, unknown>,
  ): void {
    changes.timeline.push({ id: options.newId(), incident, at, kind, actor: 'system', text, data })
  }

  return {
    ...peopleActions(options, file, evidence),
    onAlarm,
    onResult(end, changes, now) {
      evidence.result(end, changes, now)
      for (const { incident, at } of changes.timeline) file.touch(incident, at)
    },
    onMoved(was, is, changes) {
      const incident = was.incident === null ? undefined : file.get(was.incident)
      if (!incident || incident.causeAlarm !== was.id) return
      file.put(
        { ...incident, causeAlarm: is.id, title: incident.title === was.text ? is.text : incident.title },
        changes,
      )
    },
    tick(changes, now) {
      for (const id of file.due(now)) resolve(id, changes, now)
      evidence.tick(changes, now)
      if (now - restedAt >= CLOSE_EVERY_MS) closeRested(changes, now)
    },
    restore(stored) {
      file.restore(stored)
      evidence.restore(stored)
      for (const incident of stored.incidents) {
        if (!isOpen(incident.state) || file.activeCount(incident.id) > 0 || incident.rule === null) continue
        const after = options.termsOf(incident.rule)?.resolveAfterMs
        const cleared = stored.alarms.filter((a) => a.incident === incident.id).map((a) => a.clearedAt ?? 0)
        if (after != null && cleared.length > 0) file.resolveAt(incident.id, Math.max(...cleared) + after)
      }
    },
    get: file.get,
    open: file.open,
  }
}

const isGrave = (severity: Severity, { atLeast }: IncidentTerms): boolean =>
  atLeast === undefined || severityRank(severity) >= severityRank(atLeast)

function trace(
  changes: ChangeSet,
  { alarm, at, action }: AlarmChange,
  incident: string | null,
  decision: 'open' | 'attach' | 'skip',
  why: string,
): void {
  changes.trace.push({ at, alarm: alarm.id, incident, rule: alarm.rule, decision, why, inputs: { action } })
}
