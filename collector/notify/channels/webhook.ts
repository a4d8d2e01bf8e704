// Generic webhook: a JSON POST, signed with HMAC-SHA256 over `<timestamp>.<body>`.
//   Idempotency-Key: the message's key, the same for every repeat
//   X-Outrider-Timestamp: seconds since 1970; X-Outrider-Signature: v1=<hex>
import { createHmac } from 'node:crypto'
import type { WebhookConfig } from '../../config/channel-config.ts'
import type { Channel, Message } from '../channel.ts'
import { failure, idempotencyKey, judgeStatus, post, redact, secretParts } from './post.ts'

/** Channel of kind `webhook`. */
export function createWebhook(config: WebhookConfig): Channel {
  const url = new URL(config.url)
  const secrets = [config.secret.reveal(), ...secretParts(url)]
  return {
    id: config.id,
    kind: config.kind,
    enabled: config.enabled,
    language: config.language,
    on: config.on,
    template: config.template,
    target: url.host,
    storm: config.storm ?? 'none',
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
        return judgeStatus(answer, redact(answer.text, secrets))
      } catch (error) {
        return failure(error, secrets)
      }
    },
  }
}

const headersOf = (message: Message, timestamp: string, signature: string) => ({
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Outrider',
  'idempotency-key': idempotencyKey(message.key),
  'x-outrider-timestamp': timestamp,
  'x-outrider-signature': `v1=${signature}`,
})
