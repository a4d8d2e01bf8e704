// What people do with incidents. Each answers the changes, or why not; nothing here is done by the system.
import { type DiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import type {
  Incident,
  IncidentState,
  Level,
  LinkKind,
  Resolution,
  TimelineEntry,
  WaitingFor,
} from '#shared/domain/incident.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import type { Evidence } from './evidence.ts'
import type { IncidentFile } from './incident-file.ts'
import { isOpen, mayFollow } from './incident-states.ts'
import type { IncidentOptions } from './incident-terms.ts'
import { priorityOf } from './priority.ts'

export interface PeopleActions {
  /** `data`: what goes with the note. */
  note(id: string, by: By, text: string, changes: ChangeSet, data?: Record<string, unknown>): Refusal | Incident
  /** `from`: who it was seen assigned to; refused when that has changed since. */
  assign(id: string, by: By, assignee: string | null, changes: ChangeSet, from?: string | null): Refusal | Incident
  setTier(id: string, by: By, tier: number, note: string, changes: ChangeSet, from?: number): Refusal | Incident
  setPriority(id: string, by: By, to: Levels, note: string, changes: ChangeSet, from?: Levels): Refusal | Incident
  /** Any allowed step of NEXT_STATES, `resolved` and `closed` too. */
  setState(
    id: string,
    by: By,
    state: IncidentState,
    note: string,
    changes: ChangeSet,
    detail?: StateDetail,
  ): Refusal | Incident
  /** Written on both timelines; `kind` null takes a link away. One of the two may be closed. */
  link(id: string, by: By, other: LinkedIncident, kind: LinkKind | null, changes: ChangeSet): Refusal | Incident
  openByHand(draft: IncidentDraft, by: By, changes: ChangeSet): Incident
  /** Asks the device's agent; answers the command id. `agent` is the device's. */
  requestDiagnostic(request: DiagnosticAsk, by: By, changes: ChangeSet): Refusal | { readonly command: string }
}

export type Levels = Pick<Incident, 'impact' | 'urgency'>

export interface By {
  readonly actor: string
  readonly at: number
}

/** Why something was not done, in plain words, and what kind of no it is. */
export interface Refusal {
  readonly refused: string
  readonly code: 'not-found' | 'not-allowed' | 'invalid'
}

export interface IncidentDraft {
  readonly customer: string
  readonly site: string
  readonly device: string | null
  readonly title: string
  readonly impact: Level
  readonly urgency: Level
  readonly note: string
}

/** More about a new state. */
export interface StateDetail {
  /** The state as it was seen; refused when it has changed since. */
  readonly from?: IncidentState | undefined
  readonly waitingFor?: WaitingFor | undefined
  readonly resolution?: Resolution | undefined
}

export type LinkedIncident = Pick<Incident, 'id' | 'number' | 'title' | 'customer'>

/** Writes a step of a person on an incident's timeline, and into the audit log. Comes after the incident was put. */
export type Step = (
  changes: ChangeSet,
  incident: string,
  by: By,
  kind: TimelineEntry['kind'],
  text: string,
  data?: Record<string, unknown>,
) => void

export interface DiagnosticAsk {
  readonly agent: string
  readonly device: string
  readonly incident: string | null
  readonly action: DiagnosticName
  readonly arguments: unknown
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}

const UNKNOWN: Refusal = { refused: 'no such incident, or it is closed', code: 'not-found' }

/** The first step of a person is when people responded. */
export function peopleStep(options: Pick<IncidentOptions, 'newId'>, file: IncidentFile): Step {
  return (changes, incident, by, kind, text, data = {}) => {
    const known = file.get(incident)
    if (known && known.firstResponseAt === undefined && kind !== 'opened')
      file.put({ ...known, firstResponseAt: by.at }, changes)
    file.touch(incident, by.at)
    const { actor, at } = by
    changes.timeline.push({ id: options.newId(), incident, at, kind, actor, text, data })
    changes.audit.push({ at, actor, action: `incident.${kind}`, subject: incident, detail: { text, ...data } })
  }
}

export function peopleActions(
  options: IncidentOptions,
  file: IncidentFile,
  evidence: Evidence,
  step: Step,
): PeopleActions {
  const now = (id: string) => file.get(id) as Incident

  return {
    note(id, by, text, changes, data) {
      if (!file.get(id)) return UNKNOWN
      step(changes, id, by, 'note', text, data)
      return now(id)
    },
    assign(id, by, assignee, changes, seen) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      const from = incident.assignee
      if (seen !== undefined && seen !== from)
        return changed(from === null ? 'it is assigned to nobody now' : `it is assigned to ${from} now`)
      if (from === assignee) return incident
      file.put({ ...incident, assignee }, changes)
      step(changes, id, by, 'assigned', assignee ?? '', { from, to: assignee })
      return now(id)
    },
    setTier(id, by, tier, note, changes, seen) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      const from = incident.tier
      if (seen !== undefined && seen !== from) return changed(`it is in tier ${from} now`)
      if (from === tier) return incident
      file.put({ ...incident, tier }, changes)
      step(changes, id, by, 'tier', note, { from, to: tier })
      return now(id)
    },
    setPriority(id, by, { impact, urgency }, note, changes, seen) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      const from = incident.priority
      const to = priorityOf(impact, urgency)
      if (incident.impact === impact && incident.urgency === urgency) return incident
      if (seen !== undefined && (seen.impact !== incident.impact || seen.urgency !== incident.urgency))
        return changed(`its priority is ${from} now`)
      file.put({ ...incident, impact, urgency, priority: to }, changes)
      step(changes, id, by, 'priority', note, { from, to, impact, urgency })
      return now(id)
    },
    setState(id, by, state, note, changes, detail = {}) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      const from = incident.state
      if (detail.from !== undefined && detail.from !== from) return changed(`it is ${from} now`)
      if (!mayFollow(from, state)) return { refused: `${from} cannot become ${state}`, code: 'not-allowed' }
      const isAnew = isOpen(state) && !isOpen(from)
      if (isAnew && (incident.rule !== null || incident.device !== null)) {
        const other = file.openOf(incident)
        if (other) return { refused: `incident ${other.number} is open for the same cause`, code: 'not-allowed' }
      }
      const kind =
        state === 'resolved' ? 'resolved' : state === 'closed' ? 'closed' : isOpen(from) ? 'state' : 'reopened'
      const { waitingFor: _, resolution, ...rest } = incident
      const why = detail.resolution ?? (isOpen(state) ? undefined : resolution)
      const told = { from, to: state, ...(state === 'waiting' && given('waitingFor', detail.waitingFor)) }
      const next = file.put(
        {
          ...{ ...rest, state, ...(state === 'waiting' && given('waitingFor', detail.waitingFor)) },
          ...given('resolution', why),
          resolvedAt: isOpen(state) ? null : (incident.resolvedAt ?? by.at),
          closedAt: state === 'closed' ? by.at : null,
          reopened: incident.reopened + (kind === 'reopened' ? 1 : 0),
        },
        changes,
      )
      step(changes, id, by, kind, note, { ...told, ...(kind === 'resolved' && given('resolution', why)) })
      if (kind === 'resolved' || kind === 'reopened') file.tell(kind, next, undefined, by.at)
      if (!isOpen(state)) file.resolveAt(id, null, changes)
      return file.get(id) ?? next
    },
    link(id, by, other, kind, changes) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      if (other.id === id) return { refused: 'an incident is not linked to itself', code: 'not-allowed' }
      const what = kind === null ? 'unlinked' : 'linked'
      step(changes, id, by, what, '', { to: placeOf(other), kind })
      step(changes, other.id, by, what, '', { to: placeOf(incident), kind })
      changes.incidentLinks.push({ a: id, b: other.id, kind, by: by.actor, at: by.at })
      return now(id)
    },
    openByHand(draft, by, changes) {
      const { note, title, customer, site, device, impact, urgency } = draft
      const incident: Incident = {
        id: options.newId(),
        number: file.nextNumber(),
        customer,
        site,
        device,
        title,
        state: 'new',
        impact,
        urgency,
        priority: priorityOf(impact, urgency),
        tier: 1,
        assignee: null,
        openedAt: by.at,
        resolvedAt: null,
        closedAt: null,
        rule: null,
        causeAlarm: null,
        alarms: [],
        openAlarms: 0,
        standing: [],
        follows: null,
        reopened: 0,
      }
      file.put(incident, changes)
      step(changes, incident.id, by, 'opened', note || title)
      file.tell('opened', incident, undefined, by.at)
      return incident
    },
    requestDiagnostic(ask, by, changes) {
      if (ask.incident !== null && !file.get(ask.incident)) return UNKNOWN
      const checked = parseArguments(ask.action, ask.arguments)
      if (!checked.ok) return { refused: checked.reason, code: 'invalid' }
      const step = { action: ask.action, arguments: checked.value }
      const { agent, device, incident } = ask
      const command = evidence.request({ agent, device, incident, step, actor: by.actor }, changes, by.at)
      const detail = { command, agent, ...step, incident }
      changes.audit.push({ at: by.at, actor: by.actor, action: 'diagnostic.request', subject: device, detail })
      return { command }
    },
  }
}

const changed = (refused: string): Refusal => ({ refused: `somebody was faster: ${refused}`, code: 'not-allowed' })

/** Whose it is says who may read of it. */
const placeOf = ({ id, number, title, customer }: LinkedIncident) => ({ id, number, title, customer })

const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: V })
