// A message that must reach people, decided in the same transaction as its cause and sent later from the outbox.

export interface NotificationIntent {
  /** Idempotency key: incident + transition + channel. The store ignores a second one with the same key. */
  readonly key: string
  readonly channel: string
  readonly incident: string | null
  readonly transition: 'opened' | 'resolved' | 'reopened' | 'note' | 'test'
  readonly at: number
  /** What templates may use. */
  readonly data: Readonly<Record<string, unknown>>
}
