// Settings of notification channels: one schema per kind.
import { z } from 'zod'
import { SecretValue } from '#shared/config/secret.ts'
import { LocalId } from '#shared/domain/identity.ts'
import { CARRIED, CARRIED_BY_DEFAULT, Carried } from '#shared/domain/notification.ts'

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
  /** Liquid templates that replace the built-in ones. */
  template: z
    .strictObject({ subject: z.string().max(1000).optional(), text: z.string().max(20_000).optional() })
    .optional(),
}

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
  /** Allow loopback, link-local and private addresses. */
  allowPrivate: z.boolean().default(false),
})
export type WebhookConfig = z.output<typeof WebhookConfig>

export const ChannelConfig = z.discriminatedUnion('kind', [EmailConfig, WebhookConfig])
export type ChannelConfig = z.output<typeof ChannelConfig>
