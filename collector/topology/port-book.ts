// The ports of each device by all names that neighbours may give them. Learned from the tags of polled series.
import { interfaceKey } from '#shared/domain/interface-key.ts'
import type { AnnouncedRow } from '#shared/domain/neighbours.ts'
import type { SeriesInfo } from '../ingest/evaluation.ts'

export interface PortBook {
  learn(series: Pick<SeriesInfo, 'device' | 'resource' | 'tags'>): void
  /** The polled resource of a port as the device's own agent names it; as it came when it is not polled. */
  own(device: string, port: string): string
  /** The resource of the far end that an announcement speaks of; '' when nobody can tell. */
  remote(device: string, row: AnnouncedRow): string
  macs(device: string): Iterable<string>
  clear(): void
}

interface Port {
  readonly resource: string
  readonly names: readonly string[]
  readonly alias: string
  readonly mac: string
  readonly index: string
}

const PREFIX = 'if:'

export function createPortBook(): PortBook {
  const devices = new Map<string, Map<string, Port>>()

  /** The only port for which it holds; '' when there is none or more than one. */
  function only(device: string, holds: (port: Port) => boolean): string {
    let found = ''
    for (const port of devices.get(device)?.values() ?? []) {
      if (!holds(port)) continue
      if (found !== '') return ''
      found = port.resource
    }
    return found
  }

  function byName(device: string, name: string): string {
    if (name === '') return ''
    if (devices.get(device)?.has(PREFIX + name)) return PREFIX + name
    const exact = only(device, (port) => port.names.includes(name))
    if (exact !== '') return exact
    const key = interfaceKey(name)
    return only(device, (port) => port.names.some((other) => interfaceKey(other) === key))
  }

  return {
    learn({ device, resource, tags }) {
      if (!resource.startsWith(PREFIX)) return
      const ports = devices.get(device) ?? new Map<string, Port>()
      const index = tags?.index ?? tags?.ifIndex ?? ''
      const before = ports.get(resource)
      const alias = tags?.alias ?? tags?.ifAlias ?? tags?.interface_alias ?? ''
      const mac = (tags?.mac ?? tags?.mac_address ?? '').toLowerCase()
      if (before && before.index === index && before.alias === alias && before.mac === mac) return
      const names = [resource.slice(PREFIX.length), tags?.interface ?? '', tags?.descr ?? tags?.ifDescr ?? '']
      devices.set(device, ports)
      ports.set(resource, { resource, names: names.filter((name) => name !== ''), alias, mac, index })
    },
    own: (device, port) =>
      port === '' || devices.get(device)?.has(port) ? port : byName(device, port.slice(PREFIX.length)) || port,
    remote(device, row) {
      const { remotePort = '', portForm, portDescr = '' } = row
      const ways = {
        mac: () => only(device, ({ mac }) => mac === remotePort),
        name: () => byName(device, remotePort),
        alias: () => only(device, ({ alias }) => alias === remotePort) || byName(device, remotePort),
        local: () => byName(device, remotePort) || only(device, ({ index }) => index === remotePort),
        address: () => '',
      }
      const found = remotePort === '' ? '' : ways[portForm ?? 'name']()
      if (found !== '') return found
      return byName(device, portDescr) || (portDescr === '' ? '' : only(device, ({ alias }) => alias === portDescr))
    },
    *macs(device) {
      for (const { mac } of devices.get(device)?.values() ?? []) if (mac !== '') yield mac
    },
    clear: () => devices.clear(),
  }
}
