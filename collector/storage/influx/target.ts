// One write to InfluxDB or VictoriaMetrics through the official client, whose own retries are off: what came of it is
// said in our words, and nothing is kept for later.
import { InfluxDB, type Transport } from '@influxdata/influxdb-client'
import { BOUNDED_ANSWERS } from './bounded-answers.ts'

export type WriteAnswer =
  /** 204: all lines are written. */
  | { readonly kind: 'written' }
  /** Some or all lines are wrong; without them the rest may do. `dropped` as the server counts, if it does. */
  | {
      readonly kind: 'refused'
      readonly reason: string
      readonly dropped: number | undefined
      readonly partial: boolean
    }
  /** Older (or newer) than the server keeps: those lines are gone, the others written. */
  | { readonly kind: 'beyond-retention'; readonly dropped: number; readonly reason: string }
  | { readonly kind: 'too-large'; readonly reason: string }
  /** No connection, no answer in time, an answer of no use. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Asked to wait, ms. */
  | { readonly kind: 'busy'; readonly reason: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'unauthorised'; readonly reason: string }
  /** No such database, bucket or organisation. */
  | { readonly kind: 'missing'; readonly reason: string }
  /** stop() was called. */
  | { readonly kind: 'stopped' }

export interface WriteTarget {
  /** Sends lines (without newlines) as one request; never throws. One at a time. */
  write(lines: readonly string[]): Promise<WriteAnswer>
  /** Ends a write that is on its way; later ones end at once. */
  stop(): void
}

export interface TargetOptions {
  readonly url: string
  readonly org: string
  readonly bucket: string
  readonly token: string | undefined
  readonly timeoutMs: number
  /** Authority of the server's certificate, PEM. */
  readonly ca?: string | undefined
  readonly now: () => number
}

/** Longest error text kept, characters. */
const MAX_REASON = 500

export function createWriteTarget(options: TargetOptions): WriteTarget {
  const { url, token, timeoutMs, ca } = options
  const connection = {
    url,
    timeout: timeoutMs,
    ...(token ? { token } : {}),
    transportOptions: { ...BOUNDED_ANSWERS, ...(ca ? { ca } : {}) },
  }
  const plain = new InfluxDB(connection).transport
  let status: number | undefined
  let signal: AbortSignal | undefined
  const transport: Transport = {
    send: (path, body, sendOptions, callbacks) =>
      plain.send(path, body, signal ? { ...sendOptions, signal } : sendOptions, {
        ...callbacks,
        responseStarted(headers, code) {
          status = code
          callbacks?.responseStarted?.(headers, code)
        },
      }),
    request: plain.request.bind(plain),
    iterate: plain.iterate.bind(plain),
    chunkCombiner: plain.chunkCombiner,
  }
  const stopped = new AbortController()
  const api = new InfluxDB({ ...connection, transport }).getWriteApi(options.org, options.bucket, 'ms', {
    maxRetries: 0,
    // flushed by hand only
    flushInterval: 0,
    batchSize: 2,
    maxBatchBytes: Number.POSITIVE_INFINITY,
    gzipThreshold: 1000,
    // an answer here keeps the client from printing
    writeFailed: (error) => Promise.reject(error),
  })
  return {
    async write(lines) {
      if (stopped.signal.aborted) return { kind: 'stopped' }
      status = undefined
      const deadline = AbortSignal.timeout(timeoutMs)
      signal = AbortSignal.any([stopped.signal, deadline])
      try {
        // as one record: the client would count the bytes of each
        api.writeRecord(lines.join('\n'))
        await api.flush()
        if (status === 204) return { kind: 'written' }
        return { kind: 'failed', reason: `answered ${status ?? 'nothing'} instead of 204` }
      } catch (error) {
        if (stopped.signal.aborted) return { kind: 'stopped' }
        if (deadline.aborted) return { kind: 'failed', reason: `no answer within ${timeoutMs} ms` }
        return withoutToken(answerOf(error as ClientError, options.now()), token)
      }
    },
    stop() {
      stopped.abort()
    },
  }
}

/** What the client rejects with: its HttpError or an error of the socket. */
interface ClientError {
  readonly message: string
  readonly code?: string | undefined
  readonly statusCode?: number
  readonly body?: string | undefined
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, unknown>> | undefined
}

function answerOf(error: ClientError, now: number): WriteAnswer {
  const code = error.statusCode
  const said = textOf(error)
  const reason = said.slice(0, MAX_REASON)
  if (code === undefined) return { kind: 'failed', reason }
  if (code === 413) return { kind: 'too-large', reason }
  if (code === 401 || code === 403) return { kind: 'unauthorised', reason }
  if (code === 404) return { kind: 'missing', reason }
  if (code === 429 || code === 503)
    return { kind: 'busy', reason, retryAfterMs: retryAfter(error.headers?.['retry-after'], now) }
  if (code !== 400 && code !== 422) return { kind: 'failed', reason }
  // the last one: names of series in the text may look like it
  const dropped = /dropped=(\d+)(?!.*dropped=\d)/.exec(said)?.[1] ?? OUTSIDE.exec(said)?.[1]
  const count = dropped === undefined ? undefined : Number(dropped)
  if ((/points beyond retention policy/.test(said) || OUTSIDE.test(said)) && count !== undefined && count > 0)
    return { kind: 'beyond-retention', dropped: count, reason }
  return { kind: 'refused', reason, dropped: count, partial: /partial write/i.test(said) }
}

/** InfluxDB 2.7.12 and 1.12 or later. */
const OUTSIDE = /partial write: dropped (\d+) points outside retention policy/

/** The server has it already; a log need not. */
function withoutToken(answer: WriteAnswer, token: string | undefined): WriteAnswer {
  if (!token || !('reason' in answer)) return answer
  return { ...answer, reason: answer.reason.replaceAll(token, '***') }
}

function textOf(error: ClientError): string {
  const json = error.json as { error?: unknown; message?: unknown } | undefined
  const said =
    [json?.message, json?.error].find((t) => typeof t === 'string' && t !== '') ?? error.body ?? error.message
  const text = String(said || error.code || 'no reason given')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
  const status = error.statusCode === undefined ? '' : `${error.statusCode}: `
  return `${status}${text}`
}

/** Retry-After (RFC 9110, 10.2.3): seconds or a date. */
export function retryAfter(header: unknown, now: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header
  if (typeof text !== 'string' || text.trim() === '') return undefined
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
