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
  /** What was wrong with the template. */
  readonly fault?: string | undefined
}

export interface NotificationOutbox {
  /**
   * Oldest message of the channel that is due and has no older queued one of the same recipient and thread before it, so that
   * people never read `resolved` before `opened`.
   */
  due(channel: string, now: number): Promise<QueuedNotification | undefined>
  /** Channels that have anything queued. */
  waitingChannels(): Promise<string[]>
  /** What else is queued for a recipient, in order; at most `limit`. */
  queuedFor(channel: string, recipient: string, limit: number): Promise<QueuedNotification[]>
  /** States of the messages whose end this one tells; empty: not known. */
  problemsOf(end: QueuedNotification): Promise<string[]>
  /** What was queued before `before` fails; answers how many. */
  giveUp(channel: string, before: number, answer: string): Promise<number>
  mark(key: string, mark: NotificationMark): Promise<void>
  /** All in one transaction. */
  markAll(keys: readonly string[], mark: NotificationMark): Promise<void>
  /** Messages by state: for the metrics. */
  counts(): Promise<Readonly<Record<string, number>>>
}
