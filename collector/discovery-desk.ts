// The discovery desk: sweeps and proposals, put together with the turns, the devices and credentials of sites, and the live
// stream.
import { canonicalAddress } from '#shared/domain/address-ranges.ts'
import type { Device } from '#shared/domain/inventory.ts'
import type { LiveHub } from './api/live-hub.ts'
import { createDiscovery, type Discovery } from './discovery/discovery.ts'
import type { DiscoveryStore } from './discovery/discovery-store.ts'
import type { KnownDevice } from './discovery/propose.ts'
import type { ReceivedResult, Turns } from './ingest/evaluation.ts'
import type { SiteDesk } from './site-desk.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface DiscoveryDesk {
  readonly book: Discovery
  /** Takes what agents told into the change set, before it is committed. */
  follow(results: readonly ReceivedResult[], changes: ChangeSet, now: number): void
  /** A change set is durable: who looks on hears of its sweeps. */
  committed(changes: ChangeSet): void
}

export function createDiscoveryDesk(deps: {
  readonly store: DiscoveryStore
  readonly siteDesk: SiteDesk
  readonly turns: () => Turns<ChangeSet>
  readonly devices: () => Iterable<Device>
  readonly refusal: (agent: string) => string | undefined
  readonly live: () => LiveHub
}): DiscoveryDesk {
  const { store, siteDesk } = deps
  const { book: config, places } = siteDesk
  const book = createDiscovery({
    store,
    hasSite: (site) => places.site(site) !== undefined,
    agentsOf: siteDesk.agentsOf,
    devicesOf: (site) => devicesOf(site, deps.devices(), kept(config, site)),
    setsOf: (site) => (config.credentials(site) ?? []).map((row) => row.name),
    seal: (agent, site, name) => siteDesk.sealedSet(agent, site, name),
    refusal: deps.refusal,
    importDevices: (site, rows, actor) => config.importDevices(site, rows, false, actor),
    commit: (work) =>
      deps.turns().run((at) => {
        const { writes = [], orders = [], audit, value } = work(at)
        const changes = emptyChangeSet()
        changes.discovery.push(...writes)
        changes.diagnostics.push(...orders)
        if (audit) changes.audit.push({ at, ...audit })
        return { changes, value }
      }),
    newId: () => crypto.randomUUID(),
  })
  return {
    book,
    follow: book.follow,
    committed(changes) {
      if (changes.discovery.length === 0) return
      const live = deps.live()
      if (live.isIdle()) live.skip()
      else
        for (const sweep of book.changed(changes))
          live.publish('sweep', { sweep }, places.site(sweep.site)?.customer ?? null)
    },
  }
}

/** What agents list, and what is kept for them and not yet listed. */
function* devicesOf(site: string, listed: Iterable<Device>, kept: Iterable<Pick<KnownDevice, 'id' | 'address'>>) {
  const unknown = { vendor: null, serial: null, sysObjectId: null, profile: null }
  const seen = new Set<string>()
  for (const { id: whole, site: of, active, address, vendor, serial, sysObjectId, profile } of listed) {
    if (of !== site || !active) continue
    const id = whole.slice(site.length + 1)
    seen.add(id)
    yield { id, address: canonicalAddress(address) ?? address, vendor, serial, sysObjectId, profile }
  }
  for (const { id, address } of kept)
    if (!seen.has(id)) yield { ...unknown, id, address: canonicalAddress(address) ?? address }
}

function kept(config: SiteDesk['book'], site: string): Pick<KnownDevice, 'id' | 'address'>[] {
  return (config.devices(site, { after: '', limit: -1 }) ?? []).map(({ device }) => device)
}
