// The notification outbox and delivery log in SQLite.
import type { NotificationOutbox, QueuedNotification } from '../../notify/notification-outbox.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

/** Writes intents of a change set (a key once, for ever) and lets notify drain them. */
export function createNotificationStore(db: Database): ChangeWriter & NotificationOutbox {
  const insert = db.prepare(
    `insert into notification (key, channel, incident, at, state, attempts, next_at, answer, doc)
     values (?, ?, ?, ?, 'queued', 0, 0, null, ?) on conflict (key) do nothing`,
  )
  // `+` keeps the order of the index: the first row that fits ends the search, however many wait
  const due = db.prepare(
    `select * from notification n where state = 'queued' and channel = ? and +next_at <= ?
       and not exists (select 1 from notification e where e.state = 'queued' and e.channel = n.channel
         and e.incident = n.incident and (e.at < n.at or (e.at = n.at and e.key < n.key)))
     order by at, key limit 1`,
  )
  const waiting = db.prepare("select distinct channel from notification where state = 'queued'")
  const mark = db.prepare('update notification set state = ?, attempts = ?, next_at = ?, answer = ? where key = ?')
  const counts = db.prepare('select state, count(*) as n from notification group by state')
  return {
    write(changes) {
      for (const n of changes.notifications)
        insert.run(n.key, n.channel, n.incident, n.at, JSON.stringify({ transition: n.transition, data: n.data }))
    },
    async due(channel, now) {
      const row = due.get(channel, now)
      return row ? notificationOf(row) : undefined
    },
    waitingChannels: async () => waiting.all().map((r) => r.channel as string),
    async mark(key, m) {
      mark.run(m.state, m.attempts, m.nextAt, m.answer, key)
    },
    counts: async () => Object.fromEntries(counts.all().map((r) => [r.state as string, r.n as number])),
  }
}

function notificationOf(row: Record<string, unknown>): QueuedNotification {
  const doc = JSON.parse(row.doc as string) as Pick<QueuedNotification, 'transition' | 'data'>
  return {
    key: row.key as string,
    channel: row.channel as string,
    incident: row.incident as string | null,
    at: row.at as number,
    attempts: row.attempts as number,
    ...doc,
  }
}
