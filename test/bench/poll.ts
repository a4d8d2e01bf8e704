// Polling: the real agent against 1,000 simulated switches of 48 ports, every device each few seconds, everything recorded
// in the outbox. CPU per 1,000 device polls, values per second, memory; then the same with every tenth device dead.
import type { BenchContext } from './bench.ts'
import { cpuSecondsOf, generator, median, residentMb } from './machine.ts'
import { collectdPolls, snmpExporterPolls, walkPolls } from './poll-peers.ts'
import { pollingAgent } from './polling-agent.ts'

const SITE = { devices: 1000, ports: 48, intervalMs: 5_000 }
/** The first polls name every series, and neighbours are read once: what goes on afterwards is measured. */
const WARM_MS = 60_000
const MEASURE_MS = 20_000
/** Polls per second asked of the agent. */
const ASKED = SITE.devices / (SITE.intervalMs / 1000)

interface Figures {
  readonly pollsPerSecond: number
  readonly valuesPerSecond: number
  readonly cpuPerThousand: number
  readonly residentMb: number
  readonly lagMs: number
}

export async function pollBench({ pairs, progress, report }: BenchContext): Promise<void> {
  const simulator = generator('snmp-devices')
  if (!simulator) throw new Error('the poll bench needs a C compiler (cc) for its simulated devices')
  const peers = { collectd: collectdPolls, 'snmp-exporter': snmpExporterPolls, 'snmpbulkwalk per table': walkPolls }
  const alive: Figures[] = []
  const dead: Figures[] = []
  const theirs: Record<string, number[]> = {}
  for (let pair = 1; pair <= pairs; pair++) {
    progress(`pair ${pair}/${pairs}`)
    alive.push(await pollRun(simulator, 0, progress))
    dead.push(await pollRun(simulator, 10, progress))
    for (const [name, run] of Object.entries(peers)) {
      const cpu = await run(simulator, SITE.ports)
      if (cpu === null) continue
      theirs[name] = [...(theirs[name] ?? []), cpu]
      progress(`${name}: ${cpu.toFixed(2)} CPU-s per 1,000`)
    }
  }
  const mid = (list: readonly Figures[], key: keyof Figures) => median(list.map((f) => f[key]))
  const alone = { peer: null, peerValue: null, ratio: null }
  const { devices } = SITE
  const perDevice = { devices, valuesPerPoll: Math.round(mid(alive, 'valuesPerSecond') / mid(alive, 'pollsPerSecond')) }
  const values = mid(alive, 'valuesPerSecond')
  report({ name: 'poll-oids', value: values, unit: 'values/s', ...alone, asked: ASKED, ...perDevice })
  const cpu = { name: 'poll-cpu', value: mid(alive, 'cpuPerThousand'), unit: 'CPU-s per 1,000 device polls' }
  if (Object.keys(theirs).length === 0) report({ ...cpu, ...alone, limit: 1 })
  for (const [peer, list] of Object.entries(theirs)) {
    const ratio = median(list.map((other, i) => (alive[i] as Figures).cpuPerThousand / other))
    report({ ...cpu, peer, peerValue: median(list), ratio, limit: 1, ...(LIMITS[peer] ? { goal: LIMITS[peer] } : {}) })
  }
  report({ name: 'poll-memory', value: mid(alive, 'residentMb'), unit: 'MB', ...alone, limit: 160 })
  const living = mid(alive, 'pollsPerSecond') * 0.9
  report({
    name: 'poll-dead-tenth',
    value: mid(dead, 'pollsPerSecond'),
    unit: 'good polls/s',
    peer: 'nine tenths of the run with all alive',
    peerValue: living,
    ratio: mid(dead, 'pollsPerSecond') / living,
    goal: 0.98,
    cpuRatio: Number((mid(dead, 'cpuPerThousand') / mid(alive, 'cpuPerThousand')).toFixed(3)),
    cpuLimit: 1.3,
  })
}

/** Ratios that must not be exceeded. */
const LIMITS: Readonly<Record<string, number>> = { collectd: 1, 'snmp-exporter': 0.25 }

async function pollRun(simulator: string, silentEvery: number, progress: (m: string) => void): Promise<Figures> {
  const agent = await pollingAgent(simulator, { ...SITE, silentEvery })
  try {
    await wait(WARM_MS)
    const before = await agent.health()
    const cpu = cpuSecondsOf(agent.pid)
    const started = performance.now()
    await wait(MEASURE_MS)
    const after = await agent.health()
    const seconds = (performance.now() - started) / 1000
    const polls = after.polls.ok - before.polls.ok
    const newest = (health: typeof after) => health.lanes.telemetry?.newest ?? 0
    const figures = {
      pollsPerSecond: polls / seconds,
      valuesPerSecond: (newest(after) - newest(before)) / seconds,
      cpuPerThousand: ((cpuSecondsOf(agent.pid) - cpu) / polls) * 1000,
      residentMb: residentMb(agent.pid),
      lagMs: after.polls.lagMs,
    }
    progress(
      `${figures.pollsPerSecond.toFixed(1)} polls/s, ${Math.round(figures.valuesPerSecond)} values/s, ${figures.cpuPerThousand.toFixed(2)} CPU-s per 1,000, ${Math.round(figures.residentMb)} MB, lag ${figures.lagMs} ms${silentEvery ? ', a tenth dead' : ''}`,
    )
    return figures
  } finally {
    await agent.stop()
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
