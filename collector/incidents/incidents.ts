// Incidents: what people work on. In: changes of alarms, results of diagnostics, time, people. Out: incidents, their
// timeline, messages and diagnostics to send. One open incident per device (or site); what it opens for attaches to it.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { createEvidence } from './evidence.ts'
import { createHandOver, type HandOver } from './hand-over.ts'
import { createIncidentFile } from './incident-file.ts'
import { isOpen } from './incident-states.ts'
import type { IncidentOptions, IncidentTerms, StoredIncidents } from './incident-terms.ts'
import { ALL_CLEARED, createMembership, entry, trace } from './membership.ts'
import { type PeopleActions, peopleActions, peopleStep } from './people-actions.ts'
import { priorityOf } from './priority.ts'

export interface Incidents extends PeopleActions, HandOver {
  /**
   * Answers the incident the alarm is now in when that changed. Appends to `changes`. `joins`: incident of the cause of a
   * held alarm, which it joins as a symptom when that is open.
   */
  onAlarm(change: AlarmChange, changes: ChangeSet, now: number, joins?: string): string | undefined
  onResult(result: DiagnosticEnd, changes: ChangeSet, now: number): void
  /** The alarm `was` goes on as `is`: what an incident took from it, cause and title, is named anew. */
  onMoved(was: Alarm, is: Alarm, changes: ChangeSet): void
  /** Resolutions that are due, evidence that will not come in time. */
  tick(changes: ChangeSet, now: number): void
  restore(stored: StoredIncidents): void
  get(id: string): Incident | undefined
  /** The alarm stands in an incident now; its `incident` may be one of an earlier time. */
  standsIn(alarm: Alarm): boolean
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

/** Actions after which an alarm may open or join an incident, or leave one. */
const DECIDING: readonly AlarmChange['action'][] = ['raise', 'update', 'suppress', 'unsuppress', 'shelve', 'unshelve']
const DAY_MS = 86_400_000
const CLOSE_EVERY_MS = 60_000

export function createIncidents(options: IncidentOptions): Incidents {
  const file = createIncidentFile(options)
  const evidence = createEvidence(options, file)
  const members = createMembership(options, file)
  const step = peopleStep(options, file)
  const handOver = createHandOver(file, members, step)
  let restedAt = 0

  function onAlarm(change: AlarmChange, changes: ChangeSet, now: number, joins?: string): string | undefined {
    const { alarm, action } = change
    if (action === 'clear') {
      members.end(change, changes, now)
      return undefined
    }
    if (alarm.isCleared && action === 'update' && !alarm.flapping) members.rested(alarm, changes, now)
    if (alarm.isCleared || !DECIDING.includes(action)) return undefined
    const pin = file.pinOf(alarm.id)
    if (pin) {
      if (!file.isActive(pin.id, alarm.id)) return members.join(pin, change, 'people put it there', changes, now)
      members.held(pin.id, alarm, changes, now)
      return undefined
    }
    const terms = options.termsOf(alarm.rule)
    if (!terms || !(terms.open || terms.attach)) return leftOut(change, 'not-an-incident', changes)
    if (!isGrave(alarm.perceivedSeverity, terms)) return leftOut(change, 'below-severity', changes, terms.atLeast)
    const current = alarm.incident === null ? undefined : file.get(alarm.incident)
    const inIt = current !== undefined && file.isActive(current.id, alarm.id)
    if (alarm.suppression?.holds === 'incident') return hold(change, inIt ? current : undefined, joins, changes, now)
    if (inIt && isOpen(current.state)) {
      const isLetGo = action === 'unsuppress' || action === 'unshelve'
      const isAtHome = !isLetGo || !terms.open || !isSymptom(current, alarm)
      if (isAtHome) {
        members.held(current.id, alarm, changes, now)
        return undefined
      }
      members.leave(current, change, 'is no symptom any more', changes, now)
    }
    // An incident that people resolved while its alarm stands is not opened again by one more trap, but when it gets grave.
    const turned = change.was !== undefined && !isGrave(change.was, terms)
    if (action === 'update' && alarm.incident !== null && !turned) return undefined
    // people resolved it while the alarm stood: it goes on anew
    if (inIt && !isOpen(current.state)) members.forget(current, alarm, changes)
    const open = file.openOf(alarm)
    if (open) return members.join(open, change, 'an incident of the same device is open', changes, now)
    // it only joins, and there is nothing to join
    if (!terms.open) return leftOut(change, 'not-an-incident', changes)
    const sinceResolved = change.at - (current?.resolvedAt ?? Number.NEGATIVE_INFINITY)
    if (current?.state === 'resolved' && sinceResolved <= terms.reopenWithinMs)
      return reopen(current, change, changes, now)
    return openNew(change, changes, now)
  }

  /** The alarm may open nothing. `current` is the incident it stands in. */
  function hold(
    change: AlarmChange,
    current: Incident | undefined,
    joins: string | undefined,
    changes: ChangeSet,
    now: number,
  ): string | undefined {
    const { alarm, action } = change
    const cause = joins === undefined || joins === current?.id ? undefined : file.get(joins)
    if (cause && isOpen(cause.state)) {
      if (current && isOpen(current.state))
        members.leave(current, change, `is a symptom; goes on in incident ${cause.number}`, changes, now)
      return members.join(cause, change, 'a symptom of what holds it back', changes, now)
    }
    if (current && isOpen(current.state)) members.held(current.id, alarm, changes, now)
    // Joining an open incident pages nobody, so that history may do it too.
    const open = current === undefined && alarm.suppression?.by === 'history' ? file.openOf(alarm) : undefined
    if (open === undefined || (action === 'update' && alarm.incident !== null)) return undefined
    return members.join(open, change, 'an incident of the same device is open', changes, now)
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
      standing: [alarm.id],
      ...heldOf(alarm),
      follows: alarm.incident,
      reopened: 0,
    }
    file.put(incident, changes)
    file.setActive(incident.id, alarm.id, true)
    entry(options, changes, incident.id, now, 'opened', `Opened: ${alarm.text}`, { alarm: alarm.id, rule: alarm.rule })
    trace(changes, change, incident.id, 'open', `rule ${alarm.rule} opens incidents`)
    file.tell('opened', incident, alarm, now)
    evidence.ask(incident, alarm, changes, now)
    return incident.id
  }

  function reopen(incident: Incident, change: AlarmChange, changes: ChangeSet, now: number): string {
    const { alarm } = change
    file.setActive(incident.id, alarm.id, true)
    const reopened = incident.reopened + 1
    const { held: _, ...free } = incident
    const standing = file.activeOf(incident.id)
    const alarms = incident.alarms.includes(alarm.id) ? incident.alarms : [...incident.alarms, alarm.id]
    const again = { state: 'new' as const, resolvedAt: null, reopened, openAlarms: standing.length }
    const next = file.put({ ...free, ...again, alarms, standing, ...heldOf(alarm) }, changes)
    entry(options, changes, incident.id, now, 'reopened', `Again: ${alarm.text}`, { alarm: alarm.id })
    trace(changes, change, incident.id, 'open', 'reopened: within the time its rule gives')
    file.tell('reopened', next, alarm, now)
    evidence.ask(next, alarm, changes, now)
    return incident.id
  }

  function closeRested(changes: ChangeSet, now: number): void {
    restedAt = now
    for (const id of file.restedSince(now - options.closeAfterDays * DAY_MS)) {
      const incident = file.get(id) as Incident
      file.put({ ...incident, state: 'closed', closedAt: now }, changes)
      const text = `Closed: resolved, and nothing happened for ${options.closeAfterDays} days`
      entry(options, changes, id, now, 'closed', text, { from: 'resolved', to: 'closed' })
    }
  }

  return {
    ...peopleActions(options, file, evidence, step),
    ...handOver,
    onAlarm,
    onResult(end, changes, now) {
      evidence.result(end, changes, now)
      for (const { incident, at } of changes.timeline) file.touch(incident, at)
    },
    onMoved(was, is, changes) {
      const incident = was.incident === null ? undefined : file.get(was.incident)
      if (!incident) return
      const pinned = incident.pinned?.includes(was.id) ? { pinned: [...incident.pinned, is.id] } : {}
      const title = incident.title === was.text ? is.text : incident.title
      const cause = incident.causeAlarm === was.id ? { causeAlarm: is.id, title } : {}
      if ('pinned' in pinned || 'title' in cause) file.put({ ...incident, ...cause, ...pinned }, changes)
    },
    tick(changes, now) {
      for (const { id, at } of file.due(now)) members.resolve(id, ALL_CLEARED, changes, at, now)
      evidence.tick(changes, now)
      if (now - restedAt >= CLOSE_EVERY_MS) closeRested(changes, now)
    },
    restore(stored) {
      file.restore(stored)
      evidence.restore(stored)
      members.restore(stored.alarms)
      for (const incident of stored.incidents) {
        if (!isOpen(incident.state) || file.activeCount(incident.id) > 0 || incident.rule === null) continue
        // incidents of old do not say when; one that was opened again is left to people
        if (members.isRestless(incident.id) || incident.resolveAt !== undefined || incident.reopened > 0) continue
        const after = options.termsOf(incident.rule)?.resolveAfterMs
        const cleared = stored.alarms.filter((a) => a.incident === incident.id).map((a) => a.clearedAt ?? 0)
        if (after != null && cleared.length > 0) file.resolveAt(incident.id, Math.max(...cleared) + after)
      }
    },
    get: file.get,
    standsIn: ({ id, incident }) => incident !== null && file.isActive(incident, id),
    open: file.open,
  }
}

/** Once per raise and per turn to another severity: why nothing comes of it. */
function leftOut(
  { alarm, at, action, was }: AlarmChange,
  gate: 'not-an-incident' | 'below-severity',
  changes: ChangeSet,
  atLeast: Severity | undefined = undefined,
): undefined {
  if (action === 'update' && was === undefined) return
  const line = { at, alarm: alarm.id, incident: alarm.incident, rule: alarm.rule, gate }
  const why = gate === 'below-severity' ? `incidents of this rule begin at ${atLeast}` : 'the rule opens no incident'
  changes.trace.push({ ...line, decision: 'skip', why, inputs: { action, severity: alarm.perceivedSeverity, atLeast } })
}

const isGrave = (severity: Severity, { atLeast }: IncidentTerms): boolean =>
  atLeast === undefined || severityRank(severity) >= severityRank(atLeast)

/** It joined by what held it: it is about another device or site than the incident and what was merged into it. */
const isSymptom = (incident: Incident, alarm: Alarm): boolean =>
  ![incident, ...(incident.merged ?? [])].some((of) => (of.device ?? of.site) === (alarm.device ?? alarm.site))

/** Nobody is told of an incident while all there is of it is held back. */
const heldOf = ({ suppression }: Alarm): Pick<Incident, 'held'> => (suppression === null ? {} : { held: suppression })
