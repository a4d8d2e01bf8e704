// What people do with incidents. Each answers the changes, or why not; nothing here is done by the system.
import { type DiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import type { Incident, IncidentState, Level, TimelineEntry } from '#shared/domain/incident.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import type { Evidence } from './evidence.ts'
import type { IncidentFile } from './incident-file.ts'
import { isOpen, mayFollow } from './incident-states.ts'
import type { IncidentOptions } from './incident-terms.ts'
import { priorityOf } from './priority.ts'

export interface PeopleActions {
  note(id: string, by: By, text: string, changes: ChangeSet): Refusal | Incident
  assign(id: string, by: By, assignee: string | null, changes: ChangeSet): Refusal | Incident
  /** Any allowed step of the table in incident-states.ts, `resolved` and `closed` too. */
  setState(id: string, by: By, state: IncidentState, note: string, changes: ChangeSet): Refusal | Incident
  openByHand(draft: IncidentDraft, by: By, changes: ChangeSet): Incident
  /** Asks the device's agent; answers the command id. `agent` is the device's. */
  requestDiagnostic(request: DiagnosticAsk, by: By, changes: ChangeSet): Refusal | { readonly command: string }
}

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

export function peopleActions(options: IncidentOptions, file: IncidentFile, evidence: Evidence): PeopleActions {
  function entry(
    changes: ChangeSet,
    incident: string,
    by: By,
    kind: TimelineEntry['kind'],
    text: string,
    data: Record<string, unknown> = {},
  ): void {
    file.touch(incident, by.at)
    changes.timeline.push({ id: options.newId(), incident, at: by.at, kind, actor: by.actor, text, data })
    changes.audit.push({
      at: by.at,
      actor: by.actor,
      action: `incident.${kind}`,
      subject: incident,
      detail: { text, ...data },
    })
  }

  return {
    note(id, by, text, changes) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      entry(changes, id, by, 'note', text)
      return incident
    },
    assign(id, by, assignee, changes) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      entry(changes, id, by, 'assigned', assignee ?? '', { from: incident.assignee, to: assignee })
      return file.put({ ...incident, assignee }, changes)
    },
    setState(id, by, state, note, changes) {
      const incident = file.get(id)
      if (!incident) return UNKNOWN
      const from = incident.state
      if (!mayFollow(from, state)) return { refused: `${from} cannot become ${state}`, code: 'not-allowed' }
      if (isOpen(state) && !isOpen(from)) {
        const other = file.openOf(incident)
        if (other) return { refused: `incident ${other.number} is open for the same cause`, code: 'not-allowed' }
      }
      const kind =
        state === 'resolved' ? 'resolved' : state === 'closed' ? 'closed' : isOpen(from) ? 'state' : 'reopened'
      entry(changes, id, by, kind, note, { from, to: state })
      const next = file.put(
        {
          ...incident,
          state,
          resolvedAt: isOpen(state) ? null : (incident.resolvedAt ?? by.at),
          closedAt: state === 'closed' ? by.at : null,
          reopened: incident.reopened + (kind === 'reopened' ? 1 : 0),
        },
        changes,
      )
      if (kind === 'resolved' || kind === 'reopened') file.tell(kind, next, undefined, by.at)
      if (!isOpen(state)) file.resolveAt(id, null)
      return next
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
        follows: null,
        reopened: 0,
      }
      file.put(incident, changes)
      entry(changes, incident.id, by, 'opened', note || title)
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
