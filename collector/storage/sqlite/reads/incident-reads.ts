// Incidents: the list, and one with its timeline, evidence, alarms and trace.
import type { Evidence, Incident, TimelineEntry } from '#shared/domain/incident.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import type { AlarmReads, IncidentReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { readTrace } from './alarm-reads.ts'
import { createFilter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>
const SELECT = `select i.id, i.doc, i.opened_at, json_extract(s.doc, '$.name') as site_name,
    json_extract(c.doc, '$.name') as customer_name, json_extract(d.doc, '$.name') as device_name
  from incident i left join site s on s.id = i.site left join customer c on c.id = i.customer
  left join device d on d.id = i.device`
/** What comes first of things that happened in the same turn. */
const FIRST =
  "case kind when 'opened' then 0 when 'reopened' then 0 when 'alarm-raised' then 1 when 'diagnostic-requested' then 2 else 3 end"
const MAX_TIMELINE = 2000
const MAX_EVIDENCE = 200

export function createIncidentReads(db: Database, alarms: AlarmReads): IncidentReads {
  const reads: IncidentReads = {
    async incidents(query, only) {
      const f = createFilter()
        .oneOf('i.state', query.state)
        .oneOf('i.priority', query.priority)
        .always(query.open === undefined ? undefined : `i.state ${query.open ? 'not ' : ''}in ('resolved', 'closed')`)
        .when('i.customer = ?', query.customer)
        .oneOf('i.customer', only ?? undefined)
        .when('i.site = ?', query.site)
        .when('i.device = ?', query.device)
        .when("json_extract(i.doc, '$.assignee') = ?", query.assignee)
        .when('i.opened_at >= ?', query.from)
        .when('i.opened_at < ?', query.to)
        .search(["json_extract(i.doc, '$.title')", 'i.device', 'cast(i.number as text)'], query.q)
        .after('i.opened_at, i.id', '<', readCursor(query.cursor, 2))
      const rows = db
        .prepare(`${SELECT} ${f.sql()} order by i.opened_at desc, i.id desc limit ?`)
        .all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, incidentRowOf, (r) => [r.opened_at as number, r.id as string])
    },
    async incidentRow(id) {
      const row = db.prepare(`${SELECT} where i.id = ?`).get(id) as Row | undefined
      return row && incidentRowOf(row)
    },
    async incident(id) {
      const row = await reads.incidentRow(id)
      if (!row) return undefined
      const timeline = db
        .prepare(`select doc from incident_timeline where incident = ? order by at, ${FIRST}, id limit ?`)
        .all(id, MAX_TIMELINE) as Row[]
      return {
        ...row,
        timeline: timeline.map((r) => JSON.parse(r.doc as string) as TimelineEntry),
        evidence: await reads.evidence({ incident: id }),
        alarmRows: await alarms.alarmRows(row.alarms.slice(0, 500)),
        trace: readTrace(db, 'incident', id),
      }
    },
    async evidence(filter) {
      const f = createFilter()
        .when('incident = ?', filter.incident)
        .when('device = ?', filter.device)
        .when('command = ?', filter.command)
      const rows = db
        .prepare(`select doc from evidence ${f.sql()} order by requested_at desc, command limit ?`)
        .all(...f.values(), MAX_EVIDENCE) as Row[]
      return rows.map((r) => {
        const { nonce: _, ...evidence } = JSON.parse(r.doc as string) as Evidence & { nonce?: string }
        return evidence
      })
    },
  }
  return reads
}

function incidentRowOf(r: Row): IncidentRow {
  const incident = JSON.parse(r.doc as string) as Incident
  return {
    ...incident,
    deviceName: incident.device === null ? null : String(r.device_name ?? incident.device),
    siteName: String(r.site_name ?? incident.site),
    customerName: String(r.customer_name ?? incident.customer),
  }
}
