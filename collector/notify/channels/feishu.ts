// Feishu and Lark custom bot (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot): 100 messages a minute and 5 a second,
// bodies of at most 20 KB; the signature is HMAC-SHA256 of nothing under `<seconds>\n<secret>`; the answer has `code`.
import { createHmac } from 'node:crypto'
import type { FeishuConfig } from '../../config/channel-config.ts'
import type { Channel } from '../channel.ts'
import { cutBytes, plainInFeishu } from './plain-words.ts'
import { codeOf, createRobot } from './robot.ts'

/** Room is left for what JSON adds. */
const MAX_BYTES = 9000
/** Too fast: of the tenant, of the chat, of the gateway. */
const LATER: Readonly<Record<number, number>> = { 11232: 15_000, 230020: 15_000, 99991400: 60_000 }
/** The message itself is refused. */
const REFUSED = new Set([9499, 19002, 11246])

/** Channel of kind `feishu`. */
export function createFeishu(config: FeishuConfig): Channel {
  const { secret } = config
  return createRobot(
    config,
    {
      limits: [
        { messages: 100, withinMs: 60_000 },
        { messages: 5, withinMs: 1000 },
      ],
      plain: plainInFeishu,
      body: ({ text }) => ({
        ...(secret ? signed(secret.reveal()) : {}),
        msg_type: 'text',
        content: { text: cutBytes(text, MAX_BYTES, config.language) },
      }),
      judge({ status }, json) {
        const code = codeOf(json, 'code') ?? codeOf(json, 'StatusCode')
        if (code === undefined || (status !== 200 && status !== 400)) return undefined
        if (code === 0) return { state: 'sent' }
        if (REFUSED.has(code)) return { state: 'failed' }
        // signature, key words, addresses, token: somebody may put it right
        return { state: 'retry', afterMs: LATER[code] ?? 300_000 }
      },
    },
    secret ? [secret] : [],
  )
}

function signed(secret: string): { timestamp: string; sign: string } {
  const timestamp = Math.floor(Date.now() / 1000).toString()
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') }
}
