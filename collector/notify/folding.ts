// What has waited too long is not told piece by piece: a problem that is over by now is one message with its end, and a long
// queue is one message about all of it. Pure.
import type { QueuedNotification } from './notification-outbox.ts'

export interface Folded {
  /** What is sent; its key is the same for every try of the same pieces. */
  readonly item: QueuedNotification
  /** What is told by it. */
  readonly keys: readonly string[]
  readonly answer: string
}

/** A message is late after this; then, or after a failed try, it may be put together with others. */
export const LATE_MS = 120_000
/** More than so many late ones become one message. */
const MANY = 10
/** Incidents named one by one; the others are counted. */
const NAMED = 20

/** `queued`: what waits for the recipient of `item`, in order, itself among it. `digest`: whether a long queue may be one message. */
export function fold(
  item: QueuedNotification,
  queued: readonly QueuedNotification[],
  digest: boolean,
  now: number,
): Folded | undefined {
  if (item.attempts === 0 && now - item.at < LATE_MS) return undefined
  if (digest && queued.length > MANY) return digestOf(queued)
  const { incident } = item
  if (incident === null || item.transition === 'resolved') return undefined
  const about = queued.filter((q) => q.incident === incident)
  const end = about.findIndex((q) => q.transition === 'resolved')
  const last = about[end]
  if (last === undefined || about[0]?.key !== item.key) return undefined
  // several incidents in one message are not over because one of them is
  if (about.slice(0, end).some((q) => Array.isArray(q.data.incidents))) return undefined
  const data = { ...item.data, ...last.data, alarm: item.data.alarm, folded: { since: item.at, until: last.at } }
  const keys = about.slice(0, end + 1).map((q) => q.key)
  return {
    item: { ...last, attempts: item.attempts, data },
    keys,
    answer: `told in one message with its end: ${last.key}`,
  }
}

function digestOf(queued: readonly QueuedNotification[]): Folded | undefined {
  const [first] = queued
  const last = queued.at(-1)
  if (first === undefined || last === undefined) return undefined
  const incidents = new Map<string, Record<string, unknown>>()
  for (const { incident, transition, data } of queued) {
    if (incident === null) continue
    const { number, title, site, customer, priority } = data
    incidents.set(incident, { number, title, site, customer, priority, over: transition === 'resolved' })
  }
  const all = [...incidents.values()]
  const standing = all.filter((i) => i.over !== true)
  const shown = [...standing, ...all.filter((i) => i.over === true)].slice(0, NAMED)
  const counts = {
    news: queued.length,
    opened: all.length,
    over: all.length - standing.length,
    standing: standing.length,
  }
  const data = {
    ...{ ...counts, since: first.at, until: last.at, late: true, incidents: shown },
    ...{ moreIncidents: all.length - shown.length },
    ...(first.data.address === undefined ? {} : { address: first.data.address }),
  }
  const key = `${first.key}..${last.key}`
  return {
    item: { ...first, key, transition: 'summary', incident: null, alarms: [], data, at: last.at },
    keys: queued.map((q) => q.key),
    answer: `told in one message with ${queued.length - 1} others`,
  }
}
