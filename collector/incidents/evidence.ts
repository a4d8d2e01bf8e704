// Diagnostics of incidents: the ones asked for when an incident opens, and the results that come back.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { type FirstStep, firstEvidence } from './first-evidence.ts'
import type { IncidentFile } from './incident-file.ts'
import type { IncidentOptions, StoredIncidents } from './incident-terms.ts'
import type { DiagnosticEnd } from './incidents.ts'

export interface Evidence {
  /** Asks for what the alarm's type calls for; the incident is `diagnosing` until it is there or late. */
  ask(incident: Incident, alarm: Alarm, changes: ChangeSet, now: number): void
  /** One request, on behalf of a person or of the system. Answers the command id. */
  request(request: EvidenceRequest, changes: ChangeSet, now: number): string
  result(end: DiagnosticEnd, changes: ChangeSet, now: number): void
  tick(changes: ChangeSet, now: number): void
  restore(stored: StoredIncidents): void
}

export interface EvidenceRequest {
  readonly agent: string
  readonly device: string
  readonly step: FirstStep
  readonly incident: string | null
  readonly actor: string
}

/** After a diagnostic's expiry the agent has this long to say so before the incident waits no more. */
const GRACE_MS = 30_000
/** Requests remembered for their timeline entry; the oldest make room. */
const MAX_PENDING = 10_000

export function createEvidence(options: IncidentOptions, file: IncidentFile): Evidence {
  const expiresMs = options.diagnosticExpiresMs ?? 120_000
  const perMinute = options.maxAutomaticPerMinute ?? 120
  const pending = new Map<string, { incident: string | null; expires: number }>()
  let minute = 0
  let asked = 0

  function request(r: EvidenceRequest, changes: ChangeSet, now: number): string {
    const id = options.newId()
    const { agent, device, incident, step, actor } = r
    const expires = now + expiresMs
    changes.diagnostics.push({
      id,
      agent,
      device,
      action: step.action,
      arguments: step.arguments,
      ...(step.title === undefined ? {} : { title: step.title }),
      incident,
      requestedBy: actor,
      requestedAt: now,
      expires,
    })
    if (pending.size >= MAX_PENDING) pending.delete(pending.keys().next().value as string)
    pending.set(id, { incident, expires })
    if (incident !== null) {
      const data = { command: id, action: step.action, arguments: step.arguments }
      changes.timeline.push({
        id: options.newId(),
        incident,
        at: now,
        kind: 'diagnostic-requested',
        actor,
        text: step.action,
        data,
      })
    }
    return id
  }

  /** Back to `new` when nothing is awaited any more; a state that a person chose stays. */
  function settle(incident: string | null, changes: ChangeSet): void {
    const known = incident === null ? undefined : file.get(incident)
    if (known?.state !== 'diagnosing') return
    for (const p of pending.values()) if (p.incident === incident) return
    file.put({ ...known, state: 'new' }, changes)
  }

  return {
    request,
    ask(incident, alarm, changes, now) {
      if (now - minute >= 60_000) {
        minute = now
        asked = 0
      }
      // When much fails at once, what is asked of all equipment is worth more than the details of the first few.
      const isCalm = asked < perMinute / 2
      const playbook = isCalm && alarm.device !== null ? options.playbookOf?.(alarm.device) : undefined
      const steps = firstEvidence(alarm, playbook)
      if (steps.length === 0 || alarm.agent === null || alarm.device === null) return
      if (asked + steps.length > perMinute) {
        const why = `no first evidence: more than ${perMinute} diagnostics in this minute`
        const { id, causeAlarm, rule } = incident
        const line = { at: now, alarm: causeAlarm, incident: id, rule: rule ?? '', why, inputs: {} }
        changes.trace.push({ ...line, decision: 'suppress' })
        return
      }
      asked += steps.length
      file.put({ ...incident, state: 'diagnosing' }, changes)
      for (const step of steps) {
        const { agent, device } = alarm
        request({ agent, device, step, incident: incident.id, actor: 'system' }, changes, now)
      }
    },
    result(end, changes, now) {
      const { command, state, at, result, error, action } = end
      changes.diagnosticResults.push({ command, state, at, result, error })
      const known = pending.get(command)
      pending.delete(command)
      if (!known || known.incident === null) return
      // what it was asked for may be part of another one by now
      const incident = file.heirOf(known.incident)?.id ?? known.incident
      const text = error === null ? `${action}: ${state}` : `${action}: ${state}: ${error}`
      changes.timeline.push({
        id: options.newId(),
        incident,
        at: now,
        kind: 'diagnostic-result',
        actor: 'system',
        text,
        data: { command, action, state, error },
      })
      settle(known.incident, changes)
    },
    tick(changes, now) {
      for (const [command, { incident, expires }] of pending) {
        if (expires + GRACE_MS > now || incident === null) continue
        // The evidence itself stays open until its one final state arrives; only the incident stops waiting.
        const known = file.get(incident)
        if (known?.state !== 'diagnosing') continue
        const others = [...pending].some(
          ([c, p]) => c !== command && p.incident === incident && p.expires + GRACE_MS > now,
        )
        if (!others) file.put({ ...known, state: 'new' }, changes)
      }
    },
    restore(stored) {
      pending.clear()
      for (const { command, incident, expires } of stored.pending) pending.set(command, { incident, expires })
    },
  }
}
