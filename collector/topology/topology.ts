// Door of the topology: what devices tell of each other in, links of a site out. Memory only; what must outlive it is
// answered as writes.

import type { Device } from '#shared/domain/inventory.ts'
import type { NeighboursEvent } from '#shared/domain/neighbours.ts'
import type { Link } from '#shared/domain/topology.ts'
import type { LinkDraft } from '#shared/http/topology.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'
import { forwardersOf } from './forwards.ts'
import { foundLinks, type SiteReadings } from './found-links.ts'
import { keepLinks, linkId } from './kept-links.ts'
import { createObservations, type Observations } from './observations.ts'
import { createPortBook } from './port-book.ts'
import type { StoredTopology, TopologyWrite } from './topology-store.ts'

export interface Topology {
  /** A polled series names its port. */
  learn(series: Pick<SeriesInfo, 'device' | 'resource' | 'tags'>): void
  /** A device (collector-wide id) of this site told a table at `at` (event time). */
  observe(site: string, device: string, at: number, event: NeighboursEvent): TopologyWrite[]
  /**
   * A device is new, gone, or has another name, address or serial number: its site is looked at again when it matters. Of
   * one that is watched no more nothing is kept but its links.
   */
  described(device: Device): TopologyWrite[]
  /** Looks again at sites of which something is new; each at most every few seconds. */
  refresh(now: number): TopologyWrite[]
  /** All links of a site, stale ones included. Cause finding takes current and, while a device is down, stale ones. */
  linksOf(site: string): readonly Link[]
  /** Whether a device passes on what others send; undefined: nobody knows. As of the last reading of its site. */
  forwards(device: string): boolean | undefined
  /** The link, or why there cannot be one. */
  draw(site: string, draft: LinkDraft, by: string, now: number): Drawn
  /** Removes a link; one that is still observed comes back. Undefined when there is none. */
  erase(site: string, id: string): { readonly link: Link; readonly writes: TopologyWrite[] } | undefined
  readonly observations: Observations
  readings(site: string): SiteReadings
  restore(stored: Pick<StoredTopology, 'observations' | 'links'>): void
}

export type Drawn =
  | { readonly ok: true; readonly link: Link; readonly writes: TopologyWrite[] }
  | { readonly ok: false; readonly message: string }

export interface TopologyOptions {
  readonly devices: () => Iterable<Device>
  readonly device: (id: string) => Device | undefined
}

const LOOK_EVERY_MS = 2_000
/** Large sites cost more: so much longer per device between two looks. */
const PER_DEVICE_MS = 100

export function createTopology({ devices, device }: TopologyOptions): Topology {
  const observations = createObservations()
  const ports = createPortBook()
  const links = new Map<string, Map<string, Link>>()
  /** `seenAt` as it is stored. */
  const stored = new Map<string, number>()
  const dirty = new Set<string>()
  const next = new Map<string, number>()
  const known = new Map<string, string>()
  const forwarders = new Map<string, ReadonlySet<string>>()

  function readings(site: string): SiteReadings {
    const nodes: Device[] = []
    for (const one of devices()) if (one.site === site && one.active) nodes.push(one)
    nodes.sort((x, y) => (x.id < y.id ? -1 : 1))
    return { nodes, viewOf: observations.view, ports }
  }

  function keptOf(site: string): Map<string, Link> {
    const kept = links.get(site) ?? new Map<string, Link>()
    links.set(site, kept)
    return kept
  }

  return {
    observations,
    readings,
    learn: ports.learn,
    observe(site, id, at, event) {
      const observation = observations.take(id, at, event)
      if (observation === undefined) return []
      dirty.add(site)
      return [{ kind: 'observation', observation }]
    },
    described({ id, site, name, address, serial, active }) {
      const facts = JSON.stringify([site, name, address, serial, active])
      if (known.get(id) === facts) return []
      known.set(id, facts)
      dirty.add(site)
      if (active || observations.of(id).length === 0) return []
      observations.drop(id)
      return [{ kind: 'forget', device: id }]
    },
    refresh(now) {
      const writes: TopologyWrite[] = []
      for (const site of dirty) {
        if (now < (next.get(site) ?? 0)) continue
        dirty.delete(site)
        const sight = readings(site)
        next.set(site, now + LOOK_EVERY_MS + sight.nodes.length * PER_DEVICE_MS)
        forwarders.set(site, forwardersOf(sight))
        const changes = keepLinks(keptOf(site), stored, site, foundLinks(sight), now)
        for (const change of changes) writes.push({ kind: 'link', ...change })
      }
      return writes
    },
    forwards(id) {
      const site = device(id)?.site
      return site !== undefined && forwarders.get(site)?.has(id) ? true : undefined
    },
    linksOf: (site) => [...(links.get(site)?.values() ?? [])],
    draw(site, draft, by, now) {
      const one = device(draft.a)
      const other = device(draft.b)
      if (one?.site !== site || other?.site !== site) return { ok: false, message: 'both devices must be of this site' }
      if (draft.a === draft.b) return { ok: false, message: 'a link has two different ends' }
      const { a, aPort, b, bPort, note } = draft
      const ends = a < b ? { a, aPort, b, bPort } : { a: b, aPort: bPort, b: a, bPort: aPort }
      const id = linkId(site, ends)
      const kept = keptOf(site)
      const before = kept.get(id)
      if (before?.drawnBy != null) return { ok: false, message: 'there is such a link already' }
      const link: Link = {
        ...{ id, site, ...ends, by: 'manual', sources: ['manual', ...(before?.sources ?? [])] },
        ...{ toldBy: before?.toldBy ?? [], confidence: 1, state: 'current', staleBecause: null, staleSince: null },
        ...{ firstSeenAt: before?.firstSeenAt ?? now, seenAt: now, drawnBy: by, note },
      }
      kept.set(id, link)
      return { ok: true, link, writes: [{ kind: 'link', id, link }] }
    },
    erase(site, id) {
      const link = links.get(site)?.get(id)
      if (link === undefined) return undefined
      links.get(site)?.delete(id)
      dirty.add(site)
      return { link, writes: [{ kind: 'link', id, link: null }] }
    },
    restore(from) {
      observations.clear()
      for (const map of [links, stored, next, known, forwarders]) map.clear()
      dirty.clear()
      for (const observation of from.observations) observations.put(observation)
      for (const link of from.links) {
        keptOf(link.site).set(link.id, link)
        stored.set(link.id, link.seenAt)
        dirty.add(link.site)
      }
      for (const one of devices())
        known.set(one.id, JSON.stringify([one.site, one.name, one.address, one.serial, one.active]))
      for (const { device: id } of from.observations) {
        const site = device(id)?.site
        if (site !== undefined) dirty.add(site)
      }
    },
  }
}
