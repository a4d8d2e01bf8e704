// An incident's alarms as people read them: the cause, what follows from it, and what only happened with it.

import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentCause } from '#shared/http/cause.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'

export type Verdict = IncidentCause['symptoms'][number]['verdict']

export interface CauseLine {
  readonly row: AlarmRow
  /** What the graph says of it; undefined: it says nothing. */
  readonly verdict: Verdict | undefined
  readonly why: string
}

export interface CauseView {
  readonly cause: AlarmRow | undefined
  readonly symptoms: readonly CauseLine[]
  readonly others: readonly AlarmRow[]
}

/** Symptoms that still stand come first; an alarm that stands nowhere else is told with the others. */
export function causeViewOf(
  incident: Pick<IncidentDetail, 'alarmRows' | 'causeAlarm'>,
  cause: IncidentCause | undefined,
): CauseView {
  const rows = new Map(incident.alarmRows.map((row) => [row.id, row]))
  const causeId = cause?.alarm ?? incident.causeAlarm
  const symptoms = (cause?.symptoms ?? []).flatMap((one): CauseLine[] => {
    const row = rows.get(one.alarm)
    return row === undefined || row.id === causeId ? [] : [{ row, verdict: one.verdict, why: one.why }]
  })
  const named = new Set(symptoms.map((one) => one.row.id))
  return {
    cause: causeId === null ? undefined : rows.get(causeId),
    symptoms: symptoms.sort(
      (a, b) => Number(a.row.isCleared) - Number(b.row.isCleared) || a.row.raisedAt - b.row.raisedAt,
    ),
    others: incident.alarmRows.filter((row) => row.id !== causeId && !named.has(row.id)),
  }
}
