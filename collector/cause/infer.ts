// A cause that nobody sees fail: what several depend on that all fail at once. It is taken for one only when everything fits:
// enough fail, close together, none that it alone leads to answers, and those that answered were asked after it began.

import type { Memory } from './diagnose.ts'
import type { Reach } from './reach.ts'
import { CHECK_TAKES_MS } from './reach-watch.ts'
import type { Edge } from './regions.ts'
import { AGENT_NODE, type GraphEdge, type GraphNode } from './site-graph.ts'

export interface Inferred {
  readonly node: number
  readonly since: number
  readonly isPower: boolean
  /** Ids of the devices that fail because of it. */
  readonly members: readonly string[]
}

export interface Groups {
  readonly inferred: ReadonlyMap<string, Inferred>
  causeOf(node: number): number | undefined
  /** A common neighbour that may yet turn out to be the cause of this one. */
  doubtOf(node: number): { readonly node: number; readonly until: number } | undefined
  whyOf(node: number): string
  readonly isOpen: boolean
  /** Ids of common neighbours that cannot be the cause any more: something that they alone lead to or feed answers. */
  readonly refuted: ReadonlySet<string>
}

/** So many must fail behind something that nobody watches, and behind something that itself answers. */
export const FEWEST = { unwatched: 2, watched: 3 } as const

export interface InferParts {
  readonly reach: Reach
  readonly memory: Memory
  readonly now: number
  readonly begins: ReadonlyMap<number, Edge>
  /** Where darkness begins and no source of power explains it. */
  readonly open: readonly Edge[]
  /** Whether its own checks are all there, so that it can speak for others. */
  isReady(node: number): boolean
  /** Whether people work on it already. */
  isOwned(begin: Edge): boolean
  limitOf(node: number, others?: Iterable<number>): number
}

/** Each costs a walk over the graph: the ones with most members are looked at. */
const MOST_CANDIDATES = 64

interface Candidate {
  readonly node: number
  readonly isPower: boolean
  readonly members: number[]
}

export function inferCauses({ reach, memory, now, open, isReady, isOwned, limitOf }: InferParts): Groups {
  const { nodes } = reach.graph
  const inferred = new Map<string, Inferred>()
  const cause = new Map<number, number>()
  const refuted = new Set<string>()
  const doubt = new Map<number, { node: number; until: number }>()
  const why = new Map<number, string>()
  const since = (node: number) => reach.checks[node]?.since ?? 0
  let all: Uint8Array | undefined

  const candidates = candidatesOf(
    reach,
    open.filter((begin) => !isOwned(begin)),
  )
    .filter(
      ({ node, members }) =>
        members.length > 0 && (nodes[node] as GraphNode).edges.length + (nodes[node]?.fed.length ?? 0) > 1,
    )
    .sort((x, y) => y.members.length - x.members.length || rank(nodes[x.node]) - rank(nodes[y.node]) || x.node - y.node)
    .slice(0, MOST_CANDIDATES)

  for (const { node, isPower, members: found } of candidates) {
    const { id } = nodes[node] as GraphNode
    const dark = found.filter((member) => !cause.has(member))
    const members = dark.filter(isReady)
    const before = memory.inferred.get(id)
    const fewest = before === undefined ? fewestOf(node) : 1
    if (members.length === 0) continue
    const alive = dependents(node, isPower)
    if (dark.length + alive.length < fewest) continue
    const first = before?.since ?? Math.min(...members.map(since))
    const fresh = alive.filter((one) => (reach.checks[one]?.okAt ?? 0) >= first + CHECK_TAKES_MS)
    if (fresh.length > 0) {
      refuted.add(id)
      continue
    }
    const until = Math.max(...members.map((member) => limitOf(member, alive)))
    if (alive.length > 0 || members.length < fewest || (before === undefined && members.length < dark.length)) {
      if (now < until) for (const member of members) if (!doubt.has(member)) doubt.set(member, { node, until })
      continue
    }
    const last = Math.max(...members.map(since))
    if (before === undefined && last - first > until - last) continue
    for (const member of members) cause.set(member, node)
    inferred.set(id, { node, since: first, isPower, members: members.map((member) => nodes[member]?.id ?? '').sort() })
    why.set(node, wording(nodes[node], members.length, isPower))
  }

  /** What does not answer itself cannot speak for itself: it counts as unwatched. */
  function fewestOf(node: number): number {
    return isWatched(nodes[node]) && !reach.isDown(node) ? FEWEST.watched : FEWEST.unwatched
  }

  /** Devices that answer and that this one alone leads to or feeds. */
  function dependents(node: number, isPower: boolean): number[] {
    if (isPower) return (nodes[node]?.fed ?? []).filter((one) => nodes[one]?.feeds.length === 1 && reach.isUp(one))
    const up = nodes.flatMap((_, i) => (i !== node && reach.isUp(i) ? [i] : []))
    if (node === AGENT_NODE) return up
    all ??= reach.withoutNode(-1)
    const without = reach.withoutNode(node)
    const only = new Set(up.filter((i) => all?.[i] === 1 && without[i] === 0))
    // from a place that is guessed nobody can say which side is behind: then all that stands beside it counts
    if (reach.graph.agentPlace === 'guessed' || all[node] === 0)
      for (const e of nodes[node]?.edges ?? []) {
        const { a, b } = reach.graph.edges[e] as GraphEdge
        const other = a === node ? b : a
        if (reach.isUp(other) && !nodes[other]?.forwards) only.add(other)
      }
    return [...only]
  }

  return {
    inferred,
    causeOf: (node) => cause.get(node),
    doubtOf: (node) => doubt.get(node),
    whyOf: (node) => why.get(node) ?? '',
    isOpen: doubt.size > 0,
    refuted,
  }
}

/** What each of these depends on alone: the only node by which it is reached, the only source that feeds it. */
function candidatesOf(reach: Reach, open: readonly Edge[]): Candidate[] {
  const { nodes } = reach.graph
  const network = new Map<number, number[]>()
  const power = new Map<number, number[]>()
  const add = (map: Map<number, number[]>, node: number, member: number) => {
    const list = map.get(node)
    if (list) list.push(member)
    else map.set(node, [member])
  }
  for (const { node, living, kind } of open) {
    const from = new Set(living.map(([, at]) => at))
    if (kind === 'edge' && from.size === 1) add(network, living[0]?.[1] as number, node)
    const feeds = nodes[node]?.feeds ?? []
    if (feeds.length === 1) add(power, feeds[0] as number, node)
  }
  return [
    ...[...network].map(([node, members]) => ({ node, isPower: false, members })),
    ...[...power].map(([node, members]) => ({ node, isPower: true, members })),
  ]
}

const isWatched = (node: GraphNode | undefined): boolean => node?.kind === 'device' || node?.kind === 'agent'

const rank = (node: GraphNode | undefined): number => (isWatched(node) ? 1 : 0)

function wording(node: GraphNode | undefined, count: number, isPower: boolean): string {
  const name = node?.name ?? ''
  const all = `all ${count} devices`
  if (node?.kind === 'agent') return 'the agent reaches no device at all'
  if (isPower) return `${all} fed by ${name} fail at once`
  const itself = isWatched(node) ? `${name} answers itself` : `${name} is not watched itself`
  return `${all} that only ${name} leads to fail at once; ${itself}`
}
