// When neighbours are read out of turn: once the collector says that it reads them, and some time after links of a device
// changed or it restarted. Many such signs become one reading.

import { NEIGHBOURS_INPUT } from './inputs/neighbours/neighbours.ts'
import { createSiteAddresses, type SiteAddresses } from './inputs/neighbours/site-addresses.ts'

export interface NeighbourDesk {
  readonly site: SiteAddresses
  wanted(): boolean
  /** Other devices from now on. */
  replace(devices: readonly { readonly id: string; readonly address: string }[]): void
  /** A trap of a device: those of links and starts are signs. */
  onTrap(device: string, trapOid: string): void
  /** The device restarted, or its ports are others now. */
  changed(device: string): void
  /** Call about once a second. */
  tick(): void
}

export interface NeighbourDeskDeps {
  /** Whether the collector reads neighbours; false while it is not known. */
  readonly collectorReads: () => boolean
  readonly requestPoll: (device: string, input: string) => void
  readonly mono: () => number
  /** 0 <= x < 1. */
  readonly random: () => number
}

/** coldStart, warmStart, linkDown, linkUp (SNMPv2-MIB, IF-MIB). */
const SIGNS = /^1\.3\.6\.1\.6\.3\.1\.1\.5\.[1-4]$/
/** LLDP tells every 30 s: before that the tables still are what they were. */
const SETTLE_MS = 45_000
const JITTER_MS = 30_000
/** Between two readings out of turn of one device. */
const EVERY_MS = 300_000
/** After the first word of the collector its devices are read at this pace; one that came later within this. */
const FIRST = { eachMs: 200, withinMs: 10_000 } as const

export function createNeighbourDesk(deps: NeighbourDeskDeps): NeighbourDesk {
  const { mono, random } = deps
  const site = createSiteAddresses()
  const due = new Map<string, number>()
  const last = new Map<string, number>()
  let devices: ReadonlySet<string> = new Set()
  let reads = false

  function changed(device: string): void {
    if (!devices.has(device) || due.has(device)) return
    const soonest = (last.get(device) ?? Number.NEGATIVE_INFINITY) + EVERY_MS
    due.set(device, Math.max(mono() + SETTLE_MS + random() * JITTER_MS, soonest))
  }

  return {
    site,
    wanted: () => reads,
    replace(next) {
      const before = devices
      devices = new Set(next.map(({ id }) => id))
      site.replace(next.map(({ address }) => address))
      for (const id of [...due.keys(), ...last.keys()]) {
        if (devices.has(id)) continue
        due.delete(id)
        last.delete(id)
      }
      if (!reads) return
      for (const id of devices) if (!before.has(id)) due.set(id, mono() + random() * FIRST.withinMs)
    },
    onTrap(device, trapOid) {
      if (SIGNS.test(trapOid)) changed(device)
    },
    changed,
    tick() {
      const now = mono()
      const readsNow = deps.collectorReads()
      if (readsNow && !reads) {
        for (const id of devices) due.set(id, now + random() * devices.size * FIRST.eachMs)
      }
      reads = readsNow
      if (!reads) return
      for (const [device, at] of due) {
        if (at > now) continue
        due.delete(device)
        last.set(device, now)
        deps.requestPoll(device, NEIGHBOURS_INPUT)
      }
    },
  }
}
