// DingTalk custom robot (open.dingtalk.com/document/orgapp/custom-robot-access): 20 messages a minute and robot, more are refused
// for ten minutes; the signature is HMAC-SHA256 over `<ms>\n<secret>`; the answer is HTTP 200 with `errcode`.
import { createHmac } from 'node:crypto'
import type { DingtalkConfig } from '../../config/channel-config.ts'
import type { Channel } from '../channel.ts'
import { cutBytes, plainInMarkdown } from './plain-words.ts'
import { codeOf, createRobot } from './robot.ts'

/** Below the 20,000 bytes at which bodies are refused. */
const MAX_BYTES = 18_000
const MAX_TITLE = 100
/** Too fast, by the old and the new number: ten minutes; the system is busy. */
const LATER: Readonly<Record<number, number>> = { 130101: 600_000, 410100: 600_000, 90030: 600_000, [-1]: 10_000 }
/** The message itself is refused. */
const REFUSED = new Set([40035, 43004, 460101, 400101, 400102, 400105, 400106])

/** Channel of kind `dingtalk`. */
export function createDingtalk(config: DingtalkConfig): Channel {
  const { secret } = config
  return createRobot(
    config,
    {
      limits: [{ messages: 20, withinMs: 60_000 }],
      plain: plainInMarkdown,
      body({ subject, text }, url) {
        if (secret) sign(url, secret.reveal())
        // in markdown one line feed is a space
        const lines = text.replace(/\n/g, '  \n')
        return {
          msgtype: 'markdown',
          markdown: {
            title: plainInMarkdown(subject.slice(0, MAX_TITLE)),
            text: cutBytes(lines, MAX_BYTES, config.language),
          },
          at: { isAtAll: false },
        }
      },
      judge({ status }, json) {
        const code = codeOf(json, 'errcode')
        if (status !== 200 || code === undefined) return undefined
        if (code === 0) return { state: 'sent' }
        if (REFUSED.has(code)) return { state: 'failed' }
        // signature, key words, addresses, token: somebody may put it right
        return { state: 'retry', afterMs: LATER[code] ?? 300_000 }
      },
    },
    secret ? [secret] : [],
  )
}

function sign(url: URL, secret: string): void {
  const timestamp = Date.now().toString()
  url.searchParams.set('timestamp', timestamp)
  url.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'))
}
