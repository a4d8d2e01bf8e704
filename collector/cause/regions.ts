// What is dark at a site, and from where: dark nodes that a living way still leads to fail by themselves, those that only dead
// links lead to are cut off, all others are behind one of these.
import type { Sign } from './evidence.ts'
import type { Reach } from './reach.ts'
import type { GraphEdge } from './site-graph.ts'

/** Where darkness begins. */
export interface Edge {
  readonly node: number
  /** edge: a living way leads to it. cut: only dead links do. */
  readonly kind: 'edge' | 'cut'
  /** Living ways that lead to it: edge and node. */
  readonly living: readonly (readonly [edge: number, from: number])[]
  /** Alarms of dead links that lead to it from what is reached. */
  readonly links: readonly Sign[]
}

export interface Regions {
  readonly edges: ReadonlyMap<number, Edge>
  /** Of each other dark node: where its darkness begins, the nearest first. */
  readonly behind: ReadonlyMap<number, readonly number[]>
}

/** Steps of all walks together; a site where more is dark has one cause or none that a graph could tell. */
const MAX_STEPS = 400_000

export function regionsOf(reach: Reach): Regions {
  const { nodes, edges } = reach.graph
  const dark: number[] = []
  for (let i = 1; i < nodes.length; i++) if (reach.isDark(i)) dark.push(i)
  const begins = new Map<number, Edge>()
  for (const node of dark) {
    const living: (readonly [number, number])[] = []
    const links = new Map<string, Sign>()
    for (const [edge, from] of reach.waysInto(node)) {
      if (!reach.isReached(from)) continue
      const sign = reach.deadBy(edge)
      if (sign === undefined) living.push([edge, from])
      else links.set(sign.alarm, sign)
    }
    const signs = [...links.values()].sort((x, y) => x.raisedAt - y.raisedAt)
    if (living.length > 0) begins.set(node, { node, kind: 'edge', living, links: signs })
    else if (signs.length > 0) begins.set(node, { node, kind: 'cut', living, links: signs })
  }
  const behind = new Map<number, { node: number; steps: number }[]>()
  let steps = 0
  for (const begin of begins.keys()) {
    const far = new Map<number, number>([[begin, 0]])
    const queue = [begin]
    for (let head = 0; head < queue.length && steps < MAX_STEPS; head++) {
      const at = queue[head] as number
      if (!nodes[at]?.forwards) continue
      for (const e of nodes[at]?.edges ?? []) {
        steps++
        const { a, b, both } = edges[e] as GraphEdge
        const to = a === at ? b : both ? a : at
        if (far.has(to) || !reach.isUsable(e) || !reach.isDark(to)) continue
        if (begins.get(to)?.kind === 'edge') continue
        const distance = (far.get(at) as number) + 1
        far.set(to, distance)
        queue.push(to)
        const list = behind.get(to)
        if (list) list.push({ node: begin, steps: distance })
        else behind.set(to, [{ node: begin, steps: distance }])
      }
    }
  }
  const ordered = [...behind].map(
    ([node, causes]) => [node, causes.sort((x, y) => x.steps - y.steps || x.node - y.node).map((c) => c.node)] as const,
  )
  return { edges: begins, behind: new Map(ordered) }
}
