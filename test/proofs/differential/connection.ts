// Between agent and collector: what is on the way, and what a cut does to it. The agent notices and comes back as its uplink does:
// a connection that is closed at once, one that only falls silent after the keep-alive; then it tries again with growing pauses.

import type { Ack } from '#shared/wire/ack.ts'
import type { RecordChannel } from '#shared/wire/topics.ts'

export interface Message {
  readonly channel: RecordChannel
  readonly payload: Buffer
}

export interface Connection {
  /** What the path allows from now on: `closed` refuses and tears down, `silent` swallows. */
  path(state: 'open' | 'closed' | 'silent'): void
  /** A second went by: notices, tries again. */
  second(s: number): void
  /** False when the agent has no connection. */
  publish(channel: RecordChannel, payload: Buffer): boolean
  /** Takes out at most `most` messages that arrive now. */
  arriving(most: number): Message[]
  ack(ack: Ack): void
  /** The agent's process is gone. */
  drop(): void
  readonly isUp: boolean
  readonly bytes: number
}

/** The uplink's keep-alive is 20 s; it is noticed after one and a half. */
const NOTICED_S = 30

export function createConnection(agent: {
  connected(): void
  disconnected(): void
  onAck(ack: Ack): void
  /** 0 <= n < 1. */
  random(): number
}): Connection {
  let state: 'open' | 'closed' | 'silent' = 'open'
  let up = false
  let silentFor = 0
  let attempt = 0
  let nextTry = 0
  let bytes = 0
  let up_: Message[] = []

  function lose(): void {
    up = false
    up_ = []
    silentFor = 0
    agent.disconnected()
  }

  return {
    path(next) {
      state = next
      if (next === 'closed' && up) lose()
    },
    second(s) {
      if (up && state === 'silent') {
        if (++silentFor >= NOTICED_S) lose()
        return
      }
      silentFor = 0
      if (up || s < nextTry) return
      if (state === 'open') {
        up = true
        attempt = 0
        agent.connected()
      } else nextTry = s + Math.max(1, Math.round(agent.random() * Math.min(60, 2 ** Math.min(attempt++, 16))))
    },
    publish(channel, payload) {
      if (!up) return false
      bytes += payload.length
      up_.push({ channel, payload })
      return true
    },
    arriving(most) {
      if (!up || state !== 'open') return []
      // some come twice, as the broker may deliver them
      return up_.splice(0, most).flatMap((message) => (agent.random() < 0.02 ? [message, message] : [message]))
    },
    ack(ack) {
      if (up && state === 'open') agent.onAck(ack)
    },
    drop() {
      up = false
      up_ = []
      nextTry = 0
      attempt = 0
    },
    get isUp() {
      return up
    },
    get bytes() {
      return bytes
    },
  }
}
