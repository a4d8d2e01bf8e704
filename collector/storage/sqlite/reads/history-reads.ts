// The history of alarms: each time one was raised, how it ended, who had it, from the changes that were kept.
import type { Alarm } from '#shared/domain/alarm.ts'
import { SEVERITIES, severityRank } from '#shared/domain/severity.ts'
import type { HistoryQuery, HistoryRow } from '#shared/http/alarm-history.ts'
import type { HistoryReads, Only } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter, type Filter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>

/** Changes looked at to say how one episode went. */
const MOST_CHANGES = 500
const RAISE = "h.action = 'raise'"
const NEXT = `exists (select 1 from alarm_change n where n.alarm = h.alarm and n.id > h.id and n.action = 'raise')`

export function createHistoryReads(db: Database): HistoryReads {
  const changes = db.prepare(
    'select action, at, actor, note, severity from alarm_change where alarm = ? and id > ? order by id limit ?',
  )
  const said = db.prepare("select doc from trace where alarm = ? and decision = 'raise' and at = ? order by id limit 1")
  return {
    async alarmHistory(query, only) {
      const f = filterOf(query, only).after('h.at, h.id', '<', readCursor(query.cursor, 2))
      const rows = db
        .prepare(
          `select h.id, h.alarm, h.at, h.severity, h.late, m.doc, json_extract(s.doc, '$.name') as site_name,
             json_extract(c.doc, '$.name') as customer_name, json_extract(d.doc, '$.name') as device_name,
             i.number as incident_number
           from alarm_change h join alarm m on m.id = h.alarm left join site s on s.id = m.site
             left join customer c on c.id = m.customer left join device d on d.id = m.device
             left join incident i on i.id = m.incident ${f.sql()} order by h.at desc, h.id desc limit ?`,
        )
        .all(...f.values(), query.limit + 1) as Row[]
      const page = pageFrom(rows, query.limit, rowOf, (r) => [r.at as number, r.id as number])
      return { items: [...page.items], nextCursor: page.nextCursor }
    },
  }

  function rowOf(r: Row): HistoryRow {
    const alarm = JSON.parse(r.doc as string) as Alarm
    let clearedAt: number | null = null
    let worst = r.severity as number
    let by: string | null = null
    let note = ''
    let isLast = true
    for (const change of changes.all(alarm.id, r.id as number, MOST_CHANGES) as Row[]) {
      if (change.action === 'raise') {
        isLast = false
        break
      }
      if (clearedAt === null) worst = Math.max(worst, change.severity as number)
      if (change.action === 'clear') clearedAt = change.at as number
      if (change.action === 'acknowledge' || change.action === 'close') {
        by = change.actor as string
        note = change.note as string
      }
    }
    const trace = isLast ? undefined : (said.get(alarm.id, r.at as number) as { doc: string } | undefined)
    const text = trace && (JSON.parse(trace.doc) as { inputs?: { text?: unknown } }).inputs?.text
    return {
      ...{ id: r.id as number, alarm: alarm.id, raisedAt: r.at as number, clearedAt },
      severity: SEVERITIES[worst] ?? 'indeterminate',
      text: typeof text === 'string' ? text : alarm.text,
      ...{ customer: alarm.customer, site: alarm.site, device: alarm.device, resource: alarm.resource },
      customerName: String(r.customer_name ?? alarm.customer),
      siteName: String(r.site_name ?? alarm.site),
      deviceName: alarm.device === null ? null : String(r.device_name ?? alarm.device),
      ...{ alarmType: alarm.alarmType, source: alarm.source, rule: alarm.rule, by, note, late: r.late === 1 },
      incident: isLast ? alarm.incident : null,
      incidentNumber: isLast ? (r.incident_number as number | null) : null,
    }
  }
}

function filterOf(query: Omit<HistoryQuery, 'limit' | 'cursor'>, only: Only = null): Filter {
  const standing = `m.is_cleared = 0 and not ${NEXT}`
  const words = (query.q ?? '').split(/\s+/).filter(Boolean).slice(0, 8)
  const filter = createFilter()
    .always(RAISE)
    .when('h.at >= ?', query.from)
    .when('h.at < ?', query.to)
    .always(query.state === 'standing' ? standing : query.state === 'ended' ? `not (${standing})` : undefined)
    .oneOf('h.severity', query.severity?.map(severityRank))
    .when('m.customer = ?', query.customer)
    .oneOf('m.customer', only ?? undefined)
    .when('m.site = ?', query.site)
    .when('m.device = ?', query.device)
    .when(`${TYPE} = ?`, query.type)
  for (const [place, word] of words.entries()) {
    const parts = (query.means ?? []).map((meaning) => meaning.split('~'))
    const types = parts.filter(([at, kind]) => Number(at) === place && kind === 'type').map(([, , type]) => type ?? '')
    filter.search(SEARCHED, word, { column: TYPE, values: types })
  }
  return filter
}

const TYPE = "json_extract(m.doc, '$.alarmType')"
const SEARCHED = [
  "json_extract(m.doc, '$.text')",
  "json_extract(m.doc, '$.resource')",
  TYPE,
  'm.device',
  "json_extract(d.doc, '$.name')",
  "json_extract(s.doc, '$.name')",
  "json_extract(c.doc, '$.name')",
]
