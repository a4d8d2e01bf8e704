// Neighbours, links and assets beside the judgement: fed with every group, restored with it, asked by the API. Wiring.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Device } from '#shared/domain/inventory.ts'
import { SEVERITIES, type Severity, severityRank } from '#shared/domain/severity.ts'
import type { Link } from '#shared/domain/topology.ts'
import type { SiteLinks } from '#shared/http/topology.ts'
import type { Outcome, TopologyBook } from './api/deps.ts'
import type { Judgement } from './evaluation.ts'
import type { Evaluation, IngestGroup, SeriesInfo, Turns } from './ingest/evaluation.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import { createAssets } from './topology/assets.ts'
import { neighboursOf, strangersOf } from './topology/neighbour-rows.ts'
import { createTopology, type Topology } from './topology/topology.ts'
import type { TopologyStore } from './topology/topology-store.ts'

/** Changes to write and the answer. */
interface Answer<T> {
  readonly changes: ChangeSet
  readonly value: Outcome<T>
}

export interface TopologyDesk {
  /** The judgement, and after each of its steps the topology. */
  beside(evaluation: Evaluation<ChangeSet>): Evaluation<ChangeSet>
  readonly topology: Topology
  readonly book: TopologyBook
}

export interface TopologyDeskParts {
  readonly stores: { readonly topology: TopologyStore; readonly rules: { series(): readonly SeriesInfo[] } }
  readonly judgement: Pick<Judgement, 'inventory' | 'alarms'> & Partial<Pick<Judgement, 'cause'>>
  readonly turns: () => Turns<ChangeSet>
}

export function createTopologyDesk({ stores, judgement, turns }: TopologyDeskParts): TopologyDesk {
  const inventory = () => judgement.inventory
  const topology = createTopology({ devices: () => inventory().devices(), device: (id) => inventory().device(id) })
  const assets = createAssets()

  function lookAt(device: Device, group: IngestGroup, at: number, changes: ChangeSet): void {
    const members = topology.observations.view(device.id)?.self?.serials ?? []
    const writes = assets.take(device, members, at)
    changes.topology.push(...writes)
    for (const write of writes) {
      if (write.kind !== 'asset-entry') continue
      const { change, before, after } = write.entry
      const { id, agent, site, customer } = device
      const event = { kind: 'asset' as const, at, device: id.slice(site.length + 1), change, before, after }
      group.addEvent?.({ agent, site, customer, device: id, at, event })
      const detail = { before, after }
      changes.audit.push({ at: group.now, actor: 'system', action: `asset.${change}`, subject: id, detail })
    }
  }

  /** Causes are found by links: which are others now. */
  function tellLinks(changes: ChangeSet): void {
    const sites = new Set<string | undefined>()
    for (const write of changes.topology) if (write.kind === 'link') sites.add(write.link?.site)
    if (sites.has(undefined)) judgement.cause?.causes.linksChanged()
    else for (const site of sites) judgement.cause?.causes.linksChanged(site)
  }

  function take(group: IngestGroup, changes: ChangeSet): void {
    for (const one of group.newSeries) topology.learn(one)
    const told = new Map<string, number>()
    for (const { event, device, site, at } of group.events) {
      if (event.kind === 'neighbours' && device !== null && inventory().device(device)?.active)
        changes.topology.push(...topology.observe(site, device, at, event))
      if (event.kind === 'inventory') for (const { device: local } of event.devices) told.set(`${site}.${local}`, at)
    }
    for (const device of changes.devices) {
      changes.topology.push(...topology.described(device))
      const at = told.get(device.id)
      if (at !== undefined) lookAt(device, group, at, changes)
    }
  }

  return {
    topology,
    beside: (evaluation) => ({
      evaluate(group) {
        const changes = evaluation.evaluate(group)
        take(group, changes)
        tellLinks(changes)
        return changes
      },
      tick(now, mono) {
        const changes = evaluation.tick(now, mono)
        for (const device of changes.devices) changes.topology.push(...topology.described(device))
        changes.topology.push(...topology.refresh(now))
        tellLinks(changes)
        return changes
      },
      async reload() {
        await evaluation.reload()
        const stored = stores.topology.read()
        topology.restore(stored)
        assets.restore(stored.assets, stored.entries)
        for (const one of stores.rules.series()) topology.learn(one)
        judgement.cause?.causes.linksChanged()
      },
    }),
    book: {
      neighbours: (device) => {
        const known = inventory().device(device)
        return known && neighboursOf(topology, known.site, device, (id) => inventory().device(id)?.name ?? null)
      },
      links: (site) => ({
        site,
        nodes: nodesOf(site),
        links: [...topology.linksOf(site)],
        ...strangersOf(topology, site),
      }),
      assets: (device) => ({
        items: [...assets.of(device)],
        changes: assets.log(device).map(({ at, change, before, after }) => ({ at, change, before, after })),
      }),
      draw: (site, draft, actor) =>
        turns().run((now): Answer<{ readonly link: Link }> => {
          const changes = emptyChangeSet()
          const drawn = topology.draw(site, draft, actor, now)
          if (!drawn.ok) return { changes, value: { ok: false, code: 'bad-request', message: drawn.message } }
          changes.topology.push(...drawn.writes)
          tellLinks(changes)
          const detail = { a: drawn.link.a, aPort: drawn.link.aPort, b: drawn.link.b, bPort: drawn.link.bPort }
          changes.audit.push({ at: now, actor, action: 'link.draw', subject: `${site}/${drawn.link.id}`, detail })
          return { changes, value: { ok: true, link: drawn.link } }
        }),
      erase: (site, id, actor) =>
        turns().run((now): Answer<object> => {
          const changes = emptyChangeSet()
          const erased = topology.erase(site, id)
          if (erased === undefined)
            return { changes, value: { ok: false, code: 'not-found', message: 'there is no such link' } }
          changes.topology.push(...erased.writes)
          tellLinks(changes)
          const detail = { a: erased.link.a, b: erased.link.b, by: erased.link.by }
          changes.audit.push({ at: now, actor, action: 'link.erase', subject: `${site}/${id}`, detail })
          return { changes, value: { ok: true } }
        }),
    },
  }

  function nodesOf(site: string): SiteLinks['nodes'] {
    const standing = Map.groupBy(judgement.alarms.active(), ({ device }) => device)
    const nodes: SiteLinks['nodes'] = []
    for (const { id, site: of, active, name, state, vendor, model, profile, parents } of inventory().devices()) {
      if (of !== site || !active) continue
      const alarms = standing.get(id) ?? []
      const facts = { id, name, state, vendor, model, profile, parents: [...parents] }
      nodes.push({ ...facts, openAlarms: alarms.length, worst: worstOf(alarms) })
    }
    return nodes
  }
}

/** Of those that are not held back, put away or closed. */
function worstOf(alarms: readonly Alarm[]): Severity | null {
  const shown = alarms.filter(
    ({ suppression, operatorState: by }) => !suppression && by !== 'shelved' && by !== 'closed',
  )
  return SEVERITIES[Math.max(-1, ...shown.map((alarm) => severityRank(alarm.perceivedSeverity)))] ?? null
}
