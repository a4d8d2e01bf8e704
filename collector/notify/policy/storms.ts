// A recipient is sent so many messages within a time; what is more is counted and told in one summary. Ends of incidents that
// were told one by one always go out one by one; of those known from a summary only, in a summary.
import type { StormLimit } from '#shared/domain/notification-route.ts'
import type { PolicyChannel } from './routing.ts'
import type { Held, Recipient, Storm } from './share.ts'

/** What a recipient of the channel may be sent. */
export function limitOf(
  world: { channels(): readonly PolicyChannel[]; storm(): StormLimit },
  channel: string,
): StormLimit {
  const own = world.channels().find((c) => c.id === channel)?.storm
  return own === 'none' ? NO_LIMIT : (own ?? world.storm())
}

const NO_LIMIT: StormLimit = { messages: Number.POSITIVE_INFINITY, within: 1 }
/** The first summary of a storm comes so soon; later ones after the time of the limit. */
const SOON_MS = 60_000
/** Incidents of which it is known that they are in a storm; more are counted only. */
const MOST_HELD = 2000
/** Incidents named one by one in a summary; the others are counted. */
const NAMED = 20

export interface Summary {
  readonly since: number
  readonly news: number
  readonly opened: number
  readonly over: number
  readonly standing: number
  /** Those that stand first, by priority. */
  readonly incidents: readonly Held[]
  readonly all: readonly string[]
  /** Neither named nor in `all`. */
  readonly beyond: number
}

/** Whether one more message may go out now; notes that it does. False begins a storm. */
export function mayTell(recipient: Recipient, limit: StormLimit, now: number): boolean {
  if (limit.messages === Number.POSITIVE_INFINITY) return true
  recipient.sent = recipient.sent.filter((at) => at > now - limit.within && at <= now)
  if (!recipient.storm?.blocks && recipient.sent.length < limit.messages) {
    recipient.sent.push(now)
    return true
  }
  recipient.storm = { ...(recipient.storm ?? begin(limit, now)), blocks: true }
  return false
}

/** Notes a piece of news that is not told one by one. */
export function holdBack(recipient: Recipient, held: Held, limit: StormLimit, now: number): void {
  recipient.storm ??= begin(limit, now)
  const { storm } = recipient
  storm.news++
  const before = storm.held[held.incident]
  if (before) Object.assign(before, { over: held.over, opened: before.opened || held.opened })
  else add(storm, held)
}

/** The incident is over, and the recipient knows of it from a summary only, or is about to. */
export function isOver(
  recipient: Recipient,
  held: Omit<Held, 'opened' | 'over'>,
  limit: StormLimit,
  now: number,
): void {
  const waiting = recipient.storm?.held[held.incident]
  if (waiting) waiting.over = true
  else if (recipient.owed[held.incident]) {
    recipient.storm ??= begin(limit, now)
    add(recipient.storm, { ...held, opened: false, over: true })
  }
}

/** It is told one by one from now on. */
export function toldAlone(recipient: Recipient, incident: string): void {
  delete recipient.owed[incident]
  const { storm } = recipient
  if (storm?.held[incident] === undefined) return
  delete storm.held[incident]
  storm.size--
}

/** The summary that is due, if any; what it says is no longer held. */
export function dueSummary(recipient: Recipient, limit: StormLimit, now: number): Summary | undefined {
  const { storm } = recipient
  if (storm === null || storm.summaryAt > now) return undefined
  const { news, since, beyond } = storm
  const held = Object.values(storm.held)
  const standing = held.filter((h) => !h.over)
  for (const { incident, over } of held)
    if (over) delete recipient.owed[incident]
    else recipient.owed[incident] = true
  recipient.summaries++
  recipient.storm =
    news > limit.messages
      ? { ...storm, summaryAt: now + limit.within, held: {}, size: 0, beyond: 0, news: 0, since: now }
      : null
  if (held.length === 0) return undefined
  const byPriority = (a: Held, b: Held) => a.priority - b.priority || a.number - b.number
  return {
    ...{ since, news, standing: standing.length },
    opened: held.filter((h) => h.opened).length + beyond,
    over: held.length - standing.length,
    incidents: [...standing.sort(byPriority), ...held.filter((h) => h.over).sort(byPriority)].slice(0, NAMED),
    all: held.map((h) => h.incident),
    beyond,
  }
}

function add(storm: Storm, held: Held): void {
  if (storm.size < MOST_HELD) {
    storm.held[held.incident] = held
    storm.size++
  } else if (held.opened) storm.beyond++
}

function begin(limit: StormLimit, now: number): Storm {
  return {
    since: now,
    summaryAt: now + Math.min(SOON_MS, limit.within),
    blocks: false,
    held: {},
    size: 0,
    beyond: 0,
    news: 0,
  }
}
