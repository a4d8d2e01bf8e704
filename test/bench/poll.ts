// Polling: the real agent against 1,000 simulated switches of 48 ports, every device each few seconds, everything recorded
// in the outbox. CPU per 1,000 device polls, values per second, memory; then the same with every tenth device dead.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Child, startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import type { BenchContext } from './bench.ts'
import { cpuSecondsOf, findProgram, generator, residentMb, startPinned } from './machine.ts'

const DEVICES = 1000
const PORTS = 48
const INTERVAL_S = 5
const WARM_S = 20
const MEASURE_S = 30

interface Figures {
  readonly pollsPerSecond: number
  readonly valuesPerSecond: number
  readonly cpuPerThousand: number
  readonly residentMb: number
}

export async function pollBench({ progress, report }: BenchContext): Promise<void> {
  const simulator = generator('snmp-devices')
  if (!simulator) throw new Error('the poll bench needs a C compiler (cc) for its simulated devices')
  const alive = await pollRun(simulator, 0, progress)
  const peer = await walkPeer(simulator)
  report({
    name: 'poll-oids',
    value: alive.valuesPerSecond,
    unit: 'values/s',
    peer: null,
    peerValue: null,
    ratio: null,
    pollsPerSecond: alive.pollsPerSecond,
    devices: DEVICES,
  })
  report({
    name: 'poll-cpu',
    value: alive.cpuPerThousand,
    unit: 'CPU-s per 1,000 device polls',
    peer: peer ? 'snmpbulkwalk process per table' : null,
    peerValue: peer,
    ratio: peer && alive.cpuPerThousand / peer,
    limit: 1,
  })
  report({
    name: 'poll-memory',
    value: alive.residentMb,
    unit: 'MB',
    peer: null,
    peerValue: null,
    ratio: null,
    limit: 160,
  })
  const dead = await pollRun(simulator, 10, progress)
  const living = alive.pollsPerSecond * 0.9
  report({
    name: 'poll-dead-tenth',
    value: dead.pollsPerSecond,
    unit: 'good polls/s',
    peer: 'nine tenths of the same run with all alive',
    peerValue: living,
    ratio: dead.pollsPerSecond / living,
    goal: 0.98,
  })
}

async function pollRun(simulator: string, silentEvery: number, progress: (m: string) => void): Promise<Figures> {
  const [port, health, nobody] = (await freePorts(3)) as [number, number, number]
  const site = startPinned([simulator, String(port), String(PORTS), String(silentEvery)], 1)
  await site.says(/ready/)
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-poll-'))
  const file = join(dir, 'agent.yaml')
  const devices = Array.from({ length: DEVICES }, (_, i) => ({
    id: `switch-${i}`,
    name: `Switch ${i}`,
    address: `127.0.${1 + Math.floor(i / 250)}.${1 + (i % 250)}`,
    snmp: { version: 'v2c', community: 'public', port, intervalMs: INTERVAL_S * 1000, timeoutMs: 3000, retries: 1 },
  }))
  const config = {
    agent: { id: 'agent-bench-01' },
    broker: { url: `mqtt://127.0.0.1:${nobody}`, password: 'nobody-listens-here' },
    dataDir: dir,
    health: { port: health },
    devices,
  }
  writeFileSync(file, stringify(config))
  const agent = startPinned(['node', 'agent/main.ts', 'run', '--config', file], 0)
  const counters = () => fetch(`http://127.0.0.1:${health}/`).then((r) => r.json() as Promise<PollHealth>)
  try {
    await until(
      () =>
        counters().then(
          () => true,
          () => ended(agent),
        ),
      { timeoutMs: 60_000, what: 'the agent to be up' },
    )
    await wait(WARM_S)
    const before = await counters()
    const cpu = cpuSecondsOf(agent.pid)
    const started = performance.now()
    await wait(MEASURE_S)
    const after = await counters()
    const seconds = (performance.now() - started) / 1000
    const polls = goodPolls(after) - goodPolls(before)
    const figures = {
      pollsPerSecond: polls / seconds,
      valuesPerSecond: ((after.lanes.telemetry?.newest ?? 0) - (before.lanes.telemetry?.newest ?? 0)) / seconds,
      cpuPerThousand: ((cpuSecondsOf(agent.pid) - cpu) / polls) * 1000,
      residentMb: residentMb(agent.pid),
    }
    progress(
      `${Math.round(figures.pollsPerSecond)} polls/s, ${Math.round(figures.valuesPerSecond)} values/s, ${figures.cpuPerThousand.toFixed(2)} CPU-s per 1,000, ${Math.round(figures.residentMb)} MB${silentEvery ? ', a tenth dead' : ''}`,
    )
    return figures
  } finally {
    await agent.stop()
    await site.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

interface PollHealth {
  readonly lanes: Record<string, { newest: number }>
  readonly polls: Record<string, number>
}

function goodPolls(health: PollHealth): number {
  return health.polls.ok ?? 0
}

function ended(child: Child): false {
  const end = child.exited()
  if (end) throw new Error(`agent ended: ${JSON.stringify(end)}\n${child.output()}`)
  return false
}

/** CPU seconds that net-snmp's own walker needs for 1,000 polls of the same two tables, extrapolated from 40. */
async function walkPeer(simulator: string): Promise<number | null> {
  const walker = findProgram('snmpbulkwalk')
  if (!walker) return null
  const [port] = (await freePorts(1)) as [number]
  const site = startPinned([simulator, String(port), String(PORTS)], 1)
  await site.says(/ready/)
  const rounds = 40
  const own = cpuOfChildren()
  for (let i = 0; i < rounds; i++)
    for (const table of ['1.3.6.1.2.1.2.2', '1.3.6.1.2.1.31.1.1']) {
      const child = startChild([
        walker,
        '-v2c',
        '-c',
        'public',
        '-On',
        '-m',
        '',
        '-Cr25',
        `127.0.1.${i + 1}:${port}`,
        table,
      ])
      await child.gone
    }
  const used = cpuOfChildren() - own
  await site.stop()
  return (used / rounds) * 1000

  function cpuOfChildren(): number {
    // cutime + cstime of this process, in clock ticks: all children that have ended
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[13]) + Number(fields[14])) / 100
  }
}

function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}
