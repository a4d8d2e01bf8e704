// Which incidents are worked on, and which state may follow which.
import { type IncidentState, NEXT_STATES } from '#shared/domain/incident.ts'

const OPEN: readonly IncidentState[] = ['new', 'diagnosing', 'in-progress', 'on-site', 'waiting']

export function isOpen(state: IncidentState): boolean {
  return OPEN.includes(state)
}

export function mayFollow(from: IncidentState, to: IncidentState): boolean {
  return NEXT_STATES[from].includes(to)
}
