// Samples by InfluxQL, which InfluxDB 1.x, 2.x (/query with a bucket as database) and 3 answer.
import type { RollUpBucket } from '../sqlite/roll-up.ts'
import { type ReadConnection, RemoteReadError, readHttp } from './http-read.ts'
import { FIELD, storedName } from './line.ts'
import type { RemoteSamples, SeriesName } from './remote-source.ts'

export function createInfluxqlSamples(connection: ReadConnection & { readonly bucket: string }): RemoteSamples {
  const ask = async (q: string): Promise<(number | null)[][]> => {
    const text = await readHttp(connection, '/query', { db: connection.bucket, epoch: 'ms', q })
    const answer = parse(text)
    const error = answer.error ?? answer.results?.find((r) => r.error !== undefined)?.error
    if (error !== undefined) throw new RemoteReadError(String(error).slice(0, 300))
    return answer.results?.flatMap((r) => r.series?.flatMap((s) => s.values ?? []) ?? []) ?? []
  }
  const of = (series: SeriesName, from: number, to: number) =>
    `from ${identifier(storedName(series.metric))} where "device" = ${text(storedName(series.device))}` +
    ` and "resource" = ${text(series.resource === '' ? '' : storedName(series.resource))}` +
    ` and time >= ${Math.floor(from)}ms and time <= ${Math.ceil(to)}ms`
  return {
    async raw(series, from, to, each) {
      for (const [at, value] of await ask(`select "${FIELD}" ${of(series, from, to)}`))
        if (typeof at === 'number' && typeof value === 'number') each(at, value)
    },
    async buckets(series, from, to, stepMs) {
      const columns = ['count', 'min', 'max', 'sum', 'last'].map((f) => `${f}("${FIELD}")`).join(', ')
      const rows = await ask(`select ${columns} ${of(series, from, to)} group by time(${stepMs}ms) fill(none)`)
      return rows.map((row): RollUpBucket => {
        const [at = 0, count = 0, min = 0, max = 0, sum = 0, last = 0] = row.map(Number)
        return { at, count, min, max, sum, last }
      })
    },
  }
}

interface Answer {
  readonly error?: unknown
  readonly results?: readonly {
    readonly error?: unknown
    readonly series?: readonly { readonly values?: (number | null)[][] }[]
  }[]
}

function parse(text: string): Answer {
  try {
    return JSON.parse(text) as Answer
  } catch {
    throw new RemoteReadError('the answer is not JSON')
  }
}

const identifier = (name: string) => `"${name.replace(/["\\]/g, '\\$&')}"`
const text = (value: string) => `'${value.replace(/['\\]/g, '\\$&')}'`
