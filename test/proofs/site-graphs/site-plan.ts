// A random site: switches in layers with redundant uplinks and rings, things at the edge, unmanaged switches, sources of power.
// What is there (the plan) and what the collector is told of it (the knowledge) are two things: it is told of no unmanaged
// switch unless somebody declared it or several devices are seen on one port, and half the time not where the agent is.
import type { Link } from '#shared/domain/topology.ts'

export interface PlanNode {
  readonly id: string
  readonly kind: 'switch' | 'edge' | 'ups' | 'unmanaged' | 'strip'
  /** Steps from the agent when all is well. */
  depth: number
  /** Sources of power, each alone enough. */
  readonly feeds: string[]
}

export interface PlanLink {
  readonly id: string
  readonly a: string
  readonly aPort: string
  readonly b: string
  readonly bPort: string
}

export interface Plan {
  readonly nodes: ReadonlyMap<string, PlanNode>
  readonly links: readonly PlanLink[]
  /** The switch to which the agent is connected. */
  readonly agentAt: string
  readonly told: 'links' | 'parents' | 'both'
  readonly isAgentTold: boolean
  readonly isWatched: (id: string) => boolean
}

export type Random = () => number

/** From `low` to `high`, both possible. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1))
export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T

export function planSite(random: Random): Plan {
  const nodes = new Map<string, PlanNode>()
  const links: PlanLink[] = []
  const ports = new Map<string, number>()
  const total = Math.round(20 * 15 ** random())
  const told = pick(random, ['links', 'parents', 'both'] as const)
  const redundancy = random() * 0.8

  const add = (kind: PlanNode['kind'], name: string): string => {
    nodes.set(name, { id: name, kind, depth: 0, feeds: [] })
    return name
  }
  const port = (id: string): string => {
    if (nodes.get(id)?.kind !== 'switch') return ''
    ports.set(id, (ports.get(id) ?? 0) + 1)
    return `if:Gi0/${ports.get(id)}`
  }
  const join = (a: string, b: string): void => {
    if (a === b || links.some((l) => (l.a === a && l.b === b) || (l.a === b && l.b === a))) return
    links.push({ id: `${a}-${b}`, a, aPort: port(a), b, bPort: port(b) })
  }

  const cores = Array.from({ length: total > 40 ? 2 : 1 }, (_, i) => add('switch', `core-${i}`))
  if (cores.length > 1) join(cores[0] as string, cores[1] as string)
  const middle = Array.from({ length: Math.max(1, Math.round(total / 40)) }, (_, i) => add('switch', `dist-${i}`))
  const access = Array.from({ length: Math.max(2, Math.round(total / 9)) }, (_, i) => add('switch', `access-${i}`))
  const uplinks = (id: string, above: readonly string[]) => {
    const first = pick(random, above)
    join(first, id)
    if (above.length > 1 && random() < redundancy)
      join(
        pick(
          random,
          above.filter((a) => a !== first),
        ),
        id,
      )
  }
  for (const id of middle) uplinks(id, cores)
  for (const id of access) uplinks(id, middle)
  // rings cannot be declared as parents: nobody is above the other
  if (told === 'links') for (const id of access) if (random() < 0.08) join(pick(random, access), id)

  const sources: string[] = []
  const closets = Math.max(1, Math.round(access.length / 3))
  for (let i = 0; i < closets; i++) {
    const isUps = random() < 0.6
    sources.push(add(isUps ? 'ups' : 'strip', `${isUps ? 'ups' : 'strip'}-${i}`))
  }
  let unmanaged = 0
  while (nodes.size < total) {
    const at = pick(random, access)
    if (random() < 0.12) {
      const hub = add('unmanaged', `hub-${unmanaged++}`)
      join(at, hub)
      const behind = between(random, 2, 5)
      for (let i = 0; i < behind; i++) join(hub, add('edge', `edge-${nodes.size}`))
    } else {
      const id = add('edge', `edge-${nodes.size}`)
      join(at, id)
      if (told !== 'parents' && random() < 0.05) join(pick(random, access), id)
    }
  }
  for (const id of sources) if (nodes.get(id)?.kind === 'ups') join(pick(random, access), id)

  // switches of a closet hang on its source, some of what is at the edge does; cores have two sources when there are two
  access.forEach((id, i) => {
    if (random() < 0.7) nodes.get(id)?.feeds.push(sources[i % sources.length] as string)
  })
  for (const id of [...cores, ...middle])
    if (sources.length > 1 && random() < 0.5)
      nodes.get(id)?.feeds.push(...new Set([pick(random, sources), pick(random, sources)]))
  for (const { kind, feeds } of nodes.values())
    if (kind === 'edge' && random() < 0.15) feeds.push(pick(random, sources))

  // people declare parents from the core downwards
  const agentAt = pick(random, told === 'parents' || random() < 0.7 ? cores : access)
  const plan: Plan = {
    ...{ nodes, links, agentAt, told, isAgentTold: random() < 0.5 },
    isWatched: (id) => !['unmanaged', 'strip'].includes(nodes.get(id)?.kind ?? ''),
  }
  setDepths(plan)
  return plan
}

function setDepths({ nodes, links, agentAt }: Plan): void {
  const seen = new Set([agentAt])
  let front = [agentAt]
  for (let depth = 1; front.length > 0; depth++) {
    const next: string[] = []
    for (const { a, b } of links)
      for (const [from, to] of [[a, b] as const, [b, a] as const])
        if (front.includes(from) && !seen.has(to)) {
          seen.add(to)
          next.push(to)
          ;(nodes.get(to) as PlanNode).depth = depth
        }
    front = next
  }
}

/** Layers as people see them. */
function rank({ agentAt, nodes }: Plan, id: string): number {
  if (id === agentAt) return -1
  const layers = ['core', 'dist', 'access', 'hub']
  const at = layers.indexOf(id.replace(/-.*/, ''))
  return nodes.get(id)?.kind === 'edge' || at < 0 ? layers.length : at
}

/** What people declared and devices tell of the plan. */
export function knowledgeOf(plan: Plan, site: string) {
  const { nodes, links, told } = plan
  const parents = new Map<string, string[]>()
  const via = new Map<string, string[]>()
  const known: Link[] = []
  const put = (map: Map<string, string[]>, key: string, value: string) => map.set(key, [...(map.get(key) ?? []), value])
  const above = (id: string) =>
    links
      .flatMap(({ a, b }) => (a === id ? [b] : b === id ? [a] : []))
      .filter((other) => rank(plan, other) < rank(plan, id))
  for (const { id, kind } of nodes.values()) {
    if (!plan.isWatched(id) || told === 'links' || (told === 'both' && kind === 'switch')) continue
    for (const up of above(id)) {
      if (nodes.get(up)?.kind === 'switch') put(parents, id, up)
      else if (told === 'parents') {
        put(via, id, up)
        for (const further of above(up)) put(parents, id, further)
      }
    }
  }
  const tell = (a: string, aPort: string, b: string, bPort: string) => {
    const [x, xPort, y, yPort] = a < b ? [a, aPort, b, bPort] : [b, bPort, a, aPort]
    known.push({
      ...{ id: `${x}${xPort}-${y}${yPort}`, site, a: `${site}.${x}`, aPort: xPort, b: `${site}.${y}`, bPort: yPort },
      ...{ by: 'lldp', sources: ['lldp'], toldBy: ['a'], confidence: 1, state: 'current', staleBecause: null },
      ...{ firstSeenAt: 0, seenAt: 0, staleSince: null, drawnBy: null, note: '' },
    })
  }
  if (told !== 'parents')
    for (const { a, aPort, b, bPort } of links) {
      if (plan.isWatched(a) && plan.isWatched(b)) tell(a, aPort, b, bPort)
      // an unmanaged switch is told of by nobody; its devices are seen on the port where it is
      else if (plan.isWatched(a)) for (const behind of links) if (behind.a === b) tell(a, aPort, behind.b, behind.bPort)
    }
  const devices = [...nodes.values()].flatMap(({ id, feeds, kind }) => {
    if (!plan.isWatched(id)) return []
    return [
      {
        ...{ device: id, name: id, address: '192.0.2.1', interval: kind === 'edge' ? 30 : 60 },
        ...(parents.has(id) ? { parents: [...new Set(parents.get(id))] } : {}),
        ...(via.has(id) ? { via: [...new Set(via.get(id))] } : {}),
        ...(feeds.length > 0 ? { poweredBy: feeds } : {}),
        ...(plan.isAgentTold && id === plan.agentAt ? { nearAgent: true } : {}),
      },
    ]
  })
  return { devices, links: known }
}
