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
  /** Refused and without anything here. */
  const hungry = new Set<string>()
  let bytes = 0
  const queueOf = (agent: string): Queue => queues.get(agent) ?? { urgent: [], bulk: [], bytes: 0 }

  function fits(queue: Queue, size: number): boolean {
    if (queue.urgent.length + queue.bulk.length >= limits.messagesPerAgent) return false
    const held = queue.bytes + size
    // Nobody may hold more than is left free, so that late and modest agents find room.
    if (held > limits.bytesPerAgent || held > limits.bytes - bytes - size) return false
    if (bytes < limits.bytes / 2) hungry.clear()
    else if (queue.bytes > 0 && held > limits.bytes / (queues.size + hungry.size)) return false
    return true
  }

  return {
    add(message) {
      const { agent } = message
      const size = message.payload.length
      const queue = queueOf(agent)
      if (!fits(queue, size)) {
        if (!queues.has(agent)) hungry.add(agent)
        return false
      }
      hungry.delete(agent)
      queues.set(agent, queue)
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
        queues.set(message.agent, queue)
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
