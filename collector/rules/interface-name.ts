// Interfaces have many names: a poll says `Gi0/1`, a log line `GigabitEthernet0/1`, a trap 17. One name per port, here.
import { interfaceKey } from '#shared/domain/interface-key.ts'
import type { ReceivedEvent, ReceivedSamples, SeriesInfo } from '../ingest/evaluation.ts'
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
  /** A series of each polled port of a device. */
  seriesOf(device: string): Iterable<number>
  /** The resource is a port by its number, and no polled port of this device has it. */
  lacks(device: string, resource: string): boolean
  /** The device restarted: what number a port has is not known until it was polled at or after `at` (event time, ms). */
  doubt(device: string, at: number): void
  /** Reads from samples which numbers are known again; answers devices of which more is known now. */
  confirm(samples: readonly ReceivedSamples[]): string[]
}

interface Doubt {
  readonly at: number
  /** Resource by the id of one of its series. */
  readonly series: ReadonlyMap<number, string>
  readonly fresh: Set<string>
  /** Time of the first poll since. */
  first: number
}

/** Devices whose numbers are in doubt at once. */
const MOST_DOUBTS = 10_000

export function createInterfaces(): Interfaces {
  const byName = new Map<string, Map<string, string>>()
  /** By ifDescr; '' when several ports have the same. */
  const byDescr = new Map<string, Map<string, string>>()
  const byIndex = new Map<string, Map<string, string>>()
  const indexOf = new Map<string, Map<string, string>>()
  /** One series of each polled port. */
  const polled = new Map<string, Map<string, number>>()
  const doubts = new Map<string, Doubt>()

  function known(device: string, name: string): string | undefined {
    const names = byName.get(device)
    const exact = names?.get(name.trim()) ?? byDescr.get(device)?.get(name.trim())
    return exact === undefined ? names?.get(interfaceKey(name)) : exact || undefined
  }

  function ofIndex(device: string, index: string): string | undefined {
    const resource = byIndex.get(device)?.get(index)
    const doubt = doubts.get(device)
    return resource === undefined || doubt?.fresh.has(resource) === false ? undefined : resource
  }

  const resourceOfName = (device: string, name: string) => known(device, name) ?? INTERFACE_PREFIX + name.trim()
  return {
    learn({ id, device, resource, tags }) {
      if (!resource.startsWith(INTERFACE_PREFIX)) return
      const ports = inner(polled, device)
      if (!ports.has(resource)) ports.set(resource, id)
      const names = inner(byName, device)
      const descr = tags?.descr ?? tags?.ifDescr ?? ''
      const descrs = inner(byDescr, device)
      const shared = descrs.has(descr) && descrs.get(descr) !== resource
      if (descr !== '') descrs.set(descr, shared ? '' : resource)
      const own = [resource.slice(INTERFACE_PREFIX.length), tags?.interface ?? tags?.ifName ?? '']
      for (const name of shared ? own : [descr, ...own]) if (name !== '') names.set(interfaceKey(name), resource)
      if (shared && !own.includes(descr)) names.delete(interfaceKey(descr))
      for (const name of own) if (name !== '') names.set(name, resource)
      const index = tags?.index ?? tags?.ifIndex
      if (!index) return
      const indexes = inner(byIndex, device)
      const before = inner(indexOf, device).get(resource)
      if (before !== undefined && before !== index && indexes.get(before) === resource) indexes.delete(before)
      indexes.set(index, resource)
      inner(indexOf, device).set(resource, index)
    },
    resourceOfName,
    resourceNow(device, resource) {
      // two polled ports may share a spelling (eth1, Ethernet1): a port that is polled is what it is
      if (!resource.startsWith(INTERFACE_PREFIX) || polled.get(device)?.has(resource)) return resource
      const name = resource.slice(INTERFACE_PREFIX.length)
      const index = name.startsWith(UNNAMED) ? ofIndex(device, name.slice(UNNAMED.length)) : undefined
      return index ?? known(device, name) ?? resource
    },
    seriesOf: (device) => polled.get(device)?.values() ?? [],
    lacks(device, resource) {
      const indexes = byIndex.get(device)
      if (indexes === undefined || doubts.has(device)) return false
      const unnamed = INTERFACE_PREFIX + UNNAMED
      return resource.startsWith(unnamed) && !indexes.has(resource.slice(unnamed.length))
    },
    resourceOfTrap({ device, event }) {
      if (device === null || event.kind !== 'trap') return undefined
      const named = varbindOf(event, IF_NAME) ?? varbindOf(event, IF_DESCR)
      const value = varbindOf(event, IF_INDEX)?.value
      // a name is never renumbered; a description that several ports have names none of them
      for (const oid of [IF_NAME, IF_DESCR]) {
        const name = varbindOf(event, oid)?.value
        const byItsName = typeof name === 'string' && name !== '' ? known(device, name) : undefined
        if (byItsName) return byItsName
      }
      const statusOid = named?.oid ?? IF_STATUS.map((oid) => varbindOf(event, oid)?.oid).find((oid) => oid)
      const index = value !== undefined && value !== null ? String(value) : statusOid?.split('.').at(-1)
      const port = index === undefined ? undefined : ofIndex(device, index)
      if (port) return port
      const isShared = typeof named?.value === 'string' && byDescr.get(device)?.get(named.value.trim()) === ''
      if (typeof named?.value === 'string' && named.value !== '' && !isShared)
        return resourceOfName(device, named.value)
      return index === undefined ? undefined : `${INTERFACE_PREFIX}${UNNAMED}${index}`
    },
    doubt(device, at) {
      const ports = polled.get(device)
      if (ports === undefined || (doubts.get(device)?.at ?? -1) >= at || doubts.size >= MOST_DOUBTS) return
      const series = new Map([...ports].map(([resource, id]) => [id, resource]))
      doubts.set(device, { at, series, fresh: new Set(), first: Number.NaN })
    },
    confirm(samples) {
      const better: string[] = []
      for (const [device, doubt] of doubts) {
        const before = doubt.fresh.size
        const over = samples.some((batch) => isOver(doubt, batch))
        if (over) doubts.delete(device)
        if (over || doubt.fresh.size > before) better.push(device)
      }
      return better
    },
  }
}

/** Notes ports of a poll since the restart; true with the poll after it: the whole of the first has come by then. */
function isOver(doubt: Doubt, { length, series, at }: ReceivedSamples): boolean {
  for (let i = 0; i < length; i++) {
    const when = at[i] as number
    if (when < doubt.at) continue
    const resource = doubt.series.get(series[i] as number)
    if (resource === undefined) continue
    if (when > doubt.first) return true
    doubt.first = when
    doubt.fresh.add(resource)
  }
  return false
}

function inner<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let map = maps.get(key)
  if (!map) {
    map = new Map()
    maps.set(key, map)
  }
  return map
}
