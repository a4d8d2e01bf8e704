// What people see: the neighbours of one device, and who is seen at a site without being one of its devices.
import type { AnnouncedRow } from '#shared/domain/neighbours.ts'
import type { Link, LinkSource } from '#shared/domain/topology.ts'
import type { NeighbourList, NeighbourRow, Stranger } from '#shared/http/topology.ts'
import type { Topology } from './topology.ts'
import { whoIs } from './who-is.ts'

const MOST_ROWS = 2_000
const MOST_STRANGERS = 1_000
const NOTHING = { name: null, description: null, mac: null, addresses: [], capabilities: [] } as const

/** Known neighbours first, by port; then strangers. */
export function neighboursOf(
  topology: Topology,
  site: string,
  device: string,
  nameOf: (id: string) => string | null,
): NeighbourList {
  const { nodes, viewOf, ports } = topology.readings(site)
  const who = whoIs(nodes, viewOf, ports.macs)
  const view = viewOf(device)
  const strangers: NeighbourRow[] = []
  const said = new Map<string, AnnouncedRow>()
  for (const by of ['lldp', 'cdp'] as const)
    for (const row of view?.[by] ?? []) {
      const remote = who.announcer(row)
      const port = ports.own(device, row.port)
      if (remote !== undefined) said.set(`${port} ${remote}`, said.get(`${port} ${remote}`) ?? row)
      else strangers.push({ ...strangerRow(port, by, row), seenAt: view?.at(by) ?? 0 })
    }
  const ipOf = new Map(view?.arp.map(({ mac, ip }) => [mac, ip]))
  const announced = new Set(strangers.map(({ port }) => port))
  for (const { port, macs, count } of view?.fdb ?? []) {
    if (announced.has(port) || macs.length < count) continue
    for (const mac of macs) {
      if (who.byMac(mac) !== undefined) continue
      const addresses = ipOf.has(mac) ? [ipOf.get(mac) as string] : []
      strangers.push({
        ...{
          ...NOTHING,
          port,
          by: 'fdb',
          device: null,
          deviceName: null,
          remotePort: '',
          mac,
          addresses,
          capabilities: [],
        },
        ...{ link: null, state: 'current', seenAt: view?.at('fdb') ?? 0 },
      })
    }
  }
  const known = topology
    .linksOf(site)
    .filter(({ a, b }) => a === device || b === device)
    .map((link) => linkRow(link, device, said, nameOf))
  known.sort(byPort)
  strangers.sort(byPort)
  const items = [...known, ...strangers]
  const tables = topology.observations.of(device).map(({ table, at, note, self, rows }) => ({
    ...{ table, at, note, rows: self === null ? rows.length : 1 },
  }))
  return { items: items.slice(0, MOST_ROWS), tables, truncated: items.length > MOST_ROWS }
}

/** Those that announce themselves first, then those of whom only addresses are known. */
export function strangersOf(topology: Topology, site: string): { strangers: Stranger[]; truncated: boolean } {
  const { nodes, viewOf, ports } = topology.readings(site)
  const who = whoIs(nodes, viewOf, ports.macs)
  const found = new Map<string, Stranger>()
  const add = (key: string, seen: Stranger['seenAt'][number], facts: Omit<Stranger, 'key' | 'seenAt'>) => {
    const before = found.get(key)
    if (before === undefined) found.set(key, { key, ...facts, seenAt: [seen] })
    else if (before.seenAt.length < 16) before.seenAt.push(seen)
  }
  for (const by of ['lldp', 'cdp'] as const)
    for (const { id } of nodes)
      for (const row of viewOf(id)?.[by] ?? []) {
        if (who.announcer(row) !== undefined) continue
        const { name, description, mac, addresses } = strangerRow('', by, row)
        const key = mac ?? name ?? addresses[0] ?? row.chassis ?? ''
        if (key !== '') add(key, { device: id, port: row.port, by }, { name, description, mac, addresses })
      }
  for (const { id } of nodes)
    for (const { ip, mac, port } of viewOf(id)?.arp ?? []) {
      if (who.byAddress(ip) !== undefined || who.byMac(mac) !== undefined) continue
      add(mac, { device: id, port, by: 'arp' }, { name: null, description: null, mac, addresses: [ip] })
    }
  const strangers = [...found.values()]
  return { strangers: strangers.slice(0, MOST_STRANGERS), truncated: strangers.length > MOST_STRANGERS }
}

function strangerRow(port: string, by: LinkSource, row: AnnouncedRow): Omit<NeighbourRow, 'seenAt'> {
  const chassis = row.chassis ?? null
  return {
    ...{ port, by, device: null, deviceName: null, link: null, state: 'current' },
    remotePort: row.remotePort ?? row.portDescr ?? '',
    name: row.name ?? (row.chassisForm === 'mac' ? null : chassis),
    description: row.descr ?? null,
    mac: row.chassisForm === 'mac' ? chassis : row.portForm === 'mac' ? (row.remotePort ?? null) : null,
    addresses: row.addresses ?? (row.chassisForm === 'address' && chassis !== null ? [chassis] : []),
    capabilities: row.caps ?? [],
  }
}

function linkRow(
  link: Link,
  device: string,
  said: ReadonlyMap<string, AnnouncedRow>,
  nameOf: (id: string) => string | null,
): NeighbourRow {
  const isA = link.a === device
  const [port, remote, remotePort] = isA ? [link.aPort, link.b, link.bPort] : [link.bPort, link.a, link.aPort]
  const row = said.get(`${port} ${remote}`)
  const facts = row === undefined ? NOTHING : strangerRow(port, link.by, row)
  return {
    ...{ port, by: link.by, device: remote, deviceName: nameOf(remote), remotePort },
    ...{ name: facts.name, description: facts.description, mac: facts.mac },
    ...{ addresses: [...facts.addresses], capabilities: [...facts.capabilities] },
    ...{ link: link.id, state: link.state, seenAt: link.seenAt },
  }
}

const byPort = (x: NeighbourRow, y: NeighbourRow): number =>
  x.port.localeCompare(y.port, 'en', { numeric: true }) || x.remotePort.localeCompare(y.remotePort)
