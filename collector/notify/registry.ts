// Every kind of channel there is.
import type { ChannelConfig } from '../config/channel-config.ts'
import type { Channel } from './channel.ts'
import { createEmail } from './channels/email.ts'
import { createWebhook } from './channels/webhook.ts'

const KINDS = { email: createEmail, webhook: createWebhook } as const

/** Builds the configured channels; opens nothing. */
export function createChannels(configs: readonly ChannelConfig[]): Channel[] {
  return configs.map((config) => KINDS[config.kind](config as never))
}
