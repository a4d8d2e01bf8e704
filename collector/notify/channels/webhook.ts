// Generic webhook: a JSON POST, signed with HMAC-SHA256 over `<timestamp>.<body>`. No redirects, no cookies.
//   Idempotency-Key: the message's key, the same for every repeat
//   X-Outrider-Timestamp: seconds since 1970; X-Outrider-Signature: v1=<hex>
import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { WebhookConfig } from '../../config/channel-config.ts'
import type { Channel, Delivery, Message } from '../channel.ts'
import { EgressRefused, guardedLookup, mayReach } from '../egress.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER = 500

/** Channel of kind `webhook`. */
export function createWebhook(config: WebhookConfig): Channel {
  const url = new URL(config.url)
  return {
    id: config.id,
    kind: config.kind,
    enabled: config.enabled,
    language: config.language,
    on: config.on,
    template: config.template,
    target: url.host,
    async send(message, signal) {
      const body = JSON.stringify({
        key: message.key,
        transition: message.transition,
        at: message.at,
        subject: message.subject,
        text: message.text,
        ...message.data,
      })
      const timestamp = Math.floor(Date.now() / 1000).toString()
      const signature = createHmac('sha256', config.secret.reveal()).update(`${timestamp}.${body}`).digest('hex')
      try {
        const answer = await post(url, body, headersOf(message, timestamp, signature), config.allowPrivate, signal)
        return judge(answer.status, redact(answer.text, config), answer.retryAfter)
      } catch (error) {
        if (error instanceof EgressRefused) return { state: 'failed', answer: error.message }
        return { state: 'retry', answer: redact(reasonOf(error), config) }
      }
    },
  }
}

const headersOf = (message: Message, timestamp: string, signature: string) => ({
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Outrider',
  'idempotency-key': message.key.replace(/[^\x21-\x7e]/g, '_').slice(0, 255),
  'x-outrider-timestamp': timestamp,
  'x-outrider-signature': `v1=${signature}`,
})

/** 2xx is sent; 408, 425, 429 and 5xx may pass; anything else stays as it is however often it is tried. */
function judge(status: number, text: string, retryAfter: string | undefined): Delivery {
  const answer = `HTTP ${status}${text ? `: ${text}` : ''}`
  if (status >= 200 && status < 300) return { state: 'sent', answer }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter)
    return { state: 'retry', answer, afterMs: seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined }
  }
  return { state: 'failed', answer }
}

function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  allowPrivate: boolean,
  signal: AbortSignal,
): Promise<{ status: number; text: string; retryAfter: string | undefined }> {
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

function reasonOf(error: unknown): string {
  const e = error as NodeJS.ErrnoException
  if (e.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
  return e.code ?? e.name
}

/** Nobody's answer may carry our secret, nor the part of the URL that often is one, into the log. */
function redact(text: string, config: WebhookConfig): string {
  const url = new URL(config.url)
  let clean = text.replace(/\p{Cc}+/gu, ' ')
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()].sort((a, b) => b.length - a.length)
  for (const hidden of [config.secret.reveal(), url.pathname + url.search, url.password, ...parts])
    if (hidden.length > 3) clean = clean.replaceAll(hidden, '[secret]')
  return clean.slice(0, 300)
}
