// Links of one site as the newest readings show them. Pure, and the same whatever order readings came in.
import type { LinkSource } from '#shared/domain/topology.ts'
import { type Half, joinHalves } from './join-halves.ts'
import type { DeviceView } from './observations.ts'
import type { PortBook } from './port-book.ts'
import { type Node, whoIs } from './who-is.ts'

export interface FoundLink {
  /** The smaller id first. */
  readonly a: string
  readonly aPort: string
  readonly b: string
  readonly bPort: string
  /** The most trustworthy first. */
  readonly sources: readonly LinkSource[]
  readonly toldBy: readonly ('a' | 'b')[]
  readonly confidence: number
  readonly seenAt: number
}

export interface SiteReadings {
  readonly nodes: readonly Node[]
  viewOf(device: string): DeviceView | undefined
  readonly ports: PortBook
}

/** A port with more addresses than this leads to other switches. */
const MANY = 8
/** Whoever knows fewer of our devices by ARP is no gateway of theirs. */
const GATEWAY_KNOWS = 3

export function foundLinks({ nodes, viewOf, ports }: SiteReadings): FoundLink[] {
  const who = whoIs(nodes, viewOf, ports.macs)
  const halves = announcedHalves({ nodes, viewOf, ports }, who)
  const links = joinHalves(halves)
  const uplinks = new Set(links.flatMap((link) => [`${link.a} ${link.aPort}`, `${link.b} ${link.bPort}`]))
  const seen = sightings({ nodes, viewOf, ports }, who)
  links.push(...betweenSwitches(seen, uplinks))
  for (const link of links) for (const end of [`${link.a} ${link.aPort}`, `${link.b} ${link.bPort}`]) uplinks.add(end)
  const linked = new Set(links.flatMap(({ a, b }) => [a, b]))
  links.push(...edgeDevices(seen, uplinks, linked))
  for (const { a, b } of links) linked.add(a).add(b)
  links.push(...behindGateways({ nodes, viewOf, ports }, who, linked))
  return links
}

type Who = ReturnType<typeof whoIs>

/** What each end announces; frames that merely pass through (CDP over a switch that does not speak it) are no links. */
function announcedHalves({ nodes, viewOf, ports }: SiteReadings, who: Who): Half[] {
  const halves: Half[] = []
  for (const { id } of nodes) {
    const view = viewOf(id)
    if (view === undefined) continue
    const speaksLldp = new Map<string, Set<string>>()
    for (const by of ['lldp', 'cdp'] as const) {
      const onPort = Map.groupBy(view[by], (row) => ports.own(id, row.port))
      for (const [port, rows] of onPort) {
        const remotes = rows.flatMap((row) => {
          const remote = who.announcer(row)
          return remote === undefined || remote === id ? [] : [{ remote, remotePort: ports.remote(remote, row) }]
        })
        const others = new Set(remotes.map(({ remote }) => remote))
        if (by === 'lldp' && port !== '') speaksLldp.set(port, others)
        const direct = by === 'cdp' ? speaksLldp.get(port) : undefined
        for (const { remote, remotePort } of remotes) {
          if (direct !== undefined && direct.size > 0 && !direct.has(remote)) continue
          const shared = others.size > 1
          halves.push({ from: id, port, to: remote, remotePort, by, shared, seenAt: view.at(by) })
        }
      }
    }
  }
  return halves
}

interface Sightings {
  /** Of each device that forwards: which of our devices it sees on which ports, and how many addresses are there. */
  readonly bySwitch: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>
  readonly counts: ReadonlyMap<string, number>
  readonly at: ReadonlyMap<string, number>
}

function sightings({ nodes, viewOf, ports }: SiteReadings, who: Who): Sightings {
  const bySwitch = new Map<string, Map<string, Set<string>>>()
  const counts = new Map<string, number>()
  const at = new Map<string, number>()
  for (const { id } of nodes) {
    const view = viewOf(id)
    if (view === undefined || view.fdb.length === 0) continue
    const seen = new Map<string, Set<string>>()
    bySwitch.set(id, seen)
    at.set(id, view.at('fdb'))
    for (const row of view.fdb) {
      const port = ports.own(id, row.port)
      counts.set(`${id} ${port}`, row.count)
      for (const mac of row.macs) {
        const device = who.byMac(mac)
        if (device !== undefined && device !== id) seen.set(device, (seen.get(device) ?? new Set()).add(port))
      }
    }
  }
  return { bySwitch, counts, at }
}

/** Two switches that see each other, with no third between: one that the first sees where the second is, and the other way. */
function betweenSwitches({ bySwitch, at }: Sightings, taken: ReadonlySet<string>): FoundLink[] {
  const links: FoundLink[] = []
  /** By switch and port: the switches that are seen there and nowhere else. */
  const there = new Map<string, Map<string, Set<string>>>()
  const place = new Map<string, Map<string, string>>()
  for (const [id, seen] of bySwitch) {
    const ports = new Map<string, Set<string>>()
    const places = new Map<string, string>()
    for (const [other, on] of seen) {
      const [port, ...more] = on
      if (port === undefined || more.length > 0 || !bySwitch.has(other)) continue
      ports.set(port, (ports.get(port) ?? new Set()).add(other))
      places.set(other, port)
    }
    there.set(id, ports)
    place.set(id, places)
  }
  for (const [a, ports] of there) {
    for (const [aPort, others] of ports) {
      if (taken.has(`${a} ${aPort}`)) continue
      for (const b of others) {
        const bPort = b > a ? place.get(b)?.get(a) : undefined
        if (bPort === undefined || taken.has(`${b} ${bPort}`)) continue
        // ends with the first in common: of all but direct neighbours that is soon
        if (!others.isDisjointFrom(there.get(b)?.get(bPort) ?? new Set())) continue
        const seenAt = Math.max(at.get(a) ?? 0, at.get(b) ?? 0)
        links.push({ a, aPort, b, bPort, sources: ['fdb'], toldBy: ['a', 'b'], confidence: 0.6, seenAt })
      }
    }
  }
  return links
}

/** A device that forwards nothing stands where its address is learned on exactly one port that leads to no other switch. */
function edgeDevices({ bySwitch, counts, at }: Sightings, uplinks: ReadonlySet<string>, linked: ReadonlySet<string>) {
  const places = new Map<string, { readonly at: string; readonly port: string }[]>()
  for (const [id, seen] of bySwitch) {
    const leadsOn = new Set([...seen].flatMap(([device, ports]) => (bySwitch.has(device) ? [...ports] : [])))
    for (const [device, ports] of seen) {
      if (bySwitch.has(device)) continue
      for (const port of ports) {
        const end = `${id} ${port}`
        if (leadsOn.has(port) || uplinks.has(end) || (counts.get(end) ?? 0) > MANY) continue
        places.set(device, [...(places.get(device) ?? []), { at: id, port }])
      }
    }
  }
  const links: FoundLink[] = []
  for (const [device, found] of places) {
    const [only, ...others] = found
    if (only === undefined || others.length > 0 || linked.has(device)) continue
    const seenAt = at.get(only.at) ?? 0
    links.push(oriented({ from: only.at, port: only.port, to: device, by: 'fdb', confidence: 0.7, seenAt }))
  }
  return links
}

/** Whom nobody else shows, and exactly one gateway of several devices knows by ARP. */
function behindGateways({ nodes, viewOf, ports }: SiteReadings, who: Who, linked: ReadonlySet<string>): FoundLink[] {
  const gateways = new Map<string, Set<string>>()
  const known = new Map<string, { readonly at: string; readonly port: string }[]>()
  for (const { id } of nodes) {
    for (const { ip, port } of viewOf(id)?.arp ?? []) {
      const device = who.byAddress(ip)
      if (device === undefined || device === id) continue
      gateways.set(id, (gateways.get(id) ?? new Set()).add(device))
      known.set(device, [...(known.get(device) ?? []), { at: id, port: ports.own(id, port) }])
    }
  }
  const links: FoundLink[] = []
  for (const [device, all] of known) {
    const found = all.filter((place) => (gateways.get(place.at)?.size ?? 0) >= GATEWAY_KNOWS)
    const [only] = found
    if (only === undefined || linked.has(device) || found.some((place) => place.at !== only.at)) continue
    const seenAt = viewOf(only.at)?.at('arp') ?? 0
    links.push(oriented({ from: only.at, port: only.port, to: device, by: 'arp', confidence: 0.3, seenAt }))
  }
  return links
}

function oriented(end: {
  readonly from: string
  readonly port: string
  readonly to: string
  readonly by: LinkSource
  readonly confidence: number
  readonly seenAt: number
}): FoundLink {
  const { from, port, to, by, confidence, seenAt } = end
  const rest = { sources: [by], confidence, seenAt }
  return from < to
    ? { a: from, aPort: port, b: to, bPort: '', toldBy: ['a'], ...rest }
    : { a: to, aPort: '', b: from, bPort: port, toldBy: ['b'], ...rest }
}
