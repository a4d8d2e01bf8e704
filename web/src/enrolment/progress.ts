// How far an agent has come, from what the collector tells about its token, its request and itself.
import type { EnrolmentRow } from '#shared/http/enrolment.ts'
import type { AgentRow } from '#shared/http/inventory.ts'

export const STEPS = ['asked', 'approved', 'certificate', 'contact', 'sample'] as const
export type Step = (typeof STEPS)[number]

export interface Progress {
  readonly done: ReadonlySet<Step>
  /** What is waited for; null when all is done or nothing more will come. */
  readonly current: Step | null
  /** True when the request was refused or has lapsed. */
  readonly ended: boolean
}

/** `agent` is the agent's own row once it is known, `measured` whether one of its devices has a value. */
export function progressOf(
  request: EnrolmentRow | undefined,
  agent: AgentRow | undefined,
  measured: boolean,
): Progress {
  const done = new Set<Step>()
  if (request !== undefined) done.add('asked')
  // the certificate is made with the approval; the agent fetches it within seconds
  if (request?.state === 'granted') done.add('approved').add('certificate')
  if (done.has('certificate') && hasMet(request, agent)) done.add('contact')
  if (done.has('contact') && measured) done.add('sample')
  const ended = request?.state === 'rejected' || request?.state === 'expired'
  return { done, current: ended ? null : (STEPS.find((step) => !done.has(step)) ?? null), ended }
}

/** When it was let in, ms; undefined: not yet. */
export function grantedAt(request: EnrolmentRow | undefined): number | undefined {
  return request?.state === 'granted' ? (request.decidedAt ?? request.at) : undefined
}

/** Heard from since it was let in: an agent that joins anew was heard before, too. */
export function hasMet(request: EnrolmentRow | undefined, agent: AgentRow | undefined): boolean {
  const since = grantedAt(request)
  return since !== undefined && agent?.lastSeen != null && agent.lastSeen >= since
}

/** The requests that came with `token`, newest first. */
export function requestsOf(token: string, all: readonly EnrolmentRow[]): EnrolmentRow[] {
  return all.filter((row) => row.token === token).sort((a, b) => b.at - a.at)
}
