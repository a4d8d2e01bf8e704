// Which state may follow which, for people. The system itself resolves from any open state and reopens from resolved.
import type { IncidentState } from '#shared/domain/incident.ts'

const OPEN: readonly IncidentState[] = ['new', 'diagnosing', 'in-progress', 'on-site', 'waiting']

const NEXT: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  new: ['diagnosing', 'in-progress', 'on-site', 'waiting', 'resolved'],
  diagnosing: ['new', 'in-progress', 'on-site', 'waiting', 'resolved'],
  'in-progress': ['diagnosing', 'on-site', 'waiting', 'resolved'],
  'on-site': ['in-progress', 'waiting', 'resolved'],
  waiting: ['diagnosing', 'in-progress', 'on-site', 'resolved'],
  resolved: ['in-progress', 'closed'],
  closed: [],
}

export function isOpen(state: IncidentState): boolean {
  return OPEN.includes(state)
}

export function mayFollow(from: IncidentState, to: IncidentState): boolean {
  return NEXT[from].includes(to)
}
