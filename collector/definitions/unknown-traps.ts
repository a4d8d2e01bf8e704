// The inbox of traps that no definition fits: counted per OID, with the devices that sent it and a few samples. Bounded:
// OIDs beyond the most are counted together, and samples are cut.
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import type { TrapWrite, UnknownSample, UnknownTrap } from './trap-store.ts'

export interface UnknownTraps {
  /** Counts the traps of a group that nobody knows; what must be written for it. */
  take(events: readonly ReceivedEvent[]): TrapWrite[]
  /** Makes memory what the store says. */
  restore(stored: readonly UnknownTrap[]): void
  all(): readonly UnknownTrap[]
  get(oid: string): UnknownTrap | undefined
  /** Traps of OIDs beyond the most. */
  other(): number
  /** Puts an OID aside (`by`), or takes it back (null). Undefined: no such OID. */
  ignore(oid: string, by: string | null): TrapWrite | undefined
  /** Takes an OID out: somebody knows it now. */
  drop(oid: string): TrapWrite | undefined
}

const MAX_OIDS = 5000
const MAX_DEVICES = 20
const MAX_SAMPLES = 3
const SAMPLE_EVERY_MS = 60_000
const SAMPLE_VARBINDS = 40
const SAMPLE_TEXT = 256

export function createUnknownTraps(isKnown: (oid: string) => boolean, maxOids: number = MAX_OIDS): UnknownTraps {
  let traps = new Map<string, UnknownTrap>()
  /** As last written: a storm of one OID rewrites its counts only. */
  let written = new Map<string, UnknownTrap>()

  function count(received: ReceivedEvent): string | undefined {
    const { event } = received
    const folded = event.kind === 'storm' && event.what === 'trap' && /^\d+(\.\d+)+$/.test(event.key)
    const sent = event.kind === 'trap' ? event.trapOid : folded ? event.key : undefined
    if (sent === undefined || isKnown(sent)) return undefined
    if (!traps.has(sent) && traps.size >= maxOids) makeRoom()
    const oid = traps.has(sent) || traps.size < maxOids ? sent : ''
    traps.set(oid, counted(traps.get(oid), received, oid))
    return oid
  }

  /** What has been defined since need not be remembered. */
  function makeRoom(): void {
    for (const oid of traps.keys()) if (oid !== '' && isKnown(oid)) forget(oid)
  }

  function forget(oid: string): boolean {
    written.delete(oid)
    return traps.delete(oid)
  }

  return {
    take(events) {
      const changed = new Set<string>()
      for (const event of events) {
        const oid = count(event)
        if (oid !== undefined) changed.add(oid)
      }
      return [...changed].map((oid) => {
        const trap = traps.get(oid) as UnknownTrap
        const same = written.get(oid)
        const kind = same?.samples === trap.samples && same.devices === trap.devices ? 'counted' : 'unknown'
        written.set(oid, trap)
        return { kind, trap }
      })
    },
    restore(stored) {
      traps = new Map(stored.map((trap) => [trap.oid, trap]))
      written = new Map(traps)
    },
    all: () => [...traps.values()].filter((trap) => trap.oid !== '' && !isKnown(trap.oid)),
    get: (oid) => (oid === '' ? undefined : traps.get(oid)),
    other: () => traps.get('')?.count ?? 0,
    ignore(oid, by) {
      const trap = traps.get(oid)
      if (!trap || oid === '') return undefined
      const changed = { ...trap, ignoredBy: by }
      traps.set(oid, changed)
      return { kind: 'unknown', trap: changed }
    },
    drop(oid) {
      if (!forget(oid)) return undefined
      return { kind: 'known', oid }
    },
  }
}

function counted(before: UnknownTrap | undefined, received: ReceivedEvent, oid: string): UnknownTrap {
  const { at, device, event } = received
  const trap = before ?? { ...EMPTY, oid, firstAt: at, lastAt: at }
  const firstAt = Math.min(trap.firstAt, event.kind === 'storm' ? at - (event.lastAt - event.firstAt) : at)
  const count = trap.count + (event.kind === 'storm' ? event.count : 1)
  const sums = { ...trap, count, firstAt, lastAt: Math.max(trap.lastAt, at) }
  if (oid === '') return sums
  const isNew = device !== null && !trap.devices.includes(device)
  const fits = isNew && trap.devices.length < MAX_DEVICES
  // beyond those that are named, devices are not told apart
  const more = fits || (isNew && trap.deviceCount === MAX_DEVICES)
  return {
    ...sums,
    devices: fits ? [...trap.devices, device] : trap.devices,
    deviceCount: trap.deviceCount + (more ? 1 : 0),
    samples: event.kind === 'trap' ? samplesWith(trap.samples, received) : trap.samples,
  }
}

const EMPTY = { count: 0, devices: [], deviceCount: 0, samples: [], ignoredBy: null }

/** The first ones stay; the last place is a newer one's, but not at every trap of a storm. */
function samplesWith(samples: readonly UnknownSample[], received: ReceivedEvent): readonly UnknownSample[] {
  if (samples.length >= MAX_SAMPLES && received.at - (samples.at(-1)?.at ?? 0) < SAMPLE_EVERY_MS) return samples
  return [...samples.slice(0, MAX_SAMPLES - 1), sampleOf(received)]
}

function sampleOf({ at, device, event }: ReceivedEvent): UnknownSample {
  if (event.kind !== 'trap') throw new Error('only traps are unknown traps')
  const varbinds = event.varbinds.slice(0, SAMPLE_VARBINDS).map((v) => ({
    ...v,
    value: typeof v.value === 'string' ? v.value.slice(0, SAMPLE_TEXT) : v.value,
  }))
  return { at, device, event: { ...event, varbinds } }
}
