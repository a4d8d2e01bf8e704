// Who of the dark is a cause and who a symptom. Pure: graph, evidence and what was inferred before in, a verdict per node out.
// The rules, in words: docs/causes.md.
import type { DependencyVerdict } from '#shared/http/cause.ts'
import type { Evidence, Sign } from './evidence.ts'
import { type Inferred, inferCauses } from './infer.ts'
import { powerOf } from './power.ts'
import { type Reach, reachOf } from './reach.ts'
import { CHECK_TAKES_MS } from './reach-watch.ts'
import { type Edge, regionsOf } from './regions.ts'
import { AGENT_NODE, type SiteGraph } from './site-graph.ts'

export interface Verdict {
  readonly kind: DependencyVerdict
  /** Nodes, the nearest first. */
  readonly causes: readonly number[]
  /** The alarm that stands for the cause; undefined: none does yet. */
  readonly anchor: Sign | undefined
  /** ms UTC, or null. */
  readonly until: number | null
  readonly why: string
}

export interface Memory {
  /** Inferred causes that stood at the last look, by node id. */
  readonly inferred: ReadonlyMap<string, Inferred>
  /** When inferred causes were over, by node id. */
  readonly backAt: ReadonlyMap<string, number>
  /** Since when this process listens: what was checked before is not known. */
  readonly startedAt: number
}

export interface Diagnosis {
  readonly reach: Reach
  /** Of nodes that are not well. */
  readonly verdicts: ReadonlyMap<number, Verdict>
  readonly inferred: ReadonlyMap<string, Inferred>
  /** Something waits for checks or for time: look again when there is any. */
  readonly isOpen: boolean
  /** The alarm that a link's alarm follows, facing this node; undefined: it stands for itself. */
  anchorOf(node: number): Sign | undefined
}

/** Beyond the poll interval: how late a check may come, and its alarm after it. */
export const MARGIN_MS = 30_000
/** What had no power needs this long until it answers again. */
export const BOOT_MS = 90_000
const LONGEST_WAIT_MS = 900_000

export function diagnose(graph: SiteGraph, evidence: Evidence, memory: Memory, now: number): Diagnosis {
  const reach = reachOf(graph, evidence)
  const { nodes } = graph
  const { edges: begins, behind } = regionsOf(reach)
  const power = powerOf(reach, evidence, begins)
  const verdicts = new Map<number, Verdict>()
  let isOpen = false

  const idOf = (node: number) => nodes[node]?.id ?? ''
  const nameOf = (node: number) => nodes[node]?.name ?? ''
  const since = (node: number) => reach.checks[node]?.since ?? 0
  const ownAlarms = (node: number) => evidence.unreachable(idOf(node))
  const isOwner = (node: number) => ownAlarms(node).some(({ alarm }) => evidence.owns(alarm))

  const confirmed = confirmedWays(reach, memory)
  /** Where darkness begins and nothing else explains it: whose checks decide. */
  const open = [...begins.values()].filter(({ node }) => reach.isDown(node) && power.causeOf(node) === undefined)
  const groups = inferCauses({
    reach,
    evidence,
    memory,
    now,
    open: open.filter((e) => e.kind === 'edge' && !isOwner(e.node)),
    limitOf,
  })

  /** When waiting for checks of others ends. */
  function limitOf(node: number, others: Iterable<number> = []): number {
    let longest = evidence.interval(idOf(node))
    for (const other of others) if (reach.checks[other]) longest = Math.max(longest, evidence.interval(idOf(other)))
    return Math.max(since(node), memory.startedAt) + Math.min(LONGEST_WAIT_MS, longest) + MARGIN_MS
  }

  /** The alarm that stands for a beginning of darkness: one that people work on already, else the most telling. */
  function clusterAnchor({ node, kind, links }: Edge): Sign | undefined {
    const own = ownAlarms(node)
    const all = kind === 'cut' ? [...links, ...own] : [...own, ...links]
    const owners = all.filter(({ alarm }) => evidence.owns(alarm)).sort((x, y) => x.raisedAt - y.raisedAt)
    return owners[0] ?? all[0]
  }

  const anchors = new Map<number, Sign | undefined>()
  function anchorOf(node: number): Sign | undefined {
    if (anchors.has(node)) return anchors.get(node)
    anchors.set(node, undefined)
    const begin = begins.get(node)
    const lost = power.causeOf(node)
    const group = groups.causeOf(node)
    let anchor: Sign | undefined
    if (lost !== undefined) anchor = lost.by ?? anchorOf(lost.node)
    else if (group !== undefined) anchor = evidence.inferred(idOf(group))
    else if (begin !== undefined) anchor = clusterAnchor(begin)
    else if (evidence.inferred(idOf(node))) anchor = evidence.inferred(idOf(node))
    else anchor = anchorOf(nearest(node, behind.get(node) ?? []) ?? -1)
    anchors.set(node, anchor)
    return anchor
  }

  /** Of several causes the nearest of those that began when this one did, else the last before it. */
  function nearest(node: number, causes: readonly number[]): number | undefined {
    if (causes.length < 2) return causes[0]
    const at = since(node)
    const beganAt = (cause: number) => begins.get(cause)?.links[0]?.raisedAt ?? since(cause)
    const window = evidence.interval(idOf(node)) + MARGIN_MS
    const together = causes.find((cause) => Math.abs(beganAt(cause) - at) <= window)
    return together ?? [...causes].sort((x, y) => beganAt(y) - beganAt(x))[0]
  }

  function symptom(node: number, cause: number, causes: readonly number[], why: string): Verdict {
    return {
      kind: 'symptom',
      causes: [cause, ...causes.filter((c) => c !== cause)],
      anchor: anchorOf(node),
      until: null,
      why,
    }
  }

  function verdictOf(begin: Edge): Verdict {
    const { node } = begin
    const lost = power.causeOf(node)
    if (lost !== undefined) return symptom(node, lost.node, [], `${nameOf(lost.node)} gives it no power`)
    const group = groups.causeOf(node)
    if (group !== undefined) return symptom(node, group, [], groups.whyOf(group))
    if (begin.kind === 'cut') {
      const also = behind.get(node) ?? []
      return { ...symptom(node, node, also, 'the link that leads to it is down'), kind: 'symptom' }
    }
    const own: Verdict = {
      kind: 'cause',
      causes: [node],
      anchor: undefined,
      until: null,
      why: 'what it depends on answers',
    }
    if (isOwner(node)) return own
    const ways = begin.living.map(([edge, from]) => confirmed(edge, from, since(node)))
    const limit = limitOf(
      node,
      begin.living.map(([, from]) => from),
    )
    const wait = (why: string): Verdict => ({ kind: 'waiting', causes: [], anchor: undefined, until: limit, why })
    const alive = ways.filter((way) => way !== undefined)
    if (alive.length === 0) return now < limit ? wait('what it depends on was not checked since it failed') : own
    const fed = power.backAt(node)
    const back = Math.max(Math.min(...alive), fed > 0 ? fed + BOOT_MS : 0)
    const failAt = reach.checks[node]?.failAt ?? 0
    if (back > 0 && failAt < back + CHECK_TAKES_MS) {
      const until = back + Math.min(LONGEST_WAIT_MS, evidence.interval(idOf(node))) + MARGIN_MS
      const why = 'what it depends on has come back, and it was not checked since'
      if (now < until) return { kind: 'probation', causes: [], anchor: undefined, until, why }
    }
    const doubt = groups.doubtOf(node)
    if (doubt !== undefined && now < doubt.until)
      return {
        ...wait(`others that depend on ${nameOf(doubt.node)} were not checked since it failed`),
        until: doubt.until,
      }
    return own
  }

  for (const begin of begins.values()) {
    if (!reach.isDown(begin.node)) continue
    const verdict = verdictOf(begin)
    verdicts.set(begin.node, verdict)
    if (verdict.kind === 'waiting' || verdict.kind === 'probation') isOpen = true
  }
  for (let node = 1; node < nodes.length; node++) {
    if (verdicts.has(node) || !reach.isDown(node)) continue
    const causes = behind.get(node) ?? []
    const cause = nearest(node, causes)
    const limit = limitOf(node, causes)
    if (cause === undefined) {
      // no way is known at all
      verdicts.set(node, {
        kind: 'cause',
        causes: [node],
        anchor: undefined,
        until: null,
        why: 'no way to it is known',
      })
      continue
    }
    const anchor = anchorOf(node)
    // a cause without a word of its own cannot carry others for ever
    const until = anchor === undefined ? limit : null
    if (until !== null) isOpen = true
    const why = `${nameOf(cause)} fails, and every way to it goes there`
    const silent = until !== null && now >= until
    if (silent)
      verdicts.set(node, {
        kind: 'cause',
        causes: [node],
        anchor: undefined,
        until: null,
        why: 'its cause has no alarm',
      })
    else verdicts.set(node, { ...symptom(node, cause, causes, why), until })
  }
  for (const [id, { node }] of groups.inferred) {
    verdicts.set(node, {
      kind: 'inferred',
      causes: [],
      anchor: evidence.inferred(id),
      until: null,
      why: groups.whyOf(node),
    })
  }
  return { reach, verdicts, inferred: groups.inferred, isOpen: isOpen || groups.isOpen, anchorOf }
}

/**
 * Whether a way was found alive after a node failed: by the check of what it leads through, however far that is. Answers since
 * when it is alive (0: always), or undefined.
 */
function confirmedWays(reach: Reach, memory: Memory) {
  const { nodes } = reach.graph
  function confirmed(edge: number, from: number, failedAt: number, seen: Set<number>): number | undefined {
    if (seen.has(from) || reach.deadBy(edge) !== undefined || !reach.isReached(from)) return undefined
    const backAt = Math.max(reach.backAt(edge), memory.backAt.get(nodes[from]?.id ?? '') ?? 0)
    if (from === AGENT_NODE) return backAt
    const checks = reach.checks[from]
    if (checks?.state === 'up')
      return checks.okAt >= failedAt + CHECK_TAKES_MS ? Math.max(backAt, checks.since) : undefined
    seen.add(from)
    let best: number | undefined
    for (const [e, further] of reach.waysInto(from)) {
      const at = confirmed(e, further, failedAt, seen)
      if (at !== undefined) best = Math.min(best ?? Number.POSITIVE_INFINITY, at)
    }
    return best === undefined ? undefined : Math.max(best, backAt)
  }
  return (edge: number, from: number, failedAt: number) => confirmed(edge, from, failedAt, new Set())
}
