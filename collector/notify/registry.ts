// Every kind of channel there is.
import type { ChannelConfig } from '../config/channel-config.ts'
import type { Channel } from './channel.ts'
import { createDingtalk } from './channels/dingtalk.ts'
import { createEmail } from './channels/email.ts'
import { createFeishu } from './channels/feishu.ts'
import { createSlack } from './channels/slack.ts'
import { createSms } from './channels/sms.ts'
import { createWebhook } from './channels/webhook.ts'
import { createWecom } from './channels/wecom.ts'

const KINDS = {
  email: createEmail,
  webhook: createWebhook,
  wecom: createWecom,
  dingtalk: createDingtalk,
  feishu: createFeishu,
  slack: createSlack,
  sms: createSms,
} as const

/** Builds the configured channels; opens nothing. */
export function createChannels(configs: readonly ChannelConfig[]): Channel[] {
  return configs.map((config) => KINDS[config.kind](config as never))
}
