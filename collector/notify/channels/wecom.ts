// WeCom group robot (developer.work.weixin.qq.com/document/path/91770): markdown of at most 4096 bytes, 20 messages a minute and
// robot; the answer is HTTP 200 with `errcode`.
import type { WecomConfig } from '../../config/channel-config.ts'
import type { Channel } from '../channel.ts'
import { cutBytes, plainInMarkdown } from './plain-words.ts'
import { codeOf, createRobot } from './robot.ts'

const MAX_BYTES = 4096
/** The robot's limit; the system is busy. */
const LATER: Readonly<Record<number, number>> = { 45009: 60_000, [-1]: 10_000 }
/** The message itself is refused: another try changes nothing. */
const REFUSED = new Set([40058, 40008, 44004, 45002])

/** Channel of kind `wecom`. */
export function createWecom(config: WecomConfig): Channel {
  return createRobot(config, {
    limits: [{ messages: 20, withinMs: 60_000 }],
    plain: plainInMarkdown,
    body: ({ text }) => ({ msgtype: 'markdown', markdown: { content: cutBytes(text, MAX_BYTES, config.language) } }),
    judge({ status }, json) {
      const code = codeOf(json, 'errcode')
      if (status !== 200 || code === undefined) return undefined
      if (code === 0) return { state: 'sent' }
      if (REFUSED.has(code)) return { state: 'failed' }
      // the rest is about the robot: somebody may put it right
      return { state: 'retry', afterMs: LATER[code] ?? 300_000 }
    },
  })
}
