// Alarms raised and cleared by hour.
import type { AlarmHourReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter } from './filter.ts'

/** Hours with a clear that are looked at for the newest one: of each customer one or more in the newest hours. */
const NEWEST = 64

export function createAlarmHourReads(db: Database): AlarmHourReads {
  return {
    alarmHours(fromHour, only) {
      const f = createFilter()
        .when('hour >= ?', fromHour)
        .oneOf('customer', only ?? undefined)
      return db
        .prepare(
          `select hour, sum(raised) as raised, sum(cleared) as cleared from alarm_hour ${f.sql()} group by hour order by hour`,
        )
        .all(...f.values())
        .map((row) => ({ hour: Number(row.hour), raised: Number(row.raised), cleared: Number(row.cleared) }))
    },
    lastClear(only) {
      const f = createFilter()
        .always('last_clear is not null')
        .oneOf('customer', only ?? undefined)
      const row = db
        .prepare(
          `select max(last_clear) as at from
             (select last_clear from alarm_hour ${f.sql()} order by hour desc limit ${NEWEST})`,
        )
        .get(...f.values())
      return row?.at == null ? null : Number(row.at)
    },
  }
}
