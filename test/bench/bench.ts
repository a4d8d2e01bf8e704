// npm run bench -- NAME|all [--seed S] [--pairs N]
// Each bench prints JSON lines {name, value, unit, peer, peerValue, ratio, ...}: ours and its peer measured alternately in
// one run on the same pinned core, medians of the pairs. Progress goes to stderr.
import { parseArgs } from 'node:util'
import { ingestBench } from './ingest.ts'
import { latencyBench } from './latency.ts'
import { machineFacts } from './machine.ts'
import { memoryBench } from './memory.ts'
import { pollBench } from './poll.ts'
import { sizesBench } from './sizes.ts'
import { syslogBench } from './syslog.ts'
import { trapBench } from './trap.ts'

export interface BenchContext {
  readonly seed: number
  readonly pairs: number
  progress(message: string): void
  /** One result line on stdout. */
  report(line: BenchLine): void
}

export interface BenchLine {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it was measured against in the same run; null when that is not installed. */
  readonly peer: string | null
  readonly peerValue: number | null
  /** value / peerValue; above 1 is better for rates, below 1 for costs. */
  readonly ratio: number | null
  readonly [more: string]: unknown
}

const BENCHES: Readonly<Record<string, { title: string; run(context: BenchContext): Promise<void> }>> = {
  trap: { title: 'traps: UDP in to outbox commit and to collector commit; peer snmptrapd to a file', run: trapBench },
  syslog: {
    title: 'syslog over UDP and TCP to outbox commit; peers syslog-ng and rsyslog to a file',
    run: syslogBench,
  },
  poll: {
    title: '1,000 simulated devices with 48 ports: OIDs/s, CPU and memory; peer snmpbulkwalk processes',
    run: pollBench,
  },
  ingest: { title: 'samples from MQTT through rules to commit', run: ingestBench },
  latency: { title: 'trap sent to incident readable in the API', run: latencyBench },
  sizes: { title: 'bytes per sample on the wire and on disk', run: sizesBench },
  memory: { title: 'resident memory of an idle agent', run: memoryBench },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, pairs: { type: 'string', default: '3' } },
})
const names = positionals[0] === 'all' ? Object.keys(BENCHES) : positionals
if (names.length === 0 || names.some((n) => !(n in BENCHES))) {
  console.error('npm run bench -- NAME... | all [--seed S] [--pairs N]\n')
  for (const [name, bench] of Object.entries(BENCHES)) console.error(`  ${name.padEnd(10)} ${bench.title}`)
  process.exit(2)
}
const started = performance.now()
const context: BenchContext = {
  seed: Number(values.seed),
  pairs: Number(values.pairs),
  progress: (message) =>
    console.error(`[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s] ${message}`),
  report: (line) =>
    console.log(
      JSON.stringify({
        ...line,
        value: round(line.value),
        peerValue: line.peerValue && round(line.peerValue),
        ratio: line.ratio && round(line.ratio),
      }),
    ),
}
console.log(JSON.stringify({ name: 'machine', seed: context.seed, ...machineFacts() }))
for (const name of names) {
  context.progress(`${name}: ${BENCHES[name]?.title}`)
  await BENCHES[name]?.run(context)
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}
