// What is reached at a site and what is not: a walk over the graph with everything dead taken out. A device that answers is
// reached, whatever the graph says of its ways.
import type { Evidence, Sign } from './evidence.ts'
import type { Checks } from './reach-watch.ts'
import { AGENT_NODE, type GraphEdge, type SiteGraph } from './site-graph.ts'

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
  /** Nodes that the agent reaches by ways alone, with one node taken out. */
  withoutNode(node: number): Uint8Array
}

export function reachOf(graph: SiteGraph, evidence: Evidence): Reach {
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
    withoutNode: (node) => walk([AGENT_NODE], node),
  }
}
