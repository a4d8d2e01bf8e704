// What depends on what at one site, as a graph of small numbers. Built anew when links or declarations change, never by faults.

import { cyclesOf } from '#shared/devices/cycles.ts'
import type { Device } from '#shared/domain/inventory.ts'
import type { Link } from '#shared/domain/topology.ts'
import type { SiteDependencies } from '#shared/http/cause.ts'

export type NodeKind = SiteDependencies['nodes'][number]['kind']

export interface GraphNode {
  readonly id: string
  readonly kind: NodeKind
  readonly name: string
  /** Whether others may be reached through it. */
  readonly forwards: boolean
  /** Numbers of edges by which it is reached, and of all at which it stands. */
  readonly ways: number[]
  readonly edges: number[]
  /** Nodes that feed it, each alone enough, and nodes that it feeds. */
  readonly feeds: number[]
  readonly fed: number[]
}

export interface GraphEdge {
  readonly id: string
  readonly kind: 'link' | 'parent'
  readonly a: number
  readonly aPort: string
  readonly b: number
  readonly bPort: string
  /** Whether `a` is also reached through `b`. */
  readonly both: boolean
  /** Its last reading does not show it: it counts while an end is down, for then no reading can. */
  readonly stale: boolean
  /** Links between the same two: what is declared goes the way of what is there. */
  readonly by: number[]
}

export interface SiteGraph {
  readonly site: string
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly numberOf: ReadonlyMap<string, number>
  readonly agentPlace: SiteDependencies['agentPlace']
  readonly problems: SiteDependencies['problems']
}

export interface GraphSource {
  readonly site: string
  readonly devices: readonly Device[]
  readonly links: readonly Link[]
  /** Whether a device passes on what others send; undefined: nobody knows. */
  forwards(device: string): boolean | undefined
}

/** The agent itself, from where all ways begin. */
export const AGENT_NODE = 0
/** A site with more devices or links has no graph: nothing is held back there. */
export const MAX_NODES = 2_000
const MAX_EDGES = 20_000
/** More nodes that pass things on are not measured one by one to find the middle. */
const MOST_MEASURED = 500

export function buildSiteGraph({ site, devices, links, forwards }: GraphSource): SiteGraph {
  const problems: SiteGraph['problems'] = []
  const nodes: GraphNode[] = []
  const edges: GraphEdge[] = []
  const numberOf = new Map<string, number>()
  const known = new Map(devices.map((device) => [device.id, device]))

  function node(id: string, kind: NodeKind, name: string, passes: boolean): number {
    const before = numberOf.get(id)
    if (before !== undefined) return before
    const number = nodes.push({ id, kind, name, forwards: passes, ways: [], edges: [], feeds: [], fed: [] }) - 1
    numberOf.set(id, number)
    return number
  }

  function edge(kind: GraphEdge['kind'], id: string, from: End, to: End, both: boolean, stale = false): void {
    const [a, aPort] = from
    const [b, bPort] = to
    const number = edges.push({ id, kind, a, aPort, b, bPort, both, stale, by: [] }) - 1
    for (const end of [a, b]) nodes[end]?.edges.push(number)
    nodes[b]?.ways.push(number)
    if (both) nodes[a]?.ways.push(number)
  }

  node('agent', 'agent', 'agent', true)
  if (devices.length > MAX_NODES || links.length > MAX_EDGES) {
    const message = `${devices.length} devices and ${links.length} links are more than a graph may have`
    problems.push({ kind: 'too-large', path: [], message })
    return { site, nodes, edges, numberOf, agentPlace: 'none', problems }
  }

  const parentsOf = acyclic(devices, ({ parents }) => parents, 'parents', problems)
  const feedsOf = acyclic(devices, ({ poweredBy }) => poweredBy ?? [], 'power', problems)
  const isParent = new Set([...parentsOf.values()].flat())
  const drawn = new Set(links.flatMap(({ drawnBy, a, b }) => (drawnBy === null ? [] : [a, b])))
  const sorted = [...devices].sort((x, y) => (x.id < y.id ? -1 : 1))
  const besides = new Map<string, Set<string>>()
  for (const { a, b } of links) {
    put(besides, a, b)
    put(besides, b, a)
  }
  for (const { id, name, nearAgent = false } of sorted) {
    const seemsTo = nearAgent || drawn.has(id) || (besides.get(id)?.size ?? 0) >= 3
    node(id, 'device', name, isParent.has(id) || (forwards(id) ?? seemsTo))
  }
  const local = (id: string) => (id.startsWith(`${site}.`) ? id.slice(site.length + 1) : id)
  const place = (id: string) => numberOf.get(id) ?? node(id, 'unwatched', local(id), true)

  // declared: this one is reached through those, and what is in between when somebody said so
  const bridged = new Set<string>()
  for (const { id, via = [] } of sorted) {
    const parents = parentsOf.get(id) ?? []
    const to: End = [place(id), '']
    for (const parent of parents) {
      if (via.length === 0) edge('parent', `${parent} > ${id}`, [place(parent), ''], to, false)
      else bridged.add(`${parent} ${id}`).add(`${id} ${parent}`)
    }
    for (const line of via) {
      const between = node(`unwatched:${line}`, 'unwatched', line, true)
      edge('parent', `${line} > ${id}`, [between, ''], to, false)
      for (const from of parents.length > 0 ? parents.map(place) : [AGENT_NODE]) {
        const way = `${nodes[from]?.id} > ${line}`
        if (!edges.some((e) => e.id === way)) edge('parent', way, [from, ''], [between, ''], false)
      }
    }
  }

  // found and drawn: what several are told of on one port has something in between that nobody watches
  const used = links.filter(
    ({ a, b, staleBecause, state }) =>
      known.has(a) && known.has(b) && !bridged.has(`${a} ${b}`) && (state === 'current' || staleBecause === 'gone'),
  )
  const onPort = new Map<string, Set<string>>()
  for (const { a, aPort, b, bPort, state } of used) {
    if (state !== 'current') continue
    if (aPort !== '') put(onPort, `${a} ${aPort}`, b)
    if (bPort !== '') put(onPort, `${b} ${bPort}`, a)
  }
  const shared = (device: string, port: string) => (onPort.get(`${device} ${port}`)?.size ?? 0) > 1
  const joined = new Set<string>()
  const onSharedPort = (device: string, port: string): End => {
    const id = `port:${device} ${port}`
    const between = node(id, 'port', `${known.get(device)?.name ?? local(device)} ${port.replace(/^if:/, '')}`, true)
    if (!joined.has(id)) edge('link', id, [place(device), port], [between, ''], true)
    joined.add(id)
    return [between, '']
  }
  for (const { id, a, aPort, b, bPort, state } of used) {
    const from: End = aPort !== '' && shared(a, aPort) ? onSharedPort(a, aPort) : [place(a), aPort]
    const to: End = bPort !== '' && shared(b, bPort) ? onSharedPort(b, bPort) : [place(b), bPort]
    const way = parentsOf.get(b)?.includes(a) ? 1 : parentsOf.get(a)?.includes(b) ? -1 : 0
    const one = edges.length
    if (way >= 0) edge('link', id, from, to, way === 0, state !== 'current')
    else edge('link', id, to, from, false, state !== 'current')
    if (way === 0 || state !== 'current') continue
    const declared = edges.find((e) => e.id === (way > 0 ? `${a} > ${b}` : `${b} > ${a}`))
    const port = [from, to].find(([end]) => nodes[end]?.kind === 'port')
    declared?.by.push(port === undefined ? one : (nodes[port[0]]?.edges[0] as number))
  }

  for (const { id } of sorted)
    for (const feed of feedsOf.get(id) ?? []) {
      const from = numberOf.get(feed) ?? node(`supply:${local(feed)}`, 'supply', local(feed), false)
      nodes[place(id)]?.feeds.push(from)
      nodes[from]?.fed.push(place(id))
    }

  const agentPlace = placeAgent(sorted, nodes, numberOf, isParent, (to) => {
    edge('parent', `agent > ${nodes[to]?.id}`, [AGENT_NODE, ''], [to, ''], false)
  })
  return { site, nodes, edges, numberOf, agentPlace, problems }

  function placeAgent(
    all: readonly Device[],
    at: readonly GraphNode[],
    numbers: ReadonlyMap<string, number>,
    parents: ReadonlySet<string>,
    join: (node: number) => void,
  ): SiteGraph['agentPlace'] {
    const said = all.filter(({ nearAgent }) => nearAgent === true)
    const isLinked = (i: number) => (at[i]?.edges ?? []).some((e) => edges[e]?.kind === 'link')
    const tops = all.filter(({ id }) => parents.has(id) && (parentsOf.get(id) ?? []).length === 0)
    const unlinked = tops.filter(({ id }) => !isLinked(numbers.get(id) as number))
    const unwatched = at.flatMap((one, i) => (one.kind === 'unwatched' && one.ways.length === 0 ? [i] : []))
    const begin = said.length > 0 ? said : unlinked
    for (const { id } of begin) join(numbers.get(id) as number)
    for (const i of unwatched) join(i)
    let how: SiteGraph['agentPlace'] = said.length > 0 ? 'declared' : begin.length > 0 ? 'parents' : 'none'
    // what no way leads to: of each part what stands in its middle is the most likely to be near the agent
    const reached = spread(at, edges, [AGENT_NODE])
    for (const i of middleFirst(at, edges)) {
      const one = at[i] as GraphNode
      if (reached[i] === 1 || one.kind === 'supply') continue
      if (how === 'none' && one.edges.length > 0) how = 'guessed'
      join(i)
      spread(at, edges, [i], reached)
    }
    return how
  }
}

/** Nodes by how far the furthest other is from them, then by how many stand beside them. */
function middleFirst(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): number[] {
  const all = nodes.map((_, i) => i)
  const degree = (i: number) => nodes[i]?.edges.length ?? 0
  const far = new Map<number, number>()
  const passing = all.filter((i) => i !== AGENT_NODE && nodes[i]?.forwards)
  if (passing.length <= MOST_MEASURED) for (const i of passing) far.set(i, furthest(nodes, edges, i))
  const distance = (i: number) => far.get(i) ?? Number.MAX_SAFE_INTEGER
  return all.sort((x, y) => distance(x) - distance(y) || degree(y) - degree(x) || x - y)
}

/** Steps to the node that is furthest away. */
function furthest(nodes: readonly GraphNode[], edges: readonly GraphEdge[], from: number): number {
  const seen = new Uint8Array(nodes.length)
  seen[from] = 1
  let front = [from]
  let steps = 0
  while (front.length > 0) {
    const next: number[] = []
    for (const at of front)
      for (const e of nodes[at]?.edges ?? []) {
        const { a, b } = edges[e] as GraphEdge
        const to = a === at ? b : a
        if (seen[to] === 1) continue
        seen[to] = 1
        next.push(to)
      }
    if (next.length > 0) steps++
    front = next
  }
  return steps
}

type End = readonly [number: number, port: string]

/** Marks all that is connected to these, whatever is dead. */
function spread(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  from: readonly number[],
  reached: Uint8Array = new Uint8Array(nodes.length),
): Uint8Array {
  const queue = [...from]
  for (const i of queue) reached[i] = 1
  for (let head = 0; head < queue.length; head++) {
    const at = queue[head] as number
    for (const e of nodes[at]?.edges ?? []) {
      const { a, b, both } = edges[e] as GraphEdge
      const to = a === at ? b : both ? a : at
      if (reached[to] === 1) continue
      reached[to] = 1
      queue.push(to)
    }
  }
  return reached
}

function acyclic(
  devices: readonly Device[],
  namesOf: (device: Device) => readonly string[],
  what: string,
  problems: SiteGraph['problems'],
): Map<string, readonly string[]> {
  const named = new Map(devices.map((device) => [device.id, [...new Set(namesOf(device))]]))
  for (const { from, to, path } of cyclesOf(named)) {
    named.set(from, named.get(from)?.filter((name) => name !== to) ?? [])
    const message = `cycle of ${what}: ${path.join(' > ')}; that ${from} depends on ${to} is left out`
    problems.push({ kind: 'cycle', path, message })
  }
  return named
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}
