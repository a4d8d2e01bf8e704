// The notification outbox and delivery log in SQLite, where each recipient stands with an alarm, and the policy's memory.
import type { NotifyStateChange } from '../../notify/intent.ts'
import type { NotificationMark, NotificationOutbox, QueuedNotification } from '../../notify/notification-outbox.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'
import { createToldReads, type ToldReads } from './told-reads.ts'

export interface NotificationStore extends ChangeWriter, NotificationOutbox, ToldReads {
  /** All that the policy remembers. */
  memory(): NotifyStateChange[]
}

/** Writes intents of a change set (a key once, for ever) and lets notify drain them. */
export function createNotificationStore(db: Database): NotificationStore {
  const insert = db.prepare(
    `insert into notification
       (key, channel, recipient, thread, ord, incident, route, at, state, attempts, next_at, answer, doc)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?) on conflict (key) do nothing`,
  )
  const insertAlarm = db.prepare('insert into notification_alarm (alarm, key) values (?, ?) on conflict do nothing')
  const putTold = db.prepare(
    `insert into told (alarm, episode, recipient, channel, incident, route, state, reason, why, at, until, message, recovery)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (alarm, episode, recipient) do update set channel = excluded.channel, incident = excluded.incident,
       route = excluded.route, state = excluded.state, reason = excluded.reason, why = excluded.why, at = excluded.at,
       until = excluded.until, message = excluded.message, recovery = excluded.recovery`,
  )
  const putState = db.prepare(
    'insert into notify_state (kind, key, doc) values (?, ?, ?) on conflict (kind, key) do update set doc = excluded.doc',
  )
  const dropState = db.prepare('delete from notify_state where kind = ? and key = ?')
  // `+` keeps the order of the index: the first row that fits ends the search, however many wait
  const due = db.prepare(
    `select * from notification n where state = 'queued' and channel = ? and +next_at <= ?
       and not exists (select 1 from notification e where e.state = 'queued' and e.channel = n.channel
         and e.recipient = n.recipient and e.thread = n.thread and n.thread <> '' and e.ord < n.ord)
     order by ord limit 1`,
  )
  const queuedFor = db.prepare(
    "select * from notification where state = 'queued' and channel = ? and recipient = ? order by ord limit ?",
  )
  const toldBy = db.prepare(
    `select n.state from told t join notification n on n.key = t.message
     where t.alarm = ? and t.recipient = ? and t.recovery = ?`,
  )
  // of an incident without alarms; what was told before its last end does not count
  const told = db.prepare(
    `select state from notification n where incident = ?1 and recipient = ?2 and key <> ?3
       and json_extract(doc, '$.transition') in ('opened', 'reopened')
       and ord > coalesce((select max(ord) from notification e where e.incident = ?1 and e.recipient = ?2 and e.key <> ?3
         and json_extract(e.doc, '$.transition') = 'resolved'), 0)`,
  )
  const giveUp = db.prepare(
    `update notification set state = 'failed', answer = ?3 || coalesce('; ' || answer, '')
     where state = 'queued' and channel = ?1 and at < ?2`,
  )
  const waiting = db.prepare("select distinct channel from notification where state = 'queued'")
  const mark = db.prepare(
    'update notification set state = ?, attempts = ?, next_at = ?, answer = ?, fault = coalesce(?, fault) where key = ?',
  )
  const counts = db.prepare('select state, count(*) as n from notification group by state')
  const last = db.prepare('select max(ord) as n from notification')
  let ord = Number(last.get()?.n ?? 0)
  const set = (key: string, m: NotificationMark) =>
    mark.run(m.state, m.attempts, m.nextAt, m.answer, m.fault ?? null, key)
  return {
    write(changes) {
      for (const n of changes.notifications) {
        const { key, channel, recipient, thread, incident, route, at, alarms, transition, data } = n
        const doc = JSON.stringify({ transition, alarms, data })
        const state = n.suppressed === undefined ? 'queued' : 'suppressed'
        insert.run(key, channel, recipient, thread, ++ord, incident, route, at, state, n.suppressed ?? null, doc)
        for (const alarm of alarms) insertAlarm.run(alarm, key)
      }
      for (const t of changes.told) {
        const { alarm, episode, recipient, channel, incident, route, state, reason, why, at, until } = t
        const place = [alarm, episode, recipient, channel, incident, route] as const
        putTold.run(...place, state, reason, why, at, until, t.message, t.recovery)
      }
      for (const { kind, key, doc } of changes.notifyState)
        if (doc === null) dropState.run(kind, key)
        else putState.run(kind, key, JSON.stringify(doc))
    },
    async due(channel, now) {
      const row = due.get(channel, now)
      return row ? notificationOf(row) : undefined
    },
    waitingChannels: async () => waiting.all().map((r) => r.channel as string),
    queuedFor: async (channel, recipient, limit) => queuedFor.all(channel, recipient, limit).map(notificationOf),
    async problemsOf({ key, recipient, incident, alarms }) {
      const states = alarms.flatMap((alarm) => toldBy.all(alarm, recipient, key).map((r) => r.state as string))
      if (states.length > 0 || incident === null) return states
      return told.all(incident, recipient, key).map((r) => r.state as string)
    },
    giveUp: async (channel, before, answer) => Number(giveUp.run(channel, before, answer).changes),
    async mark(key, m) {
      set(key, m)
    },
    async markAll(keys, m) {
      db.transaction(() => {
        for (const key of keys) set(key, m)
      })
    },
    counts: async () => Object.fromEntries(counts.all().map((r) => [r.state as string, r.n as number])),
    ...createToldReads(db),
    memory: () =>
      db
        .prepare('select kind, key, doc from notify_state')
        .all()
        .map((r) => ({
          kind: r.kind as NotifyStateChange['kind'],
          key: r.key as string,
          doc: JSON.parse(r.doc as string) as object,
        })),
  }
}

function notificationOf(row: Record<string, unknown>): QueuedNotification {
  const { alarms = [], ...doc } = JSON.parse(row.doc as string) as Pick<
    QueuedNotification,
    'transition' | 'data' | 'alarms'
  >
  return {
    key: row.key as string,
    channel: row.channel as string,
    recipient: row.recipient as string,
    thread: row.thread as string,
    incident: row.incident as string | null,
    route: row.route as string | null,
    at: row.at as number,
    attempts: row.attempts as number,
    alarms,
    ...doc,
  }
}
