// Lets old records go: events, traces, history of alarms, sent messages, what is remembered of dead outboxes. Incidents,
// their timelines and evidence, and the audit log stay. One bounded piece of work per call.
import type { Database } from './database.ts'
import { DAY } from './roll-up.ts'

const ROWS_AT_ONCE = 1000

/** A table that grows at its end. Rows are looked at in order of id, so that no call reads more than a window. */
interface Journal {
  readonly table: string
  readonly time: string
  /** More that must hold for a row to go; `r` is the row. */
  readonly and?: string
}

const STANDING = 'exists (select 1 from alarm a where a.id = r.alarm and a.in_list = 1)'
const JOURNALS: readonly Journal[] = [
  // by arrival: a device may claim any time
  { table: 'device_event', time: 'received_at' },
  { table: 'stream_gap', time: 'at' },
  { table: 'trace', time: 'at' },
  // of an alarm that still stands everything but its repetitions is kept
  { table: 'alarm_change', time: 'at', and: `(r.action = 'update' or not ${STANDING})` },
]

/** Sets without an order of arrival: at most a window of what is too old goes per call. */
const SETS: readonly string[] = [
  `delete from alarm where id in (select id from alarm where in_list = 0 and operator_state <> 'shelved'
     and raised_at < ?1 and last_at < ?1 limit ?2)`,
  "delete from notification where key in (select key from notification where state <> 'queued' and at < ?1 limit ?2)",
  "delete from told where (alarm, episode, recipient) in (select alarm, episode, recipient from told where state <> 'waiting' and at < ?1 limit ?2)",
  `delete from evidence where command in (select command from evidence
     where incident is null and state <> 'pending' and requested_at < ?1 limit ?2)`,
  'delete from agent_boot where seen_at < ?1 and ?2 > 0',
  'delete from alarm_hour where hour < ?1 / 3600000 and ?2 > 0',
]

/** Call inside a transaction; true when there is more to do now. `days` is how long records are kept. */
export function createRecordRetention(db: Database, days: number): (now: number) => boolean {
  const journals = JOURNALS.map((journal) => sweep(db, journal))
  const sets = SETS.map((sql) => {
    const statement = db.prepare(sql)
    return (before: number) => Number(statement.run(before, ROWS_AT_ONCE).changes) === ROWS_AT_ONCE
  })
  const steps = [...journals, ...sets, deadOutboxes(db)]
  let turn = 0
  return (now) => {
    const step = steps[turn] as (before: number) => boolean
    const more = step(now - days * DAY)
    if (!more) turn = (turn + 1) % steps.length
    return more || turn !== 0
  }
}

/** Goes through the ids of a table until it meets rows that are young enough; true when it has not yet. */
function sweep(db: Database, { table, time, and = 'true' }: Journal): (before: number) => boolean {
  // the newest row stays for ever: its id is how far the table has come
  const end = db.prepare(
    `select max(id) as id, sum(old) as old, count(*) as n from (select id, ${time} < ?2 as old from ${table}
       where id > ?1 and id < (select max(id) from ${table}) order by id limit ?3)`,
  )
  const drop = db.prepare(`delete from ${table} as r where r.id > ? and r.id <= ? and r.${time} < ? and ${and}`)
  let done = 0
  return (before) => {
    const window = end.get(done, before, ROWS_AT_ONCE) as { id: number | null; old: number | null; n: number }
    if (window.id !== null && window.old) drop.run(done, window.id, before)
    const more = window.n === ROWS_AT_ONCE && (window.old ?? 0) > 0
    done = more ? Number(window.id) : 0
    return more
  }
}

/** Batches and series numbers of epochs that nobody speaks in any more; how far they were read stays. */
function deadOutboxes(db: Database): (before: number) => boolean {
  const dead = db.prepare(
    `select agent, epoch from stream s group by agent, epoch having max(updated_at) < ?
       and (exists (select 1 from series_number n where n.agent = s.agent and n.epoch = s.epoch)
         or exists (select 1 from stream_batch b where b.agent = s.agent and b.epoch = s.epoch)) limit 1`,
  )
  const batches = db.prepare('delete from stream_batch where agent = ? and epoch = ?')
  const numbers = db.prepare(
    `delete from series_number where agent = ?1 and epoch = ?2 and n in
       (select n from series_number where agent = ?1 and epoch = ?2 limit ?3)`,
  )
  return (before) => {
    const row = dead.get(before) as { agent: string; epoch: string } | undefined
    if (!row) return false
    batches.run(row.agent, row.epoch)
    numbers.run(row.agent, row.epoch, ROWS_AT_ONCE)
    return true
  }
}
