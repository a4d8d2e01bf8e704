// What would no longer be reached, or fed, if a device were gone: out of the graph of its site.
import type { DependencyEdge, DependencyNode } from '#shared/http/cause.ts'

type Graph = { readonly nodes: readonly DependencyNode[]; readonly edges: readonly DependencyEdge[] }

/** Devices that only `id` leads to from where devices are asked, and those that only it feeds; by name. */
export function dependentsOf({ nodes, edges }: Graph, id: string): readonly DependencyNode[] {
  const ways = new Map<string, string[]>()
  const way = (a: string, b: string) => ways.set(a, [...(ways.get(a) ?? []), b])
  for (const { kind, from, to } of edges) {
    if (kind === 'power') continue
    way(from, to)
    way(to, from)
  }
  const agents = nodes.filter((node) => node.kind === 'agent').map((node) => node.id)
  const before = reached(ways, agents, undefined)
  const after = reached(ways, agents, id)
  const fed = new Set(edges.filter(({ kind, from }) => kind === 'power' && from === id).map(({ to }) => to))
  return nodes
    .filter((node) => node.kind === 'device' && node.id !== id)
    .filter((node) => (before.has(node.id) && !after.has(node.id)) || (fed.has(node.id) && node.feeds === 1))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function reached(ways: ReadonlyMap<string, readonly string[]>, from: readonly string[], without: string | undefined) {
  const seen = new Set(from.filter((id) => id !== without))
  const waiting = [...seen]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const next of ways.get(at) ?? [])
      if (next !== without && !seen.has(next)) {
        seen.add(next)
        waiting.push(next)
      }
  return seen
}
