// Ten rules over 1,000, 10,000 and 100,000 series: what does a sample cost, does it stay the same, and what does it cost
// Prometheus? Both judge the same series with the same values by the same ten conditions (rules-fleet.ts): limits with hold
// time, a counter's rate, a gauge's rise, the ratio of two metrics, silence.
//
// One round is one sample of every series, a minute after the one before. Ours judges each as it comes; counters become
// rates in the measured part. Prometheus has the same rounds in its head block (in memory, its fastest place) and evaluates
// the group once per second instead of once per minute; one evaluation is one round. Its cost is the CPU of its process
// with the rules less the CPU without; ours the CPU of this process while it judges, collections included. Neither counts how
// samples come in or are stored. The alarms that stand must be the same on both sides, and those that were put in.
import type { BenchContext } from './bench.ts'
import { findProgram, median, programVersion } from './machine.ts'
import { type Prometheus, ROUNDS, startPrometheus } from './prometheus.ts'
import { ourFleet, STEP_MS, truthOf } from './rules-fleet.ts'

const SIZES = [1_000, 10_000, 100_000]
/** CPU of ours in one measurement, at least. */
const OURS_SECONDS = 1
const PEER_SECONDS = 8

export async function rulesSizes({ pairs, progress, report }: BenchContext): Promise<void> {
  const program = findProgram('prometheus')
  const costs: number[] = []
  for (const size of SIZES) {
    const ours = ourSubject(size)
    const peer = program ? await startPrometheus(program, size) : undefined
    const name = `rules-${size / 1000}k`
    try {
      if (peer) sameAlarms(size, ours.standing, await settled(peer, size))
      const [own, other]: [number[], number[]] = [[], []]
      for (let pair = 1; pair <= pairs; pair++) {
        own.push(ours.measure() / size)
        if (peer) other.push((await peer.measure(PEER_SECONDS)).perEvaluation / size)
        progress(
          `${name} pair ${pair}/${pairs}: ${nanoseconds(own)} ns per sample, Prometheus ${nanoseconds(other)} ns`,
        )
      }
      const cost = median(own)
      costs.push(cost)
      const peerCost = peer ? median(other) : undefined
      report({
        name,
        value: 1 / cost,
        unit: 'samples/s per core',
        peer: program ? programVersion(program, '--version').replace(/ \(.*/, '') : null,
        peerValue: peerCost === undefined ? null : 1 / peerCost,
        ratio: peerCost === undefined ? null : median(own.map((one, i) => (other[i] as number) / one)),
        ...{ rules: 10, series: size, nanosecondsPerSample: round(cost * 1e9) },
        ...(peerCost === undefined ? { skipped: 'prometheus' } : { peerNanosecondsPerSample: round(peerCost * 1e9) }),
        ...{ alarms: [...truthOf(size).values()].reduce((a, b) => a + b, 0) },
      })
    } finally {
      await peer?.stop()
    }
  }
  const [least, most] = [costs[0] as number, costs.at(-1) as number]
  report({
    name: 'rules-flat',
    value: round(most * 1e9),
    unit: 'ns per sample at 100k series',
    peer: 'ours at 1k series',
    peerValue: round(least * 1e9),
    ratio: most / least,
  })
}

/** The engine with its history; `measure` answers CPU seconds per round. */
function ourSubject(size: number) {
  const fleet = ourFleet(size)
  let at = Date.UTC(2026, 0, 1)
  const next = (n: number) => {
    at += STEP_MS
    fleet.fill(n, at)
  }
  for (let n = 0; n < ROUNDS; n++) {
    next(n)
    fleet.judge(at)
  }
  const standing = new Map(fleet.standing)
  // counters go on rising, everything else stays as it was in the last round
  let n = ROUNDS
  return {
    standing,
    measure(): number {
      let [used, rounds] = [0, 0]
      while (used < OURS_SECONDS) {
        next(n++)
        const before = process.cpuUsage()
        fleet.judge(at)
        const { user, system } = process.cpuUsage(before)
        used += (user + system) / 1e6
        rounds++
      }
      return used / rounds
    },
  }
}

async function settled(peer: Prometheus, size: number): Promise<Map<string, number>> {
  const wanted = [...truthOf(size)].filter(([, n]) => n > 0).map(([id]) => id)
  for (let tries = 0; ; tries++) {
    const alerts = await peer.alerts()
    if (tries > 60 || wanted.every((id) => (alerts.get(id) ?? 0) > 0)) return alerts
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function sameAlarms(size: number, ours: ReadonlyMap<string, number>, peer: ReadonlyMap<string, number>): void {
  for (const [id, n] of truthOf(size))
    if (ours.get(id) !== n || peer.get(id) !== n)
      throw new Error(
        `${id} over ${size} series: ${n} alarms put in, ${ours.get(id)} of ours, ${peer.get(id)} of the peer`,
      )
}

const round = (value: number): number => Math.round(value * 10) / 10
const nanoseconds = (costs: readonly number[]): string =>
  costs.length ? ((costs.at(-1) as number) * 1e9).toFixed(0) : '-'
