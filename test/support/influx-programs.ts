// Real InfluxDB 1.x and VictoriaMetrics on loopback, with their data in a folder given.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

export interface TimeSeriesServer {
  readonly url: string
  /** Resolves when it answers. */
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Everything stored as `metric{tags} at` to all values found there; tags sorted by name, `site` and `customer` too. */
  dump(database?: string): Promise<Map<string, number[]>>
}

export const DATABASE = 'outrider'

/** `program` is the path of influxd; the database `outrider` is made at the first start. */
export async function influxd(program: string, dir: string): Promise<TimeSeriesServer> {
  const [http, rpc] = (await freePorts(2)) as [number, number]
  const url = `http://127.0.0.1:${http}`
  const file = join(dir, 'influxdb.conf')
  mkdirSync(dir, { recursive: true })
  writeFileSync(file, configuration(dir, http, rpc))
  const query = async (q: string, db = DATABASE) => {
    const body = new URLSearchParams({ q, db, epoch: 'ms' })
    const answer = await fetch(`${url}/query`, { method: 'POST', body })
    return (await answer.json()) as {
      results: {
        error?: string
        series?: { name: string; tags: Record<string, string>; values: [number, number][] }[]
      }[]
    }
  }
  return {
    url,
    ...daemon(
      () => [program, '-config', file],
      async () => {
        const answer = await fetch(`${url}/ping`)
        return answer.ok && (await query(`create database "${DATABASE}"`)).results[0]?.error === undefined
      },
    ),
    async dump(database = DATABASE) {
      const points = new Map<string, number[]>()
      const { results } = await query('select "value" from /.*/ group by *', database)
      for (const { name, tags, values } of results[0]?.series ?? [])
        for (const [at, value] of values) add(points, keyOf(name, tags, at), value)
      return points
    },
  }
}

/** `program` is the path of victoria-metrics. Started as docs/influx.md says. */
export async function victoriaMetrics(program: string, dir: string): Promise<TimeSeriesServer> {
  const [http] = (await freePorts(1)) as [number]
  const url = `http://127.0.0.1:${http}`
  return {
    url,
    ...daemon(
      () => [
        program,
        `-storageDataPath=${dir}`,
        `-httpListenAddr=127.0.0.1:${http}`,
        '-retentionPeriod=10y',
        '-dedup.minScrapeInterval=1ms',
        '-memory.allowedBytes=256MB',
        '-loggerLevel=ERROR',
      ],
      async () => (await fetch(`${url}/health`)).ok,
    ),
    async dump() {
      await fetch(`${url}/internal/force_flush`)
      const body = new URLSearchParams({ 'match[]': '{__name__!=""}', start: '0' })
      const text = await (await fetch(`${url}/api/v1/export`, { method: 'POST', body })).text()
      const points = new Map<string, number[]>()
      for (const line of text.split('\n').filter((l) => l !== '')) {
        const { metric, timestamps, values } = JSON.parse(line) as {
          metric: Record<string, string>
          timestamps: number[]
          values: number[]
        }
        const { __name__: name = '', ...tags } = metric
        for (const [i, at] of timestamps.entries())
          add(points, keyOf(name.replace(/_value$/, ''), tags, at), values[i] as number)
      }
      return points
    },
  }
}

/** `metric{customer=..,device=..,resource=..,site=..} at`, without empty tags. */
export function keyOf(metric: string, tags: Readonly<Record<string, string>>, at: number): string {
  const written = Object.entries(tags)
    .filter(([, v]) => v !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `${metric}${JSON.stringify(written)} ${at}`
}

function add(points: Map<string, number[]>, key: string, value: number): void {
  const known = points.get(key)
  if (known) known.push(value)
  else points.set(key, [value])
}

function daemon(command: () => string[], ready: () => Promise<boolean>) {
  let child: Child | undefined
  return {
    async start(): Promise<void> {
      const started = startChild(command())
      child = started
      await until(
        async () => {
          if (started.exited()) throw new Error(`it ended: ${started.output().slice(-2000)}`)
          return ready().catch(() => false)
        },
        { timeoutMs: 30_000, what: 'the time series server to answer' },
      )
    },
    async kill(): Promise<void> {
      await child?.kill()
    },
    async stop(): Promise<void> {
      await child?.stop(5000)
    },
  }
}

function configuration(dir: string, http: number, rpc: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${join(dir, 'meta')}"
logging-enabled = false
[data]
dir = "${join(dir, 'data')}"
wal-dir = "${join(dir, 'wal')}"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
[monitor]
store-enabled = false
[logging]
level = "error"
`
}
