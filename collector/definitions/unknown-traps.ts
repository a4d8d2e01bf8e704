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
/** The first ones stay, the last place is the newest's. */
const MAX_SAMPLES = 3
const SAMPLE_VARBINDS = 40
const SAMPLE_TEXT = 256

export function createUnknownTraps(isKnown: (oid: string) => boolean, maxOids: number = MAX_OIDS): UnknownTraps {
  let traps = new Map<string, UnknownTrap>()

  function count(received: ReceivedEvent): string | undefined {
    const { event, at } = received
    if (event.kind !== 'trap' || isKnown(event.trapOid)) return undefined
    if (!traps.has(event.trapOid) && traps.size >= maxOids) makeRoom()
    const oid = traps.has(event.trapOid) || traps.size < maxOids ? event.trapOid : ''
    const before = traps.get(oid)
    traps.set(oid, before ? again(before, received, oid) : begun(oid, at, received))
    return oid
  }

  /** What has been defined since need not be remembered. */
  function makeRoom(): void {
    for (const oid of traps.keys()) if (oid !== '' && isKnown(oid)) traps.delete(oid)
  }

  return {
    take(events) {
      const changed = new Set<string>()
      for (const event of events) {
        const oid = count(event)
        if (oid !== undefined) changed.add(oid)
      }
      return [...changed].map((oid) => ({ kind: 'unknown', trap: traps.get(oid) as UnknownTrap }))
    },
    restore(stored) {
      traps = new Map(stored.map((trap) => [trap.oid, trap]))
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
      if (!traps.delete(oid)) return undefined
      return { kind: 'known', oid }
    },
  }
}

function begun(oid: string, at: number, received: ReceivedEvent): UnknownTrap {
  const { device } = received
  const devices = device === null || oid === '' ? [] : [device]
  const samples = oid === '' ? [] : [sampleOf(received)]
  return { oid, count: 1, firstAt: at, lastAt: at, devices, deviceCount: devices.length, samples, ignoredBy: null }
}

function again(before: UnknownTrap, received: ReceivedEvent, oid: string): UnknownTrap {
  const { at, device } = received
  const times = { firstAt: Math.min(before.firstAt, at), lastAt: Math.max(before.lastAt, at) }
  if (oid === '') return { ...before, ...times, count: before.count + 1 }
  const isNew = device !== null && !before.devices.includes(device)
  const fits = isNew && before.devices.length < MAX_DEVICES
  return {
    ...before,
    ...times,
    count: before.count + 1,
    devices: fits ? [...before.devices, device] : before.devices,
    // beyond those that are named, devices are not told apart
    deviceCount: fits
      ? before.deviceCount + 1
      : before.deviceCount + (isNew && before.deviceCount === MAX_DEVICES ? 1 : 0),
    samples: [...before.samples.slice(0, MAX_SAMPLES - 1), sampleOf(received)],
  }
}

function sampleOf({ at, device, event }: ReceivedEvent): UnknownSample {
  if (event.kind !== 'trap') throw new Error('only traps are unknown traps')
  const varbinds = event.varbinds.slice(0, SAMPLE_VARBINDS).map((v) => ({
    ...v,
    value: typeof v.value === 'string' ? v.value.slice(0, SAMPLE_TEXT) : v.value,
  }))
  return { at, device, event: { ...event, varbinds } }
}
