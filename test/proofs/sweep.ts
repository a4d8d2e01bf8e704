// A /22 with 40 simulated devices is swept: all found, each in its own time, never faster than was asked for.
import { type Found, identityKeys, type SweepProgress } from '#shared/domain/discovery.ts'
import { devicesOf } from '../../agent/discovery/same-device.ts'
import { startChild } from '../support/child.ts'
import { type SweptDevice, sweptDevices } from '../support/swept-segment.ts'
import { until } from '../support/until.ts'
import type { Proof, ProofContext } from './proof-kind.ts'
import { addressesFor } from './sweep/addresses.ts'
import { makeNetwork, type ProofNetwork } from './sweep/network.ts'

export const sweep: Proof = {
  name: 'sweep',
  title: 'a /22 with 40 devices is swept: all found, each in its own time, at the pace asked for',
  rounds: 1,
  unavailable: () => (process.platform === 'linux' ? undefined : 'it needs 127.0.0.0/8 or network name spaces'),
  async run(context) {
    const rounds: Awaited<ReturnType<typeof once>>[] = []
    for (let n = 0; n < context.rounds; n++) rounds.push(await once(context))
    return { ...(rounds.find((round) => !round.ok) ?? rounds[0]), ok: rounds.every((round) => round.ok) }
  },
}

async function once({ brisk, progress }: ProofContext) {
  const small = brisk
  const count = small ? 10 : 40
  // the slow are just within it; in the short form with room for what else runs on the machine
  const timeoutMs = small ? 1_200 : 1_000
  const slowMs = Math.round(timeoutMs * (small ? 0.5 : 0.85))
  const packetsPerSecond = small ? 400 : 300
  const network = makeNetwork(sweptDevices(count, addressesFor('10.77', small), 0).flatMap((d) => d.addresses))
  try {
    const devices = sweptDevices(count, addressesFor(network.prefix, small), slowMs)
    const range = `${network.prefix}.0.0/${small ? 26 : 22}`
    const port = 10_161
    const real = network.kind === 'namespaces'
    progress(`${network.kind}: ${range}, ${count} devices, ${packetsPerSecond} packets/s, time-out ${timeoutMs} ms`)
    const theirs = { prefix: network.prefix, count, small, slowMs, port, silent: !real }
    const far = startChild([...network.devices, process.execPath, `${HERE}/devices-end.ts`, JSON.stringify(theirs)])
    await far.says(/^ready$/m)
    const plan = { range, packetsPerSecond, timeoutMs, snmpPort: port, ping: real, tcpPorts: real ? [22, 80, 443] : [] }
    const seen = await swept(network, plan, progress)
    await far.stop(10_000)
    const counted = JSON.parse(far.output().match(/^\{"requests".*\}$/m)?.[0] ?? '{"to":{}}')
    const figures = verdict(devices, seen, counted.to, timeoutMs)
    const busiestSecond = real ? seen.busiestSecond : (counted.busiestSecond as number)
    const counter = real ? "the kernel's, of all IP packets from the sweeper's name space" : 'requests as they arrived'
    const { progress: last } = seen.end
    const ok =
      figures.missing.length + figures.wrong.length + figures.notThere.length + figures.late.length === 0 &&
      figures.devices === count &&
      last.done === last.addresses &&
      busiestSecond > 0 &&
      busiestSecond <= packetsPerSecond &&
      seen.told.length >= (small ? 2 : 10)
    return {
      ...{ ok, network: network.kind, addresses: last.addresses, simulated: count, ...figures },
      ...{ packetsPerSecond, busiestSecond, counter, packetsTold: last.packets },
      packetsCounted: real ? seen.packets : (counted.requests as number),
      ...{ progressLines: seen.told.length, sweepSeconds: Math.round(seen.ms / 100) / 10, notes: seen.end.notes },
    }
  } finally {
    network.remove()
  }
}

interface Seen {
  readonly found: readonly Found[]
  readonly told: readonly SweepProgress[]
  readonly end: { readonly progress: SweepProgress; readonly notes: readonly string[] }
  readonly busiestSecond: number
  readonly packets: number
  readonly ms: number
}

async function swept(network: ProofNetwork, plan: object, progress: (line: string) => void): Promise<Seen> {
  const near = startChild([...network.sweeper, process.execPath, `${HERE}/sweeper-end.ts`, JSON.stringify(plan)])
  const samples: Sample[] = []
  const sampling = setInterval(() => {
    const before = performance.now()
    const sent = network.sent(near.pid)
    if (sent !== undefined) samples.push({ before, sent, after: performance.now() })
  }, SAMPLE_MS)
  await near.says(/^\{"began"/m)
  const began = performance.now()
  let shown = 0
  const lines = <T>(key: string) =>
    [...near.output().matchAll(new RegExp(`^\\{"${key}":.*\\}$`, 'gm'))].map(([line]) => JSON.parse(line)[key] as T)
  await until(
    () => {
      const told = lines<SweepProgress>('progress')
      const last = told.at(-1)
      if (last && told.length - shown >= 5) {
        shown = told.length
        const eta = last.etaMs === null ? '?' : Math.round(last.etaMs / 1000)
        progress(`${last.done} of ${last.addresses} done, ${last.answered} answered, ${last.found} read, ${eta} s left`)
      }
      return near.exited() !== undefined
    },
    { timeoutMs: 300_000, everyMs: 100, what: 'the sweep to end' },
  )
  const ms = performance.now() - began
  clearInterval(sampling)
  const end = lines<Seen['end']>('end')[0]
  if (end === undefined) throw new Error(near.output().slice(-2_000))
  const packets = (samples.at(-1)?.sent ?? 0) - (samples[0]?.sent ?? 0)
  return { found: lines('found'), told: lines('progress'), end, busiestSecond: mostInASecond(samples), packets, ms }
}

/** The counter was read at some moment between the two times. */
interface Sample {
  readonly before: number
  readonly sent: number
  readonly after: number
}

/** Most packets between two readings that are surely no more than a second apart. */
function mostInASecond(samples: readonly Sample[]): number {
  let most = 0
  let from = 0
  for (const { after, sent } of samples) {
    while (after - (samples[from]?.before ?? after) > 1_000) from++
    most = Math.max(most, sent - (samples[from]?.sent ?? sent))
  }
  return most
}

/** What is missing, wrong, invented or late, each by address. */
function verdict(devices: readonly SweptDevice[], { found }: Seen, to: Record<string, number>, timeoutMs: number) {
  const [missing, wrong, late]: [string[], string[], string[]] = [[], [], []]
  const known = new Set(devices.flatMap((device) => device.addresses))
  const kinds = new Set<string>()
  let longestMs = 0
  for (const { addresses, opens, manner, kind, delayMs } of devices)
    for (const address of addresses) {
      const one = found.find((f) => f.address === address)
      if (one === undefined) {
        missing.push(address)
        continue
      }
      longestMs = Math.max(longestMs, one.tookMs - (one.waitedMs ?? 0))
      // its own, without waiting for turns: two sends of each community before that is silent, then as many answers as it was asked for
      const before = { office: 0, plant: 2, 'core-v3': 4 }[opens] * timeoutMs
      const own = manner === 'good' ? before : 8 * timeoutMs
      if (one.tookMs - (one.waitedMs ?? 0) > own + (to[address] ?? 0) * (delayMs + PER_ANSWER_MS) + SLACK_MS)
        late.push(`${address} ${kind}: ${one.tookMs} ms, ${one.waitedMs ?? 0} of them for its turns`)
      if (one.profile !== null) kinds.add(one.profile)
      const good = one.credentials === opens && one.profile !== null && one.problem === null
      const garbage = one.credentials === null && /^speaks SNMP, not with/.test(one.problem ?? '')
      const elsewhere = one.credentials === null && /not from this address/.test(one.problem ?? '')
      if (!{ good, garbage, 'wrong-source': elsewhere }[manner]) wrong.push(`${address} ${kind}: ${one.problem}`)
    }
  const notThere = found.filter((f) => !known.has(f.address)).map((f) => f.address)
  const whole = devicesOf(found.filter((f) => known.has(f.address)))
  return {
    ...{ devices: whole.length, found: found.length, read: found.filter((f) => f.sysObjectId !== null).length },
    ...{ kinds: kinds.size, identified: found.filter((f) => identityKeys(f).length > 0).length },
    ...{ missing, wrong, notThere, late, longestMs },
  }
}

const HERE = `${import.meta.dirname}/sweep`
const SAMPLE_MS = 20
/** To there, back, and through two programs on a busy machine. */
const PER_ANSWER_MS = 60
const SLACK_MS = 2_500
