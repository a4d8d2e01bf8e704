// Where the nodes of a site's dependencies stand in the picture: the agent's place above, each layer one step further away.
import type { DependencyEdge, DependencyNode } from '#shared/http/cause.ts'

export interface Placed {
  readonly node: DependencyNode
  readonly layer: number
  /** Place within its layer, from the left. */
  readonly at: number
}

export interface Picture {
  readonly placed: readonly Placed[]
  readonly layers: number
  /** Nodes of the fullest layer. */
  readonly widest: number
}

/**
 * Breadth first from the agent over ways in both directions; sources of power stand in a layer above what they feed, devices
 * that nothing reaches in the last one. Each layer is ordered by where its neighbours of the layer above stand.
 */
export function pictureOf(nodes: readonly DependencyNode[], edges: readonly DependencyEdge[]): Picture {
  const ways = edges.filter((edge) => edge.kind !== 'power')
  const next = new Map<string, string[]>()
  const join = (a: string, b: string) => next.set(a, [...(next.get(a) ?? []), b])
  for (const { from, to } of ways) {
    join(from, to)
    join(to, from)
  }
  const depth = new Map<string, number>()
  const roots = nodes.filter((node) => node.kind === 'agent')
  let front = (roots.length > 0 ? roots : rootless(nodes, ways)).map((node) => node.id)
  for (const id of front) depth.set(id, 0)
  for (let layer = 1; front.length > 0; layer++) {
    const reached = front.flatMap((id) => next.get(id) ?? []).filter((id) => !depth.has(id))
    front = [...new Set(reached)]
    for (const id of front) depth.set(id, layer)
  }
  const deepest = Math.max(0, ...depth.values())
  for (const node of nodes) {
    if (depth.has(node.id)) continue
    const fed = edges.filter((edge) => edge.kind === 'power' && edge.from === node.id).map((edge) => depth.get(edge.to))
    const above = Math.min(...fed.map((one) => one ?? Number.POSITIVE_INFINITY))
    depth.set(node.id, Number.isFinite(above) ? Math.max(0, above - 1) : deepest + 1)
  }
  return ordered(nodes, next, depth)
}

/** Without an agent's place: those that most depends on. */
function rootless(nodes: readonly DependencyNode[], ways: readonly DependencyEdge[]): readonly DependencyNode[] {
  const degree = (id: string) => ways.filter((edge) => edge.from === id || edge.to === id).length
  const [first] = [...nodes].sort((a, b) => degree(b.id) - degree(a.id) || (a.id < b.id ? -1 : 1))
  return first ? [first] : []
}

function ordered(
  nodes: readonly DependencyNode[],
  next: ReadonlyMap<string, readonly string[]>,
  depth: ReadonlyMap<string, number>,
): Picture {
  const layers = Math.max(-1, ...depth.values()) + 1
  const at = new Map<string, number>()
  const placed: Placed[] = []
  let widest = 0
  for (let layer = 0; layer < layers; layer++) {
    const own = nodes.filter((node) => depth.get(node.id) === layer)
    const wish = (id: string) => {
      const above = (next.get(id) ?? []).filter((one) => depth.get(one) === layer - 1).map((one) => at.get(one) ?? 0)
      return above.length === 0 ? Number.POSITIVE_INFINITY : above.reduce((sum, one) => sum + one, 0) / above.length
    }
    const line = own
      .map((node) => ({ node, wish: wish(node.id) }))
      .sort((a, b) => (a.wish === b.wish ? 0 : a.wish - b.wish) || (a.node.name < b.node.name ? -1 : 1))
    widest = Math.max(widest, line.length)
    for (const [i, { node }] of line.entries()) {
      // as parts of the layer's width, so that a short layer stands below the middle of a long one
      at.set(node.id, (i + 0.5) / line.length)
      placed.push({ node, layer, at: i })
    }
  }
  return { placed, layers, widest }
}
