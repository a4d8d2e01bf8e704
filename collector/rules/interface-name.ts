// Interfaces have many names: a poll says `Gi0/1`, a log line `GigabitEthernet0/1`, a trap 17. One name per port, here.
import { interfaceKey } from '#shared/domain/interface-key.ts'
import type { ReceivedEvent, SeriesInfo } from '../ingest/evaluation.ts'
import { varbindOf } from './event-matching.ts'

export const INTERFACE_PREFIX = 'if:'
/** Name of a port of which only the ifIndex is known. */
const UNNAMED = 'index-'
const IF_INDEX = '1.3.6.1.2.1.2.2.1.1'
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'
const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'
/** Columns whose last number is an ifIndex too: ifAdminStatus, ifOperStatus. */
const IF_STATUS = ['1.3.6.1.2.1.2.2.1.7', '1.3.6.1.2.1.2.2.1.8']

/** Knows the ports that are polled, so that traps and logs speak of the same resource. */
export interface Interfaces {
  /** Learns from a polled series; others than `if:` are ignored. */
  learn(series: SeriesInfo): void
  /** Polled resource for a name as anybody spells it; else `if:` and the name as it came. */
  resourceOfName(device: string, name: string): string
  /** The polled resource of one that was named before its port was polled; the same when nobody knows better. */
  resourceNow(device: string, resource: string): string
  /** Resource a trap speaks of, or undefined when it names no interface. */
  resourceOfTrap(event: ReceivedEvent): string | undefined
}

export function createInterfaces(): Interfaces {
  const byName = new Map<string, Map<string, string>>()
  const byIndex = new Map<string, Map<string, string>>()
  const polled = new Map<string, Map<string, string>>()
  const resourceOfName = (device: string, name: string) =>
    byName.get(device)?.get(interfaceKey(name)) ?? INTERFACE_PREFIX + name.trim()
  return {
    learn({ device, resource, tags }) {
      if (!resource.startsWith(INTERFACE_PREFIX)) return
      inner(polled, device).set(resource, resource)
      const names = inner(byName, device)
      for (const name of [
        tags?.descr ?? tags?.ifDescr,
        tags?.interface ?? tags?.ifName,
        resource.slice(INTERFACE_PREFIX.length),
      ])
        if (name) names.set(interfaceKey(name), resource)
      const index = tags?.index ?? tags?.ifIndex
      if (index) inner(byIndex, device).set(index, resource)
    },
    resourceOfName,
    resourceNow(device, resource) {
      // two polled ports may share a spelling (eth1, Ethernet1): a port that is polled is what it is
      if (!resource.startsWith(INTERFACE_PREFIX) || polled.get(device)?.has(resource)) return resource
      const name = resource.slice(INTERFACE_PREFIX.length)
      const index = name.startsWith(UNNAMED) ? byIndex.get(device)?.get(name.slice(UNNAMED.length)) : undefined
      return index ?? byName.get(device)?.get(interfaceKey(name)) ?? resource
    },
    resourceOfTrap({ device, event }) {
      if (device === null || event.kind !== 'trap') return undefined
      const named = varbindOf(event, IF_NAME) ?? varbindOf(event, IF_DESCR)
      const value = varbindOf(event, IF_INDEX)?.value
      // ifName is unique and never renumbered; ifDescr may be the same text for all ports
      const name = varbindOf(event, IF_NAME)?.value
      const byItsName = typeof name === 'string' ? byName.get(device)?.get(interfaceKey(name)) : undefined
      if (byItsName) return byItsName
      const statusOid = named?.oid ?? IF_STATUS.map((oid) => varbindOf(event, oid)?.oid).find((oid) => oid)
      const index = value !== undefined && value !== null ? String(value) : statusOid?.split('.').at(-1)
      const known = index === undefined ? undefined : byIndex.get(device)?.get(index)
      if (known) return known
      if (typeof named?.value === 'string' && named.value !== '') return resourceOfName(device, named.value)
      return index === undefined ? undefined : `${INTERFACE_PREFIX}${UNNAMED}${index}`
    },
  }
}

function inner(maps: Map<string, Map<string, string>>, key: string): Map<string, string> {
  let map = maps.get(key)
  if (!map) {
    map = new Map()
    maps.set(key, map)
  }
  return map
}
