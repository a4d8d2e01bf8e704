// What the running agent watches, and how it takes over another site view: devices added, removed and changed with their
// clients and pollers, sources, profiles, listeners. What did not change goes on as it was.
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Profile } from '#shared/profiles/profile.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { AgentConfig } from './config/config.ts'
import type { ConfigProblem, SiteView } from './config/site-view.ts'
import type { AgentDevice } from './devices/device.ts'
import { createDeviceList, type DeviceList } from './devices/device-list.ts'
import { createSourceMap } from './devices/source-map.ts'
import type { ListenerCounters, Poller } from './inputs/input.ts'
import { createPollers, type ListenerKind } from './inputs/registry.ts'
import { createLiveListeners, type ListenerSettings } from './live-listeners.ts'
import { createNeighbourDesk } from './neighbour-desk.ts'
import type { Outbox } from './outbox/outbox.ts'
import { createEngineStore, createFilePlaceStore } from './outbox/small-stores.ts'
import { createProfileDesk, type ProfileFacts } from './profile-desk.ts'
import type { Pinger } from './protocols/icmp/icmp.ts'
import { createSnmpClient } from './protocols/snmp/snmp.ts'
import type { SnmpClient } from './protocols/snmp/snmp-client.ts'
import { oneAtATime } from './scheduling/one-at-a-time.ts'
import { createScheduler, type SchedulerCounters } from './scheduling/scheduling.ts'

export interface LiveSiteDeps {
  readonly own: AgentConfig
  readonly first: SiteView
  readonly outbox: Outbox
  readonly pinger: Pinger
  readonly clock: Clock
  readonly log: Logger
  /** Something was discarded. */
  readonly refuse: (name: string, n?: number) => void
  /** IP addresses of a host name. */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** Whether the collector reads what devices tell of their neighbours. */
  readonly tellsNeighbours?: () => boolean
}

export interface LiveSite {
  readonly devices: DeviceList
  profiles(): ReadonlyMap<string, Profile>
  client(device: string): SnmpClient | undefined
  pollers(device: string): readonly Poller[]
  /** The outbox must be open. Rejects when a listener of the site's own file cannot open its socket. */
  start(): Promise<readonly ConfigProblem[]>
  /** Takes over another view; answers what of it could not be done. Rejects only for a bug. */
  apply(view: SiteView): Promise<readonly ConfigProblem[]>
  origins(): Readonly<Record<string, string>>
  profileFacts(): ProfileFacts
  figures(): { readonly devices: number; readonly checks: number; readonly listeners: number }
  polls(): SchedulerCounters
  listeners(): readonly ListenerCounters[]
  /** Listeners with what those before them had counted. */
  listenerTotals(): readonly ListenerCounters[]
  stop(): Promise<void>
}

const RETRY_LISTENERS_MS = 30_000
const FEW_CHANGES = 50

export async function createLiveSite(deps: LiveSiteDeps): Promise<LiveSite> {
  const { own, outbox, pinger, clock, log, refuse } = deps
  const room = (name: string) => log.child({ room: name })
  const devices = createDeviceList([])
  const sources = createSourceMap({ devices: [], resolve: deps.resolve })
  const scheduler = createScheduler({
    pollers: [],
    recorder: outbox,
    clock,
    random: Math.random,
    log: room('scheduling'),
  })
  const neighbours = createNeighbourDesk({
    ...{ collectorReads: deps.tellsNeighbours ?? (() => false), requestPoll: scheduler.requestPoll },
    ...{ mono: clock.mono, random: Math.random },
  })
  const clients = new Map<string, SnmpClient>()
  const pollers = new Map<string, readonly Poller[]>()
  /** What is really watched now. */
  const watched = new Map<string, AgentDevice>()
  let view = deps.first
  let retrying: NodeJS.Timeout | undefined
  let reading: NodeJS.Timeout | undefined
  let started = false
  const profiles = createProfileDesk({ dir: own.profilesDir, recorder: outbox, clock, log: room('profiles') })
  await profiles.take(view.profiles)
  const named = (['traps', 'syslog', 'files'] as const).filter((kind) => own.inputs[kind] !== undefined)
  const listeners = createLiveListeners(listenerSettings(view), new Set<ListenerKind>(named), {
    ...{ sources: sources.lookup, recorder: outbox, clock, log },
    ...{ engines: createEngineStore(outbox), places: createFilePlaceStore(outbox) },
    onTrap(device, trapOid) {
      scheduler.requestPoll(device)
      neighbours.onTrap(device, trapOid)
    },
  })

  function watch(device: AgentDevice): void {
    const { id, address, snmp } = device
    if (snmp !== undefined) {
      const { port, timeoutMs, retries, maxRepetitions } = snmp
      const target = { address, port, timeoutMs, retries, maxRepetitions, credentials: snmp }
      clients.set(id, createSnmpClient(target, { dropped: (reason) => refuse(`snmp:${reason}`) }))
    }
    const made = createPollers({
      ...{ device, recorder: outbox, clock, log: room('pollers'), pinger, client: clients.get(id) },
      profiles: profiles.current,
      onIdentity: (identity) => {
        const event = devices.learn(identity) ? devices.change(id, clock.wall()) : undefined
        if (event !== undefined) outbox.event(event)
      },
      dropped: (reason, n) => refuse(`snmp-poll:${reason}`, n),
      ...{ neighbours, onPortsChanged: () => neighbours.changed(id) },
    }).map(oneAtATime)
    pollers.set(
      id,
      made.filter((poller) => poller.unrecorded !== true),
    )
    scheduler.add(made)
    watched.set(id, device)
  }

  /** One that cannot be watched costs only itself. */
  function tryToWatch(device: AgentDevice): ConfigProblem[] {
    try {
      watch(device)
      return []
    } catch (error) {
      log.error({ err: error, device: device.id }, 'a device cannot be watched')
      leave(device.id)
      return [{ device: device.id, path: '', message: `cannot be watched: ${(error as Error).message}`.slice(0, 512) }]
    }
  }

  function leave(id: string): void {
    scheduler.remove(id)
    watched.delete(id)
    pollers.delete(id)
    clients.get(id)?.close()
    clients.delete(id)
  }

  /** What is the same stays: its client, its pollers and what they have learned. */
  function takeDevices(next: readonly AgentDevice[]): ConfigProblem[] {
    const after = new Set(next.map((device) => device.id))
    const changed = next.filter((device) => !isDeepStrictEqual(device, watched.get(device.id)))
    const gone = devices.all().flatMap(({ id }) => (after.has(id) ? [] : [id]))
    for (const id of [...changed.map((device) => device.id), ...gone]) if (watched.has(id)) leave(id)
    devices.replace(next)
    sources.replace(next)
    neighbours.replace(next)
    const problems = changed.flatMap(tryToWatch)
    tell(
      changed.map((device) => device.id),
      gone,
    )
    return problems
  }

  /** The collector's inventory follows: a few changes one by one, many as the whole list. */
  function tell(changed: readonly string[], gone: readonly string[]): void {
    const at = clock.wall()
    const few = started && changed.length + gone.length <= FEW_CHANGES
    const events = few
      ? [...changed.map((id) => devices.change(id, at)), ...gone.map((id) => devices.gone(id, at))]
      : devices.inventory(at)
    for (const event of events) if (event !== undefined) outbox.event(event)
  }

  return {
    devices,
    profiles: profiles.current,
    client: (device) => clients.get(device),
    pollers: (device) => pollers.get(device) ?? [],
    async start() {
      const problems = takeDevices(view.devices)
      started = true
      await sources.start()
      problems.push(...(await listeners.start()))
      scheduler.start()
      retrying = setInterval(() => void listeners.retry(), RETRY_LISTENERS_MS)
      reading = setInterval(neighbours.tick, 1_000)
      profiles.start()
      return [...profiles.problems(), ...problems]
    },
    async apply(next) {
      const before = view
      view = next
      if (!isDeepStrictEqual(before.profiles, next.profiles)) await profiles.take(next.profiles)
      const problems = isDeepStrictEqual(before.devices, next.devices) ? [] : takeDevices(next.devices)
      return [...profiles.problems(), ...problems, ...(await listeners.apply(listenerSettings(next)))]
    },
    profileFacts: profiles.facts,
    origins: () => Object.fromEntries(view.devices.map(({ id, origin = 'file' }) => [id, origin])),
    figures: () => ({
      devices: view.devices.length,
      checks: [...pollers.values()].reduce((sum, checks) => sum + checks.length, 0),
      listeners: listeners.count(),
    }),
    polls: scheduler.counters,
    listeners: listeners.counters,
    listenerTotals: listeners.totals,
    async stop() {
      clearInterval(retrying)
      profiles.stop()
      clearInterval(reading)
      await listeners.stop()
      await scheduler.stop()
      for (const client of clients.values()) client.close()
      sources.stop()
    },
  }
}

function listenerSettings({ inputs, trapUsers, timeZone }: SiteView): ListenerSettings {
  return { inputs, trapUsers, ...(timeZone === undefined ? {} : { timeZone }) }
}
