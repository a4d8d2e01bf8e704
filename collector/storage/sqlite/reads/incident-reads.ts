// Incidents: the list, and one with its timeline, evidence, alarms and trace.
import { type Evidence, INCIDENT_STATES, type Incident, type TimelineEntry } from '#shared/domain/incident.ts'
import type { IncidentCountsQuery, IncidentRow, LinkedRow } from '#shared/http/incidents.ts'
import type { AlarmReads, IncidentReads, Only } from '../../../api/reads.ts'
import { attachmentOf } from '../attachment-store.ts'
import type { Database } from '../database.ts'
import { readTrace } from './alarm-reads.ts'
import { createFilter, type Filter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>
const FROM = `from incident i left join site s on s.id = i.site left join customer c on c.id = i.customer
  left join device d on d.id = i.device`
const SELECT = `select i.id, i.doc, i.opened_at, i.priority, json_extract(s.doc, '$.name') as site_name,
    json_extract(c.doc, '$.name') as customer_name, json_extract(d.doc, '$.name') as device_name ${FROM}`
const SEARCHED = [
  "json_extract(i.doc, '$.title')",
  'i.device',
  'cast(i.number as text)',
  ...['s', 'c', 'd'].map((table) => `json_extract(${table}.doc, '$.name')`),
]
/** What comes first of things that happened in the same turn. */
const FIRST =
  "case kind when 'opened' then 0 when 'reopened' then 0 when 'alarm-raised' then 1 when 'diagnostic-requested' then 2 else 3 end"
const MAX_TIMELINE = 2000
const MAX_EVIDENCE = 200
const MAX_FILES = 500

export function createIncidentReads(db: Database, alarms: AlarmReads): IncidentReads {
  const counted = (key: string, f: Filter, more = '') =>
    db.prepare(`select ${key} as k, count(*) as n ${FROM} ${f.sql()} group by 1 ${more}`).all(...f.values()) as {
      k: string | number | null
      n: number
    }[]

  const reads: IncidentReads = {
    async incidents(query, only) {
      const isUrgency = query.sort === 'priority'
      const order = isUrgency ? ['-i.priority', 'i.opened_at', 'i.id'] : ['i.opened_at', 'i.id']
      const f = filterOf(query, only).after(order.join(', '), '<', readCursor(query.cursor, order.length))
      const rows = db
        .prepare(`${SELECT} ${f.sql()} order by ${order.map((by) => `${by} desc`).join(', ')} limit ?`)
        .all(...f.values(), query.limit + 1) as Row[]
      const place = (r: Row) => [r.opened_at as number, r.id as string]
      return pageFrom(rows, query.limit, incidentRowOf, (r) =>
        isUrgency ? [-(r.priority as number), ...place(r)] : place(r),
      )
    },
    async incidentCounts(query, only) {
      const { state: _, open: __, ...anyState } = query
      const { priority: ___, ...anyPriority } = query
      const states = new Map(counted('i.state', filterOf(anyState, only)).map(({ k, n }) => [k, n]))
      const priorities = new Map(counted('i.priority', filterOf(anyPriority, only)).map(({ k, n }) => [k, n]))
      const open = filterOf({ open: true }, only)
      const assignees = counted("coalesce(json_extract(i.doc, '$.assignee'), '')", open, 'order by 2 desc, 1 limit 100')
      return {
        states: Object.fromEntries(INCIDENT_STATES.map((state) => [state, states.get(state) ?? 0])) as never,
        priorities: Object.fromEntries([1, 2, 3, 4].map((p) => [p, priorities.get(p) ?? 0])) as never,
        assignees: assignees.map(({ k, n }) => ({ name: String(k), count: n })),
      }
    },
    async incidentRow(id) {
      const row = db.prepare(`${SELECT} where i.id = ?`).get(id) as Row | undefined
      return row && incidentRowOf(row)
    },
    async incident(id) {
      const row = await reads.incidentRow(id)
      if (!row) return undefined
      const ids = [id, ...(row.merged ?? []).map((m) => m.id)]
      const all = JSON.stringify(ids)
      const timeline = db
        .prepare(
          `select doc from incident_timeline where incident in (select value from json_each(?))
           order by at desc, ${FIRST} desc, id desc limit ?`,
        )
        .all(all, MAX_TIMELINE + 1) as Row[]
      const evidence = (await Promise.all(ids.map((incident) => reads.evidence({ incident })))).flat()
      const files = db
        .prepare(
          `select * from attachment where used = 1 and incident in (select value from json_each(?)) order by at limit ?`,
        )
        .all(all, MAX_FILES) as Record<string, string | number>[]
      return {
        ...row,
        timeline: timeline
          .slice(0, MAX_TIMELINE)
          .reverse()
          .map((r) => JSON.parse(r.doc as string) as TimelineEntry),
        timelineCut: timeline.length > MAX_TIMELINE,
        evidence: evidence.sort((a, b) => b.requestedAt - a.requestedAt).slice(0, MAX_EVIDENCE),
        alarmRows: await alarms.alarmRows(row.alarms.slice(0, 500)),
        trace: readTrace(db, 'incident', id),
        links: linksOf(db, id),
        attachments: files.map((r) => {
          const { used: ____, ...file } = attachmentOf(r)
          return file
        }),
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

function filterOf(query: Partial<IncidentCountsQuery>, only: Only | undefined): Filter {
  return createFilter()
    .oneOf('i.state', query.state)
    .oneOf('i.priority', query.priority)
    .oneOf("json_extract(i.doc, '$.tier')", query.tier)
    .always(query.open === undefined ? undefined : `i.state ${query.open ? 'not ' : ''}in ('resolved', 'closed')`)
    .when('i.customer = ?', query.customer)
    .oneOf('i.customer', only ?? undefined)
    .when('i.site = ?', query.site)
    .when('i.device = ?', query.device)
    .when("json_extract(i.doc, '$.assignee') = ?", query.assignee)
    .always(query.unassigned === true ? "json_extract(i.doc, '$.assignee') is null" : undefined)
    .when('i.opened_at >= ?', query.from)
    .when('i.opened_at < ?', query.to)
    .search(SEARCHED, query.q?.trim().replace(/^#/, ''))
}

function linksOf(db: Database, id: string): LinkedRow[] {
  const rows = db
    .prepare(
      `select l.kind, l.by, l.at, i.id, i.number, i.state, i.customer, json_extract(i.doc, '$.title') as title
       from incident_link l join incident i on i.id = case l.a when ?1 then l.b else l.a end
       where l.a = ?1 or l.b = ?1 order by l.at`,
    )
    .all(id) as Row[]
  return rows.map((r) => ({
    ...{ id: r.id as string, number: r.number as number, title: String(r.title ?? ''), by: r.by as string },
    ...{ state: r.state as LinkedRow['state'], customer: r.customer as string, at: r.at as number },
    kind: r.kind as LinkedRow['kind'],
  }))
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
