// Charts from the copy while it answers and is not behind, else from the embedded samples; the answer says which.
import type { Logger } from 'pino'
import type { SampleQuery, SampleResult } from '#shared/http/records.ts'
import type { SampleReads } from '../sqlite/reads/sample-reads.ts'
import { RemoteReadError } from './http-read.ts'

/** After a failure the copy is left alone for so long, ms. */
const REST_MS = 30_000

export function createChartReads(options: {
  readonly embedded: SampleReads
  readonly remote: Pick<SampleReads, 'query'>
  /** Times from which on the copy may not have everything, ms; null when it has. */
  readonly behindSince: () => number | null
  /** Monotonic ms. */
  readonly mono: () => number
  readonly log: Logger
}): SampleReads {
  const { embedded, remote, mono, log } = options
  let restUntil = Number.NEGATIVE_INFINITY
  return {
    async query(query: SampleQuery, now: number): Promise<SampleResult> {
      const since = options.behindSince()
      if (mono() < restUntil || (since !== null && (query.to ?? now) >= since)) return embedded.query(query, now)
      try {
        return await remote.query(query, now)
      } catch (error) {
        if (!(error instanceof RemoteReadError)) throw error
        restUntil = mono() + REST_MS
        log.warn({ reason: error.message }, 'charts are read from the embedded samples: InfluxDB does not answer')
        return embedded.query(query, now)
      }
    },
    latest: embedded.latest,
  }
}
