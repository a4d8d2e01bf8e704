// What a message says, as data for templates: of one incident, of several, of a storm.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import { severityRank } from '#shared/domain/severity.ts'
import type { Summary } from './storms.ts'

/** Alarms named one by one in a message; the others are counted. */
const NAMED = 20

/** About one incident; the gravest alarm first. */
export function incidentData(incident: Incident, alarms: readonly Alarm[]): Record<string, unknown> {
  const { number, title, site, customer, device, priority, state, openedAt } = incident
  const fields = { number, title, site, customer, device, priority, state, openedAt }
  const [first, ...others] = [...alarms].sort(
    (a, b) => severityRank(b.perceivedSeverity) - severityRank(a.perceivedSeverity) || a.raisedAt - b.raisedAt,
  )
  if (first === undefined) return fields
  if (others.length === 0) return { ...fields, alarm: shownOf(first) }
  const shown = [first, ...others].slice(0, NAMED).map(shownOf)
  return { ...fields, alarm: shownOf(first), alarms: shown, more: alarms.length - shown.length }
}

/** About several incidents of one group. */
export function groupData(
  parts: readonly { readonly incident: Incident; readonly alarms: readonly Alarm[] }[],
): Record<string, unknown> {
  const [first] = parts
  if (first === undefined) return {}
  const data = incidentData(first.incident, first.alarms)
  if (parts.length === 1) return data
  const alarms = parts.flatMap((p) => p.alarms)
  const shown = alarms.slice(0, NAMED).map(shownOf)
  const incidents = parts.slice(0, NAMED).map(({ incident }) => namedOf(incident))
  return {
    ...data,
    ...{ incidents, moreIncidents: parts.length - incidents.length },
    ...{ alarms: shown, more: alarms.length - shown.length },
  }
}

/** About what was held back in a storm. */
export function summaryData(summary: Summary): Record<string, unknown> {
  const { since, news, opened, over, standing, incidents } = summary
  return {
    ...{ since, news, opened, over, standing },
    incidents: incidents.map(({ number, title, site, customer, priority, over: ended }) => ({
      ...{ number, title, site, customer, priority, over: ended },
    })),
    moreIncidents: summary.all.length + summary.beyond - incidents.length,
  }
}

const shownOf = ({ text, alarmType, resource, raisedAt, perceivedSeverity: severity }: Alarm) => ({
  ...{ text, severity, alarmType, resource, raisedAt },
})

const namedOf = ({ number, title, site, customer, priority }: Incident) => ({ number, title, site, customer, priority })
