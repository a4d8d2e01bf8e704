// Recognises our devices in what others say: by MAC, address, name or serial number. What two of them share names nobody.
import type { AnnouncedRow } from '#shared/domain/neighbours.ts'
import type { DeviceView } from './observations.ts'

/** What links are found for. */
export interface Node {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly serial: string | null
}

export interface WhoIs {
  byMac(mac: string): string | undefined
  byAddress(ip: string): string | undefined
  /** The device an announcement comes from. */
  announcer(row: AnnouncedRow): string | undefined
}

/** Names of devices that nobody named. */
const NOBODY: ReadonlySet<string> = new Set([
  '',
  'switch',
  'router',
  'localhost',
  'localhost.localdomain',
  'unknown',
  'none',
])

export function whoIs(
  nodes: readonly Node[],
  viewOf: (device: string) => DeviceView | undefined,
  portMacs: (device: string) => Iterable<string>,
): WhoIs {
  const macs = createNames()
  const own = createNames()
  const addresses = createNames()
  const names = createNames()
  const short = createNames()
  const serials = createNames()
  for (const { id, name, address, serial } of nodes) {
    const self = viewOf(id)?.self
    own.add(address, id)
    for (const ip of self?.addresses ?? []) addresses.add(ip, id)
    for (const mac of [...(self?.macs ?? []), ...portMacs(id)]) macs.add(mac, id)
    if (self?.chassis !== undefined) macs.add(self.chassis, id)
    for (const text of self?.name === undefined ? [name] : [self.name]) {
      const known = text.toLowerCase()
      if (NOBODY.has(known)) continue
      names.add(known, id)
      short.add(known.split('.')[0] as string, id)
    }
    for (const text of [serial ?? '', ...(self?.serials ?? [])]) serials.add(text, id)
  }
  // those that tell nothing themselves are known by the address that others have learned for them
  const byArp = createNames()
  for (const { id } of nodes) {
    for (const { ip, mac } of viewOf(id)?.arp ?? []) {
      const device = own.get(ip)
      if (device !== undefined && !macs.has(mac)) byArp.add(mac, device)
    }
  }
  const byMac = (mac: string) => macs.get(mac) ?? (macs.has(mac) ? undefined : byArp.get(mac))
  const byAddress = (ip: string) => own.get(ip) ?? (own.has(ip) ? undefined : addresses.get(ip))
  const byName = (text: string) => {
    const known = text.trim().toLowerCase()
    return names.get(known) ?? (NOBODY.has(known) ? undefined : short.get(known.split('.')[0] as string))
  }
  return {
    byMac,
    byAddress,
    announcer({ chassis = '', chassisForm, addresses: told = [], name = '', remotePort = '', portForm }) {
      const byChassis = chassisForm === 'address' ? byAddress(chassis) : byMac(chassis)
      if (byChassis !== undefined) return byChassis
      for (const ip of told) {
        const device = byAddress(ip)
        if (device !== undefined) return device
      }
      // NX-OS and CatOS: `name(serial)`
      const [, plain = name, serial = ''] = /^(.*)\(([^()]+)\)$/.exec(name) ?? []
      const known = serials.get(serial) ?? serials.get(chassis) ?? byName(plain) ?? byName(chassis)
      return known ?? (portForm === 'mac' ? byMac(remotePort) : undefined)
    },
  }
}

/** Text to one device; text that two share is known and names nobody. */
function createNames() {
  const found = new Map<string, string | null>()
  return {
    add(text: string, id: string) {
      if (text === '') return
      const before = found.get(text)
      found.set(text, before === undefined || before === id ? id : null)
    },
    get: (text: string): string | undefined => found.get(text) ?? undefined,
    has: (text: string): boolean => found.has(text),
  }
}
