// The door: sweeps address ranges and tells what answers. Everything sent passes one pace; each address has its own
// time-outs, and as many are under way as the pace allows, so that silent ones hold up nobody.
import type { Logger } from 'pino'
import { type AddressRange, addressesOf, countOf } from '#shared/domain/address-ranges.ts'
import type { Found, SweepProgress } from '#shared/domain/discovery.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import { pingEach } from '../protocols/icmp/icmp.ts'
import { createPace, type Pace } from './pace.ts'
import { visit } from './visit.ts'

/** A credential set by name. Its secrets go no further than the protocols. */
export interface NamedSet {
  readonly name: string
  readonly from: 'collector' | 'file' | 'device'
  readonly credentials: SnmpCredentials
}

export interface SweepPlan {
  /** Without those left out. */
  readonly ranges: readonly AddressRange[]
  /** In the order in which they are tried; one that worked at an address before comes first there. */
  readonly sets: readonly NamedSet[]
  readonly packetsPerSecond: number
  readonly timeoutMs: number
  readonly snmpPort: number
  readonly tcpPorts: readonly number[]
  readonly ping: boolean
}

export interface SweepWatch {
  found(found: Found): void
  /** At most once a second, and at the end. */
  progress(progress: SweepProgress): void
}

export interface SweepEnd {
  readonly progress: SweepProgress
  /** Ended by its signal. */
  readonly stopped: boolean
  readonly notes: readonly string[]
}

export interface Discovery {
  /** Resolves when all was asked, or soon after the signal. Rejects only for a bug. */
  sweep(plan: SweepPlan, watch: SweepWatch, signal: AbortSignal): Promise<SweepEnd>
}

export interface DiscoveryDeps {
  readonly profiles: () => ReadonlyMap<string, Profile>
  /** The device that has this address, as it is spelt by `canonicalAddress`. */
  readonly deviceAt: (address: string) => AgentDevice | undefined
  readonly clock: Clock
  readonly log: Logger
}

export function createDiscovery(deps: DiscoveryDeps): Discovery {
  /** Which set opened an address last, by name. */
  const worked = new Map<string, string>()

  async function sweep(plan: SweepPlan, watch: SweepWatch, signal: AbortSignal): Promise<SweepEnd> {
    const { clock } = deps
    const pace = createPace(plan.packetsPerSecond, clock.mono)
    const addresses = countOf(plan.ranges)
    const startedAt = clock.mono()
    const notes: string[] = []
    const running = new Set<Promise<void>>()
    const count = { asked: 0, done: 0, answered: 0, found: 0 }
    let longestMs = 0
    let broken = 0
    let pings = plan.ping
    const progress = (): SweepProgress => {
      const elapsed = clock.mono() - startedAt
      const { asked, done } = count
      const left = addresses - asked
      const perAddress = left > 0 ? elapsed / Math.max(1, asked) : elapsed / Math.max(1, done)
      const etaMs =
        asked === 0 ? null : Math.round(perAddress * (left > 0 ? left : addresses - done) + (left > 0 ? longestMs : 0))
      return { addresses, ...count, packets: pace.packets(), etaMs: count.done === addresses ? 0 : etaMs }
    }
    const tell = setInterval(() => watch.progress(progress()), TELL_MS)

    const begin = (address: string, pinged: Promise<number | undefined>) => {
      count.asked++
      const work = visit({ address, plan, pace, pinged, rank: count.asked, last: worked.get(address), ...deps }, signal)
        .then((found) => {
          if (found === undefined) return
          longestMs = Math.max(longestMs, found.tookMs)
          if (found.answers.length === 0 && found.problem === null) return
          count.answered++
          if (found.sysObjectId !== null) count.found++
          if (found.credentials !== null) remember(address, found.credentials)
          watch.found(found)
        })
        .catch((error: unknown) => {
          broken++
          deps.log.error({ err: error, address }, 'an address could not be asked')
        })
        .finally(() => {
          running.delete(work)
          if (!signal.aborted) count.done++
        })
      running.add(work)
    }

    try {
      // A second's worth of pings at most shares one process.
      const size = Math.max(1, Math.min(MAX_BATCH, Math.floor(plan.packetsPerSecond / 2)))
      for (const batch of batchesOf(addressesOf(plan.ranges), size)) {
        while (running.size + batch.length > MAX_UNDER_WAY && !signal.aborted) await Promise.race(running)
        await pace.idle(signal)
        if (signal.aborted) break
        const answers = pings ? pingBatch(batch, plan, pace, signal) : undefined
        if (answers !== undefined) {
          await answers.sent
          void answers.all.then((all) => {
            if (all !== undefined || !pings || signal.aborted) return
            pings = false
            notes.push(NO_ICMP)
          })
        }
        for (const address of batch)
          begin(address, answers?.all.then((all) => all?.get(address)) ?? Promise.resolve(undefined))
      }
      while (running.size > 0) await Promise.race(running)
    } finally {
      clearInterval(tell)
    }
    if (broken > 0) notes.push(`${broken} addresses could not be asked: see the log of the agent`)
    const last = progress()
    watch.progress(last)
    return { progress: last, stopped: signal.aborted, notes }
  }

  function remember(address: string, set: string): void {
    worked.delete(address)
    worked.set(address, set)
    if (worked.size > MAX_REMEMBERED) for (const [oldest] of worked.entries().take(1)) worked.delete(oldest)
  }

  return { sweep }
}

/** `sent`: nothing of it is still to go out. `all`: times by address; undefined where ICMP is not possible. */
function pingBatch(addresses: readonly string[], plan: SweepPlan, pace: Pace, signal: AbortSignal) {
  const sent = Promise.withResolvers<void>()
  const all = (async () => {
    const release = await pace.share(signal)
    if (release === undefined) return new Map<string, number>()
    // fping counts in tenths of a millisecond, and whoever is no superuser may not go below one
    const gapMs = Math.max(1, Math.ceil(2 * pace.gapMs * 10) / 10)
    let open = true
    const free = (packets: number) => {
      if (!open) return
      open = false
      release(packets * gapMs + START_MS, packets)
      sent.resolve()
    }
    const options = { gapMs, timeoutMs: plan.timeoutMs, onStarted: () => free(addresses.length) }
    const answers = await pingEach(addresses, options, signal)
    free(0)
    return answers
  })().finally(() => sent.resolve())
  return { sent: sent.promise, all }
}

function* batchesOf(addresses: Iterable<string>, size: number): Generator<string[]> {
  let batch: string[] = []
  for (const address of addresses)
    if (batch.push(address) === size) {
      yield batch
      batch = []
    }
  if (batch.length > 0) yield batch
}

const TELL_MS = 1_000
const MAX_BATCH = 32
/** Each holds a socket. */
const MAX_UNDER_WAY = 512
const MAX_REMEMBERED = 65_536
/** From the start of the program to its first packet, on a busy machine. */
const START_MS = 100
const NO_ICMP =
  'ICMP is not possible here (fping is missing or may not send): reachability is told by TCP and SNMP alone'
