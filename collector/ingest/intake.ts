// Messages between the MQTT handler and the next turn: bounded per agent and in all, agents served in turn, events and
// results before telemetry. What does not fit is not acknowledged, so the agent sends it again.
import type { Lane } from '#shared/wire/topics.ts'
import type { Received } from './boot-clock.ts'

export interface Message {
  readonly agent: string
  readonly lane: Lane
  readonly payload: Uint8Array
  readonly received: Received
  /** Not a batch but definitions; they overtake the batches that wait for them. */
  readonly series?: boolean
  /** Turns in which it failed alone. */
  failures: number
}

export interface IntakeLimits {
  readonly messagesPerAgent: number
  readonly bytesPerAgent: number
  readonly bytes: number
}
export const INTAKE_LIMITS: IntakeLimits = {
  messagesPerAgent: 256,
  bytesPerAgent: 24 * 1024 * 1024,
  bytes: 256 * 1024 * 1024,
}

export interface Intake {
  /** False when the message does not fit. */
  add(message: Message): boolean
  next(): Message | undefined
  /** Puts messages back, first to last, before all others of their agents. */
  putBack(messages: readonly Message[]): void
  isEmpty(): boolean
  bytes(): number
}

interface Queue {
  urgent: Message[]
  bulk: Message[]
  bytes: number
}

export function createIntake(limits: IntakeLimits): Intake {
  const queues = new Map<string, Queue>()
  let bytes = 0
  const queueOf = (agent: string): Queue => {
    const queue = queues.get(agent) ?? { urgent: [], bulk: [], bytes: 0 }
    queues.set(agent, queue)
    return queue
  }
  return {
    add(message) {
      const size = message.payload.length
      const queue = queueOf(message.agent)
      const full =
        queue.urgent.length + queue.bulk.length >= limits.messagesPerAgent ||
        queue.bytes + size > limits.bytesPerAgent ||
        bytes + size > limits.bytes
      if (full) return false
      const lane = isBulk(message) ? queue.bulk : queue.urgent
      lane.push(message)
      queue.bytes += size
      bytes += size
      return true
    },
    next() {
      // the first agent goes to the end of the line
      for (const [agent, queue] of queues) {
        const message = queue.urgent.shift() ?? queue.bulk.shift()
        queues.delete(agent)
        if (message === undefined) continue
        queue.bytes -= message.payload.length
        bytes -= message.payload.length
        if (queue.urgent.length + queue.bulk.length > 0) queues.set(agent, queue)
        return message
      }
      return undefined
    },
    putBack(messages) {
      for (const message of messages.toReversed()) {
        const queue = queueOf(message.agent)
        const lane = isBulk(message) ? queue.bulk : queue.urgent
        lane.unshift(message)
        queue.bytes += message.payload.length
        bytes += message.payload.length
      }
    },
    isEmpty: () => queues.size === 0,
    bytes: () => bytes,
  }
}

function isBulk({ lane, series }: Message): boolean {
  return lane === 'telemetry' && series !== true
}
