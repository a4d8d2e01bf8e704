// The alarm list and one alarm with its history and trace.
import type { Alarm } from '#shared/domain/alarm.ts'
import { SEVERITIES, severityRank } from '#shared/domain/severity.ts'
import type { AlarmListQuery, AlarmRow, TraceEntry } from '#shared/http/alarms.ts'
import type { AlarmReads, Only } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter, type Filter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>

/** Order of the list; the id makes it total. */
const SORTS = {
  severity: ['m.severity', 'm.raised_at', 'm.id'],
  raisedAt: ['m.raised_at', 'm.id'],
  lastAt: ['m.last_at', 'm.id'],
} as const

export const FROM = `from alarm m left join site s on s.id = m.site left join customer c on c.id = m.customer
  left join device d on d.id = m.device left join incident i on i.id = m.incident`
export const COLUMNS = `m.id, m.doc, m.severity, m.raised_at, m.last_at, json_extract(s.doc, '$.name') as site_name,
  json_extract(c.doc, '$.name') as customer_name, json_extract(d.doc, '$.name') as device_name, i.number as incident_number`
const MAX_HISTORY = 500

export function createAlarmReads(db: Database): AlarmReads {
  const alarmRows = async (ids: readonly string[]) =>
    ids.length === 0
      ? []
      : (
          db
            .prepare(`select ${COLUMNS} ${FROM} where m.id in (select value from json_each(?)) order by m.raised_at`)
            .all(JSON.stringify(ids)) as Row[]
        ).map(alarmRowOf)
  return {
    alarmRows,
    async alarms(query, only) {
      const columns = SORTS[query.sort]
      const f = filterOf(query, only)
        .oneOf('m.severity', query.severity?.map(severityRank))
        .after(columns.join(', '), query.order === 'desc' ? '<' : '>', readCursor(query.cursor, columns.length))
      const order = columns.map((c) => `${c} ${query.order}`).join(', ')
      const rows = db
        .prepare(`select ${COLUMNS} ${FROM} ${f.sql()} order by ${order} limit ?`)
        .all(...f.values(), query.limit + 1) as Row[]
      const page = pageFrom(rows, query.limit, alarmRowOf, (r) => columns.map((c) => r[c.slice(2)] as string | number))
      const all = filterOf(query, only)
      const counts = db
        .prepare(`select m.severity, count(*) as n from alarm m ${all.sql()} group by m.severity`)
        .all(...all.values()) as { severity: number; n: number }[]
      const bySeverity = Object.fromEntries(SEVERITIES.map((s) => [s, 0])) as Record<
        (typeof SEVERITIES)[number],
        number
      >
      for (const { severity, n } of counts) bySeverity[SEVERITIES[severity] ?? 'indeterminate'] += n
      return { items: [...page.items], nextCursor: page.nextCursor, counts: bySeverity }
    },
    async alarm(id) {
      const [row] = await alarmRows([id])
      if (!row) return undefined
      const history = db
        .prepare('select * from alarm_change where alarm = ? order by id desc limit ?')
        .all(id, MAX_HISTORY) as Row[]
      return { ...row, history: history.map(historyOf), trace: readTrace(db, 'alarm', id) }
    },
  }
}

/** Last trace lines of one alarm or incident, newest first. */
export function readTrace(db: Database, of: 'alarm' | 'incident', id: string): TraceEntry[] {
  const sql = {
    alarm: 'select * from trace where alarm = ? order by id desc limit ?',
    incident: 'select * from trace where incident = ? order by id desc limit ?',
  }
  return (db.prepare(sql[of]).all(id, MAX_HISTORY) as Row[]).map((r) => {
    const doc = JSON.parse(r.doc as string) as Partial<TraceEntry>
    return {
      at: r.at as number,
      rule: r.rule as string,
      decision: r.decision as string,
      why: doc.why ?? '',
      inputs: doc.inputs ?? {},
    }
  })
}

/** Everything but severity and place in the list. */
function filterOf(query: AlarmListQuery, only: Only = null): Filter {
  const current = !query.all && query.cleared === undefined && query.from === undefined && query.to === undefined
  const cleared = query.cleared === undefined ? undefined : query.cleared ? 1 : 0
  const quiet = "(m.operator_state = 'shelved' or json_extract(m.doc, '$.suppression') is not null)"
  return createFilter()
    .always(current ? 'm.in_list = 1' : undefined)
    .when('m.is_cleared = ?', cleared)
    .oneOf('m.operator_state', query.state)
    .always(query.suppressed === false ? `not ${quiet}` : query.suppressed === true ? quiet : undefined)
    .when('m.customer = ?', query.customer)
    .oneOf('m.customer', only ?? undefined)
    .when('m.site = ?', query.site)
    .when('m.device = ?', query.device)
    .when('m.incident = ?', query.incident)
    .when('m.raised_at >= ?', query.from)
    .when('m.raised_at < ?', query.to)
    .search(
      [
        "json_extract(m.doc, '$.text')",
        'm.device',
        "json_extract(m.doc, '$.resource')",
        "json_extract(m.doc, '$.alarmType')",
      ],
      query.q,
    )
}

/** Of a row of COLUMNS. */
export function alarmRowOf(r: Row): AlarmRow {
  const alarm = JSON.parse(r.doc as string) as Alarm
  return {
    ...alarm,
    ackUntil: alarm.ackUntil ?? null,
    deviceName: alarm.device === null ? null : String(r.device_name ?? alarm.device),
    siteName: String(r.site_name ?? alarm.site),
    customerName: String(r.customer_name ?? alarm.customer),
    incidentNumber: r.incident_number as number | null,
  }
}

const historyOf = (r: Row) => ({
  id: r.id as number,
  action: r.action as string,
  at: r.at as number,
  actor: r.actor as string,
  late: r.late === 1,
  note: r.note as string,
  severity: SEVERITIES[r.severity as number] ?? ('indeterminate' as const),
})
