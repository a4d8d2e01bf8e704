// What the chat robots share: a JSON POST to an address that is a secret, and an answer that says in its body, under HTTP 200,
// whether the message was taken.
import type { Secret } from '#shared/config/secret.ts'
import type { ChannelConfig } from '../../config/channel-config.ts'
import type { Channel, Delivery, Message, RateLimit } from '../channel.ts'
import { type Answer, failure, idempotencyKey, judgeStatus, post, redact, secretParts } from './post.ts'

type RobotConfig = Extract<ChannelConfig, { kind: 'wecom' | 'dingtalk' | 'feishu' | 'slack' }>

export interface RobotKind {
  readonly limits: readonly RateLimit[]
  /** Makes what is put into templates inert. */
  readonly plain: (text: string) => string
  /** `url` may be changed. */
  body(message: Message, url: URL): object
  /** What an answer means by its body; undefined: what its status means. */
  judge(answer: Answer, json: unknown): Pick<Delivery, 'state'> | { state: 'retry'; afterMs: number } | undefined
}

export function createRobot(config: RobotConfig, kind: RobotKind, more: readonly Secret[] = []): Channel {
  const address = config.url.reveal()
  const own = new URL(address)
  const secrets = [address, ...secretParts(own), ...more.map((s) => s.reveal())]
  const { id, enabled, language, on, template } = config
  return {
    ...{ id, kind: config.kind, enabled, language, on, template, target: own.host },
    ...{ limits: kind.limits, storm: config.storm },
    plain: kind.plain,
    async send(message, signal) {
      const url = new URL(address)
      const body = JSON.stringify(kind.body(message, url))
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Outrider',
        'idempotency-key': idempotencyKey(message.key),
      }
      try {
        const answer = await post(url, body, headers, config.allowPrivate, signal)
        // what was signed for this one message is as secret as its key
        const shown = redact(answer.text, [...secrets, ...secretParts(url)])
        const judged = kind.judge(answer, jsonOr(answer.text))
        return judged ? { ...judged, answer: `HTTP ${answer.status}: ${shown}` } : judgeStatus(answer, shown)
      } catch (error) {
        return failure(error, secrets)
      }
    },
  }
}

/** A field of the answer that is a number. */
export function codeOf(json: unknown, field: string): number | undefined {
  const value = (json as Readonly<Record<string, unknown>> | null)?.[field]
  return typeof value === 'number' ? value : undefined
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
