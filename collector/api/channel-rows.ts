import type { ChannelRow } from '#shared/http/administration.ts'
import type { Channel } from '../notify/channel.ts'
import type { PeopleReads } from './reads.ts'

/** Channels as the console shows them, with the figures of their messages. */
export function channelRows(
  channels: readonly Pick<Channel, 'id' | 'kind' | 'enabled' | 'target'>[],
  figures: Awaited<ReturnType<PeopleReads['channelFigures']>>,
): ChannelRow[] {
  return channels.map(({ id, kind, enabled, target }) => ({
    ...{ id, kind, enabled, target },
    ...(figures.get(id) ?? { queued: 0, failed: 0, lastSentAt: null }),
  }))
}
