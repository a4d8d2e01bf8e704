// npm run bench -- NAME|all [--seed S] [--pairs N]
// Each bench prints JSON lines {name, value, unit, peer, peerValue, ratio, ...}: ours and its peer measured alternately in
// one run on the same pinned core, medians of the pairs. NAME is a bench or one of its lines. Progress goes to stderr.
import { parseArgs } from 'node:util'
import { backTestBench } from './back-test.ts'
import { ingestBench } from './ingest.ts'
import { latencyBench } from './latency.ts'
import { machineFacts } from './machine.ts'
import { memoryBench } from './memory.ts'
import { pollBench } from './poll.ts'
import { rulesBench } from './rules.ts'
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

interface Bench {
  readonly title: string
  /** Names of the lines it prints. */
  readonly lines: readonly string[]
  run(context: BenchContext): Promise<void>
}

const BENCHES: Readonly<Record<string, Bench>> = {
  trap: {
    title: 'traps: UDP in to outbox commit and to collector commit; peer snmptrapd to a file',
    lines: ['trap-to-outbox', 'trap-burst', 'trap-to-collector'],
    run: trapBench,
  },
  syslog: {
    title: 'syslog over UDP and TCP to outbox commit; peers syslog-ng and rsyslog to a file',
    lines: ['syslog-to-outbox'],
    run: syslogBench,
  },
  poll: {
    title: '1,000 simulated devices with 48 ports: values/s, CPU, memory; peers collectd, snmp-exporter, snmpbulkwalk',
    lines: ['poll-oids', 'poll-cpu', 'poll-memory', 'poll-dead-tenth'],
    run: pollBench,
  },
  ingest: { title: 'samples from MQTT through rules to commit', lines: ['ingest-samples'], run: ingestBench },
  latency: { title: 'trap sent to incident readable in the API', lines: ['latency-trap-incident'], run: latencyBench },
  sizes: { title: 'bytes per sample on the wire and on disk', lines: ['wire-bytes', 'disk-bytes'], run: sizesBench },
  rules: {
    title: 'samples per second through the rule engine; peers a Map, and Prometheus with the same ten rules',
    lines: ['rules-1k', 'rules-10k', 'rules-100k', 'rules-flat'],
    run: rulesBench,
  },
  'back-test': {
    title: 'stored samples through ten rules in a replay, reading included',
    lines: ['back-test'],
    run: backTestBench,
  },
  memory: {
    title: 'an idle agent; the start of agent and collector',
    lines: ['agent-memory', 'agent-memory-enrolled', 'agent-start', 'collector-start'],
    run: memoryBench,
  },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, pairs: { type: 'string', default: '3' } },
})
const names = positionals[0] === 'all' ? Object.keys(BENCHES) : [...new Set(positionals.map(benchOf))]
if (names.length === 0 || names.includes(undefined)) {
  console.error('npm run bench -- NAME... | all [--seed S] [--pairs N]\n')
  for (const [name, bench] of Object.entries(BENCHES))
    console.error(`  ${name.padEnd(10)} ${bench.title}${bench.lines.length > 0 ? ` (${bench.lines.join(', ')})` : ''}`)
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
for (const name of names as string[]) {
  const bench = BENCHES[name] as Bench
  context.progress(`${name}: ${bench.title}`)
  await bench.run(context)
}

/** A bench by its own name or by the name of a line it prints. */
function benchOf(name: string): string | undefined {
  if (name in BENCHES) return name
  return Object.keys(BENCHES).find((bench) => BENCHES[bench]?.lines.includes(name))
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}
