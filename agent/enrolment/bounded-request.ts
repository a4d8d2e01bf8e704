// One question to the collector over HTTP, with a limit for everything: time, bytes, redirections (none). Enrolment only.
import { request as plainRequest } from 'node:http'
import { type RequestOptions, request as tlsRequest } from 'node:https'

export interface Question {
  /** Sent with POST; GET without. */
  readonly json?: unknown
  /** PEM of the only authority to trust; the system's when absent. */
  readonly ca?: string
  /** False only to ask a server that is not trusted for its clock: nothing may be sent then. */
  readonly verify?: boolean
  /** For the whole exchange. */
  readonly timeoutMs: number
}

export type Reply =
  | {
      readonly ok: true
      readonly status: number
      readonly body: string
      /** Wall ms by the server's clock; null when it did not say. */
      readonly date: number | null
      readonly retryAfterSeconds: number | null
    }
  | { readonly ok: false; readonly fault: 'unreachable' | 'timeout' | 'too-large'; readonly code: string }

const MAX_BYTES = 256 * 1024

/** Never rejects. `code` is what node calls the error. */
export function askServer(url: URL, question: Question): Promise<Reply> {
  const { json, ca, verify = true, timeoutMs } = question
  const body = json === undefined ? undefined : JSON.stringify(json)
  const settings: RequestOptions = {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    agent: false,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
  }
  return new Promise((resolve) => {
    const fail = (fault: 'unreachable' | 'timeout' | 'too-large', code: string) => {
      clearTimeout(timer)
      resolve({ ok: false, fault, code })
      asking.destroy()
    }
    const asking = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, settings, (answer) => {
      const parts: Buffer[] = []
      let bytes = 0
      answer.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes > MAX_BYTES) fail('too-large', 'TOO_LARGE')
        else parts.push(part)
      })
      answer.on('error', (error) => fail('unreachable', codeOf(error)))
      answer.on('end', () => {
        clearTimeout(timer)
        const date = Date.parse(answer.headers.date ?? '')
        const retry = Number(answer.headers['retry-after'])
        resolve({
          ok: true,
          status: answer.statusCode ?? 0,
          body: Buffer.concat(parts).toString('utf8'),
          date: Number.isFinite(date) ? date : null,
          retryAfterSeconds: Number.isFinite(retry) && retry > 0 ? retry : null,
        })
      })
    })
    const timer = setTimeout(() => fail('timeout', 'TIMEOUT'), timeoutMs)
    asking.on('error', (error) => fail('unreachable', codeOf(error)))
    asking.end(body)
  })
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.message.slice(0, 80)
}
