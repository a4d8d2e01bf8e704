// What the policy remembers: of one recipient and one incident (a share), and of one recipient (a storm).
import type { Route } from '#shared/domain/notification-route.ts'

export type NewsKind = 'opened' | 'joined' | 'worse' | 'reopened'

/** Something to tell that is in no message yet. `alarm` '' is the incident as a whole. */
export interface News {
  readonly kind: NewsKind
  readonly alarm: string
  readonly episode: number
  readonly at: number
  /** ms UTC; null: when something happens. */
  readonly due: number | null
  readonly reason: 'group' | 'hours' | 'gate'
  readonly why: string
}

export interface Share {
  readonly incident: string
  readonly recipient: string
  readonly channel: string
  readonly address: string | null
  /** Null: the default one. */
  route: string | null
  readonly group: Route['groupBy']
  readonly customer: string
  readonly site: string
  /** A problem was told, and not its end. */
  told: boolean
  /** It was told earlier: who heard of the end hears that it is not over. */
  before: boolean
  /** Only counted in a summary, so far. */
  summed: boolean
  /** When the last problem was told. */
  lastAt: number | null
  /** Messages so far: part of their keys. */
  seq: number
  waiting: News[]
  /** Alarms that were told and whose end was not. */
  members: Member[]
  reminder: { at: number; count: number } | null
}

export interface Member {
  readonly alarm: string
  readonly episode: number
  /** Episodes before it whose end was not told because it came back. */
  readonly earlier?: readonly number[]
  readonly at: number
  /** Key of the message that told it. */
  readonly message: string
}

/** One recipient: messages of late, and a storm. */
export interface Recipient {
  readonly recipient: string
  readonly channel: string
  readonly address: string | null
  /** When messages of problems went out, within the time of the limit. */
  sent: number[]
  storm: Storm | null
  /** Incidents it knows of from a summary only. */
  owed: Record<string, true>
  /** Summaries so far: part of their keys. */
  summaries: number
}

export interface Storm {
  since: number
  /** When the next summary goes out. */
  summaryAt: number
  /** Problems are held back; otherwise only ends of incidents are collected. */
  blocks: boolean
  /** Held back since the last summary, by incident. */
  held: Record<string, Held>
  /** How many those are. */
  size: number
  /** Incidents beyond those: they are counted only. */
  beyond: number
  /** Pieces of news since the last summary. */
  news: number
}

export interface Held {
  readonly incident: string
  readonly number: number
  readonly title: string
  readonly customer: string
  readonly site: string
  readonly priority: number
  /** Opened in this time; otherwise it is here because it ended. */
  opened: boolean
  over: boolean
}

export const shareKey = (incident: string, recipient: string): string => `${incident}\u001f${recipient}`

/** Shares of one key are put into one message. */
export function groupKey(share: Pick<Share, 'recipient' | 'group' | 'incident' | 'site' | 'customer'>): string {
  return `${share.recipient}\u001f${share.group}\u001f${share[share.group]}`
}

export function newRecipient(share: Pick<Share, 'recipient' | 'channel' | 'address'>): Recipient {
  const { recipient, channel, address } = share
  return { recipient, channel, address, sent: [], storm: null, owed: {}, summaries: 0 }
}
