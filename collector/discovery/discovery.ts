// The door: sweeps that people order from agents, and the devices they propose. Nothing becomes a device by itself.
import type { AcceptProposals, AcceptResult, CheckedSweepDraft, ProposalRow, SweepRow } from '#shared/http/discovery.ts'
import type { ReceivedResult } from '../ingest/evaluation.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { proposalRow, type SiteNames } from './accept.ts'
import { createAccepting } from './accepting.ts'
import { type DiscoveryDeps, NO_SITE, OK, type Result, refused } from './discovery-deps.ts'
import type { DiscoveryWrite, Proposal, ProposalFilter, Sweep } from './discovery-store.ts'
import { follow } from './follow.ts'
import { indexDevices } from './propose.ts'
import { orderOf } from './sweep-order.ts'

export interface DiscoveryBook {
  /** undefined where there is no such site. */
  sweeps(
    site: string,
    page: { limit: number; cursor?: string | undefined },
  ): { items: SweepRow[]; nextCursor: string | null } | undefined
  sweep(site: string, id: string): SweepRow | undefined
  start(site: string, draft: CheckedSweepDraft, actor: string): Promise<Result<{ readonly id: string }>>
  stop(site: string, id: string, actor: string): Promise<Result>
  proposals(site: string, filter: ProposalFilter): { items: ProposalRow[]; nextCursor: string | null } | undefined
  accept(site: string, items: AcceptProposals['items'], actor: string): Promise<Result<AcceptResult>>
  ignore(
    site: string,
    ids: readonly string[],
    reason: string,
    actor: string,
  ): Promise<Result<{ readonly changed: number }>>
  restore(site: string, ids: readonly string[], actor: string): Promise<Result<{ readonly changed: number }>>
}

export interface Discovery extends DiscoveryBook {
  /** Takes what agents told into the change set, before it is committed. */
  follow(results: readonly ReceivedResult[], changes: ChangeSet, now: number): void
  /** Sweeps of a committed change set as people see them. */
  changed(changes: ChangeSet): SweepRow[]
  counters(): Readonly<Record<string, number>>
}

export function createDiscovery(deps: DiscoveryDeps): Discovery {
  const { store, commit } = deps
  const dropped: Record<string, number> = {}
  const rowOf = ({ command: _, stopCommand: __, ...row }: Sweep): SweepRow => ({
    ...row,
    proposals: store.counts(row.id),
  })
  const namesOf = (site: string): SiteNames => ({
    devices: new Set([...deps.devicesOf(site)].map((device) => device.id)),
    credentials: new Set(deps.setsOf(site)),
    agents: deps.agentsOf(site),
  })
  const order = (
    sweep: Pick<Sweep, 'site' | 'agent'>,
    id: string,
    action: string,
    args: object,
    actor: string,
    now: number,
  ) => ({
    ...{ id, agent: sweep.agent, action, arguments: { ...args }, incident: null, requestedBy: actor, requestedAt: now },
    // the target after the point is empty: the site itself
    ...{ device: `${sweep.site}.`, expires: now + ORDER_MS },
  })

  async function start(site: string, draft: CheckedSweepDraft, actor: string) {
    return await commit<Result<{ id: string }>>((now) => {
      if (!deps.hasSite(site)) return { value: NO_SITE }
      const agents = deps.agentsOf(site)
      const agent = draft.agent ?? agents[0]
      if (agent === undefined) return { value: refused('conflict', 'the site has no agent yet: enrol one first') }
      if (!agents.includes(agent))
        return {
          value: refused('bad-request', 'the sweep cannot be ordered like this', [
            { path: 'agent', message: `agent "${agent}" is not of this site` },
          ]),
        }
      if (store.unended().some((sweep) => sweep.agent === agent))
        return { value: refused('conflict', 'a sweep of this agent is under way: wait for its end, or stop it') }
      const busy = deps.refusal(agent)
      if (busy !== undefined) return { value: refused('conflict', busy) }
      const id = deps.newId()
      const view = { sets: deps.setsOf(site), seal: (name: string) => deps.seal(agent, site, name) }
      const ordered = orderOf(id, draft, view)
      if (!ordered.ok)
        return { value: refused('bad-request', 'the sweep cannot be ordered like this', ordered.details) }
      const { addresses, notes } = ordered
      const sets = ordered.arguments.credentials.map((set) => set.name)
      const { ranges, exclude, packetsPerSecond, timeoutMs, snmpPort, tcpPorts, ping, note } = draft
      const sweep: Sweep = {
        ...{ id, site, agent, state: 'waiting', ranges, exclude, credentials: sets, packetsPerSecond, timeoutMs },
        ...{ snmpPort, tcpPorts, ping, note, startedBy: actor, requestedAt: now, startedAt: null, endedAt: null },
        ...{ progress: null, addresses, notes, error: null, command: deps.newId(), stopCommand: null },
      }
      const detail = { agent, ranges, exclude, credentials: sets, packetsPerSecond, addresses, note }
      return {
        writes: [{ kind: 'sweep', sweep }],
        orders: [order(sweep, sweep.command, 'sweep', ordered.arguments, actor, now)],
        audit: { actor, action: 'discovery.sweep.start', subject: `sweep:${site}.${id}`, detail },
        value: { ok: true, id },
      }
    })
  }

  async function stop(site: string, id: string, actor: string) {
    return await commit<Result>((now) => {
      const sweep = store.sweep(id)
      if (sweep?.site !== site) return { value: refused('not-found', 'there is no such sweep') }
      if (sweep.endedAt !== null) return { value: refused('conflict', 'the sweep has ended already') }
      if (sweep.state === 'stopping') return { value: OK }
      const stopping: Sweep = { ...sweep, state: 'stopping', stopCommand: deps.newId() }
      return {
        writes: [{ kind: 'sweep', sweep: stopping }],
        orders: [order(sweep, stopping.stopCommand as string, 'sweep-stop', { sweep: id }, actor, now)],
        audit: { actor, action: 'discovery.sweep.stop', subject: `sweep:${site}.${id}`, detail: {} },
        value: OK,
      }
    })
  }

  async function decide(
    site: string,
    ids: readonly string[],
    actor: string,
    action: string,
    detail: object,
    change: (p: Proposal, now: number) => Proposal | undefined,
  ) {
    return await commit<Result<{ changed: number }>>((now) => {
      if (!deps.hasSite(site)) return { value: NO_SITE }
      const writes = [...new Set(ids)].flatMap((id): DiscoveryWrite[] => {
        const proposal = store.proposal(site, id)
        const next = proposal && change(proposal, now)
        return next ? [{ kind: 'proposal', proposal: next, sweep: null }] : []
      })
      const value = { ok: true, changed: writes.length } as const
      if (writes.length === 0) return { value }
      const changed = writes.map((w) => (w.kind === 'proposal' ? w.proposal.id : ''))
      return {
        writes,
        audit: { actor, action, subject: `site:${site}`, detail: { ...detail, proposals: changed } },
        value,
      }
    })
  }

  return {
    sweeps(site, page) {
      if (!deps.hasSite(site)) return undefined
      const { items, nextCursor } = store.sweeps(site, page)
      return { items: items.map(rowOf), nextCursor }
    },
    sweep(site, id) {
      const sweep = store.sweep(id)
      return sweep?.site === site ? rowOf(sweep) : undefined
    },
    ...{ start, stop, accept: createAccepting(deps, namesOf) },
    proposals(site, filter) {
      if (!deps.hasSite(site)) return undefined
      const { items, nextCursor } = store.proposals(site, filter)
      const names = namesOf(site)
      return { items: items.map((proposal) => proposalRow(proposal, names)), nextCursor }
    },
    ignore: (site, ids, reason, actor) =>
      decide(site, ids, actor, 'discovery.ignore', { reason }, (p, at) => ({
        ...p,
        state: 'ignored',
        ignored: { reason, by: actor, at },
      })),
    restore: (site, ids, actor) =>
      decide(site, ids, actor, 'discovery.restore', {}, (p) => {
        if (p.ignored === null) return undefined
        const state = p.device === null ? 'new' : p.changes.length > 0 ? 'changed' : 'known'
        return { ...p, state, ignored: null }
      }),
    follow: (results, changes, now) =>
      follow(
        {
          ...{ store, newId: deps.newId },
          devicesOf: (site) => indexDevices(deps.devicesOf(site)),
          drop: (reason, n) => void Object.assign(dropped, { [reason]: (dropped[reason] ?? 0) + n }),
        },
        results,
        changes,
        now,
      ),
    changed: (changes) => changes.discovery.flatMap((write) => (write.kind === 'sweep' ? [rowOf(write.sweep)] : [])),
    counters: () => ({ ...dropped }),
  }
}

/** Time in which the agent must have taken it. */
const ORDER_MS = 10 * 60_000
