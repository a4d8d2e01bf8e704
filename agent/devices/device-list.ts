// What the agent watches, with what each device said about itself. Tells the collector at start and on change.
import type { InventoryEvent } from '#shared/domain/device-event.ts'
import type { Playbook } from '#shared/domain/playbook.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import type { AgentDevice } from './device.ts'
import type { DeviceIdentity } from './device-identity.ts'

type Entry = InventoryEvent['devices'][number]
type Range = NonNullable<InventoryEvent['range']>

export interface DeviceList {
  get(id: string): AgentDevice | undefined
  all(): readonly AgentDevice[]
  /** Other devices from now on; what those that stay said about themselves is kept. */
  replace(devices: readonly AgentDevice[]): void
  /** Remembers an identity; true when it differs from the one before. */
  learn(identity: DeviceIdentity): boolean
  /** The complete list, in as many records as its size needs; each is complete for a range of names. */
  inventory(at: number): InventoryEvent[]
  /** One device that changed. */
  change(id: string, at: number): InventoryEvent | undefined
  /** One device that is no longer there: a list that is complete for just its name. */
  gone(id: string, at: number): InventoryEvent
}

const ROOM = MAX_RECORD_BYTES - 4_096

export function createDeviceList(first: readonly AgentDevice[]): DeviceList {
  let devices = first
  let byId = new Map(devices.map((device) => [device.id, device]))
  const identities = new Map<string, DeviceIdentity>()
  const entryOf = (device: AgentDevice) => entry(device, identities.get(device.id))
  /** What the profile of the device wants asked; once in an event for all its devices. */
  const playbookOf = (entry: Entry) => identities.get(entry.device)?.playbook
  const event = (at: number, entries: readonly Entry[], complete: boolean, range?: Range): InventoryEvent => {
    const playbooks = new Map<string, Playbook>()
    for (const one of entries) {
      const playbook = playbookOf(one)
      if (playbook !== undefined && one.profile !== undefined) playbooks.set(one.profile, playbook)
    }
    return {
      ...{ kind: 'inventory', at, device: null, devices: [...entries], complete },
      ...(range === undefined ? {} : { range }),
      ...(playbooks.size === 0 ? {} : { playbooks: Object.fromEntries(playbooks) }),
    }
  }
  return {
    all: () => devices,
    replace(next) {
      devices = next
      byId = new Map(next.map((device) => [device.id, device]))
      for (const id of identities.keys()) if (!byId.has(id)) identities.delete(id)
    },
    get: (id) => byId.get(id),
    learn(identity) {
      const same = JSON.stringify(identities.get(identity.device)) === JSON.stringify(identity)
      identities.set(identity.device, identity)
      return !same
    },
    inventory(at) {
      const parts: Entry[][] = [[]]
      let bytes = 0
      let profiles = new Set<string | undefined>()
      for (const device of devices.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        const next = entryOf(device)
        const size = Buffer.byteLength(JSON.stringify(next)) + 1
        const playbook = playbookOf(next)
        const more = playbook === undefined ? 0 : Buffer.byteLength(JSON.stringify(playbook)) + 140
        if (bytes + size + (profiles.has(next.profile) ? 0 : more) > ROOM) {
          parts.push([])
          bytes = 0
          profiles = new Set()
        }
        parts.at(-1)?.push(next)
        bytes += size + (profiles.has(next.profile) ? 0 : more)
        profiles.add(next.profile)
      }
      if (parts.length === 1) return [event(at, parts[0] ?? [], true)]
      return parts.map((part, i) => {
        const after = i === 0 ? null : (parts[i - 1]?.at(-1)?.device ?? null)
        const upTo = i === parts.length - 1 ? null : (part.at(-1)?.device ?? null)
        return event(at, part, false, { after, upTo })
      })
    },
    change(id, at) {
      const device = byId.get(id)
      return device === undefined ? undefined : event(at, [entryOf(device)], false)
    },
    gone(id, at) {
      let after: string | null = null
      for (const device of devices) if (device.id < id && (after === null || device.id > after)) after = device.id
      return event(at, [], false, { after, upTo: id })
    },
  }
}

function entry(device: AgentDevice, identity: DeviceIdentity | undefined): Entry {
  const intervals = [device.snmp, device.icmp, ...(device.tcp ?? []), ...(device.http ?? [])].flatMap((check) =>
    check === undefined ? [] : [check.intervalMs / 1_000],
  )
  const tags = Object.entries({ ...identity?.tags, ...device.tags }).map(([k, v]) => [k.slice(0, 64), v.slice(0, 256)])
  return {
    device: device.id,
    name: device.name.slice(0, 128),
    address: device.address,
    origin: device.origin ?? 'file',
    ...(intervals.length > 0 ? { interval: Math.max(...intervals) } : {}),
    ...(tags.length > 0 ? { tags: Object.fromEntries(tags) as Record<string, string> } : {}),
    ...(device.parents.length > 0 ? { parents: [...device.parents] } : {}),
    ...(device.poweredBy ? { poweredBy: [...device.poweredBy] } : {}),
    ...(device.via ? { via: [...device.via] } : {}),
    ...(device.nearAgent === undefined ? {} : { nearAgent: device.nearAgent }),
    ...(identity === undefined ? {} : said(identity)),
  }
}

function said(identity: DeviceIdentity): Partial<Entry> {
  const limits = {
    vendor: 128,
    model: 256,
    serial: 128,
    version: 512,
    sysObjectId: 256,
    sysDescr: 512,
    profile: 128,
  } as const
  const out: Record<string, string> = { profileReason: identity.profileReason.slice(0, 256) }
  for (const [key, max] of Object.entries(limits)) {
    const value = identity[key as keyof typeof limits]
    if (value !== undefined && value !== '') out[key] = value.slice(0, max)
  }
  return out
}
