// Back-tests: stored samples per second of one core through ten rules, reading and decoding included. A week of 2,000 series,
// polled every two minutes, in chunks as a collector writes them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { SeriesInfo } from '#collector/ingest/evaluation.ts'
import { replay } from '#collector/replay/replay.ts'
import { Rule } from '#collector/rules/rule.ts'
import { openReplayHistory } from '#collector/storage/sqlite/replay-history.ts'
import { openStores } from '#collector/storage/storage.ts'
import { createSampleWriter, type Row, seriesInfo } from '../support/sample-writer.ts'
import type { BenchContext } from './bench.ts'
import { median } from './machine.ts'

const SERIES = 2000
const RULES = 10
const INTERVAL_MS = 120_000
const ROUNDS = (7 * 86_400_000) / INTERVAL_MS
const PER_BATCH = 500
const T0 = Date.UTC(2026, 0, 1)
/** Share of the series that turn bad or good again in any round. */
const CHANGES = 0.001

export async function backTestBench({ seed, pairs, progress, report }: BenchContext): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-back-test-'))
  try {
    progress(`writing ${(SERIES * ROUNDS).toLocaleString('en')} samples`)
    await writePast(dir, seed)
    const rates: number[] = []
    let counts = { samples: 0, changes: 0 }
    for (let run = 0; run <= pairs; run++) {
      const { samples, changes, cpuSeconds, seconds } = replayed(join(dir, 'collector.db'))
      counts = { samples, changes }
      // the first run warms up
      if (run > 0) rates.push(samples / cpuSeconds)
      progress(`run ${run}/${pairs}: ${Math.round(samples / cpuSeconds)}/s of one core, ${seconds.toFixed(1)} s`)
    }
    const line = { name: 'back-test', value: median(rates), unit: 'samples/s per core' }
    report({ ...line, peer: null, peerValue: null, ratio: null, series: SERIES, rules: RULES, ...counts })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function replayed(file: string) {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const history = openReplayHistory({ file, rawDays: 365, now: T0 })
  let changes = 0
  const to = T0 + ROUNDS * INTERVAL_MS
  const plan = { from: T0, to, warmUpMs: 0, language: 'en' as const, sets: [{ rules: rules() }] }
  const steps = replay(history, plan, () => changes++)
  let step = steps.next()
  while (!step.done) step = steps.next()
  history.close()
  const { user, system } = process.cpuUsage(cpu)
  const { samples } = step.value
  return { samples, changes, cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - began) / 1000 }
}

const rules = () =>
  Array.from({ length: RULES }, (_, i) => ({
    rule: Rule.parse({
      ...{ id: `rule-${i}`, title: 'bench', severity: 'minor', alarmType: `bench.limit-${i}`, text: '{{value}}' },
      ...{ condition: { type: 'threshold', metric: `metric.${i}`, above: 90, clear: 80 }, for: '5m' },
    }),
    origin: { kind: 'database' as const },
  }))

async function writePast(dir: string, seed: number): Promise<void> {
  const limits = { headBytes: 64 * 1024 * 1024, journalBytes: 1024 * 1024, journalAgeMs: 3_600_000 }
  // by the clock of the samples nothing of them is old
  const stores = await openStores({ dir, log: pino({ level: 'silent' }), limits, now: () => T0 })
  await stores.load()
  const writer = createSampleWriter(stores)
  const series: SeriesInfo[] = Array.from({ length: SERIES }, (_, i) =>
    seriesInfo(i + 1, { device: `s.device-${i % 200}`, metric: `metric.${i % RULES}`, resource: `part:${i}` }),
  )
  const next = valuesOf(seed)
  stores.start()
  for (let round = 0; round < ROUNDS; round++) {
    const at = T0 + round * INTERVAL_MS
    const rows = series.map((one): Row => [one.id, at, next(one.id)])
    const batches = Array.from({ length: SERIES / PER_BATCH }, (_, b) => rows.slice(b * PER_BATCH, (b + 1) * PER_BATCH))
    await writer.commit(batches, at, round === 0 ? series : [])
    if (round % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await stores.stop()
}

/** Whole percents that wander, and now and then are bad for a while. */
function valuesOf(seed: number): (series: number) => number {
  let state = seed * 7919 + 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const bad = new Uint8Array(SERIES + 1)
  return (series) => {
    if (random() < (bad[series] === 1 ? CHANGES * 100 : CHANGES)) bad[series] = 1 - (bad[series] as number)
    return bad[series] === 1 ? 91 + Math.floor(random() * 9) : 20 + Math.floor(random() * 50)
  }
}
