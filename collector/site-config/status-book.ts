// What became of the configuration of a site: per agent the version it should use and the one it uses, and what is wrong.
import type { ManagedDevice } from '#shared/devices/managed-device.ts'
import type { AgentConfigStatus, SiteConfigStatus } from '#shared/http/site-config.ts'
import { type BookDeps, NO_SITE, nothing, OK, type Result, refused } from './result.ts'
import { agentOfDevice, unassignedReason } from './site-content.ts'

export interface StatusBook {
  status(site: string): SiteConfigStatus | undefined
  /** A new version for the agents of the site, or one of them: what was given up is tried again. */
  pushAgain(site: string, agent: string | undefined, actor: string): Promise<Result>
}

const MOST_UNASSIGNED = 100
const MOST_PROBLEMS = 400

export function createStatusBook({
  store,
  places,
  delivery,
  agentsOf,
  canReceiveSecrets,
  commit,
}: BookDeps): StatusBook {
  function agentStatus(agent: string): AgentConfigStatus {
    const { row, uses, blocked, problems, isBehind } = delivery.of(agent)
    const report = row?.report?.configVersion === row?.version ? row?.report : undefined
    const said = report?.problems ?? []
    const all = [...problems, ...said]
    return {
      agent,
      // who saves and asks at once must not be told that the last version is in use
      state: isBehind
        ? 'waiting'
        : row === undefined
          ? 'none'
          : stateOf(row.version, uses, report?.state, problems.length > 0),
      wanted: row?.version ?? 0,
      applied: uses,
      devices: row?.devices ?? 0,
      bytes: row?.bytes ?? 0,
      canReceiveSecrets: canReceiveSecrets(agent),
      blocked,
      problems: all.slice(0, MOST_PROBLEMS),
      more: (report?.more ?? 0) + Math.max(0, all.length - MOST_PROBLEMS),
      sentAt: row?.sentAt ?? null,
      reportedAt: row?.report?.at ?? null,
    }
  }

  return {
    status(site) {
      if (!places.site(site)) return undefined
      const agents = agentsOf(site)
      const unassigned = store
        .list<ManagedDevice>('device', site)
        .filter(({ doc }) => agentOfDevice(doc, agents) === null)
        .slice(0, MOST_UNASSIGNED)
        .map(({ doc }) => ({ device: doc.id, message: unassignedReason(doc, agents) }))
      return { site, agents: agents.map(agentStatus), unassigned }
    },
    pushAgain: (site, agent, actor) =>
      commit<Result>(() => {
        if (!places.site(site)) return nothing(NO_SITE)
        const agents = agentsOf(site).filter((id) => agent === undefined || id === agent)
        if (agents.length === 0) return nothing(refused('not-found', 'the site has no such agent'))
        for (const id of agents) delivery.again(id)
        const audit = { actor, action: 'site-config.push', subject: `site:${site}`, detail: { agents } }
        return { writes: [], audit, value: OK }
      }),
  }
}

function stateOf(
  wanted: number,
  uses: number | null,
  said: 'applied' | 'partly' | 'rolled-back' | 'refused' | undefined,
  /** Something could not go into it. */
  isShort: boolean,
): AgentConfigStatus['state'] {
  if (said === 'rolled-back' || said === 'refused') return said
  if (uses === wanted) return isShort ? 'partly' : (said ?? 'applied')
  return 'waiting'
}
