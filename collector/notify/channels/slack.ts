// Slack incoming webhook: one message a second (docs.slack.dev/apis/web-api/rate-limits), 429 with Retry-After; the answer is `ok`
// as plain text, or a word that says what is wrong.
import type { SlackConfig } from '../../config/channel-config.ts'
import type { Channel } from '../channel.ts'
import { cutBytes, plainInSlack } from './plain-words.ts'
import { createRobot } from './robot.ts'

/** Below the 40,000 characters at which text is cut without a word. */
const MAX_BYTES = 30_000
/** The message itself is refused. */
const REFUSED = /invalid_payload|no_text|too_many_attachments|msg_too_long/

/** Channel of kind `slack`. */
export function createSlack(config: SlackConfig): Channel {
  return createRobot(config, {
    limits: [{ messages: 1, withinMs: 1000 }],
    plain: plainInSlack,
    body: ({ text }) => ({
      text: cutBytes(text, MAX_BYTES, config.language),
      unfurl_links: false,
      unfurl_media: false,
    }),
    judge({ status, text }, json) {
      if (status === 429 || status >= 500) return undefined
      if (REFUSED.test(text)) return { state: 'failed' }
      const { ok } = (json ?? {}) as { ok?: unknown }
      if (status === 200 && (ok === true || text.trim() === 'ok')) return { state: 'sent' }
      if (status === 200 && ok === undefined && text.trim() === '') return { state: 'sent' }
      // the webhook or its conversation is gone: somebody may put it right
      return { state: 'retry', afterMs: 300_000 }
    },
  })
}
