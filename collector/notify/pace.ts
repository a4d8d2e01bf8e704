// How fast a channel may be used: what its provider takes, and pauses of the whole channel when nothing gets through.
import type { RateLimit } from './channel.ts'

export interface Pace {
  /** When the next message may be sent, ms; at or before `now`: now. */
  freeAt(channel: string, limits: readonly RateLimit[], now: number): number
  /** A message is handed to the provider. */
  used(channel: string, now: number): void
  /** The provider took it, or did not; `pause` is how long the channel rests after several in a row. */
  ended(channel: string, taken: boolean, now: number, pause: (failures: number) => number): void
  /** Several tries in a row have failed. */
  isFailing(channel: string): boolean
}

/** So many messages in a row fail on their own before the channel rests. */
const PATIENCE = 3
const LONGEST_MS = 3_600_000

export function createPace(): Pace {
  const uses = new Map<string, number[]>()
  const bad = new Map<string, { failures: number; until: number }>()
  return {
    freeAt(channel, limits, now) {
      const times = (uses.get(channel) ?? []).filter((at) => at > now - LONGEST_MS && at <= now)
      uses.set(channel, times)
      const free = limits.map(({ messages, withinMs }) => {
        const first = times.at(-messages)
        return first === undefined ? 0 : first + withinMs
      })
      return Math.max(bad.get(channel)?.until ?? 0, ...free, 0)
    },
    used(channel, now) {
      const times = uses.get(channel) ?? []
      times.push(now)
      uses.set(channel, times.slice(-1000))
    },
    ended(channel, taken, now, pause) {
      if (taken) {
        bad.delete(channel)
        return
      }
      const failures = (bad.get(channel)?.failures ?? 0) + 1
      bad.set(channel, { failures, until: failures < PATIENCE ? 0 : now + pause(failures) })
    },
    isFailing: (channel) => (bad.get(channel)?.failures ?? 0) >= PATIENCE,
  }
}
