import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { createRecordRetention } from './record-retention.ts'
import { DAY } from './roll-up.ts'

const NOW = 1000 * DAY
const OLD = NOW - 200 * DAY
const YOUNG = NOW - 100 * DAY

let db: Database | undefined
afterEach(() => db?.close())

async function opened(): Promise<Database> {
  db = await openDatabase(join(mkdtempSync(join(tmpdir(), 'records-')), 'c.db'))
  return db
}

/** Calls until there is nothing more to do; answers how many calls and how many rows went in the largest. */
function run(database: Database, now = NOW, retain = createRecordRetention(database, 180)) {
  const changes = () => Number(database.prepare('select total_changes() as n').get()?.n)
  let calls = 0
  let largest = 0
  for (let more = true; more; calls++) {
    const before = changes()
    more = database.transaction(() => retain(now))
    largest = Math.max(largest, changes() - before)
    if (calls > 10_000) throw new Error('has no end')
  }
  return { calls, largest }
}

const count = (database: Database, table: string) =>
  Number(database.prepare(`select count(*) as n from ${table}`).get()?.n)

describe('retention of records', () => {
  it('lets a large number of old events go in small steps, and keeps the newest row for its id', async () => {
    const d = await opened()
    const add = d.prepare("insert into device_event values (null, 'a', 'e', 1, 's', null, 'log', ?, ?, '{}')")
    d.transaction(() => {
      // a device may claim any time: when it came counts
      for (let i = 0; i < 5300; i++) add.run(i % 2 ? NOW : 0, OLD + i)
    })
    const { largest, calls } = run(d)
    expect(largest).toBeLessThanOrEqual(1000)
    expect(calls).toBeGreaterThan(5)
    expect(d.prepare('select min(id) as first, count(*) as n from device_event').get()).toEqual({ first: 5300, n: 1 })
    for (let i = 0; i < 10; i++) add.run(0, YOUNG)
    run(d)
    expect(count(d, 'device_event')).toBe(10)
  })

  it('forgets alarms long gone with their history; of those in the list only repetitions', async () => {
    const d = await opened()
    const alarm = d.prepare(`insert into alarm values (?, ?, 'c', 's', null, 3, ?, 'none', ?, ?, ?, null, '{}')`)
    alarm.run('gone', 'gone', 1, 0, OLD, OLD)
    alarm.run('stands', 'stands', 0, 1, OLD, NOW)
    alarm.run('recent', 'recent', 1, 0, OLD, YOUNG)
    const change = d.prepare("insert into alarm_change values (null, ?, ?, ?, 'system', 0, '', 3)")
    for (const id of ['gone', 'stands', 'recent']) for (const what of ['raise', 'update']) change.run(id, what, OLD)
    change.run('recent', 'clear', YOUNG)
    const trace = d.prepare("insert into trace values (null, ?, 'gone', null, 'r', 'raise', '{}')")
    for (const at of [OLD, OLD, YOUNG]) trace.run(at)
    run(d)
    expect(d.prepare('select id from alarm order by id').all()).toEqual([{ id: 'recent' }, { id: 'stands' }])
    expect(d.prepare('select alarm, action from alarm_change order by id').all()).toEqual([
      { alarm: 'stands', action: 'raise' },
      { alarm: 'recent', action: 'clear' },
    ])
    expect(count(d, 'trace')).toBe(1)
  })

  it('keeps what waits to be sent, and forgets dead outboxes but not how far they were read', async () => {
    const d = await opened()
    const message = d.prepare(
      "insert into notification (key, channel, at, state, attempts, next_at, doc) values (?, 'mail', ?, ?, 1, 0, '{}')",
    )
    message.run('a', OLD, 'sent')
    message.run('b', OLD, 'queued')
    message.run('c', YOUNG, 'sent')
    const stream = d.prepare("insert into stream values ('agent', ?, ?, 5, 0, ?, null)")
    const batch = d.prepare("insert into stream_batch values ('agent', ?, 'event', ?, 1, 'h', 0)")
    const number = d.prepare("insert into series_number values ('agent', ?, ?, 1)")
    for (const [epoch, at] of [
      ['dead', OLD],
      ['live', YOUNG],
    ] as const) {
      stream.run(epoch, 'event', at)
      stream.run(epoch, 'telemetry', OLD)
      for (let n = 1; n <= 1500; n++) number.run(epoch, n)
      batch.run(epoch, 1)
    }
    expect(run(d).largest).toBeLessThanOrEqual(1001)
    expect(d.prepare('select key from notification order by key').all()).toEqual([{ key: 'b' }, { key: 'c' }])
    expect(d.prepare('select distinct epoch from series_number').all()).toEqual([{ epoch: 'live' }])
    expect(count(d, 'series_number')).toBe(1500)
    expect(d.prepare('select epoch from stream_batch').all()).toEqual([{ epoch: 'live' }])
    expect(count(d, 'stream')).toBe(4)
  })

  it('never touches incidents, their evidence and the audit log', async () => {
    const d = await opened()
    d.prepare("insert into incident values ('i', 1, 'c', 's', null, 'closed', 1, ?, ?, '{}')").run(OLD, OLD)
    d.prepare("insert into incident_timeline values ('t', 'i', ?, 'note', '{}')").run(OLD)
    d.prepare("insert into audit values (null, ?, 'li', 'x', 'y', '{}', '', '')").run(OLD)
    const evidence = d.prepare(
      "insert into evidence (command, incident, device, agent, action, state, requested_at, expires, doc) values (?, ?, 'd', 'a', 'ping', ?, ?, 0, '{}')",
    )
    evidence.run('of-incident', 'i', 'done', OLD)
    evidence.run('by-hand', null, 'done', OLD)
    evidence.run('waiting', null, 'pending', OLD)
    run(d)
    for (const table of ['incident', 'incident_timeline', 'audit']) expect(count(d, table)).toBe(1)
    expect(d.prepare('select command from evidence order by command').all()).toEqual([
      { command: 'of-incident' },
      { command: 'waiting' },
    ])
  })
})
