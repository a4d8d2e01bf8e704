// Each end of a link announces the other: two halves of one link become one. Parallel links stay apart by their ports.
import { LINK_SOURCES, type LinkSource } from '#shared/domain/topology.ts'
import type { FoundLink } from './found-links.ts'

/** What one end tells: its own port for sure, the other's as far as it can be read. '' is not known. */
export interface Half {
  readonly from: string
  readonly port: string
  readonly to: string
  readonly remotePort: string
  readonly by: 'lldp' | 'cdp'
  /** More than one neighbour of ours on this port: something that does not announce itself is between. */
  readonly shared: boolean
  readonly seenAt: number
}

interface End {
  readonly port: string
  readonly remotePort: string
  readonly sources: readonly LinkSource[]
  readonly shared: boolean
  readonly seenAt: number
}

/** One link for each pair of ports, whichever end told it and in whatever order. */
export function joinHalves(halves: readonly Half[]): FoundLink[] {
  const links: FoundLink[] = []
  const pairs = Map.groupBy(halves, ({ from, to }) => (from < to ? `${from} ${to}` : `${to} ${from}`))
  for (const [pair, told] of pairs) {
    const [a = '', b = ''] = pair.split(' ')
    const left = ends(told.filter(({ from }) => from === a))
    const right = ends(told.filter(({ from }) => from === b))
    for (const [one, other] of matched(left, right)) links.push(linkOf(a, b, one, other))
  }
  return links
}

/** What one end tells of each of its ports: LLDP and CDP tell of one link, the better is believed about the far port. */
function ends(halves: readonly Half[]): End[] {
  const rank = (half: Half) => (half.remotePort === '' ? 2 : 0) + (half.by === 'lldp' ? 0 : 1)
  const groups = Map.groupBy(halves, ({ port, remotePort }) => (port === '' ? `?${remotePort}` : port))
  return [...groups.values()]
    .map((group) => {
      const [best] = group.toSorted((x, y) => rank(x) - rank(y) || (x.remotePort < y.remotePort ? -1 : 1)) as [Half]
      return {
        ...{ port: best.port, remotePort: best.remotePort, sources: sorted(group.map(({ by }) => by)) },
        shared: group.some(({ shared }) => shared),
        seenAt: Math.max(...group.map(({ seenAt }) => seenAt)),
      }
    })
    .sort((x, y) => compare(`${x.port} ${x.remotePort}`, `${y.port} ${y.remotePort}`))
}

type Pair = readonly [End | undefined, End | undefined]

/** Both name both ports; then one port in common; then what is left with nothing that speaks against it, in order. */
function matched(left: readonly End[], right: readonly End[]): Pair[] {
  const pairs: Pair[] = []
  const open = [new Set(left), new Set(right)] as const
  const agree: readonly ((l: End, r: End) => boolean)[] = [
    (l, r) => l.port !== '' && r.port !== '' && l.port === r.remotePort && r.port === l.remotePort,
    (l, r) => (l.port !== '' && l.port === r.remotePort) || (r.port !== '' && r.port === l.remotePort),
    (l, r) => l.remotePort === '' && r.remotePort === '',
    (l, r) => (l.remotePort === '' || r.remotePort === '') && (l.port === '' || r.port === ''),
  ]
  for (const fits of agree) {
    for (const l of left) {
      if (!open[0].has(l)) continue
      const r = right.find((other) => open[1].has(other) && fits(l, other))
      if (r === undefined) continue
      open[0].delete(l)
      open[1].delete(r)
      pairs.push([l, r])
    }
  }
  for (const l of open[0]) pairs.push([l, undefined])
  for (const r of open[1]) pairs.push([undefined, r])
  return pairs
}

/** Each end knows its own port best. */
function linkOf(a: string, b: string, one: End | undefined, other: End | undefined): FoundLink {
  const told = [one, other].filter((end) => end !== undefined)
  const sources = sorted(told.flatMap((end) => end.sources))
  const both = one !== undefined && other !== undefined
  const sure = both ? 1 : sources[0] === 'lldp' ? 0.9 : 0.85
  const shared = told.some((end) => end.shared)
  return {
    ...{ a, aPort: one?.port || other?.remotePort || '', b, bPort: other?.port || one?.remotePort || '' },
    sources,
    toldBy: [...(one ? (['a'] as const) : []), ...(other ? (['b'] as const) : [])],
    confidence: shared ? Math.round(sure * 70) / 100 : sure,
    seenAt: Math.max(...told.map((end) => end.seenAt)),
  }
}

function sorted(sources: readonly LinkSource[]): LinkSource[] {
  return LINK_SOURCES.filter((source) => sources.includes(source))
}

const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0)
