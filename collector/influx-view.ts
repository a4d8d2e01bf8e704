// The copy of all samples in InfluxDB or VictoriaMetrics, put together: with it charts may be read there; without it
// what is written meanwhile is marked, to be sent should it be set up (again).
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Site } from '#shared/domain/inventory.ts'
import type { SampleCopy } from '#shared/http/records.ts'
import type { InfluxConfig } from './config/influx-config.ts'
import { createChartReads } from './storage/influx/chart-reads.ts'
import { markUnfollowed } from './storage/influx/cursor.ts'
import { type ReadConnection, RemoteReadError, readHttp } from './storage/influx/http-read.ts'
import { createInfluxView, type InfluxFigures, type InfluxOptions, type InfluxView } from './storage/influx/influx.ts'
import { waitAfter } from './storage/influx/pace.ts'
import { createInfluxqlSamples } from './storage/influx/read-influxql.ts'
import { createPrometheusSamples } from './storage/influx/read-prometheus.ts'
import { createRemoteSource } from './storage/influx/remote-source.ts'
import { createSampleReads, type SampleReads } from './storage/sqlite/reads/sample-reads.ts'
import type { Stores } from './storage/storage.ts'

export interface InfluxCopy {
  /** Where charts are read. */
  readonly samples: SampleReads & { copy?(): SampleCopy['copy'] }
  /** Undefined when nothing is copied. */
  figures(): InfluxFigures | undefined
  start(): void
  stop(): Promise<void>
}

export interface InfluxCopyDeps {
  readonly config: InfluxConfig | undefined
  readonly records: Pick<Stores, 'database' | 'samples' | 'follow'>
  readonly embedded: SampleReads
  readonly sites: () => Iterable<Pick<Site, 'id' | 'customer'>>
  readonly now: () => number
  readonly log: Logger
  /** Pauses after failures, instead of the usual ones. */
  readonly wait?: InfluxOptions['wait'] | undefined
}

const REFUSED_SHOWN = 50
const DAY_MS = 86_400_000
/** VictoriaMetrics answers before samples are on its disk, where a crash leaves them. */
const VICTORIA_SETTLE_SECONDS = 60
/** Charts that end later than this before the oldest waiting sample are read from the embedded samples. */
const USUAL_LAG_MS = 120_000

/** To be opened before ingest starts. Throws when the authority's file cannot be read. */
export async function openInfluxCopy(deps: InfluxCopyDeps): Promise<InfluxCopy> {
  const { config, records, embedded, now, log } = deps
  if (!config) {
    markUnfollowed(records.database)
    return { samples: embedded, figures: () => undefined, start: () => undefined, stop: async () => undefined }
  }
  const { timeoutMs } = config
  const ca = config.caFile && readFileSync(config.caFile, 'utf8')
  const [username, password, token] = [config.username, config.password?.reveal(), config.token?.reveal()]
  const reading = { url: config.url, token, username, password, timeoutMs, ca }
  const victoria = config.kind === 'victoriametrics'
  const { createWriteTarget } = await import('./storage/influx/target.ts')
  const view = createInfluxView({
    database: records.database,
    samples: records.samples,
    target: createWriteTarget({
      ...{ url: config.url, org: config.org, bucket: config.bucket, timeoutMs, ca, now },
      // what 1.8 takes as a token
      token: username === undefined ? token : `${username}:${password}`,
    }),
    startOf: victoria ? (stop) => startOfVictoria(reading, stop) : undefined,
    sites: deps.sites,
    batch: config.batch,
    settleMs: (config.settleSeconds ?? (victoria ? VICTORIA_SETTLE_SECONDS : 0)) * 1000,
    history: config.history,
    holdMs: config.holdDays * DAY_MS,
    now,
    wait: deps.wait ?? ((answer, failures) => waitAfter(answer, failures, Math.random)),
    log,
  })
  records.follow(view.follower)
  const remote = victoria
    ? createPrometheusSamples(reading)
    : createInfluxqlSamples({ ...reading, bucket: config.bucket })
  const charts = createChartReads({
    embedded,
    remote: createSampleReads(createRemoteSource(remote, records.samples), undefined, 'influx'),
    behindSince: () => behindSince(view.figures(), now()),
    mono: () => performance.now(),
    log,
  })
  return {
    samples: { ...(config.readFrom === 'influx' ? charts : embedded), copy: () => statusOf(view) },
    figures: view.figures,
    start: view.start,
    stop: view.stop,
  }
}

function statusOf(view: InfluxView): SampleCopy['copy'] {
  const { problem, ...figures } = view.figures()
  const said = problem && { kind: problem.kind, reason: 'reason' in problem ? problem.reason : '' }
  return { ...figures, problem: said, refused: view.refused(REFUSED_SHOWN) }
}

function behindSince(figures: InfluxFigures, now: number): number | null {
  if (figures.backlog === 0 || figures.lagSeconds * 1000 < USUAL_LAG_MS) return null
  return now - figures.lagSeconds * 1000
}

/** When VictoriaMetrics was started, as its own metrics say; undefined when something in front of it does not show them. */
async function startOfVictoria(reading: ReadConnection, stop: AbortSignal): Promise<string | undefined> {
  const text = await readHttp(reading, '/metrics', undefined, stop).catch((error: unknown) => {
    if (error instanceof RemoteReadError && error.status !== undefined && error.status < 500) return ''
    throw error
  })
  return /^(?:vm_app_start_timestamp|process_start_time_seconds)\b.*$/m.exec(text)?.[0]
}
