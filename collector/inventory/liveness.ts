// Who is heard from, on the collector's monotonic clock. Silence counts only while the collector itself was up, awake and
// connected for that long: a collector that was down blames no site. The last will is only a hint and decides nothing.
import type { Agent } from '#shared/domain/inventory.ts'
import type { IngestGroup } from '../ingest/evaluation.ts'
import { countLosses, type LostRecords } from './lost-records.ts'

export interface PresenceTurn {
  readonly agent: string
  readonly site: string
  readonly presence: 'online' | 'unknown'
  /** When it was last heard (unknown), or heard again (online). */
  readonly at: number
  /** Why its silence is no news: somebody took its identity away. null: nobody did. */
  readonly because: string | null
}

export interface LivenessOutcome {
  readonly agents: readonly Agent[]
  readonly turns: readonly PresenceTurn[]
  readonly lost: readonly LostRecords[]
  /** Hellos of agents that are not configured. */
  readonly refused: number
}

export interface Liveness {
  heard(
    group: Pick<IngestGroup, 'now' | 'presence' | 'forks' | 'events' | 'samples' | 'results' | 'gaps'>,
  ): LivenessOutcome
  tick(now: number, mono: number): LivenessOutcome
  restore(stored: readonly Agent[]): void
  /** An agent enrolled, or may or may not speak any more; `refused` says why not. What is returned is to be written. */
  adopt(id: string, site: string, refused: string | null): Agent
  list(): readonly Agent[]
  get(id: string): Agent | undefined
}

export interface EnrolledAgent {
  readonly id: string
  readonly site: string
  /** Why nothing is taken from it, e.g. `quarantined: ...`. */
  readonly refused: string | null
}

/** How `refused` of an agent begins whose clone is waited for a person to look at. */
export const QUARANTINED = 'quarantined: '
const REVOKED = 'revoked: '

/** Why nothing is taken from an agent whose identity was revoked or quarantined; null for others, whatever they are refused for. */
export function cutOffBecause({ refused }: Pick<Agent, 'refused'>): string | null {
  return refused?.startsWith(REVOKED) || refused?.startsWith(QUARANTINED) ? refused : null
}

export interface LivenessOptions {
  readonly agents: readonly { readonly id: string; readonly site: string }[]
  /** Agents beside those of the configuration, as they are committed. */
  readonly enrolled?: () => readonly EnrolledAgent[]
  readonly heartbeatMs: number
  connectedSince(): number | null
}

/** Heartbeats that must be missing. */
const MISSED = 3
/** The same after we could not be reached: agents try again with pauses of up to a minute. */
const MISSED_AFTER_OURS = 12
/** Heartbeats that one whose identity holds again has to come back: it was turned away, and tries with long pauses. */
const AWAITED = 30
/** An agent that only repeats itself is written this often. */
const WRITE_EVERY_MS = 30_000

export function createLiveness(options: LivenessOptions): Liveness {
  const { agents: configured, enrolled = () => [], heartbeatMs, connectedSince } = options
  const agents = new Map<string, Agent>()
  const heardMono = new Map<string, number>()
  const heardSinceTick = new Set<string>()
  const writtenAt = new Map<string, number>()
  /** Silent agents whose identity holds again, and since when they are waited for, monotonic ms; null: from the next tick. */
  const awaited = new Map<string, number | null>()
  /** Since when the collector has been awake: a jump between ticks means that it could not listen. */
  let awakeSince: number | undefined
  let lastTick: number | undefined

  function reset(stored: readonly Agent[]): void {
    for (const memory of [agents, heardMono, heardSinceTick, writtenAt, awaited]) memory.clear()
    awakeSince = undefined
    lastTick = undefined
    const byId = new Map(stored.map((a) => [a.id, a]))
    for (const agent of [...enrolled(), ...configured])
      agents.set(agent.id, { ...NEVER, ...byId.get(agent.id), ...agents.get(agent.id), ...basicsOf(agent) })
  }
  reset([])

  function online(agent: Agent, at: number, turns: PresenceTurn[]): Agent {
    awaited.delete(agent.id)
    if (agent.presence === 'unknown')
      turns.push({ agent: agent.id, site: agent.site, presence: 'online', at, because: null })
    return { ...agent, presence: 'online', unknownSince: null, lastSeen: Math.max(agent.lastSeen ?? 0, at) }
  }

  return {
    heard(group) {
      const changed = new Map<string, Agent>()
      const turns: PresenceTurn[] = []
      const renewed: string[] = []
      let strangers = 0
      const put = (agent: Agent, urgent: boolean) => {
        agents.set(agent.id, agent)
        if (!urgent && group.now - (writtenAt.get(agent.id) ?? 0) < WRITE_EVERY_MS) return
        writtenAt.set(agent.id, group.now)
        changed.set(agent.id, agent)
      }
      for (const change of group.presence) {
        const before = agents.get(change.agent)
        if (!before) strangers++
        // what one said before its identity was taken away may be judged after it
        if (!before || change.kind === 'gone' || cutOffBecause(before) !== null) continue
        const { hello, at, mono } = change
        heardMono.set(change.agent, Math.max(heardMono.get(change.agent) ?? mono, mono))
        const { host, epoch, program } = hello
        const backlog = Object.fromEntries(Object.entries(hello.lanes).map(([lane, l]) => [lane, l.waiting]))
        const fresh = before.presence !== 'online'
        const connectedAt = fresh || before.epoch !== epoch ? at : before.connectedAt
        const { dropped } = hello
        const refused = change.refused ?? null
        if (before.epoch !== null && before.epoch !== epoch) renewed.push(change.agent)
        const clockOffsetMs = Math.round(hello.wall - at)
        const next = {
          ...online(before, at, turns),
          version: program,
          host,
          epoch,
          backlog,
          dropped,
          refused,
          connectedAt,
          clockOffsetMs,
        }
        put(next, fresh || before.version !== program || before.epoch !== epoch || before.refused !== refused)
      }
      // What arrives was sent by somebody alive, even if its hello is still on the way.
      for (const agent of new Set([...group.events, ...group.samples, ...group.results].map((r) => r.agent))) {
        const before = agents.get(agent)
        if (!before || cutOffBecause(before) !== null) continue
        heardSinceTick.add(agent)
        put(online(before, group.now, turns), before.presence !== 'online')
      }
      for (const { agent, reason, batch } of group.forks) {
        const before = agents.get(agent)
        const quarantined = (before?.quarantined ?? 0) + (batch ? 1 : 0)
        if (before) put({ ...before, refused: cutOffBecause(before) ?? reason, quarantined }, true)
      }
      const lost = countLosses(
        group,
        renewed,
        (id) => agents.get(id),
        (agent) => put(agent, true),
      )
      return { agents: [...changed.values()], turns, lost, refused: strangers }
    },
    tick(now, mono) {
      if (awakeSince === undefined || mono - (lastTick ?? mono) > heartbeatMs) awakeSince = mono
      lastTick = mono
      for (const agent of heardSinceTick) heardMono.set(agent, mono)
      heardSinceTick.clear()
      const turns: PresenceTurn[] = []
      const changed: Agent[] = []
      const silent = (agent: Agent, because: string | null): void => {
        const since = agent.unknownSince ?? agent.lastSeen ?? now
        const next: Agent = { ...agent, presence: 'unknown', unknownSince: since }
        agents.set(agent.id, next)
        changed.push(next)
        turns.push({ agent: agent.id, site: agent.site, presence: 'unknown', at: since, because })
      }
      for (const agent of agents.values()) {
        const because = cutOffBecause(agent)
        if (because !== null && agent.presence === 'online') silent(agent, because)
      }
      const connected = connectedSince()
      if (connected === null) return { agents: changed, turns, lost: [], refused: 0 }
      const listening = Math.max(awakeSince, connected)
      for (const agent of agents.values()) {
        if (agent.presence !== 'online') continue
        const heard = heardMono.get(agent.id) ?? Number.NEGATIVE_INFINITY
        const missed = heard >= listening ? MISSED : MISSED_AFTER_OURS
        if (mono - Math.max(heard, listening) > missed * heartbeatMs) silent(agent, null)
      }
      for (const [id, since] of awaited) {
        const agent = agents.get(id)
        if (since === null) awaited.set(id, mono)
        else if (mono - Math.max(since, listening) > AWAITED * heartbeatMs) {
          awaited.delete(id)
          if (agent) silent(agent, null)
        }
      }
      return { agents: changed, turns, lost: [], refused: 0 }
    },
    restore: reset,
    adopt(id, site, refused) {
      const before = agents.get(id)
      const agent = { ...NEVER, ...before, id, site, refused }
      agents.set(id, agent)
      if (refused !== null) awaited.delete(id)
      else if (before?.presence === 'unknown' && cutOffBecause(before) !== null) awaited.set(id, null)
      return agent
    },
    list: () => [...agents.values()],
    get: (id) => agents.get(id),
  }
}

function basicsOf({ id, site, refused }: { id: string; site: string; refused?: string | null }) {
  return refused === undefined ? { id, site } : { id, site, refused }
}

const NEVER: Omit<Agent, 'id' | 'site'> = {
  presence: 'never',
  unknownSince: null,
  lastSeen: null,
  connectedAt: null,
  version: null,
  host: null,
  epoch: null,
  clockOffsetMs: null,
  backlog: {},
  dropped: {},
  quarantined: 0,
  refused: null,
  lost: {},
}
