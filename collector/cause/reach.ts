// What is reached at a site and what is not: a walk over the graph with everything dead taken out. A device that answers is
// reached, whatever the graph says of its ways.
import type { Evidence, Sign } from './evidence.ts'
import type { Checks } from './reach-watch.ts'
import { AGENT_NODE, type GraphEdge, type SiteGraph } from './site-graph.ts'

/** Declared edges by id, the alarm of the port that was found to be theirs, and when that was up again (0: it is down). */
export type Matches = ReadonlyMap<string, { readonly alarm: string; readonly backAt: number }>

export interface Reach {
  readonly graph: SiteGraph
  readonly checks: readonly (Checks | undefined)[]
  isUp(node: number): boolean
  isDown(node: number): boolean
  /** A down device, or something unwatched that no way leads to. */
  isDark(node: number): boolean
  isReached(node: number): boolean
  /** The alarm of a dead edge; undefined: it is alive as far as is known. */
  deadBy(edge: number): Sign | undefined
  isUsable(edge: number): boolean
  /** When an edge was last found alive again; 0: it was never dead. */
  backAt(edge: number): number
  /** Ways into a node that begin at a node that passes things on: edge and that node. */
  waysInto(node: number): readonly (readonly [edge: number, from: number])[]
  readonly matches: Matches
  /** Down nodes that are declared to be behind the device of this alarm and failed with a port of which no link is known. */
  behindPort(alarm: string): readonly number[]
  /** Nodes that are declared to be behind a device to which no link is known. */
  declaredBehind(node: number): readonly number[]
  /** Nodes that the agent reaches by ways alone, with one node taken out. */
  withoutNode(node: number): Uint8Array
}

/** `matched`: what was matched at the last look, see `matched` of the answer. */
export function reachOf(graph: SiteGraph, evidence: Evidence, matched: Matches = new Map()): Reach {
  const { nodes, edges } = graph
  const checks = nodes.map((node) => (node.kind === 'device' ? evidence.checks(node.id) : undefined))
  const isUp = (i: number) => checks[i]?.state === 'up'
  const isDown = (i: number) => checks[i]?.state === 'down'
  const dead: (Sign | undefined)[] = new Array(edges.length)
  const back = new Float64Array(edges.length)
  edges.forEach((edge, e) => {
    if (edge.kind !== 'link') return
    for (const [end, port] of [[edge.a, edge.aPort] as const, [edge.b, edge.bPort] as const]) {
      if (port === '' || isDown(end)) continue
      const { down, backAt } = evidence.port(nodes[end]?.id ?? '', port)
      if (down !== undefined && (dead[e] === undefined || down.raisedAt < (dead[e]?.raisedAt ?? 0))) dead[e] = down
      back[e] = Math.max(back[e] as number, backAt)
    }
  })
  // what is declared between two goes the way of the links between them
  edges.forEach(({ by }, e) => {
    if (by.length === 0) return
    if (by.every((link) => dead[link] !== undefined)) dead[e] = dead[by[0] as number]
    back[e] = Math.min(...by.map((link) => back[link] as number))
  })
  const is = { isUp, isDown, since: (i: number) => checks[i]?.since ?? 0 }
  const { behind: behindPorts, matches } = matchPorts(graph, evidence, is, dead, back, matched)
  const isUsable = (e: number) => {
    const { stale, a, b } = edges[e] as GraphEdge
    return !stale || isDown(a) || isDown(b)
  }

  function walk(from: readonly number[], without: number): Uint8Array {
    const reached = new Uint8Array(nodes.length)
    const queue = from.filter((i) => i !== without)
    for (const i of queue) reached[i] = 1
    for (let head = 0; head < queue.length; head++) {
      const at = queue[head] as number
      if (!nodes[at]?.forwards) continue
      for (const e of nodes[at]?.edges ?? []) {
        if (dead[e] !== undefined || !isUsable(e)) continue
        const { a, b, both } = edges[e] as GraphEdge
        const to = a === at ? b : both ? a : at
        if (to === without || reached[to] === 1 || isDown(to)) continue
        reached[to] = 1
        queue.push(to)
      }
    }
    return reached
  }

  const begin = [AGENT_NODE]
  for (let i = 0; i < nodes.length; i++) if (isUp(i)) begin.push(i)
  const reached = walk(begin, -1)
  return {
    graph,
    checks,
    matches,
    isUp,
    isDown,
    isDark: (i) => isDown(i) || (reached[i] === 0 && nodes[i]?.kind !== 'supply'),
    isReached: (i) => reached[i] === 1,
    deadBy: (e) => dead[e],
    isUsable,
    backAt: (e) => back[e] as number,
    waysInto(node) {
      const ways: [number, number][] = []
      for (const e of nodes[node]?.ways ?? []) {
        const { a, b } = edges[e] as GraphEdge
        const from = b === node ? a : b
        if (isUsable(e) && nodes[from]?.forwards) ways.push([e, from])
      }
      return ways
    },
    declaredBehind: (node) =>
      (nodes[node]?.edges ?? []).flatMap((e) => {
        const { kind, a, b, by } = edges[e] as GraphEdge
        return kind === 'parent' && a === node && by.length === 0 ? [b] : []
      }),
    behindPort: (alarm) => behindPorts.get(alarm) ?? [],
    withoutNode: (node) => walk([AGENT_NODE], node),
  }
}

/**
 * A site that only declares parents knows of no ports. When as many ports of a parent go down as children of it fail at that
 * time, those are the ports: all of one device are one incident, so that it does not matter which is whose. What was found
 * stays so while it lasts.
 */
function matchPorts(
  { nodes, edges }: SiteGraph,
  evidence: Evidence,
  is: { isUp(node: number): boolean; isDown(node: number): boolean; since(node: number): number },
  dead: (Sign | undefined)[],
  back: Float64Array,
  before: Matches,
): { behind: Map<string, number[]>; matches: Matches } {
  const behind = new Map<string, number[]>()
  const matches = new Map<string, { alarm: string; backAt: number }>()
  for (let i = 1; i < nodes.length; i++) {
    const { id, kind, edges: own } = nodes[i] as SiteGraph['nodes'][number]
    if (kind !== 'device' || !is.isUp(i)) continue
    const down = evidence.portsDown(id)
    if (down.length === 0 && before.size === 0) continue
    const known = new Set<string>()
    const children: number[] = []
    for (const e of own) {
      const { kind: of, a, aPort, b, bPort, by } = edges[e] as GraphEdge
      if (of === 'link') known.add(a === i ? aPort : bPort)
      else if (a === i && by.length === 0 && is.isDown(b)) children.push(e)
    }
    const unknown = down.filter(({ port }) => !known.has(port))
    const taken = new Set<string>()
    const match = (e: number, sign: Sign) => {
      dead[e] = sign
      taken.add(sign.alarm)
      const { id: way, b } = edges[e] as GraphEdge
      matches.set(way, { alarm: sign.alarm, backAt: 0 })
      behind.set(sign.alarm, [...(behind.get(sign.alarm) ?? []), b])
    }
    for (const e of children) {
      const { id: way } = edges[e] as GraphEdge
      const matched = before.get(way)
      const sign = unknown.find(({ alarm }) => alarm === matched?.alarm)
      if (sign) match(e, sign)
      else if (matched) {
        const backAt = matched.backAt || evidence.portsBackAt(id)
        matches.set(way, { alarm: matched.alarm, backAt })
        back[e] = backAt
      }
    }
    const wait = evidence.interval(id) + 60_000
    const fits = (e: number, raisedAt: number) => Math.abs(raisedAt - is.since((edges[e] as GraphEdge).b)) <= wait
    const free = unknown.filter(({ alarm }) => !taken.has(alarm)).sort((x, y) => x.raisedAt - y.raisedAt)
    const failed = children.filter((e) => dead[e] === undefined && free.some(({ raisedAt }) => fits(e, raisedAt)))
    const ports = free.filter(({ raisedAt }) => children.some((e) => fits(e, raisedAt)))
    if (failed.length > 0 && ports.length >= failed.length) {
      failed.forEach((e, n) => {
        match(e, ports[n] as Sign)
      })
    }
    // fewer ports than children, or more: whose they are nobody can say, and no way is taken for dead
    const all = children.map((e) => (edges[e] as GraphEdge).b)
    for (const { alarm } of ports) if (!behind.has(alarm)) behind.set(alarm, all)
  }
  return { behind, matches }
}
