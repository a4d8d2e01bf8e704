// One POST of a channel: checked address, no redirects, no cookies, a deadline, a bounded answer without secrets.
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { Delivery } from '../channel.ts'
import { EgressRefused, guardedLookup, mayReach } from '../egress.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER = 4096
const SHOWN = 300

export interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | undefined
}

/** Rejects with EgressRefused when the address is not allowed, with a system error when there is no answer. */
export function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  allowPrivate: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  // a literal address is never looked up, so it is checked here
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) && !mayReach(literal, allowPrivate))
    return Promise.reject(new EgressRefused('the address is not allowed'))
  const bytes = Buffer.from(body)
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': bytes.length },
        lookup: guardedLookup(allowPrivate),
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      },
      (response) => {
        const parts: Buffer[] = []
        let size = 0
        const done = () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(parts).subarray(0, MAX_ANSWER).toString('utf8'),
            retryAfter: response.headers['retry-after'],
          })
        response.on('data', (chunk: Buffer) => {
          parts.push(chunk)
          size += chunk.length
          // enough was read to show; the rest is not our business
          if (size > MAX_ANSWER) {
            done()
            response.destroy()
          }
        })
        response.on('end', done)
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(bytes)
  })
}

/** What a failed try means: refused by us for good, else worth another. */
export function failure(error: unknown, secrets: readonly string[]): Delivery {
  if (error instanceof EgressRefused) return { state: 'failed', answer: error.message }
  return { state: 'retry', answer: redact(reasonOf(error), secrets) }
}

/** By the status alone: 2xx is sent; 408, 425, 429 and 5xx may pass; anything else stays as it is however often it is tried. */
export function judgeStatus({ status, retryAfter }: Answer, text: string): Delivery {
  const answer = `HTTP ${status}${text ? `: ${text}` : ''}`
  if (status >= 200 && status < 300) return { state: 'sent', answer }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    return { state: 'retry', answer, afterMs: seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined }
  }
  return { state: 'failed', answer }
}

/** Header that is the same for every repeat of a message. */
export const idempotencyKey = (key: string): string => key.replace(/[^\x21-\x7e]/g, '_').slice(0, 255)

/** Nobody's answer may carry our secrets into the log; longest first, so that no part of one stays. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text.replace(/\p{Cc}+/gu, ' ')
  for (const hidden of [...secrets].sort((a, b) => b.length - a.length))
    if (hidden.length > 3) clean = clean.replaceAll(hidden, '[secret]')
  return clean.slice(0, SHOWN)
}

/** The parts of an address that often are its key. */
export function secretParts(url: URL): string[] {
  const values = [...url.searchParams.values()]
  const parts = [url.pathname + url.search, ...url.pathname.split('/'), ...values, url.password]
  return parts.flatMap((part) => [part, decodedOr(part)])
}

function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function reasonOf(error: unknown): string {
  const e = error as NodeJS.ErrnoException
  if (e.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
  return e.code ?? e.name
}
