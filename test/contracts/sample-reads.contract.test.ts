// Samples for charts: from the embedded store, from InfluxDB and from VictoriaMetrics, the two as real programs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { InfluxConfig } from '../../collector/config/influx-config.ts'
import { openInfluxCopy } from '../../collector/influx-view.ts'
import { createSampleReads } from '../../collector/storage/sqlite/reads/sample-reads.ts'
import { openStores } from '../../collector/storage/storage.ts'
import { influxd, victoriaMetrics } from '../support/influx-programs.ts'
import { startInfluxProxy } from '../support/influx-proxy.ts'
import { requireProgram } from '../support/programs.ts'
import { createSampleWriter } from '../support/sample-writer.ts'
import { until } from '../support/until.ts'
import { type SampleReadsUnderTest, sampleReadsContract } from './sample-reads.contract.ts'

const log = pino({ level: 'silent' })

sampleReadsContract('the embedded store', () => open(undefined))
for (const [program, kind] of [
  ['influxd', 'influxdb'],
  ['victoria-metrics', 'victoriametrics'],
] as const) {
  const path = requireProgram(program)
  const missing = path === undefined ? `program ${program} is not installed (npm run test:programs)` : undefined
  sampleReadsContract(program, () => open({ kind, path: path as string }), missing)
}

async function open(
  server: { readonly kind: 'influxdb' | 'victoriametrics'; readonly path: string } | undefined,
): Promise<SampleReadsUnderTest> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-reads-'))
  const stop: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })]
  const records = await openStores({ dir: join(dir, 'store'), log, retention: { raw: 100 } })
  stop.push(() => records.stop())
  const embedded = createSampleReads(records.samples)
  let config: InfluxConfig | undefined
  let flush = async () => undefined as unknown
  if (server) {
    const start = server.kind === 'influxdb' ? influxd : victoriaMetrics
    const running = await start(server.path, join(dir, 'server'))
    await running.start()
    stop.push(() => running.stop())
    const proxy = await startInfluxProxy(() => running.url, { v1: server.kind === 'influxdb' })
    stop.push(() => proxy.stop())
    config = InfluxConfig.parse({ kind: server.kind, url: proxy.url, readFrom: 'influx', settleSeconds: 0 })
    if (server.kind === 'victoriametrics') flush = () => fetch(`${running.url}/internal/force_flush`)
  }
  const sites = () => [{ id: 's', customer: 'c' }]
  const copy = await openInfluxCopy({ config, records, embedded, sites, now: Date.now, log })
  stop.push(() => copy.stop())
  await records.load()
  copy.start()
  const writer = createSampleWriter(records)
  let filled = 0
  return {
    source: server ? 'influx' : 'embedded',
    async fill(series, rows) {
      for (let i = 0; i < rows.length; i += 1000)
        await writer.commit([rows.slice(i, i + 1000)], Date.now(), i === 0 ? series : [])
      filled += rows.length
      if (server) await until(() => (copy.figures()?.sent ?? 0) >= filled, { timeoutMs: 20_000 })
      await flush()
    },
    query: (query) => copy.samples.query(query, Date.now()),
    async stop() {
      for (const end of stop.reverse()) await end()
    },
  }
}
