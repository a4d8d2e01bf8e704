// Who has no power, and from what source. A device with another source that gives power has power.
import type { Evidence, Sign } from './evidence.ts'
import type { Reach } from './reach.ts'
import { CHECK_TAKES_MS } from './reach-watch.ts'
import type { Edge } from './regions.ts'

export interface Power {
  /** The source because of which a down device has no power, and the alarm that says so. */
  causeOf(node: number): { readonly node: number; readonly by: Sign | undefined } | undefined
  /** When the last source that failed gave power again; 0: none did. */
  backAt(node: number): number
  /** Whether it has no declared source, or one that gave power was asked after this one failed, or none can be asked. */
  isFresh(node: number): boolean
}

/** Two devices whose failures are further apart did not lose their power at once. */
const AT_ONCE_MS = 180_000

/** `inferredBack`: when inferred causes were over, by node id. */
export function powerOf(
  reach: Reach,
  evidence: Evidence,
  begins: ReadonlyMap<number, Edge>,
  inferredBack: ReadonlyMap<string, number>,
): Power {
  const { nodes } = reach.graph
  const lost = new Map<number, { readonly by: Sign | undefined; readonly node: number } | undefined>()
  const since = (node: number) => reach.checks[node]?.since ?? 0

  /** Whether all that this one alone feeds is down, two of them at least unless one will do. */
  function allDown(source: number, atLeast: number): boolean {
    const alone = (nodes[source]?.fed ?? []).filter((node) => nodes[node]?.feeds.length === 1 && reach.checks[node])
    const down = alone.filter(reach.isDown)
    return down.length >= atLeast && !alone.some(reach.isUp)
  }

  function judge(source: number) {
    const { id, feeds, kind } = nodes[source] ?? { id: '', feeds: [], kind: 'supply' }
    if (kind === 'device') {
      const { is, by } = evidence.power(id)
      if (is === 'out' || is === 'low') return { node: source, by }
      if (is === 'weak' && (reach.isDown(source) || allDown(source, 2))) return { node: source, by }
      // a source that is gone itself, by nobody's fault but its own, with all that it feeds
      if (is === 'well' && reach.isDown(source) && begins.get(source)?.kind === 'edge' && allDown(source, 1)) {
        const down = (nodes[source]?.fed ?? []).filter(reach.isDown)
        if (down.every((node) => Math.abs(since(node) - since(source)) <= AT_ONCE_MS))
          return { node: source, by: undefined }
      }
    }
    return ofFeeds(feeds)
  }

  function ofFeeds(feeds: readonly number[]) {
    if (feeds.length === 0) return undefined
    let last: { readonly by: Sign | undefined; readonly node: number } | undefined
    for (const feed of feeds) {
      if (!lost.has(feed)) {
        lost.set(feed, undefined)
        lost.set(feed, judge(feed))
      }
      const one = lost.get(feed)
      if (one === undefined) return undefined
      if (last === undefined || (one.by?.raisedAt ?? 0) > (last.by?.raisedAt ?? 0)) last = one
    }
    return last
  }

  return {
    causeOf: (node) => (reach.isDown(node) ? ofFeeds(nodes[node]?.feeds ?? []) : undefined),
    backAt(node) {
      const ids = (nodes[node]?.feeds ?? []).map((feed) => nodes[feed]?.id ?? '')
      return Math.max(0, ...ids.map((id) => Math.max(evidence.power(id).backAt, inferredBack.get(id) ?? 0)))
    },
    isFresh(node) {
      const asked = (nodes[node]?.feeds ?? []).filter(
        (feed) => reach.isUp(feed) && (reach.checks[feed]?.polledAt ?? 0) > 0,
      )
      return (
        asked.length === 0 || asked.some((feed) => (reach.checks[feed]?.polledAt ?? 0) >= since(node) + CHECK_TAKES_MS)
      )
    },
  }
}
