// Bytes per sample: on the wire, taken from what a polling agent has put into its outbox; on disk, after a day of 2,000
// series each minute written through the collector's own sample store. Peers: line protocol, plain SQLite rows.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TelemetryRow } from '#collector/ingest/record-store.ts'
import { openDatabase } from '#collector/storage/sqlite/database.ts'
import { createSampleStore, SAMPLE_LIMITS } from '#collector/storage/sqlite/sample-store.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import { bodyHash, encodeBatch, packBody, unpackBody } from '#shared/wire/batch.ts'
import { decodeSamples, encodeSamples } from '#shared/wire/sample-columns.ts'
import type { BenchContext } from './bench.ts'
import { createDay, DAY } from './day-of-samples.ts'
import { generator } from './machine.ts'
import { pollingAgent } from './polling-agent.ts'

const SITE = { devices: 50, ports: 48, intervalMs: 10_000, silentEvery: 0 }
const WATCH_MS = 45_000

export async function sizesBench(context: BenchContext): Promise<void> {
  await wireBench(context)
  await diskBench(context)
}

async function wireBench({ seed, progress, report }: BenchContext): Promise<void> {
  const simulator = generator('snmp-devices')
  if (!simulator) throw new Error('the sizes bench needs a C compiler (cc) for its simulated devices')
  const agent = await pollingAgent(simulator, SITE)
  let wire: WireSizes
  try {
    progress(`${SITE.devices} devices polled every ${SITE.intervalMs / 1000} s for ${WATCH_MS / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS))
    await agent.halt()
    wire = wireSizes(join(agent.dir, 'outbox', 'outbox.db'))
  } finally {
    await agent.stop()
  }
  const value = wire.bytes / wire.samples
  const peerValue = wire.lineProtocolBytes / wire.samples
  report({
    name: 'wire-bytes',
    value,
    unit: 'B/sample',
    peer: 'line protocol',
    peerValue,
    ratio: value / peerValue,
    samplesPerBatch: Math.round(wire.samples / wire.batches),
    samples: wire.samples,
    firstRoundBytes: Number(wire.definingBytesPerSample.toFixed(1)),
    source: 'outbox of an agent that polls simulated switches',
    limit: 5,
  })
  // simulated counters rise evenly and compress better than life
  const noisy = noisyBytes(seed)
  const source = 'one batch of 500 of a noisy day'
  report({
    name: 'wire-bytes',
    value: noisy,
    unit: 'B/sample',
    peer: 'line protocol',
    peerValue,
    ratio: noisy / peerValue,
    source,
    limit: 5,
  })
}

/** Whole payloads of the second hour of the day, 500 samples each. */
function noisyBytes(seed: number): number {
  const day = createDay(seed)
  const clock = { boot: '00000000-0000-4000-8000-000000000000', mono: 3_600_000.123, wall: day.startsAt }
  let bytes = 0
  let samples = 0
  for (let minute = 0; minute < 120; minute++) {
    const values = day.minute()
    if (minute < 60) continue
    const at = day.startsAt + minute * 60_000
    for (let first = 0; first < DAY.series; first += DAY.perBatch) {
      const list = Array.from({ length: DAY.perBatch }, (_, i) => ({
        n: first + i,
        at,
        value: values[first + i] as number,
      }))
      const body = packBody(encodeSamples([], list))
      const stream = { agent: 'agent-bench-01', epoch: clock.boot, lane: 'telemetry' as const, first: samples + 1 }
      const header = { ...stream, count: DAY.perBatch, hash: bodyHash(body), committed: clock, sent: clock }
      bytes += encodeBatch({ header, body }).length
      samples += DAY.perBatch
    }
  }
  return bytes / samples
}

interface WireSizes {
  samples: number
  batches: number
  bytes: number
  lineProtocolBytes: number
  /** Batches that also define their series, once per stream. */
  definingBytesPerSample: number
}

/** Whole MQTT payloads of the batches after the definitions, as the uplink would send them. */
function wireSizes(file: string): WireSizes {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db.prepare("SELECT * FROM batch WHERE lane = 'telemetry' AND gap IS NULL ORDER BY first").all()
  db.close()
  const out: WireSizes = { samples: 0, batches: 0, bytes: 0, lineProtocolBytes: 0, definingBytesPerSample: 0 }
  const series = new Map<number, SeriesDefinition>()
  let defining = { samples: 0, bytes: 0 }
  for (const row of rows) {
    const body = row.body as Uint8Array
    const count = Number(row.count)
    const clock = { boot: String(row.boot), mono: Number(row.mono), wall: Number(row.wall) }
    const names = { agent: 'agent-bench-01', epoch: '00000000-0000-4000-8000-000000000000', lane: 'telemetry' as const }
    const header = { ...names, first: Number(row.first), count, hash: String(row.hash), committed: clock, sent: clock }
    const bytes = encodeBatch({ header, body }).length
    const samples = decodeSamples(unpackBody(body), count)
    for (const definition of samples.definitions) series.set(definition.n, definition)
    if (samples.definitions.length > 0) {
      defining = { samples: defining.samples + count, bytes: defining.bytes + bytes }
      continue
    }
    out.samples += count
    out.batches++
    out.bytes += bytes
    for (let i = 0; i < count; i++) {
      const known = series.get(samples.series[i] as number) as SeriesDefinition
      out.lineProtocolBytes += lineOf(known, samples.values[i] as number, samples.at[i] as number).length + 1
    }
  }
  return { ...out, definingBytesPerSample: defining.bytes / defining.samples }
}

const lineOf = ({ metric, device, resource }: SeriesDefinition, value: number, at: number): string =>
  `${metric},device=${device}${resource === '' ? '' : `,resource=${resource}`} value=${value} ${at}`

async function diskBench({ seed, progress, report }: BenchContext): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-sizes-'))
  try {
    const began = performance.now()
    const ours = await ourDay(dir, seed)
    const seconds = (performance.now() - began) / 1000
    progress(
      `ours: ${(ours / DAY.samples).toFixed(2)} B/sample, ${Math.round(DAY.samples / seconds)} samples/s in process`,
    )
    const rows = plainRows(join(dir, 'rows'), seed)
    progress(`plain rows: ${(rows / DAY.samples).toFixed(2)} B/sample`)
    report({
      name: 'disk-bytes',
      value: ours / DAY.samples,
      unit: 'B/sample',
      peer: 'one SQLite row per sample',
      peerValue: rows / DAY.samples,
      ratio: ours / rows,
      series: DAY.series,
      minutes: DAY.minutes,
      samplesPerSecond: Math.round(DAY.samples / seconds),
      limit: 6,
    })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The database's bytes after the day, the journal of the last two hours included. */
async function ourDay(dir: string, seed: number): Promise<number> {
  const database = await openDatabase(join(dir, 'collector.db'))
  const empty = sizeOf(dir)
  const store = createSampleStore(database, SAMPLE_LIMITS)
  const day = createDay(seed)
  store.open(() => undefined, day.startsAt)
  let first = 1
  for (let minute = 0; minute < DAY.minutes; minute++) {
    const at = day.startsAt + minute * 60_000
    const telemetry: TelemetryRow[] = []
    const values = day.minute()
    for (let from = 0; from < DAY.series; from += DAY.perBatch) {
      const length = DAY.perBatch
      const series = Uint32Array.from({ length }, (_, i) => from + i)
      const times = new Float64Array(length).fill(at)
      const columns = values.slice(from, from + length)
      const list = Array.from({ length }, (_, i) => ({ n: from + i, at, value: columns[i] as number }))
      const body = packBody(encodeSamples([], list))
      const samples = { agent: 'a', site: 's', length, series, at: times, values: columns, judged: columns }
      const row = { agent: 'a', epoch: 'e', first, count: length, offsetMs: 0, latest: at, body, samples, places: null }
      telemetry.push(row)
      first += length
    }
    const written = database.transaction(() => store.write(telemetry))
    written.commit(at)
    while (store.maintain(at)) {
      // until there is nothing to do at once
    }
  }
  database.connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const size = sizeOf(dir) - empty
  database.close()
  return size
}

function plainRows(dir: string, seed: number): number {
  const file = `${dir}.db`
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE sample (series INTEGER, at INTEGER, value REAL, PRIMARY KEY (series, at)) WITHOUT ROWID`)
  const insert = db.prepare('INSERT INTO sample VALUES (?, ?, ?)')
  const day = createDay(seed)
  for (let minute = 0; minute < DAY.minutes; minute++) {
    const at = day.startsAt + minute * 60_000
    db.exec('BEGIN')
    day.minute().forEach((value, series) => void insert.run(series, at, value))
    db.exec('COMMIT')
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return statSync(file).size
}

function sizeOf(dir: string): number {
  return readdirSync(dir)
    .filter((name) => name.startsWith('collector.db'))
    .reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
}
