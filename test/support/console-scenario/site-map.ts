// Links of made-up sites: a plant whose line switch fails, and a campus as large as one likes.
import type { Link } from '#shared/domain/topology.ts'
import type { SiteDependencies } from '#shared/http/cause.ts'
import type { LinkNode, SiteLinks } from '#shared/http/topology.ts'

/** Fits `dependencies('plant-2')`. */
export function plantLinks(now: number): SiteLinks {
  const site = 'plant-2'
  const down = { state: 'down' as const, openAlarms: 1 }
  return {
    site,
    nodes: [
      nodeOf(`${site}.core`, 'Plant core switch', 'h3c-switch'),
      nodeOf(`${site}.line-sw-7`, 'Line 7 switch', 'cisco-catalyst', { ...down, worst: 'critical' }),
      nodeOf(`${site}.line-sw-8`, 'Line 8 switch', 'cisco-catalyst'),
      ...['71', '72'].map((n) => nodeOf(`${site}.plc-${n}`, `PLC ${n}`, 'siemens-plc', down)),
      nodeOf(`${site}.cam-7`, 'Camera line 7', 'hikvision-camera', down),
      nodeOf(`${site}.plc-81`, 'PLC 81', 'siemens-plc'),
      nodeOf(`${site}.ups-line`, 'UPS line hall', 'ups-mib', { openAlarms: 1, worst: 'warning' }),
      nodeOf(`${site}.mes-srv`, 'MES server', 'generic-server'),
    ],
    links: [
      linkOf(site, 'core', 'line-sw-7', 1, now),
      linkOf(site, 'core', 'line-sw-8', 2, now),
      linkOf(site, 'core', 'mes-srv', 3, now),
      {
        ...linkOf(site, 'line-sw-7', 'line-sw-8', 24, now),
        state: 'stale',
        staleBecause: 'gone',
        staleSince: now - 9e6,
      },
    ],
    strangers: [],
    truncated: false,
  }
}

/** A core, access switches, and what hangs on them: `count` devices in all; the first access switch fails with all behind it. */
export function campus(site: string, count: number, now: number): { links: SiteLinks; dependencies: SiteDependencies } {
  const access = Math.max(1, Math.ceil(count / 22))
  const names = ['core', ...Array.from({ length: count - 1 }, (_, i) => (i < access ? `acc-${i}` : `end-${i}`))]
  const parentOf = (i: number) => (i <= access ? 'core' : `acc-${(i - access - 1) % access}`)
  const isHidden = (i: number) => i > access && parentOf(i) === 'acc-0'
  const id = (name: string) => `${site}.${name}`
  const profile = (name: string, i: number) =>
    name.startsWith('end')
      ? (['aruba-ap', 'hikvision-camera', 'generic-server', 'ip-phone'][i % 4] as string)
      : 'h3c-switch'
  const nodes = names.map((name, i) =>
    nodeOf(id(name), name, profile(name, i), {
      ...(name === 'acc-0' || isHidden(i) ? { state: 'down' as const, openAlarms: 1 } : {}),
      ...(name === 'acc-0'
        ? { worst: 'critical' as const }
        : i % 37 === 5
          ? { worst: 'minor' as const, openAlarms: 1 }
          : {}),
    }),
  )
  const links = names.slice(1).map((name, i) => linkOf(site, name, parentOf(i + 1), i, now))
  const verdict = (name: string, i: number) => (name === 'acc-0' ? 'cause' : isHidden(i) ? 'symptom' : 'well')
  const dependencies: SiteDependencies = {
    ...{ site, agentPlace: 'declared', problems: [] },
    nodes: [
      { ...plainNode('agent', 'agent'), kind: 'agent' },
      ...(names.map((name, i) => ({
        ...plainNode(id(name), name),
        ...{ state: nodes[i]?.state ?? 'up', verdict: verdict(name, i) },
        ...(isHidden(i) ? { causes: [id('acc-0')], why: 'behind acc-0' } : {}),
      })) satisfies SiteDependencies['nodes']),
    ],
    edges: [
      { ...plainEdge('agent', id('core')), kind: 'parent' },
      ...names.slice(1).map((name, i) => ({ ...plainEdge(id(parentOf(i + 1)), id(name)), dead: name === 'acc-0' })),
    ],
  }
  return { links: { site, nodes, links, strangers: [], truncated: false }, dependencies }
}

function nodeOf(id: string, name: string, profile: string, more: Partial<LinkNode> = {}): LinkNode {
  return {
    ...{ id, name, profile, state: 'up', vendor: null, model: null, parents: [], openAlarms: 0, worst: null },
    ...more,
  }
}

function linkOf(site: string, one: string, other: string, n: number, now: number): Link {
  const [a, b] = [`${site}.${one}`, `${site}.${other}`].sort() as [string, string]
  return {
    ...{ id: `${a}~${b}`, site, a, b, aPort: `if:Gi0/${n}`, bPort: 'if:Gi0/48', by: 'lldp', sources: ['lldp'] },
    ...{ toldBy: ['a', 'b'], confidence: 0.95, state: 'current', staleBecause: null, firstSeenAt: now - 9e8 },
    ...{ seenAt: now - 60_000, staleSince: null, drawnBy: null, note: '' },
  }
}

function plainNode(id: string, name: string) {
  return {
    ...{ id, name, kind: 'device' as const, state: 'up' as const, verdict: 'well' as const, causes: [] as string[] },
    ...{ causeAlarm: null, why: '', until: null, ways: 1, waysAlive: 1, feeds: 0, feedsAlive: 0 },
  }
}

function plainEdge(from: string, to: string) {
  const kind = 'link' as const
  return { id: `${from}-${to}`, kind, from, fromPort: '', to, toPort: '', dead: false, alarm: null }
}
