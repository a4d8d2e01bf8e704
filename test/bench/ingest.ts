// Samples per second from MQTT through decoding, rates, rules and commit until the application ack, everything on the
// same two cores; bytes on the wire and on disk come from the same run.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../support/child.ts'
import { startInstallation } from '../support/installation.ts'
import type { BenchContext } from './bench.ts'
import { cpuSecondsOf } from './machine.ts'

const AGENTS = 4
const SERIES_PER_AGENT = 25_000
const SECONDS = 25
const PASSWORD = 'agent-password-for-benches'

export async function ingestBench(context: BenchContext): Promise<void> {
  const got = await ingestRun(context, SECONDS)
  const note = { cpuMicrosPerSample: got.cpuMicros, series: AGENTS * SERIES_PER_AGENT, limit: 100_000 }
  context.report({
    name: 'ingest-samples',
    value: got.perSecond,
    unit: 'samples/s',
    peer: null,
    peerValue: null,
    ratio: null,
    ...note,
  })
}

/** One run of the load; also what the sizes bench measures. */
export async function ingestRun({ seed, progress }: BenchContext, seconds: number) {
  const agents = Array.from({ length: AGENTS }, (_, i) => `agent-load-000${i + 1}`)
  const installation = await startInstallation({
    collectorConfig: {
      agents: agents
        .map((id) => ({ id, site: 'hq', password: PASSWORD }))
        .concat([{ id: 'agent-hq-0001', site: 'hq', password: 'agent-password-for-tests' }]),
    },
  })
  try {
    const before = cpuSecondsOf(installation.collector.pid())
    const sizeBefore = sizeOf(join(installation.dir, 'collector'))
    const child = startChild([
      'node',
      'test/bench/sample-sender.ts',
      `mqtt://127.0.0.1:${installation.ports.broker}`,
      agents.join(','),
      PASSWORD,
      String(SERIES_PER_AGENT),
      String(seconds),
      String(seed),
    ])
    const match = await child.says(/\{"acked".*\}/, seconds * 1000 + 120_000)
    const sent = JSON.parse(match[0]) as { acked: number; bytes: number; samples: number; seconds: number }
    const cpu = cpuSecondsOf(installation.collector.pid()) - before
    const result = {
      perSecond: sent.acked / sent.seconds,
      cpuMicros: (cpu * 1e6) / sent.acked,
      wireBytes: sent.bytes / sent.samples,
      diskBytes: (sizeOf(join(installation.dir, 'collector')) - sizeBefore) / sent.acked,
      samples: sent.acked,
    }
    progress(
      `${Math.round(result.perSecond)} samples/s, ${result.cpuMicros.toFixed(2)} us each, ${result.wireBytes.toFixed(2)} B on the wire`,
    )
    return result
  } finally {
    await installation.stop()
  }
}

function sizeOf(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .reduce((sum, e) => sum + statSync(join(e.parentPath, e.name)).size, 0)
}
