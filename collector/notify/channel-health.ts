// A channel through which nothing gets is itself a fault: an alarm of the collector, raised after some minutes and cleared when
// a message was taken again.
import type { AlarmSignal } from '../rules/signal.ts'
import type { Channel } from './channel.ts'

export const CHANNEL_DOWN = 'channel-down'
const PATIENCE_MS = 5 * 60_000

export interface ChannelFigures {
  readonly failingSince: number | null
  readonly lastProblem: string | null
  readonly failed: number
}

/** Remembers what it said; answers what is new. Raised again after a restart, which changes nothing. */
export function channelHealth(
  language: 'en' | 'zh-CN',
): (
  figures: ReadonlyMap<string, ChannelFigures>,
  channels: readonly Pick<Channel, 'id'>[],
  now: number,
) => AlarmSignal[] {
  const said = new Map<string, boolean>()
  return (figures, channels, now) => {
    const ids = new Set([...channels.map((c) => c.id), ...said.keys()])
    return [...ids].flatMap((id) => {
      const { failingSince = null, lastProblem = null } = figures.get(id) ?? {}
      const isDown = failingSince !== null && now - failingSince > PATIENCE_MS && channels.some((c) => c.id === id)
      // once after a start what is well is said too: an alarm from before ends
      if (said.get(id) === isDown) return []
      said.set(id, isDown)
      return [signalOf(id, isDown, lastProblem, language, now)]
    })
  }
}

function signalOf(
  id: string,
  isDown: boolean,
  problem: string | null,
  language: 'en' | 'zh-CN',
  at: number,
): AlarmSignal {
  const text =
    language === 'zh-CN'
      ? `通知渠道 ${id} 无法送达：${problem ?? ''}`
      : `Notification channel ${id} gets nothing through: ${problem ?? ''}`
  return {
    ...{ rule: CHANNEL_DOWN, agent: null, customer: '', site: '', device: null, resource: '', qualifier: id, text },
    ...{ source: 'liveness', late: false, kind: isDown ? 'raise' : 'clear', at, severity: 'major' },
    ...{ alarmType: 'notification.channel-down', inputs: { problem } },
  }
}
