// What is dark at a site, and from where: dark nodes that a living way still leads to fail by themselves, those that only dead
// links lead to are cut off, all others are behind one of these.
import type { Sign } from './evidence.ts'
import type { Reach } from './reach.ts'
import { AGENT_NODE, type GraphEdge } from './site-graph.ts'

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
  const guessed = dark.length > 0 && reach.graph.agentPlace === 'guessed' ? besideAnswers(reach) : new Uint8Array(0)
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
    // that the agent is here was a guess: what answers in this part of the site says better from where it is reached
    const alive = guessed[node] === 1 ? living.filter(([, from]) => from !== AGENT_NODE) : living
    if (alive.length > 0) begins.set(node, { node, kind: 'edge', living: alive, links: signs })
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

/** Marks all that is connected to a device that answers, other than through the agent. */
function besideAnswers(reach: Reach): Uint8Array {
  const { nodes, edges } = reach.graph
  const marked = new Uint8Array(nodes.length)
  const queue: number[] = []
  for (let i = 1; i < nodes.length; i++) if (reach.isUp(i)) queue.push(i)
  for (const i of queue) marked[i] = 1
  for (let head = 0; head < queue.length; head++) {
    const at = queue[head] as number
    for (const e of nodes[at]?.edges ?? []) {
      const { a, b } = edges[e] as GraphEdge
      const to = a === at ? b : a
      if (to === AGENT_NODE || marked[to] === 1 || !reach.isUsable(e)) continue
      marked[to] = 1
      queue.push(to)
    }
  }
  return marked
}
