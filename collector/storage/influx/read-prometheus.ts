// Samples from VictoriaMetrics: raw ones from /api/v1/export, long ranges in buckets from /api/v1/query_range.
import type { RollUpBucket } from '../sqlite/roll-up.ts'
import { type ReadConnection, RemoteReadError, readHttp } from './http-read.ts'
import { FIELD, storedName } from './line.ts'
import type { RemoteSamples, SeriesName } from './remote-source.ts'

export function createPrometheusSamples(connection: ReadConnection): RemoteSamples {
  const range = async (query: string, start: number, end: number, stepMs: number): Promise<Map<number, number>> => {
    // nocache: else the server moves start and end to its own grid
    const form = { query, start: seconds(start), end: seconds(end), step: `${stepMs}ms`, nocache: '1' }
    const answer = parse(await readHttp(connection, '/api/v1/query_range', form)) as RangeAnswer
    const values = answer.data?.result?.flatMap((r) => r.values ?? []) ?? []
    return new Map(values.map(([at, value]) => [Math.round(at * 1000), Number(value)]))
  }
  return {
    async raw(series, from, to, each) {
      const form = { 'match[]': selector(series), start: seconds(from), end: seconds(to) }
      const text = await readHttp(connection, '/api/v1/export', form)
      for (const line of text.split('\n')) {
        if (line === '') continue
        const { timestamps = [], values = [] } = parse(line) as ExportLine
        for (const [i, at] of timestamps.entries()) {
          const value = values[i]
          if (typeof value === 'number' && at >= from && at <= to) each(at, value)
        }
      }
    },
    async buckets(series, from, to, stepMs) {
      const first = from - (from % stepMs)
      // a window ends with the time it is told for: the last ms of a bucket
      const start = first + stepMs - 1
      const end = to - (to % stepMs) + stepMs - 1
      // one series again should a site have changed hands
      const ask = (how: string, over: string) =>
        range(`${how}(${over}(${selector(series)}[${stepMs}ms])) by (device, resource)`, start, end, stepMs)
      const [counts, sums, lasts] = await Promise.all([
        ask('sum', 'count_over_time'),
        ask('sum', 'sum_over_time'),
        ask('max', 'last_over_time'),
      ])
      return [...counts].map(([at, count]): RollUpBucket => {
        const sum = sums.get(at) ?? 0
        const mean = sum / count
        return { at: at - stepMs + 1, count, min: mean, max: mean, sum, last: lasts.get(at) ?? mean }
      })
    },
  }
}

interface ExportLine {
  readonly values?: readonly (number | null)[]
  readonly timestamps?: readonly number[]
}
interface RangeAnswer {
  readonly data?: { readonly result?: readonly { readonly values?: readonly (readonly [number, string])[] }[] }
}

const selector = (s: SeriesName) =>
  `{__name__=${text(`${storedName(s.metric)}_${FIELD}`)},device=${text(storedName(s.device))},resource=${text(s.resource === '' ? '' : storedName(s.resource))}}`
const text = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`
const seconds = (ms: number) => (Math.round(ms) / 1000).toFixed(3)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RemoteReadError('the answer is not JSON')
  }
}
