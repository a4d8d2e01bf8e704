// The part of the address that belongs to the screen of agents.
import { AGENT_SHOWN, type AgentShown } from './agent-filter.ts'

export interface AgentSearch {
  readonly view?: 'requests' | 'tokens' | undefined
  readonly show?: AgentShown | undefined
  readonly q?: string | undefined
}

/** Reads the search part of an address; whatever is not understood is left out. */
export function readAgentSearch(raw: Record<string, unknown>): AgentSearch {
  return {
    view: (['requests', 'tokens'] as const).find((view) => view === raw.view),
    show: AGENT_SHOWN.find((show) => show === raw.show && show !== 'all'),
    q: typeof raw.q === 'string' && raw.q !== '' ? raw.q.slice(0, 200) : undefined,
  }
}
