// What notify needs from storage: queued messages in order, and where each of them stands.
import type { NotificationIntent } from './intent.ts'

export interface QueuedNotification extends NotificationIntent {
  readonly attempts: number
}

export interface NotificationMark {
  readonly state: 'queued' | 'sent' | 'failed' | 'suppressed'
  readonly attempts: number
  /** When to try again; ignored for final states. */
  readonly nextAt: number
  readonly answer: string
}

export interface NotificationOutbox {
  /**
   * Oldest message of the channel that is due and has no older queued one of the same incident before it, so that people
   * never read `resolved` before `opened`.
   */
  due(channel: string, now: number): Promise<QueuedNotification | undefined>
  /** Channels that have anything queued. */
  waitingChannels(): Promise<string[]>
  mark(key: string, mark: NotificationMark): Promise<void>
  /** Messages by state: for the metrics. */
  counts(): Promise<Readonly<Record<string, number>>>
}
