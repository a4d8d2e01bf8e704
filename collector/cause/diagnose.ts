// Who of the dark is a cause and who a symptom. Pure: graph, evidence and what was inferred before in, a verdict per node out.
// The rules, in words: docs/causes.md.
import type { DependencyVerdict } from '#shared/http/cause.ts'
import type { Evidence, Sign } from './evidence.ts'
import { type Inferred, inferCauses } from './infer.ts'
import { powerOf } from './power.ts'
import { type Matches, type Reach, reachOf } from './reach.ts'
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
  /** Ports that were found to lead to something, at the last look. */
  readonly matches: Matches
  /** Since when this process listens: what was checked before is not known. */
  readonly startedAt: number
}

export interface Diagnosis {
  readonly reach: Reach
  /** Of nodes that are not well. */
  readonly verdicts: ReadonlyMap<number, Verdict>
  readonly inferred: ReadonlyMap<string, Inferred>
  /** Ids of nodes that were inferred to be causes and are none: what they alone lead to answers. */
  readonly refuted: ReadonlySet<string>
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
  const reach = reachOf(graph, evidence, memory.matches)
  const { nodes } = graph
  const { edges: begins, behind } = regionsOf(reach)
  const power = powerOf(reach, evidence, begins, memory.backAt)
  const idOf = (node: number) => nodes[node]?.id ?? ''
  const nameOf = (node: number) => nodes[node]?.name ?? ''
  const since = (node: number) => reach.checks[node]?.since ?? 0
  const ownAlarms = (node: number) => evidence.unreachable(idOf(node))
  const isOwner = (node: number) => ownAlarms(node).some(({ alarm }) => evidence.owns(alarm))

  const confirmed = confirmedWays(reach, memory)
  const bases = new Map<number, Verdict>()
  /** When a way to it was found alive again. */
  const backOf = new Map<number, number>()
  /** Down and explained by nothing: whose own checks decide. */
  const open = [...begins.values()].filter(({ node }) => reach.isDown(node) && power.causeOf(node) === undefined)
  for (const begin of open) bases.set(begin.node, baseOf(begin))
  const groups = inferCauses({
    ...{ reach, begins, memory, now, open, limitOf },
    isReady: (node) => bases.get(node)?.kind === 'cause' || bases.get(node)?.kind === 'symptom',
    isOwned: ({ node, links }) => isOwner(node) || links.some(({ alarm }) => evidence.owns(alarm)),
  })

  /** When waiting for checks of others ends. */
  function limitOf(node: number, others: Iterable<number> = []): number {
    let longest = evidence.interval(idOf(node))
    for (const other of others) if (reach.checks[other]) longest = Math.max(longest, evidence.interval(idOf(other)))
    const from = Math.max(since(node), memory.startedAt, backOf.get(node) ?? 0)
    return from + Math.min(LONGEST_WAIT_MS, longest) + MARGIN_MS
  }

  /** What one where darkness begins is, groups left aside. */
  function baseOf(begin: Edge): Verdict {
    const { node, living } = begin
    const own = verdict('cause', 'what it depends on answers', { causes: [node] })
    const isCut = begin.kind === 'cut' && clusterAnchor(begin) !== undefined && !isOwner(node)
    if (isOwner(node)) return own
    const limit = limitOf(node, [...living.map(([, from]) => from), ...(nodes[node]?.feeds ?? [])])
    if (now < limit && !power.isFresh(node))
      return verdict('waiting', 'its source of power was not asked since it failed', { until: limit })
    const fed = power.backAt(node)
    const failedFrom = reach.checks[node]?.failedFrom ?? 0
    const probation = (back: number, why: string): Verdict | undefined => {
      const until = back + Math.min(LONGEST_WAIT_MS, evidence.interval(idOf(node))) + MARGIN_MS
      return now < until && failedFrom < back ? verdict('probation', why, { until }) : undefined
    }
    const starting = fed === 0 ? undefined : probation(fed + BOOT_MS, 'it has power again, and is given time to start')
    if (starting !== undefined) return starting
    if (isCut) {
      const also = behind.get(node) ?? []
      return verdict('symptom', 'the link that leads to it is down', {
        causes: [node, ...also],
        anchor: clusterAnchor(begin),
      })
    }
    if (begin.kind === 'cut') return own
    const alive = living.flatMap(([edge, from]) => confirmed(edge, from, since(node)) ?? [])
    if (alive.length === 0)
      return now < limit
        ? verdict('waiting', 'what it depends on was not checked since it failed', { until: limit })
        : own
    const back = Math.min(...alive)
    backOf.set(node, back)
    const held =
      back === 0 ? undefined : probation(back, 'what it depends on has come back, and it was not checked since')
    return held ?? own
  }

  /** Alarms of a beginning of darkness that can stand for it: one that people work on already, else the most telling. */
  function clusterAnchor({ node, kind, links }: Edge): Sign | undefined {
    const own = [...ownAlarms(node), ...inferredSign(node)]
    const told = links.filter(({ alarm }) => !evidence.isAside(alarm))
    const all = kind === 'cut' ? [...told, ...own] : [...own, ...told]
    const owners = all.filter(({ alarm }) => evidence.owns(alarm)).sort((x, y) => x.raisedAt - y.raisedAt)
    return owners[0] ?? all[0]
  }

  function inferredSign(node: number): Sign[] {
    const sign = evidence.inferred(idOf(node))
    return sign === undefined ? [] : [sign]
  }

  const anchors = new Map<number, Sign | undefined>()
  function anchorOf(node: number): Sign | undefined {
    if (anchors.has(node)) return anchors.get(node)
    anchors.set(node, undefined)
    const begin = begins.get(node)
    const lost = power.causeOf(node)
    const group = groups.causeOf(node)
    const anchor =
      lost !== undefined
        ? (lost.by ?? anchorOf(lost.node))
        : group !== undefined
          ? evidence.inferred(idOf(group))
          : begin !== undefined
            ? clusterAnchor(begin)
            : anchorOf(nearest(node, behind.get(node) ?? []) ?? -1)
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

  function beginVerdict({ node }: Edge): Verdict {
    const lost = power.causeOf(node)
    const cause = { causes: [lost?.node ?? groups.causeOf(node) ?? node], anchor: anchorOf(node) }
    if (isOwner(node)) return bases.get(node) ?? verdict('cause', 'people work on it', { causes: [node] })
    if (lost !== undefined) return verdict('symptom', `${nameOf(lost.node)} gives it no power`, cause)
    const group = groups.causeOf(node)
    if (group !== undefined) return verdict('symptom', groups.whyOf(group), cause)
    const base = bases.get(node) as Verdict
    const doubt = base.kind === 'cause' || base.kind === 'symptom' ? groups.doubtOf(node) : undefined
    if (doubt === undefined || now >= doubt.until) return base
    const why = `others that depend on ${nameOf(doubt.node)} were not checked since it failed`
    return verdict('waiting', why, { until: doubt.until })
  }

  function behindVerdict(node: number): Verdict {
    const causes = behind.get(node) ?? []
    const cause = nearest(node, causes)
    if (cause === undefined) return verdict('cause', 'no way to it is known', { causes: [node] })
    if (isOwner(node)) return verdict('cause', 'it failed before, and people work on it', { causes: [node] })
    const anchor = anchorOf(node)
    // a cause without a word of its own cannot carry others for ever
    const until = anchor === undefined ? limitOf(node, causes) : null
    if (until !== null && now >= until) return verdict('cause', 'its cause has no alarm', { causes: [node] })
    const why = `${nameOf(cause)} fails, and every way to it goes there`
    return verdict('symptom', why, { causes: [cause, ...causes.filter((c) => c !== cause)], anchor, until })
  }

  const verdicts = new Map<number, Verdict>()
  for (let node = 1; node < nodes.length; node++) {
    if (!reach.isDown(node)) continue
    const begin = begins.get(node)
    verdicts.set(node, begin === undefined ? behindVerdict(node) : beginVerdict(begin))
  }
  for (const [id, { node }] of groups.inferred)
    verdicts.set(node, verdict('inferred', groups.whyOf(node), { anchor: evidence.inferred(id) }))
  const isOpen = groups.isOpen || [...verdicts.values()].some(({ kind, until }) => kind !== 'cause' && until !== null)
  return { reach, verdicts, inferred: groups.inferred, refuted: groups.refuted, isOpen, anchorOf }
}

function verdict(kind: DependencyVerdict, why: string, more: Partial<Verdict>): Verdict {
  return { kind, causes: [], anchor: undefined, until: null, why, ...more }
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
