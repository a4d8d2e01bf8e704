// What there is: customers, sites and agents by configuration, devices by what agents list. In: events, samples, hellos,
// time. Out: changed devices and agents, and which sites went silent or spoke again. Judges nothing else.
import { deviceIdOf } from '#shared/domain/identity.ts'
import type { Agent, Customer, Device, Site } from '#shared/domain/inventory.ts'
import type { Playbook } from '#shared/domain/playbook.ts'
import type { IngestGroup, SeriesInfo } from '../ingest/evaluation.ts'
import { createDeviceState } from './device-state.ts'
import { createLiveness, type EnrolledAgent, type PresenceTurn } from './liveness.ts'
import type { LostRecords } from './lost-records.ts'
import { createPlaybooks, type PlaybookOfProfile } from './playbooks.ts'

export interface Inventory {
  /** Series, events and samples of a group, and who was heard in it. */
  /** `isBehind`: a backlog of the agent is being taken. */
  apply(group: IngestGroup, isBehind?: (agent: string) => boolean): InventoryOutcome
  /** `mono`: the collector's monotonic ms. */
  tick(now: number, mono: number): InventoryOutcome
  restore(stored: StoredInventory): void
  /** An agent enrolled, or may or may not speak any more; `refused` says why not. What is returned is to be written. */
  adopt(id: string, site: string, refused: string | null): Agent
  customers(): readonly Customer[]
  sites(): readonly Site[]
  agents(): readonly Agent[]
  devices(): Iterable<Device>
  device(id: string): Device | undefined
  agent(id: string): Agent | undefined
  /** What the device's profile wants asked when an alarm opens an incident. */
  playbook(device: string): Playbook | undefined
  site(id: string): Site | undefined
  /** '' for a site that is not known. */
  customerOf(site: string): string
  /** IANA zone of a site. */
  zoneOf(site: string): string | undefined
  counters(): { readonly dropped: Readonly<Record<string, number>> }
}

export interface InventoryOutcome {
  readonly agents: readonly Agent[]
  readonly devices: readonly Device[]
  /** What profiles say anew. */
  readonly playbooks: readonly PlaybookOfProfile[]
  /** Devices whose facts (profile, tags) changed, so that rules look again. */
  readonly described: readonly string[]
  /** Devices that nobody watches any more. */
  readonly gone: readonly string[]
  readonly presence: readonly PresenceTurn[]
  /** What agents lost in this group, with their totals. */
  readonly lost: readonly LostRecords[]
  /** Devices that can be judged again after their site was silent. */
  readonly known: readonly string[]
  /** Devices that are to be watched and that no agent watches now: nobody can know of them. */
  readonly unwatched: readonly string[]
}

export interface StoredInventory {
  readonly agents: readonly Agent[]
  readonly devices: readonly Device[]
  readonly playbooks?: readonly PlaybookOfProfile[]
  readonly series: readonly SeriesInfo[]
}

/** Customers and sites as they are now: people add and remove them while the collector runs. */
export interface InventoryPlaces {
  customers(): readonly Customer[]
  sites(): readonly Site[]
  site(id: string): Site | undefined
}

export interface InventoryOptions {
  readonly places: InventoryPlaces
  readonly agents: readonly { readonly id: string; readonly site: string }[]
  /** Agents beside those of the configuration, as they are committed. */
  readonly enrolled?: () => readonly EnrolledAgent[]
  /**
   * Whether people want a device of a site watched. Such a one does not go when its agent lists it no more (the agent could
   * not take what was kept for it, or another agent is to have it): it is unknown until somebody watches it again.
   */
  readonly isKept?: (site: string, device: string) => boolean
  readonly heartbeatMs: number
  /** Since when (monotonic ms) the collector has been connected to its broker; null while it is not. */
  connectedSince(): number | null
}

const MAX_DEVICES = 100_000
/** Devices of an agent that the configuration no longer names have this long to appear under another. */
const HEIRS_WAIT_MS = 600_000
/** How often those that nobody watches are looked at: people may have removed them. */
const UNWATCHED_EVERY_MS = 60_000

export function createInventory(options: InventoryOptions): Inventory {
  const { places } = options
  const devices = new Map<string, Device>()
  const liveness = createLiveness(options)
  const states = createDeviceState(devices)
  const playbooks = createPlaybooks()
  const dropped: Record<string, number> = {}
  /** When devices without an agent are given up; undefined: that is done. */
  let giveUpAt: number | undefined
  let opened = false
  /** Devices that may be unwatched, and are to go when people keep them no more. */
  const waiting = new Set<string>()
  let lookedAt = 0
  const drop = (reason: string) => {
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }

  function describe(received: IngestGroup['events'][number], changed: Map<string, Device>): string[] {
    const { event, agent, site, customer } = received
    if (event.kind !== 'inventory') return []
    const described: string[] = []
    const listed = new Set<string>()
    for (const { device: local, interval, tags, parents, poweredBy, name, address, ...facts } of event.devices) {
      const id = deviceIdOf(site, local)
      listed.add(id)
      states.release(id)
      const before = devices.get(id)
      if (!before && devices.size >= MAX_DEVICES) {
        drop('devices-full')
        continue
      }
      const device: Device = {
        id,
        site,
        customer: customer || customerOf(site),
        agent,
        name,
        address,
        state: before?.state ?? 'unknown',
        stateSince: before?.stateSince ?? null,
        vendor: facts.vendor ?? before?.vendor ?? null,
        model: facts.model ?? before?.model ?? null,
        serial: facts.serial ?? before?.serial ?? null,
        version: facts.version ?? before?.version ?? null,
        sysObjectId: facts.sysObjectId ?? before?.sysObjectId ?? null,
        sysDescr: facts.sysDescr ?? before?.sysDescr ?? null,
        profile: facts.profile ?? before?.profile ?? null,
        profileReason: facts.profileReason ?? before?.profileReason ?? null,
        tags: tags ?? before?.tags ?? {},
        parents: parents?.map((p) => deviceIdOf(site, p)) ?? before?.parents ?? [],
        interval: interval ?? before?.interval ?? null,
        active: true,
        ...(facts.origin === undefined ? {} : { origin: facts.origin }),
        ...(poweredBy === undefined ? {} : { poweredBy: poweredBy.map((p) => deviceIdOf(site, p)) }),
        ...(facts.via === undefined ? {} : { via: facts.via }),
        ...(facts.nearAgent === undefined ? {} : { nearAgent: facts.nearAgent }),
      }
      if (before && JSON.stringify(before) === JSON.stringify(device)) continue
      devices.set(id, device)
      changed.set(id, device)
      described.push(id)
    }
    const { range } = event
    if (event.complete || range) {
      const after = event.complete || range?.after == null ? '' : deviceIdOf(site, range.after)
      const upTo = event.complete || range?.upTo == null ? null : deviceIdOf(site, range.upTo)
      for (const [id, device] of devices) {
        if (device.agent !== agent || !device.active || listed.has(id)) continue
        if (id <= after || (upTo !== null && id > upTo)) continue
        leave(device, event.at, changed)
      }
    }
    return described
  }

  function learnPlaybooks({ event, agent }: IngestGroup['events'][number]): PlaybookOfProfile[] {
    if (event.kind !== 'inventory') return []
    const { devices: listed, playbooks: told = {} } = event
    const profiles = new Set(listed.flatMap(({ profile }) => profile ?? []))
    return [...profiles].flatMap((profile) => {
      const playbook = Object.hasOwn(told, profile) ? told[profile] : undefined
      return playbooks.learn(agent, profile, playbook) ?? []
    })
  }

  function isKept({ id, site }: Device): boolean {
    return options.isKept?.(site, id.slice(deviceIdOf(site, '').length)) ?? false
  }

  /** Nobody watches it now. */
  function leave(device: Device, at: number, changed: Map<string, Device>): void {
    const { id } = device
    if (isKept(device)) {
      waiting.add(id)
      states.hold(id, at, changed)
      return
    }
    waiting.delete(id)
    const gone = { ...device, active: false }
    devices.set(id, gone)
    changed.set(id, gone)
  }

  function look(now: number, changed: Map<string, Device>): void {
    if (now - lookedAt < UNWATCHED_EVERY_MS) return
    lookedAt = now
    // people removed the site: what was watched there by an agent that may not speak any more goes with it
    for (const device of devices.values())
      if (device.active && places.site(device.site) === undefined) leave(device, now, changed)
    for (const id of waiting) {
      const device = devices.get(id)
      if (!device?.active || device.state !== 'unknown') waiting.delete(id)
      else if (!isKept(device)) leave(device, now, changed)
    }
  }

  function customerOf(site: string): string {
    return places.site(site)?.customer ?? ''
  }

  function silence(turns: readonly PresenceTurn[], changed: Map<string, Device>): void {
    for (const { agent, presence, at } of turns) if (presence === 'unknown') states.forget(agent, at, changed)
  }

  function giveUp(now: number, changed: Map<string, Device>): void {
    if (opened) giveUpAt = now + HEIRS_WAIT_MS
    opened = false
    if (giveUpAt === undefined || now < giveUpAt) return
    giveUpAt = undefined
    for (const device of devices.values()) {
      // an agent that was moved to another site watches nothing here
      if (device.active && liveness.get(device.agent)?.site !== device.site) leave(device, now, changed)
    }
  }

  function outcome(
    changed: ReadonlyMap<string, Device>,
    described: readonly string[],
    known: readonly string[],
    { agents, turns, lost }: Pick<ReturnType<typeof liveness.tick>, 'agents' | 'turns' | 'lost'>,
    said: readonly PlaybookOfProfile[] = [],
  ): InventoryOutcome {
    const all = [...changed.values()]
    const gone = all.filter((d) => !d.active).map((d) => d.id)
    const unwatched = all.filter((d) => d.active && states.isHeld(d.id)).map((d) => d.id)
    return { agents, devices: all, playbooks: said, described, gone, presence: turns, lost, known, unwatched }
  }

  return {
    apply(group, isBehind = () => false) {
      const changed = new Map<string, Device>()
      const described: string[] = []
      for (const series of group.newSeries) states.learn(series)
      const said = group.events.flatMap(learnPlaybooks)
      for (const event of group.events) described.push(...describe(event, changed))
      const turn = liveness.heard(group)
      if (turn.refused > 0) drop('unknown-agent')
      const known = states.judge(group, changed, isBehind)
      for (const id of described) states.described(id, group.now, changed)
      return outcome(changed, described, known, turn, said)
    },
    tick(now, mono) {
      const changed = new Map<string, Device>()
      const turn = liveness.tick(now, mono)
      silence(turn.turns, changed)
      giveUp(now, changed)
      look(now, changed)
      return outcome(changed, [], [], turn)
    },
    restore(stored) {
      opened = true
      devices.clear()
      waiting.clear()
      for (const device of stored.devices) {
        devices.set(device.id, device)
        if (device.active && device.origin === 'collector' && device.state === 'unknown') waiting.add(device.id)
      }
      liveness.restore(stored.agents)
      playbooks.restore(stored.playbooks ?? [])
      states.restore()
      for (const series of stored.series) states.learn(series)
    },
    customers: places.customers,
    sites: places.sites,
    adopt: liveness.adopt,
    agents: () => liveness.list(),
    devices: () => devices.values(),
    device: (id) => devices.get(id),
    agent: (id) => liveness.get(id),
    playbook(id) {
      const device = devices.get(id)
      return device?.profile == null ? undefined : playbooks.of(device.agent, device.profile)
    },
    site: places.site,
    customerOf,
    zoneOf: (site) => places.site(site)?.timeZone,
    counters: () => ({ dropped: { ...dropped, ...playbooks.counters() } }),
  }
}
