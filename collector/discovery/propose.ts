// From a finding to its proposal: the same device by its identity, wherever it answers; an ignored one stays ignored. Pure.
import { type Found, identityKeys } from '#shared/domain/discovery.ts'
import type { Proposal } from './discovery-store.ts'

/** A device of the site, as far as it is known. */
export interface KnownDevice {
  /** Inside its site. */
  readonly id: string
  readonly address: string
  readonly vendor: string | null
  readonly serial: string | null
  readonly sysObjectId: string | null
  readonly profile: string | null
}

export interface Finding {
  readonly site: string
  readonly agent: string
  readonly sweep: string
  readonly found: Found
  readonly now: number
  /** Id of a proposal that has to be made. */
  readonly newId: string
}

export interface DeviceIndex {
  readonly byAddress: ReadonlyMap<string, KnownDevice>
  readonly bySerial: ReadonlyMap<string, KnownDevice>
  readonly byId: ReadonlyMap<string, KnownDevice>
}

export const addressKey = (address: string): string => `address:${address}`

export function indexDevices(devices: Iterable<KnownDevice>): DeviceIndex {
  const byAddress = new Map<string, KnownDevice>()
  const bySerial = new Map<string, KnownDevice>()
  const byId = new Map<string, KnownDevice>()
  for (const device of devices) {
    byId.set(device.id, device)
    byAddress.set(device.address, device)
    for (const key of serialKeys(device)) bySerial.set(key, device)
  }
  return { byAddress, bySerial, byId }
}

/** Keys under which a finding may be known already. */
export function keysOf(found: Found): string[] {
  return [...identityKeys(found), addressKey(found.address)]
}

/**
 * The proposals that change: the finding's own, and others that lose its address. `candidates`: those that have any of
 * `keysOf(found)`.
 */
export function propose(f: Finding, candidates: readonly Proposal[], devices: DeviceIndex): Proposal[] {
  const { found, now } = f
  const identity = identityKeys(found)
  const at = addressKey(found.address)
  const same =
    candidates.find((p) => identity.some((key) => p.keys.includes(key))) ??
    candidates.find((p) => p.keys.includes(at) && (identity.length === 0 || !p.keys.some((key) => isIdentity(key))))
  const others = candidates
    .filter((p) => p.id !== same?.id && p.addresses.includes(found.address))
    .map((p) => ({
      ...p,
      addresses: p.addresses.filter((address) => address !== found.address),
      keys: p.keys.filter((key) => key !== at),
    }))
  const addresses = [found.address, ...(same?.addresses ?? []).filter((a) => a !== found.address)].slice(
    0,
    MAX_ADDRESSES,
  )
  // what was read once is not forgotten because the device is only pinged now, or answers less at its other address
  const better = found.sysObjectId !== null || same === undefined || same.found.sysObjectId === null
  const shown = better ? found : { ...same.found, at: found.at }
  const keys = [...new Set([...identityKeys(shown), ...addresses.map(addressKey)])]
  const device = deviceOf(shown, addresses, same?.device ?? null, devices)
  const changes = device ? changesOf(device, shown) : []
  return [
    ...others,
    {
      ...{ id: same?.id ?? f.newId, site: f.site, agent: f.agent, addresses, found: shown, keys, changes },
      device: device?.id ?? null,
      state: same?.ignored ? 'ignored' : device === undefined ? 'new' : changes.length > 0 ? 'changed' : 'known',
      ...{ firstSeen: same?.firstSeen ?? now, lastSeen: now, lastSweep: f.sweep, ignored: same?.ignored ?? null },
    },
  ]
}

/** At its place first: what stands there may be another unit now. */
function deviceOf(
  found: Found,
  addresses: readonly string[],
  before: string | null,
  devices: DeviceIndex,
): KnownDevice | undefined {
  const placed = devices.byAddress.get(found.address) ?? devices.byId.get(found.device ?? '')
  if (placed) return placed
  for (const key of serialKeys(found)) {
    const device = devices.bySerial.get(key)
    if (device) return device
  }
  const other = addresses.map((address) => devices.byAddress.get(address)).find((device) => device !== undefined)
  return other ?? (before === null ? undefined : devices.byId.get(before))
}

function changesOf(device: KnownDevice, found: Found): string[] {
  const changes: string[] = []
  if (device.serial && found.serial && device.serial !== found.serial)
    changes.push(`serial number ${found.serial}, was ${device.serial}`)
  if (device.sysObjectId && found.sysObjectId && device.sysObjectId !== found.sysObjectId)
    changes.push(
      `${found.profile ?? 'another kind'} (${found.sysObjectId}), was ${device.profile ?? ''} (${device.sysObjectId})`,
    )
  return changes
}

function serialKeys({ vendor, serial }: { readonly vendor: string | null; readonly serial: string | null }): string[] {
  return identityKeys({ vendor, serial, sysName: null, sysObjectId: null, engineId: null, chassisMac: null })
}

const isIdentity = (key: string): boolean => !key.startsWith('address:')
const MAX_ADDRESSES = 64
