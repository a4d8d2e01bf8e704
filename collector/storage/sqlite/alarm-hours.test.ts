// Alarms by hour: counted with every change, read by customer, and made from the history of an older database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Alarm, shadowQualifier } from '#shared/domain/alarm.ts'
import type { AlarmChange } from '../../alarms/alarm-change.ts'
import { isListed } from '../../alarms/alarms.ts'
import { emptyChangeSet } from '../change-set.ts'
import { createAlarmStore } from './alarm-store.ts'
import { type Database, openDatabase } from './database.ts'
import { statements } from './migrations/0023-alarm-hours.ts'
import { createAlarmHourReads } from './reads/alarm-hour-reads.ts'

const HOUR = 3_600_000
let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-hours-'))
  db = await openDatabase(join(dir, 'collector.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true })
})

const change = (id: string, action: AlarmChange['action'], at: number, more: Partial<Alarm> = {}): AlarmChange => {
  const alarm = {
    ...{ id, customer: 'acme', site: 'hq', device: null, resource: id, alarmType: 't', qualifier: '', rule: 'r' },
    ...{ perceivedSeverity: 'major', isCleared: action === 'clear', operatorState: 'none', raisedAt: at, lastAt: at },
    ...{ incident: null },
    ...more,
  } as Alarm
  return { alarm, action, at, actor: 'system', late: false, note: '' }
}

function write(...alarms: AlarmChange[]): void {
  createAlarmStore(db, isListed).write({ ...emptyChangeSet(), alarms }, 0)
}

function writeStory(): void {
  write(change('x', 'raise', 10 * HOUR + 5), change('y', 'raise', 10 * HOUR + 6), change('x', 'update', 10 * HOUR + 7))
  write(change('x', 'clear', 12 * HOUR + 1), change('z', 'raise', 12 * HOUR + 2, { customer: 'beta' }))
  write(change('y', 'acknowledge', 12 * HOUR + 3))
  write(change('w', 'raise', 12 * HOUR + 4, { qualifier: shadowQualifier('r', '') }))
}

const HOURS = [
  { hour: 10, raised: 2, cleared: 0 },
  { hour: 12, raised: 1, cleared: 1 },
]

it('are counted with every change, by customer, without what rules in shadow say', () => {
  writeStory()
  const reads = createAlarmHourReads(db)
  expect(reads.alarmHours(0)).toEqual(HOURS)
  expect(reads.alarmHours(11, ['beta'])).toEqual([{ hour: 12, raised: 1, cleared: 0 }])
  expect(reads.alarmHours(0, [])).toEqual([])
  expect(reads.lastClear()).toBe(12 * HOUR + 1)
  expect(reads.lastClear(['beta'])).toBeNull()
})

it('keep the newest clear of an hour, whatever comes late', () => {
  write(change('x', 'clear', 7 * HOUR + 900))
  write(change('y', 'clear', 7 * HOUR + 100))
  write(change('z', 'raise', 7 * HOUR + 950))
  expect(createAlarmHourReads(db).lastClear()).toBe(7 * HOUR + 900)
})

it('are made from the history when an older database is upgraded', () => {
  writeStory()
  db.connection.exec('drop table alarm_hour')
  for (const statement of statements) db.connection.exec(statement)
  const reads = createAlarmHourReads(db)
  expect(reads.alarmHours(0)).toEqual(HOURS)
  expect(reads.lastClear(['acme'])).toBe(12 * HOUR + 1)
})
