// What listeners need to know about who sent a message, and the clocks they read.
import type { Clock as AgentClock } from '#shared/time/clock.ts'

/** Device id by IP address in plain form (IPv4-mapped IPv6 already unwrapped); undefined for strangers. */
export type SourceLookup = (address: string) => string | undefined

/** Wall ms since 1970 UTC goes into records; monotonic ms measures intervals. */
export type Clock = Pick<AgentClock, 'wall' | 'mono'>

export const systemClock: Clock = { wall: () => Date.now(), mono: () => performance.now() }

/** A token bucket for all strangers together: they are recorded, but they can't fill the outbox. */
export function createStrangerBucket(perSecond: number): (now: number) => boolean {
  let tokens = perSecond
  let at: number | undefined
  return (now) => {
    tokens = Math.min(perSecond, tokens + Math.max(0, ((now - (at ?? now)) * perSecond) / 1000))
    at = now
    if (tokens < 1) return false
    tokens--
    return true
  }
}
