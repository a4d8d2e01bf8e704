// The sweep desk: sweeps that a collector orders, within what the site's policy allows; what they find goes out in the
// result lane while they run.
import type { Logger } from 'pino'
import type { SweepArguments, SweepResult } from '#shared/diagnostics/sweep.ts'
import { SWEEP_DEADLINE_MS } from '#shared/diagnostics/sweep.ts'
import { canonicalAddress, countOf, readRanges, without } from '#shared/domain/address-ranges.ts'
import type { Found, SweepProgress } from '#shared/domain/discovery.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import type { Clock } from '#shared/time/clock.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import { credentialsFrom } from './config/site-view.ts'
import type { AgentDevice, SnmpCredentials } from './devices/device.ts'
import { ActionFailed, type SiteRunners } from './diagnostics/runner.ts'
import type { SweepPolicy } from './diagnostics/sweep-policy.ts'
import { createDiscovery, type NamedSet } from './discovery/discovery.ts'
import { outOfReach, reachOf } from './discovery/reach.ts'

export interface SweepDeskDeps {
  readonly policy: SweepPolicy
  /** The sets of the agent's own file. */
  readonly credentials: Readonly<Record<string, SnmpCredentials>>
  /** Opens what was sealed to this agent; throws when it cannot. */
  readonly open: (box: string) => string
  readonly devices: () => readonly AgentDevice[]
  readonly profiles: () => ReadonlyMap<string, Profile>
  readonly emit: (record: ResultRecord) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

/** Runners of the actions of a site. One sweep at a time. */
export function createSweepDesk(deps: SweepDeskDeps): Pick<SiteRunners, 'sweep' | 'sweep-stop'> {
  const { policy, clock, log } = deps
  let deviceAt = new Map<string, AgentDevice>()
  const discovery = createDiscovery({
    ...{ profiles: deps.profiles, clock, log },
    deviceAt: (address) => deviceAt.get(address),
  })
  let running: { readonly sweep: string; readonly stop: AbortController } | undefined

  async function sweep(args: SweepArguments, signal: AbortSignal): Promise<SweepResult> {
    const devices = deps.devices()
    const { ranges, notes } = rangesOf(args, policy, devices)
    const { sets, notes: left } = setsOf(args, deps)
    const packetsPerSecond = Math.min(args.packetsPerSecond, policy.maxPacketsPerSecond)
    if ((countOf(ranges) / packetsPerSecond) * 1000 > SWEEP_DEADLINE_MS)
      throw new ActionFailed(`${countOf(ranges)} addresses at ${packetsPerSecond} packets/s take more than 6 hours`)
    if (running) throw new ActionFailed('another sweep is under way at this agent: wait for its end, or stop it')
    if (packetsPerSecond < args.packetsPerSecond)
      notes.push(`${packetsPerSecond} packets/s: the policy of the site allows no more`)
    deviceAt = new Map(devices.map((device) => [canonicalAddress(device.address) ?? device.address, device]))
    const stop = new AbortController()
    running = { sweep: args.sweep, stop }
    const tell = teller(args.sweep, deps)
    try {
      const plan = { ...args, ranges, sets, packetsPerSecond }
      const end = await discovery.sweep(plan, tell, AbortSignal.any([signal, stop.signal]))
      const lost = await tell.end()
      // nobody asked for this end: the agent stops, or the longest time is over
      if (signal.aborted && !stop.signal.aborted) throw new ActionFailed('ended before its end')
      if (lost > 0) notes.push(`${lost} findings could not be kept at the agent: its disk cannot be written`)
      const all = [...notes, ...left, ...end.notes].map((note) => note.slice(0, 512)).slice(0, 64)
      return { progress: end.progress, stopped: end.stopped, notes: all }
    } finally {
      running = undefined
    }
  }

  return {
    sweep,
    async 'sweep-stop'(args) {
      if (running?.sweep !== args.sweep) return { stopped: false }
      running.stop.abort()
      return { stopped: true }
    },
  }
}

function rangesOf(args: SweepArguments, policy: SweepPolicy, devices: readonly AgentDevice[]) {
  if (!policy.enabled) throw new ActionFailed('the policy of this site does not let address ranges be swept')
  const asked = readRanges(args.ranges)
  const excluded = readRanges(args.exclude, 'exclude')
  const problem = asked.problems[0] ?? excluded.problems[0]
  if (problem !== undefined) throw new ActionFailed(problem.message)
  const ranges = without(asked.ranges, excluded.ranges)
  const addresses = devices.map((device) => device.address)
  const outside = outOfReach(ranges, reachOf(policy.ranges, addresses))
  if (outside !== undefined) throw new ActionFailed(outside)
  return { ranges, notes: [...asked.notes] }
}

function setsOf(args: SweepArguments, deps: SweepDeskDeps): { sets: NamedSet[]; notes: string[] } {
  const sets: NamedSet[] = []
  const notes: string[] = []
  for (const { name, set } of args.credentials) {
    const own = deps.credentials[name]
    if (set !== undefined) {
      const opened = credentialsFrom(set, deps.open)
      if (typeof opened === 'string') notes.push(`credentials "${name}" are not tried: ${opened}`)
      else sets.push({ name, from: 'collector', credentials: opened })
    } else if (own !== undefined && Object.hasOwn(deps.credentials, name))
      sets.push({ name, from: 'file', credentials: own })
    else throw new ActionFailed(`there are no credentials "${name}", neither of the site nor in the file of the agent`)
  }
  if (args.ownCredentials)
    for (const [name, credentials] of Object.entries(deps.credentials))
      if (!sets.some((set) => set.name === name)) sets.push({ name, from: 'file', credentials })
  return { sets, notes }
}

/** Findings in records of bounded size, soon; progress now and then. */
function teller(sweep: string, { emit, clock, log }: SweepDeskDeps) {
  let waiting: Found[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  let lost = 0
  let toldAt = Number.NEGATIVE_INFINITY
  const pending = new Set<Promise<void>>()
  const send = (record: ResultRecord, findings: number) => {
    const work = emit(record)
      .catch((error: unknown) => {
        lost += findings
        log.error({ err: error, findings }, 'findings of a sweep lost')
      })
      .finally(() => void pending.delete(work))
    pending.add(work)
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length > 0)
      send({ kind: 'sweep-found', sweep, at: Math.round(clock.wall()), found: waiting }, waiting.length)
    waiting = []
    bytes = 0
  }
  return {
    found(found: Found) {
      const size = Buffer.byteLength(JSON.stringify(found)) + 1
      if (bytes + size > MAX_RECORD_BYTES / 2 || waiting.length >= 64) flush()
      waiting.push(found)
      bytes += size
      timer ??= setTimeout(flush, GATHER_MS)
    },
    progress(progress: SweepProgress) {
      if (clock.mono() - toldAt < TELL_MS) return
      toldAt = clock.mono()
      send({ kind: 'sweep-progress', sweep, at: Math.round(clock.wall()), progress }, 0)
    },
    async end(): Promise<number> {
      flush()
      await Promise.all(pending)
      return lost
    },
  }
}

const GATHER_MS = 500
const TELL_MS = 2_000
