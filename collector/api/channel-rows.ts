import type { ChannelRow } from '#shared/http/notifications.ts'
import type { Channel } from '../notify/channel.ts'
import type { PeopleReads } from './reads.ts'

/** A channel with where it comes from. */
export interface ListedChannel extends Pick<Channel, 'id' | 'kind' | 'enabled' | 'target' | 'language' | 'on'> {
  /** Undefined: from the file. */
  readonly kept?: Pick<ChannelRow, 'version' | 'updatedAt' | 'updatedBy' | 'settings' | 'secrets'> | undefined
}

/** Channels as the console shows them, with the figures of their messages. */
export function channelRows(
  channels: readonly ListedChannel[],
  figures: Awaited<ReturnType<PeopleReads['channelFigures']>>,
): ChannelRow[] {
  return channels.map(({ id, kind, enabled, target, language, on, kept }) => ({
    ...{ id, kind, enabled, target, language, on: [...on] },
    origin: kept ? 'database' : 'file',
    readOnly: kept === undefined,
    ...(kept ?? { version: 0, updatedAt: null, updatedBy: null, settings: null, secrets: [] }),
    ...(figures.get(id) ?? { queued: 0, failed: 0, lastSentAt: null, failingSince: null, lastProblem: null }),
  }))
}
