// Which agents need somebody, and which are shown. Pure.
import type { AgentRow } from '#shared/http/inventory.ts'

/** A clock off by more than this makes event times doubtful. */
export const CLOCK_LIMIT_MS = 2000
/** More records than this wait: it does not keep up. */
const BACKLOG_LIMIT = 1000
const DAY_MS = 86_400_000
/** A certificate that ends within this should have been renewed by now. */
const RENEWAL_DUE_MS = 3 * DAY_MS

export const AGENT_CONCERNS = [
  ...(['refused', 'silent', 'lost', 'quarantined', 'certificate', 'backlog', 'clock', 'dropped', 'key'] as const),
] as const
export type AgentConcern = (typeof AGENT_CONCERNS)[number]

/** What is not as it should be, the gravest first. */
export function concernsOf(agent: AgentRow, now: number): readonly AgentConcern[] {
  const { identity } = agent
  const is: Readonly<Record<AgentConcern, boolean>> = {
    refused: agent.refused !== null,
    silent: agent.presence === 'unknown',
    lost: totalOf(agent.lost) > 0,
    quarantined: agent.quarantined > 0,
    certificate: identity != null && identity.state === 'active' && identity.notAfter - now < RENEWAL_DUE_MS,
    backlog: totalOf(agent.backlog) > BACKLOG_LIMIT,
    clock: Math.abs(agent.clockOffsetMs ?? 0) >= CLOCK_LIMIT_MS,
    dropped: totalOf(agent.dropped) > 0,
    key: agent.commandKeyMatches === false,
  }
  return AGENT_CONCERNS.filter((concern) => is[concern])
}

export const AGENT_SHOWN = ['all', 'attention', 'online', 'silent', 'never'] as const
export type AgentShown = (typeof AGENT_SHOWN)[number]

export interface AgentSelection {
  /** Those that need somebody first, the gravest before all. */
  readonly rows: readonly AgentRow[]
  /** By what may be chosen, of those the search lets through. */
  readonly counts: Readonly<Record<AgentShown, number>>
}

/** `q` looks into id, site, host and version. */
export function selectAgents(
  agents: readonly AgentRow[],
  { show = 'all', q = '' }: { readonly show?: AgentShown | undefined; readonly q?: string | undefined },
  now: number,
): AgentSelection {
  const counts: Record<AgentShown, number> = { all: 0, attention: 0, online: 0, silent: 0, never: 0 }
  const wanted = q.trim().toLowerCase()
  const rows: { readonly agent: AgentRow; readonly gravity: number }[] = []
  for (const agent of agents) {
    const text = [agent.id, agent.siteName, agent.site, agent.host, agent.version].join(' ').toLowerCase()
    if (!text.includes(wanted)) continue
    const [first] = concernsOf(agent, now)
    const presence = ({ online: 'online', unknown: 'silent', never: 'never' } as const)[agent.presence]
    const kinds: readonly AgentShown[] = ['all', presence, ...(first === undefined ? [] : (['attention'] as const))]
    for (const kind of kinds) counts[kind] += 1
    const gravity = first === undefined ? AGENT_CONCERNS.length : AGENT_CONCERNS.indexOf(first)
    if (kinds.includes(show)) rows.push({ agent, gravity })
  }
  rows.sort((a, b) => a.gravity - b.gravity || (a.agent.id < b.agent.id ? -1 : 1))
  return { rows: rows.map(({ agent }) => agent), counts }
}

/** Sum of counts by name. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
