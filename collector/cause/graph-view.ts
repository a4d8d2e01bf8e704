// The graph of a site and what it says of each node, as the console reads it.
import type { SiteDependencies } from '#shared/http/cause.ts'
import type { Diagnosis } from './diagnose.ts'
import type { GraphEdge, SiteGraph } from './site-graph.ts'

/** All nodes and edges of a site with their states; `isLost`: whether a source gives no power now. */
export function dependenciesOf(
  graph: SiteGraph,
  { reach, verdicts, anchorOf }: Diagnosis,
  isLost: (device: string) => boolean,
): SiteDependencies {
  const { nodes, edges, site, agentPlace, problems } = graph
  const idOf = (node: number) => nodes[node]?.id ?? ''
  const stateOf = (node: number) =>
    reach.isUp(node) ? 'up' : reach.isDown(node) ? 'down' : nodes[node]?.kind === 'device' ? 'unknown' : 'unwatched'
  const feedIsAlive = (feed: number) => {
    if (verdicts.get(feed)?.kind === 'inferred') return false
    return nodes[feed]?.kind !== 'device' || !isLost(idOf(feed))
  }
  const power = nodes.flatMap(({ id, fed }, from) =>
    fed.map((to) => ({
      ...{ id: `${id} => ${idOf(to)}`, kind: 'power' as const, from: id, fromPort: '', to: idOf(to), toPort: '' },
      ...{ dead: !feedIsAlive(from), alarm: null },
    })),
  )
  return {
    site,
    agentPlace,
    nodes: nodes.map(({ id, kind, name, feeds }, node) => {
      const verdict = verdicts.get(node)
      const ways = reach.waysInto(node)
      const isUnknown = verdict === undefined && kind === 'device' && stateOf(node) === 'unknown'
      return {
        ...{ id, kind, name, state: kind === 'agent' ? 'up' : stateOf(node) },
        verdict: verdict?.kind ?? (isUnknown ? 'unknown' : 'well'),
        causes: (verdict?.causes ?? []).filter((cause) => cause !== node).map(idOf),
        causeAlarm: verdict?.kind === 'symptom' ? (anchorOf(node)?.alarm ?? null) : null,
        ...{ why: verdict?.why ?? '', until: verdict?.until ?? null },
        ...{ ways: ways.length, feeds: feeds.length, feedsAlive: feeds.filter(feedIsAlive).length },
        waysAlive: ways.filter(([edge, from]) => reach.deadBy(edge) === undefined && reach.isReached(from)).length,
      }
    }),
    edges: [
      ...edges.map(({ id, kind, a, aPort, b, bPort }: GraphEdge, e) => ({
        ...{ id, kind, from: idOf(a), fromPort: aPort, to: idOf(b), toPort: bPort },
        ...{ dead: reach.deadBy(e) !== undefined, alarm: reach.deadBy(e)?.alarm ?? null },
      })),
      ...power,
    ],
    problems: [...problems],
  }
}
