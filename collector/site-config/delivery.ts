// Brings each agent the configuration it should use: made when something changed, kept in the database as it will be sent,
// sent until the agent says that it uses it, with pauses that grow. Works in steps of a second; never throws.
import type { Logger } from 'pino'
import type { ConfigPart } from '#shared/wire/site-config.ts'
import type { AgentConfigRow, ConfigProblem, SiteConfigStore } from './config-store.ts'
import { DEAF, isOtherOfSameVersion, newPeer, type Peer } from './peer.ts'
import { packConfig, piecesOf, unpackConfig } from './pieces.ts'
import { MOST_VERSION, readReport } from './read-report.ts'
import { type AgentContent, sealedConfig } from './site-content.ts'

export interface DeliveryDeps {
  readonly store: SiteConfigStore
  /** Agents there are, with their sites, oldest first. */
  readonly agents: () => readonly { readonly id: string; readonly site: string }[]
  /** undefined for an agent that is not known. */
  readonly siteOf: (agent: string) => string | undefined
  /** What an agent of a site, one of `all`, should use now. */
  readonly contentOf: (agent: string, site: string, all: readonly string[]) => AgentContent
  /** Opens a secret of the vault and seals it to the agent. Throws. */
  readonly reseal: (agent: string, site: string, box: string, credentials: string, key: string) => string
  readonly sign: (text: string) => string
  /** False when it could not be sent now. */
  readonly publish: (agent: string, part: ConfigPart) => Promise<boolean>
  readonly isOnline: (agent: string) => boolean
  readonly now: () => number
  /** 0 <= x < 1, for the pauses. */
  readonly random: () => number
  readonly log: Logger
}

export interface HeardAgent {
  readonly agent: string
  /** Version it uses, 0: none. */
  readonly uses: number
  /** SHA-256 of what it uses, hex; undefined: it does not say. */
  readonly hash?: string | undefined
  /** Tells a new start from another heartbeat. */
  readonly instance: string
  /** Whose signature it believes; `old`: its program knows of no configurations. */
  readonly trusts: 'us' | 'another' | 'nobody' | 'old'
}

export interface AgentDelivery {
  readonly row: AgentConfigRow | undefined
  /** Version it said it uses; null: not heard of. */
  readonly uses: number | null
  readonly blocked: string | null
  /** What could not go into its configuration. */
  readonly problems: readonly ConfigProblem[]
  /** Something of its site changed since its version was made; the next step looks whether it needs another. */
  readonly isBehind: boolean
}

export interface Delivery {
  /** Something of a site changed; undefined: of all. */
  touch(site?: string): void
  /** An agent said hello. */
  heard(hello: HeardAgent): void
  /** up/config. False: nothing was taken. */
  report(agent: string, payload: Uint8Array): boolean
  /** Makes a new version even if nothing changed, so that one that was given up is tried again. */
  again(agent: string): void
  /** One second has gone. */
  step(): void
  of(agent: string): AgentDelivery
  /** Its place among those that have a configuration, in the order in which they got their first; Infinity: none. */
  place(agent: string): number
  counters(): Readonly<Record<string, number>>
  /** Waits for what is being sent, at most some seconds. */
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 10_000
const LAST_PAUSE_MS = 900_000
/** An agent that refused is asked again so seldom: its disk may be full, its key may be put right. */
const REFUSED_PAUSE_MS = 600_000
const SENDS_AT_ONCE = 4
/** Reports read of one agent between two steps: each may be large, and one is the rule. */
const REPORTS_A_STEP = 10
const STEP_BUDGET_MS = 50

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { store, now, log } = deps
  const peers = new Map<string, Peer>()
  const dirty = new Set<string>()
  const sends = new Set<Promise<void>>()
  const reports = new Map<string, number>()
  const count: Record<string, number> = {}
  const add = (name: string): void => {
    count[name] = (count[name] ?? 0) + 1
  }
  let allDirty = true
  let stopped = false
  let places = 0
  for (const row of store.agentConfigs())
    Object.assign(peer(row.agent), { row, problems: row.problems, place: places++ })

  function peer(agent: string): Peer {
    const one = peers.get(agent) ?? newPeer()
    peers.set(agent, one)
    return one
  }

  function make(agent: string, site: string, all: readonly string[]): void {
    const one = peer(agent)
    const content = deps.contentOf(agent, site, all)
    const { row } = one
    const ahead = row !== undefined && ((one.uses ?? 0) > row.version || isOtherOfSameVersion(one))
    one.problems = content.problems
    if (row === undefined && content.isEmpty && (one.uses ?? 0) === 0) return
    if (row?.basis === content.basis && !one.again && !ahead) {
      Object.assign(one, { problems: row.problems, blocked: null })
      return
    }
    // Above everything the agent has seen: a collector restored from a backup has forgotten versions.
    const version = Math.max(row?.version ?? 0, one.uses ?? 0, row?.report?.configVersion ?? 0) + 1
    const head = { agent, configVersion: version, madeAt: now() }
    const { config, problems } = sealedConfig(head, content, {
      reseal: (box, name, key) => deps.reseal(agent, site, box, name, key),
      before: () => unpackConfig(store.packed(agent)),
    })
    const packed = packConfig(config)
    if ('tooLarge' in packed) {
      if (one.blocked === null) log.error({ agent, reason: packed.tooLarge }, 'a site configuration cannot be sent')
      one.blocked = packed.tooLarge
      return
    }
    const made: AgentConfigRow = {
      ...{ agent, version, basis: content.basis, sha256: packed.sha256, devices: config.devices.length },
      ...{
        problems: [...content.problems, ...problems],
        bytes: packed.packed.length,
        madeAt: head.madeAt,
        sentAt: null,
      },
      report: row?.report ?? null,
    }
    store.saveAgentConfig(made, packed.packed)
    if (row === undefined) one.place = places++
    Object.assign(one, { row: made, problems: made.problems, blocked: null, again: false, attempts: 0, nextAt: 0 })
    log.info({ agent, version, devices: made.devices, bytes: made.bytes }, 'site configuration made')
  }

  /** When the agent is to be sent its version; undefined: it has it, or said no for good. */
  function dueAt(one: Peer): number | undefined {
    const { row, uses, nextAt, trusts } = one
    if (row === undefined || uses === row.version || trusts !== 'us') return undefined
    const answer = row.report?.configVersion === row.version ? row.report.state : undefined
    return answer === 'rolled-back' ? undefined : nextAt
  }

  async function send(agent: string, one: Peer, row: AgentConfigRow): Promise<void> {
    one.sending = true
    try {
      const packed = store.packed(agent)
      if (packed === undefined) return
      const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(one.attempts++, 10))
      const refused = row.report?.state === 'refused' && row.report.configVersion === row.version
      one.nextAt = now() + (refused ? REFUSED_PAUSE_MS : pause) * (0.75 + deps.random() / 2)
      for (const part of piecesOf(row, packed, deps.sign))
        if (stopped || !(await deps.publish(agent, part))) return add('not-sent')
      add('sent')
      one.row = one.row?.version === row.version ? { ...one.row, sentAt: now() } : one.row
      if (one.row?.version === row.version) store.markSent(agent, now())
    } catch (error) {
      add('failed')
      log.warn({ err: error, agent }, 'a site configuration could not be sent; it is tried again')
    } finally {
      one.sending = false
    }
  }

  function step(): void {
    reports.clear()
    if (allDirty) {
      const agents = deps.agents()
      for (const { site } of agents) dirty.add(site)
      forgetOthers(new Set(agents.map((a) => a.id)))
    }
    allDirty = false
    if (dirty.size > 0) makeDirty()
    for (const [agent, one] of peers) {
      if (one.unsaved) store.saveReport(agent, one.unsaved)
      one.unsaved = undefined
      const at = dueAt(one)
      if (at === undefined || at > now() || one.sending || !one.row || sends.size >= SENDS_AT_ONCE) continue
      if (!deps.isOnline(agent)) continue
      const work = send(agent, one, one.row).finally(() => sends.delete(work))
      sends.add(work)
    }
  }

  /** Sites in turn, as many as there is time for: the thread is also everybody else's. */
  function makeDirty(): void {
    const agents = Map.groupBy(deps.agents(), (a) => a.site)
    const began = performance.now()
    for (const site of dirty) {
      const all = (agents.get(site) ?? []).map((agent) => agent.id)
      for (const agent of all) make(agent, site, all)
      dirty.delete(site)
      if (performance.now() - began > STEP_BUDGET_MS) break
    }
  }

  function forgetOthers(known: ReadonlySet<string>): void {
    for (const agent of [...peers.keys()]) {
      if (known.has(agent)) continue
      peers.delete(agent)
      store.forgetAgent(agent)
    }
  }

  return {
    touch(site) {
      if (site === undefined) allDirty = true
      else dirty.add(site)
    },
    heard({ agent, uses, hash, instance, trusts }) {
      const site = deps.siteOf(agent)
      if (site === undefined) return
      const one = peer(agent)
      if (one.instance !== instance) {
        Object.assign(one, { instance, attempts: 0, nextAt: Math.min(one.nextAt, now()) })
        // it may have been enrolled since, and have a key now
        dirty.add(site)
      }
      Object.assign(one, { uses: uses > MOST_VERSION ? 0 : uses, hash, trusts })
      if ((one.uses ?? 0) > (one.row?.version ?? 0) || isOtherOfSameVersion(one)) dirty.add(site)
    },
    report(agent, payload) {
      if (deps.siteOf(agent) === undefined) return true
      const received = (reports.get(agent) ?? 0) + 1
      reports.set(agent, received)
      if (received > REPORTS_A_STEP) {
        add('report-too-often')
        return true
      }
      const said = readReport(agent, payload)
      if (typeof said === 'string') {
        add('report-unreadable')
        const n = count['report-unreadable'] ?? 1
        // whoever floods the topic must not flood the log: the 1st, 2nd, 4th, 8th ... are told
        if ((n & (n - 1)) === 0)
          log.warn({ agent, reason: said, count: n }, 'a report on a configuration cannot be read')
        return true
      }
      const one = peer(agent)
      if (!one.row) return true
      one.row = { ...one.row, report: said }
      one.unsaved = said
      if (said.state === 'applied' || said.state === 'partly')
        Object.assign(one, { uses: said.configVersion, hash: undefined })
      return true
    },
    again(agent) {
      const site = deps.siteOf(agent)
      if (site === undefined) return
      peer(agent).again = true
      dirty.add(site)
    },
    step() {
      try {
        if (!stopped) step()
      } catch (error) {
        add('failed')
        log.error({ err: error }, 'site configurations could not be brought up to date; tried again in a second')
        allDirty = true
      }
    },
    of(agent) {
      const { row, uses = null, blocked = null, problems = [], trusts = 'us' } = peers.get(agent) ?? { row: undefined }
      const deaf = row === undefined || trusts === 'us' ? null : DEAF[trusts]
      const isBehind = allDirty || dirty.has(deps.siteOf(agent) ?? '')
      return { row, uses, blocked: blocked ?? deaf, problems, isBehind }
    },
    place: (agent) => peers.get(agent)?.place ?? Number.POSITIVE_INFINITY,
    counters: () => ({ ...count }),
    async stop() {
      stopped = true
      await Promise.race([Promise.allSettled(sends), new Promise((done) => setTimeout(done, 2_000).unref())])
    },
  }
}
