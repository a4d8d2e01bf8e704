// A message that must reach people, decided in the same transaction as its cause and sent later from the outbox.
import type { Transition as AnyTransition, ToldReason, ToldState } from '#shared/domain/notification.ts'

export type Transition = AnyTransition

export interface NotificationIntent {
  /** Idempotency key. The store ignores a second one with the same key. */
  readonly key: string
  readonly channel: string
  /** The channel's id, or `<channel>/<address>`. */
  readonly recipient: string
  /** Messages of one thread reach their recipient in the order in which they were decided. */
  readonly thread: string
  readonly incident: string | null
  /** Alarms it is about. */
  readonly alarms: readonly string[]
  /** Null: the default one. */
  readonly route: string | null
  readonly transition: Transition
  readonly at: number
  /** Decided not to be sent: why. It is in the log all the same. */
  readonly suppressed?: string | undefined
  /** What templates may use. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Where one recipient stands with one episode of an alarm; the last one of a key holds. */
export interface ToldChange {
  readonly alarm: string
  readonly episode: number
  readonly recipient: string
  readonly channel: string
  readonly incident: string | null
  readonly route: string | null
  readonly state: ToldState
  readonly reason: ToldReason
  readonly why: string
  readonly at: number
  readonly until: number | null
  /** Key of the message that told the problem. */
  readonly message: string | null
  /** Key of the message that told its end. */
  readonly recovery: string | null
}

/** What the policy remembers; `doc` null forgets it. */
export interface NotifyStateChange {
  readonly kind: 'share' | 'recipient'
  readonly key: string
  readonly doc: object | null
}
