// A message that must reach people, decided in the same transaction as its cause and sent later from the outbox.

export type Transition = 'opened' | 'resolved' | 'reopened' | 'note' | 'test'

export interface NotificationIntent {
  /** Idempotency key: incident + transition + channel. The store ignores a second one with the same key. */
  readonly key: string
  readonly channel: string
  readonly incident: string | null
  readonly transition: Transition
  readonly at: number
  /** What templates may use. */
  readonly data: Readonly<Record<string, unknown>>
}
