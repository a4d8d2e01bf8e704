// Mail servers and webhooks: connections only, nothing is sent.
import { type Address, addressOf } from '#shared/doctor/address.ts'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { CollectorConfig } from '../../config/config.ts'
import type { CollectorCheck, DoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

type Channel = CollectorConfig['notify']['channels'][number]

export const channelCheck: CollectorCheck = {
  name: 'channels',
  async run(context, signal) {
    const channels = context.config.notify.channels.filter((c) => c.enabled)
    if (channels.length === 0) return [{ id: 'channels-none' }]
    return await Promise.all(channels.map((channel) => look(context, channel, signal)))
  },
}

async function look({ machine }: DoctorContext, channel: Channel, signal: AbortSignal): Promise<Finding<MessageId>> {
  const { host, port, secure } = targetOf(channel)
  const params = { channel: channel.id, host, port }
  if (secure) {
    const answer = await machine.handshake({ host, port }, signal)
    if (!answer.ok) return { id: 'channel-unreachable', params: { ...params, problem: answer.code } }
    return answer.distrust === null
      ? { id: 'channel-good', params }
      : { id: 'channel-not-trusted', params: { ...params, problem: answer.distrust } }
  }
  const answer = await machine.reach(host, port, signal)
  return answer.ok
    ? { id: 'channel-good', params }
    : { id: 'channel-unreachable', params: { ...params, problem: answer.code } }
}

function targetOf(channel: Channel): Address {
  if (channel.kind === 'email') return channel.server
  return addressOf(typeof channel.url === 'string' ? channel.url : channel.url.reveal())
}
