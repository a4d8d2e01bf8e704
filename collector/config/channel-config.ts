// Settings of notification channels: one schema per kind.
import { z } from 'zod'
import { SecretValue } from '#shared/config/secret.ts'
import { LocalId } from '#shared/domain/identity.ts'
import { CARRIED, CARRIED_BY_DEFAULT, Carried } from '#shared/domain/notification.ts'
import { StormLimit } from '#shared/domain/notification-route.ts'

const base = {
  id: LocalId,
  enabled: z.boolean().default(true),
  language: z.enum(['en', 'zh-CN']).default('en'),
  /** Which transitions it carries. */
  on: z
    .array(Carried)
    .min(1)
    .max(CARRIED.length)
    .default([...CARRIED_BY_DEFAULT]),
  /** Messages to one recipient, in place of `notify.storm`; `none`: each is sent, as webhooks do unless it is given. */
  storm: z.union([z.literal('none'), StormLimit]).optional(),
  /** Liquid templates that replace the built-in ones. */
  template: z
    .strictObject({ subject: z.string().max(1000).optional(), text: z.string().max(20_000).optional() })
    .optional(),
}

/** Allow loopback, link-local and private addresses. */
const allowPrivate = z.boolean().default(false)

/** The address of a robot holds its key: it is a secret as a whole. */
const SecretUrl = SecretValue.refine((url) => {
  const text = url.reveal()
  return text === '' || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
}, 'must be a URL of http or https')

export const EmailConfig = z.strictObject({
  kind: z.literal('email'),
  ...base,
  server: z.strictObject({
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).default(587),
    /** TLS from the first byte (465); otherwise STARTTLS is required unless `plain`. */
    secure: z.boolean().default(false),
    plain: z.boolean().default(false),
    username: z.string().min(1).max(255).optional(),
    password: SecretValue.optional(),
  }),
  from: z.email(),
  to: z.array(z.email()).min(1).max(50),
})
export type EmailConfig = z.output<typeof EmailConfig>

export const WebhookConfig = z.strictObject({
  kind: z.literal('webhook'),
  ...base,
  url: z.url({ protocol: /^https?$/ }),
  /** Key of the HMAC-SHA256 signature. */
  secret: SecretValue,
  allowPrivate,
})
export type WebhookConfig = z.output<typeof WebhookConfig>

/** WeCom group robot. */
export const WecomConfig = z.strictObject({ kind: z.literal('wecom'), ...base, url: SecretUrl, allowPrivate })
export type WecomConfig = z.output<typeof WecomConfig>

/** DingTalk custom robot; `secret` when its protection is by signature. */
export const DingtalkConfig = z.strictObject({
  ...{ kind: z.literal('dingtalk'), ...base, url: SecretUrl, secret: SecretValue.optional(), allowPrivate },
})
export type DingtalkConfig = z.output<typeof DingtalkConfig>

/** Feishu or Lark custom bot; `secret` when its protection is by signature. */
export const FeishuConfig = z.strictObject({
  ...{ kind: z.literal('feishu'), ...base, url: SecretUrl, secret: SecretValue.optional(), allowPrivate },
})
export type FeishuConfig = z.output<typeof FeishuConfig>

/** Slack incoming webhook. */
export const SlackConfig = z.strictObject({ kind: z.literal('slack'), ...base, url: SecretUrl, allowPrivate })
export type SlackConfig = z.output<typeof SlackConfig>

/** A gateway that sends text messages when it is asked by HTTP: one request per number. */
export const SmsConfig = z.strictObject({
  kind: z.literal('sms'),
  ...base,
  url: z.url({ protocol: /^https?$/ }),
  /** For templates of body and headers, as `{{ token }}`. */
  token: SecretValue.optional(),
  contentType: z.enum(['application/json', 'application/x-www-form-urlencoded']).default('application/json'),
  /** Liquid; `number`, `text`, `key`, `token`. What stands in its places is written safely for the content type. */
  body: z.string().min(1).max(8000).default('{"to": "{{ number }}", "text": "{{ text }}"}'),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(1000)).default({}),
  numbers: z
    .array(z.string().regex(/^\+?[0-9]{3,20}$/, 'a number is digits, with + in front or not'))
    .min(1)
    .max(50),
  /** What the gateway's answer contains when the message is taken; left out: any 2xx. */
  success: z.string().min(1).max(200).optional(),
  maxCharacters: z.int().min(20).max(2000).default(300),
  allowPrivate,
})
export type SmsConfig = z.output<typeof SmsConfig>

export const ChannelConfig = z.discriminatedUnion('kind', [
  EmailConfig,
  WebhookConfig,
  WecomConfig,
  DingtalkConfig,
  FeishuConfig,
  SlackConfig,
  SmsConfig,
])
export type ChannelConfig = z.output<typeof ChannelConfig>
