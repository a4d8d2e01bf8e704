// The door: one request to one URL from the agent's file. No redirect is followed, no cookie kept, the body is counted
// and thrown away.
import type { TLSSocket } from 'node:tls'

export interface HttpCheck {
  /** http: or https: without user and password. */
  readonly url: string
  readonly timeoutMs: number
  /** False accepts any certificate; its expiry is reported all the same. */
  readonly verifyTls: boolean
}

export type HttpAnswer =
  | {
      readonly outcome: 'ok'
      readonly status: number
      /** Until the whole body (or its cap) had come, ms. */
      readonly timeMs: number
      readonly bytes: number
      /** https: days until the certificate expires, negative afterwards. */
      readonly tlsDaysLeft: number | null
    }
  | {
      /** auth: the certificate is not trusted. */
      readonly outcome: 'timeout' | 'refused' | 'unreachable' | 'auth' | 'parse' | 'cancelled'
      readonly detail: string
      readonly timeMs: number
      readonly tlsDaysLeft: number | null
    }

/** Any status is `ok` here: which ones are fine is the caller's to say. Never rejects. `now` is wall ms. */
export async function checkHttp(
  check: HttpCheck,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<HttpAnswer> {
  const url = URL.canParse(check.url) ? new URL(check.url) : null
  const request = requestOf(url?.protocol)
  if (url === null || request === null || url.username !== '' || url.password !== '')
    return { outcome: 'parse', detail: 'not an http or https URL', timeMs: 0, tlsDaysLeft: null }
  const startedAt = performance.now()
  return await new Promise((resolve) => {
    let tlsDaysLeft: number | null = null
    const end = (answer: { outcome: 'ok'; status: number; bytes: number } | Failed) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      asked.destroy()
      resolve({ ...answer, timeMs: performance.now() - startedAt, tlsDaysLeft })
    }
    const asked = request(url, {
      method: 'GET',
      agent: false,
      // Judged below: a refused certificate would take its expiry with it. Nothing secret is sent.
      rejectUnauthorized: false,
      maxHeaderSize: 16 * 1024,
      headers: { 'user-agent': 'outrider-agent', accept: '*/*' },
    })
    const onAbort = () => {
      const late = (signal.reason as Error | undefined)?.name === 'TimeoutError'
      end({ outcome: late ? 'timeout' : 'cancelled', detail: late ? 'deadline passed' : 'cancelled' })
    }
    const timer = setTimeout(
      () => end({ outcome: 'timeout', detail: `no complete answer in ${check.timeoutMs} ms` }),
      check.timeoutMs,
    )
    asked.on('socket', (socket) => {
      if (!('getPeerCertificate' in socket)) return
      const tls = socket as TLSSocket
      tls.once('secureConnect', () => {
        tlsDaysLeft = daysLeft(tls, now())
        if (check.verifyTls && !tls.authorized)
          end({ outcome: 'auth', detail: String(tls.authorizationError ?? 'certificate not trusted').slice(0, 200) })
      })
    })
    asked.on('response', (response) => {
      let bytes = 0
      const status = response.statusCode ?? 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes >= MAX_BODY_BYTES) end({ outcome: 'ok', status, bytes })
      })
      response.on('end', () => end({ outcome: 'ok', status, bytes }))
      response.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error)))
    })
    asked.on('error', (error: NodeJS.ErrnoException) => end(failureOf(error)))
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    else asked.end()
  })
}

interface Failed {
  readonly outcome: 'timeout' | 'refused' | 'unreachable' | 'auth' | 'parse' | 'cancelled'
  readonly detail: string
}

function failureOf(error: NodeJS.ErrnoException): Failed {
  const code = error.code ?? error.name
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') return { outcome: 'refused', detail: code }
  if (code === 'ETIMEDOUT') return { outcome: 'timeout', detail: code }
  if (code.startsWith('HPE_')) return { outcome: 'parse', detail: code }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) return { outcome: 'auth', detail: code }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return { outcome: 'parse', detail: code }
  return { outcome: 'unreachable', detail: code }
}

function daysLeft(socket: TLSSocket, now: number): number | null {
  const expires = Date.parse(socket.getPeerCertificate()?.valid_to ?? '')
  return Number.isNaN(expires) ? null : Math.floor((expires - now) / 86_400_000)
}

const MAX_BODY_BYTES = 1024 * 1024

/** Loaded when first needed, and not by an import: that would evaluate every lazy export (fetch, WebSocket ...), 13 MB. */
function requestOf(protocol: string | undefined) {
  if (protocol === 'https:') return process.getBuiltinModule('node:https').request
  return protocol === 'http:' ? process.getBuiltinModule('node:http').request : null
}
