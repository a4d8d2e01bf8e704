// What a way to people is. Adding one: a file in channels/, a schema in collector/config/channel-config.ts, a line in
// registry.ts, and it must pass test/contracts/channel.contract.ts.
import type { Carried } from '#shared/domain/notification.ts'
import type { StormLimit } from '#shared/domain/notification-route.ts'
import type { Transition } from './intent.ts'

/** So many messages within a time. */
export interface RateLimit {
  readonly messages: number
  readonly withinMs: number
}

export interface Message {
  /** Idempotency key: the same for every repeat, so that a receiver can tell one. */
  readonly key: string
  readonly transition: Transition
  /** ms UTC of the cause. */
  readonly at: number
  /** One line, no control characters. */
  readonly subject: string
  readonly text: string
  /** In place of the channel's own addresses or numbers. */
  readonly address?: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** `answer` is what the provider said, without secrets; it goes to the delivery log. */
export type Delivery =
  | { readonly state: 'sent'; readonly answer: string }
  | { readonly state: 'retry'; readonly answer: string; readonly afterMs?: number | undefined }
  | { readonly state: 'failed'; readonly answer: string }

export interface Channel {
  readonly id: string
  readonly kind: string
  readonly enabled: boolean
  readonly language: 'en' | 'zh-CN'
  /** Transitions it carries. */
  readonly on: readonly Carried[]
  readonly template: { readonly subject?: string | undefined; readonly text?: string | undefined } | undefined
  /** Where it sends, without secrets. */
  readonly target: string
  /** What one recipient is sent; undefined: as all. */
  readonly storm?: StormLimit | 'none' | undefined
  /** What the provider takes; more wait. */
  readonly limits?: readonly RateLimit[]
  /** Makes text of devices inert in what the provider shows. */
  readonly plain?: (text: string) => string
  /** One try. Never throws; what went wrong is the value. Ends soon after `signal` aborts. */
  send(message: Message, signal: AbortSignal): Promise<Delivery>
}
