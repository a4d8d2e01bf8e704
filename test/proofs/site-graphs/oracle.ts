// What is really reached at a moment: the plan with everything dead taken out. It shares nothing with the collector but the
// plan, and does not know what the collector was told.
import type { Plan } from './site-plan.ts'

export type Fault =
  | { readonly kind: 'node'; readonly node: string }
  /** ports: which ends show it: both, one, or none (half dead). */
  | { readonly kind: 'link'; readonly link: string; readonly ports: 'both' | 'a' | 'none' }
  | { readonly kind: 'power'; readonly source: string }

export interface Truth {
  /** Runs and has power. */
  isAlive(node: string): boolean
  isReached(node: string): boolean
  /** Whether the port of a link shows it as up at the end of this node. */
  isPortUp(link: string, end: 'a' | 'b'): boolean
}

export function truthOf(plan: Plan, faults: readonly Fault[]): Truth {
  const dead = new Set<string>()
  const cut = new Map<string, 'both' | 'a' | 'none'>()
  const out = new Set<string>()
  for (const fault of faults) {
    if (fault.kind === 'node') dead.add(fault.node)
    else if (fault.kind === 'link') cut.set(fault.link, fault.ports)
    else out.add(fault.source)
  }
  for (const { id, feeds } of plan.nodes.values())
    if (feeds.length > 0 && feeds.every((feed) => out.has(feed) || dead.has(feed))) dead.add(id)
  const reached = new Set<string>()
  const queue = dead.has(plan.agentAt) ? [] : [plan.agentAt]
  for (const at of queue) {
    if (reached.has(at)) continue
    reached.add(at)
    // only switches pass on what others send
    if (!['switch', 'unmanaged'].includes(plan.nodes.get(at)?.kind ?? '')) continue
    for (const { id, a, b } of plan.links) {
      if ((a !== at && b !== at) || cut.has(id)) continue
      const to = a === at ? b : a
      if (!dead.has(to)) queue.push(to)
    }
  }
  const linkOf = new Map(plan.links.map((link) => [link.id, link]))
  return {
    isAlive: (node) => !dead.has(node),
    isReached: (node) => reached.has(node),
    isPortUp(id, end) {
      const link = linkOf.get(id)
      if (!link) return true
      const shown = cut.get(id)
      if (shown === 'both' || (shown === 'a' && end === 'a')) return false
      const other = end === 'a' ? link.b : link.a
      return !dead.has(other)
    },
  }
}
