// Alarms as they stand, and every change of them as history.
import type { Alarm } from '#shared/domain/alarm.ts'
import { alarmKeyOf, isShadow } from '#shared/domain/alarm.ts'
import { severityRank } from '#shared/domain/severity.ts'
import type { AlarmChange } from '../../alarms/alarm-change.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

const HOUR_MS = 3_600_000

export interface AlarmStore extends ChangeWriter {
  /** All alarms, cleared ones too: an identity keeps its count and episodes. */
  all(): Alarm[]
}

/** `isListed`: whether an alarm belongs in the current list. */
export function createAlarmStore(db: Database, isListed: (alarm: Alarm) => boolean): AlarmStore {
  const put = db.prepare(
    `insert into alarm (id, identity, customer, site, device, severity, is_cleared, operator_state, in_list, raised_at,
       last_at, incident, doc)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set severity = excluded.severity, is_cleared = excluded.is_cleared,
       operator_state = excluded.operator_state, in_list = excluded.in_list, raised_at = excluded.raised_at,
       last_at = excluded.last_at, incident = excluded.incident, customer = excluded.customer, doc = excluded.doc`,
  )
  const addChange = db.prepare(
    'insert into alarm_change (alarm, action, at, actor, late, note, severity) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const addTrace = db.prepare('insert into trace (at, alarm, incident, rule, decision, doc) values (?, ?, ?, ?, ?, ?)')
  const count = db.prepare(
    `insert into alarm_hour (hour, customer, raised, cleared, last_clear) values (?, ?, ?, ?, ?)
     on conflict (hour, customer) do update set raised = raised + excluded.raised, cleared = cleared + excluded.cleared,
       last_clear = max(coalesce(last_clear, excluded.last_clear), coalesce(excluded.last_clear, last_clear))`,
  )
  return {
    write({ alarms, trace }) {
      for (const { hour, customer, raised, cleared, lastClear } of hoursOf(alarms))
        count.run(hour, customer, raised, cleared, lastClear)
      const last = new Map<string, Alarm>()
      for (const { alarm, action, at, actor, late, note } of alarms) {
        last.set(alarm.id, alarm)
        addChange.run(alarm.id, action, at, actor, late ? 1 : 0, note, severityRank(alarm.perceivedSeverity))
      }
      for (const a of last.values())
        put.run(
          a.id,
          alarmKeyOf(a),
          a.customer,
          a.site,
          a.device,
          severityRank(a.perceivedSeverity),
          a.isCleared ? 1 : 0,
          a.operatorState,
          isListed(a) ? 1 : 0,
          a.raisedAt,
          a.lastAt,
          a.incident,
          JSON.stringify(a),
        )
      for (const { at, alarm, incident, rule, decision, ...doc } of trace)
        addTrace.run(at, alarm, incident, rule, decision, JSON.stringify(doc))
    },
    all: () =>
      db
        .prepare('select doc from alarm')
        .all()
        .map((row) => JSON.parse(row.doc as string) as Alarm)
        .map((alarm) => ({ ...alarm, ackUntil: alarm.ackUntil ?? null })),
  }
}

interface Hour {
  readonly hour: number
  readonly customer: string
  raised: number
  cleared: number
  lastClear: number | null
}

/** What came and went, by hour of event time and customer. Rules in shadow raise nothing that people see. */
function hoursOf(changes: readonly AlarmChange[]): Iterable<Hour> {
  const hours = new Map<string, Hour>()
  for (const { alarm, action, at } of changes) {
    if ((action !== 'raise' && action !== 'clear') || isShadow(alarm)) continue
    const hour = Math.floor(at / HOUR_MS)
    const key = `${hour} ${alarm.customer}`
    const one = hours.get(key) ?? { hour, customer: alarm.customer, raised: 0, cleared: 0, lastClear: null }
    hours.set(key, one)
    if (action === 'raise') one.raised += 1
    else {
      one.cleared += 1
      one.lastClear = Math.max(one.lastClear ?? at, at)
    }
  }
  return hours.values()
}
