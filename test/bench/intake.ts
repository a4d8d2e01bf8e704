// How fast a receiver takes datagrams without losing any: the procedure shared by the trap and syslog benches, for our
// agent and for its peers alike. Lossless = highest offered rate with at most 0.1 % loss over the probe.
import { until } from '../support/until.ts'
import { runGenerator } from './machine.ts'

export interface Intake {
  readonly name: string
  readonly port: number
  /** Messages taken so far: committed for ours, lines in the file for daemons. */
  count(): Promise<number>
  cpuSeconds(): number
  stop(): Promise<void>
}

export interface Probe {
  readonly offered: number
  readonly received: number
  readonly cpuMicros: number
}

/** Offers `count` messages at `rate` per second (0: flood) and waits until the count stands still. */
export async function probe(intake: Intake, sender: string, file: string, rate: number, count: number): Promise<Probe> {
  const before = await intake.count()
  const cpu = intake.cpuSeconds()
  const sent = await runGenerator([sender, '127.0.0.1', String(intake.port), file, String(rate), String(count), '8'])
  const received = (await settled(intake, before + sent.sent)) - before
  return {
    offered: sent.sent / sent.seconds,
    received: received / sent.sent,
    cpuMicros: ((intake.cpuSeconds() - cpu) * 1e6) / Math.max(1, received),
  }
}

/** Highest lossless rate per second, by bisection between `low` and `high`, each probe two seconds long. */
export async function losslessRate(
  intake: Intake,
  sender: string,
  file: string,
  bounds: { low: number; high: number; steps?: number },
): Promise<{ rate: number; cpuMicros: number; flood: number }> {
  await probe(intake, sender, file, bounds.low / 2, Math.min(20_000, bounds.low))
  let { low, high } = bounds
  let best = { rate: 0, cpuMicros: Number.NaN }
  for (let step = 0; step < (bounds.steps ?? 6); step++) {
    const rate = step === 0 ? low : Math.round(Math.sqrt(low * high))
    const got = await probe(intake, sender, file, rate, rate * 2)
    if (got.received >= 0.999) {
      best = { rate: Math.min(rate, got.offered), cpuMicros: got.cpuMicros }
      low = rate
    } else if (step === 0) {
      high = rate
      low = Math.round(rate / 8)
    } else high = rate
    if (high / low < 1.06) break
  }
  const flood = await probe(intake, sender, file, 0, 200_000)
  return { ...best, flood: flood.received * flood.offered }
}

async function settled(intake: Intake, target: number): Promise<number> {
  let last = -1
  let stillSince = performance.now()
  let value = 0
  await until(
    async () => {
      value = await intake.count()
      if (value !== last) stillSince = performance.now()
      last = value
      return value >= target || performance.now() - stillSince > 700
    },
    { timeoutMs: 60_000, everyMs: 50, what: `${intake.name} to count all messages` },
  )
  return value
}
