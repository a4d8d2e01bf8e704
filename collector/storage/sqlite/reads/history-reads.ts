// The history of alarms: each time one was raised, how it ended, who had it, from the changes that were kept.
import type { SQLInputValue } from 'node:sqlite'
import type { Alarm } from '#shared/domain/alarm.ts'
import { SEVERITIES, severityRank } from '#shared/domain/severity.ts'
import type { HistoryQuery, HistoryRow } from '#shared/http/alarm-history.ts'
import type { HistoryReads, Only } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter, type Filter } from './filter.ts'
import { readCursor } from './paging.ts'
import { type Position, type ScanLimits, scanPage } from './scan.ts'

type Row = Record<string, string | number | null>

/** Changes looked at to say how one episode went. */
const MOST_CHANGES = 500
/** A million raises for a page: others are served between two steps of some milliseconds. */
const HISTORY_LIMITS: ScanLimits = { step: 2000, steps: 500 }
const NEAR: ReadonlySet<string> = new Set(['from', 'to', 'limit', 'cursor', 'means'])
const RAISE = "h.action = 'raise'"
const NEXT = `exists (select 1 from alarm_change n where n.alarm = h.alarm and n.id > h.id and n.action = 'raise')`

export function createHistoryReads(db: Database, limits: ScanLimits = HISTORY_LIMITS): HistoryReads {
  const changes = db.prepare(
    'select action, at, actor, note, severity from alarm_change where alarm = ? and id > ? order by id limit ?',
  )
  const said = db.prepare("select doc from trace where alarm = ? and decision = 'raise' and at = ? order by id limit 1")
  return {
    async alarmHistory(query, only) {
      // what an index finds
      const near = (from: Position | undefined) =>
        createFilter()
          .always(RAISE)
          .when('h.at >= ?', query.from)
          .when('h.at < ?', query.to)
          .after('h.at, h.id', '<', from as SQLInputValue[] | undefined)
      const asked = Object.entries({ ...query, only: only ?? undefined })
      const isNear = asked.every(([name, value]) => NEAR.has(name) || value === undefined)
      return scanPage<Row, HistoryRow>(
        {
          end(from, step) {
            if (isNear) return undefined
            const f = near(from)
            const sql = `select h.at, h.id from alarm_change h ${f.sql()} order by h.at desc, h.id desc limit 1 offset ?`
            const row = db.prepare(sql).get(...f.values(), step - 1) as Row | undefined
            return row && placeOf(row)
          },
          rows(from, end, limit) {
            const f = narrowed(near(from), query, only)
              .when('h.at >= ?', end?.[0])
              .after('h.at, h.id', '>=', end as SQLInputValue[] | undefined)
            return db
              .prepare(
                `select h.id, h.alarm, h.at, h.severity, h.late, m.doc, json_extract(s.doc, '$.name') as site_name,
                   json_extract(c.doc, '$.name') as customer_name, json_extract(d.doc, '$.name') as device_name,
                   i.number as incident_number
                 from alarm_change h join alarm m on m.id = h.alarm left join site s on s.id = m.site
                   left join customer c on c.id = m.customer left join device d on d.id = m.device
                   left join incident i on i.id = m.incident ${f.sql()} order by h.at desc, h.id desc limit ?`,
              )
              .all(...f.values(), limit) as Row[]
          },
          position: placeOf,
          item: rowOf,
        },
        readCursor(query.cursor, 2) as Position | undefined,
        query.limit,
        limits,
      )
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

const placeOf = (r: Row): Position => [r.at as number, r.id as number]

/** Everything but time. */
function narrowed(filter: Filter, query: HistoryQuery, only: Only = null): Filter {
  const standing = `m.is_cleared = 0 and not ${NEXT}`
  const words = (query.q ?? '').split(/\s+/).filter(Boolean).slice(0, 8)
  filter
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
