import type { IncidentState } from '#shared/domain/incident.ts'

/** Whether people are asked why before an incident goes there. */
export const needsWords = (state: IncidentState): boolean =>
  state === 'waiting' || state === 'resolved' || state === 'closed'
