// Word goes out: channels, routes, the policy's settings and the sender, put together. Wiring.
import type { Logger } from 'pino'
import { channelRows } from './api/channel-rows.ts'
import type { ApiDeps } from './api/deps.ts'
import type { LiveNames } from './api/live-feed.ts'
import { messageContext } from './api/live-names.ts'
import type { PeopleReads, Reads } from './api/reads.ts'
import type { CollectorConfig } from './config/config.ts'
import type { NotificationOutbox } from './notify/notification-outbox.ts'
import { createNotify, type Notify } from './notify/notify.ts'
import type { NotificationSettings } from './notify/policy/policy.ts'
import { createChannels } from './notify/registry.ts'

export interface NotifyDesk {
  readonly notify: Notify
  /** For the judgement. */
  readonly settings: NotificationSettings
  /** For the API. */
  readonly channels: ApiDeps['channels']
}

/** Builds it; kick() of its `notify` sends. */
export function createNotifyDesk(deps: {
  readonly config: Pick<CollectorConfig, 'notify' | 'http'>
  readonly outbox: NotificationOutbox
  readonly reads: Pick<Reads, 'evidence'> & Pick<PeopleReads, 'channelFigures'>
  readonly names: () => LiveNames
  readonly now: () => number
  readonly log: Logger
}): NotifyDesk {
  const { config, outbox, reads, now, log } = deps
  const notify = createNotify({
    outbox,
    channels: createChannels(config.notify.channels),
    context: async ({ incident, data }) => {
      const evidence = incident === null ? [] : await reads.evidence({ incident })
      return messageContext(deps.names(), config.http.publicUrl, incident, data, evidence)
    },
    ...{ now, random: Math.random, log },
  })
  return {
    notify,
    settings: {
      channels: () => notify.channels(),
      routes: () => [],
      storm: () => ({ messages: 30, within: 600_000 }),
    },
    channels: {
      list: async () => channelRows(notify.channels(), await reads.channelFigures()),
      test: (id) => notify.test(id),
    },
  }
}
