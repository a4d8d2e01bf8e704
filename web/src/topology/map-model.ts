// What the picture of a site shows: its devices and what else is on the way, joined from links and dependencies. Pure.
import type { Severity } from '#shared/domain/severity.ts'
import type { LinkSource } from '#shared/domain/topology.ts'
import type { DependencyNode, SiteDependencies } from '#shared/http/cause.ts'
import type { LinkNode, SiteLinks } from '#shared/http/topology.ts'
import { type DeviceKind, kindOf } from './device-kind.ts'

export type NodeKind = DeviceKind | 'agent' | 'unwatched' | 'port' | 'supply'

export interface MapNode {
  readonly id: string
  readonly name: string
  readonly kind: NodeKind
  readonly isDevice: boolean
  readonly state: DependencyNode['state']
  /** The worst alarm that is not held back. */
  readonly worst: Severity | null
  readonly openAlarms: number
  readonly verdict: DependencyNode['verdict']
  readonly why: string
  readonly causes: readonly string[]
  /** The alarm that stands for what makes it a symptom. */
  readonly causeAlarm: string | null
}

export interface MapEdge {
  readonly id: string
  readonly a: string
  readonly aPort: string
  readonly b: string
  readonly bPort: string
  readonly kind: 'link' | 'parent' | 'power'
  readonly isStale: boolean
  readonly isDead: boolean
  /** What says so; null: people declared it. */
  readonly by: LinkSource | null
}

export interface SiteMap {
  readonly nodes: readonly MapNode[]
  readonly edges: readonly MapEdge[]
}

export type Tone = Severity | 'down' | 'unknown' | 'unwatched' | 'well'

/** The one thing a symbol's colour says: its worst alarm, else its state. */
export function toneOf({ worst, state }: Pick<MapNode, 'worst' | 'state'>): Tone {
  if (worst !== null) return worst
  return state === 'up' ? 'well' : state
}

/** Ways that are known twice are shown once. Ends that nobody knows are left out. */
export function siteMapOf(links: SiteLinks, dependencies: SiteDependencies | undefined): SiteMap {
  const judged = new Map(dependencies?.nodes.map((node) => [node.id, node]))
  const nodes = new Map<string, MapNode>()
  for (const node of links.nodes) nodes.set(node.id, deviceOf(node, judged.get(node.id)))
  for (const node of judged.values()) if (!nodes.has(node.id)) nodes.set(node.id, otherOf(node))
  const edges = new Map<string, MapEdge>()
  for (const { id, a, aPort, b, bPort, by, state } of links.links)
    edges.set(id, { id, a, aPort, b, bPort, by, kind: 'link', isStale: state === 'stale', isDead: false })
  addDependencies(edges, dependencies)
  for (const node of nodes.values()) {
    const beyond = node.verdict === 'symptom' && node.causes.length === 0 ? beyondCut(edges, nodes, node.id) : []
    if (beyond.length > 0) nodes.set(node.id, { ...node, causes: beyond })
  }
  return {
    nodes: [...nodes.values()].sort((x, y) => (x.id < y.id ? -1 : 1)),
    edges: [...edges.values()].filter(({ a, b }) => a !== b && nodes.has(a) && nodes.has(b)),
  }
}

/** The other end of each edge of a node, the closest words first. */
export function neighboursIn({ edges }: Pick<SiteMap, 'edges'>, id: string) {
  return edges
    .filter(({ a, b }) => a === id || b === id)
    .map((edge) => ({
      edge,
      other: edge.a === id ? edge.b : edge.a,
      port: edge.a === id ? edge.aPort : edge.bPort,
      otherPort: edge.a === id ? edge.bPort : edge.aPort,
    }))
}

/** Who still answers at the other end of the dead links of a node: one of those ports is what failed. */
function beyondCut(edges: ReadonlyMap<string, MapEdge>, nodes: ReadonlyMap<string, MapNode>, id: string): string[] {
  const dead = [...edges.values()].filter(
    ({ isDead, kind, a, b }) => isDead && kind !== 'power' && (a === id || b === id),
  )
  return [...new Set(dead.map(({ a, b }) => (a === id ? b : a)))].filter((other) => nodes.get(other)?.state === 'up')
}

function addDependencies(edges: Map<string, MapEdge>, dependencies: SiteDependencies | undefined): void {
  const pair = (a: string, b: string) => (a < b ? `${a}\u001f${b}` : `${b}\u001f${a}`)
  const known = Map.groupBy([...edges.values()], ({ a, b }) => pair(a, b))
  for (const { id, kind, from, fromPort, to, toPort, dead } of dependencies?.edges ?? []) {
    const same = kind === 'power' ? [] : (known.get(pair(from, to)) ?? [])
    if (same.length === 0) {
      const key = `${kind}:${id}`
      const edge = {
        id: key,
        a: from,
        aPort: fromPort,
        b: to,
        bPort: toPort,
        kind,
        isStale: false,
        isDead: dead,
        by: null,
      }
      edges.set(key, edge)
      if (kind !== 'power') known.set(pair(from, to), [edge])
    } else if (dead) for (const one of same) edges.set(one.id, { ...one, isDead: true })
  }
}

function deviceOf(node: LinkNode, judged: DependencyNode | undefined): MapNode {
  const { id, name, state, worst, openAlarms } = node
  const { verdict = 'well', why = '', causes = [], causeAlarm = null } = judged ?? {}
  return { id, name, kind: kindOf(node), isDevice: true, state, worst, openAlarms, verdict, why, causes, causeAlarm }
}

function otherOf({ id, kind, name, state, verdict, why, causes, causeAlarm }: DependencyNode): MapNode {
  const isDevice = kind === 'device'
  const shown = isDevice ? kindOf({ name, profile: null, vendor: null, model: null }) : kind
  return { id, name, kind: shown, isDevice, state, worst: null, openAlarms: 0, verdict, why, causes, causeAlarm }
}
