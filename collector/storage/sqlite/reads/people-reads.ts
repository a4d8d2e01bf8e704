// Audit log, delivery log and the numbers of the health summary.
import type { SQLInputValue } from 'node:sqlite'
import { SEVERITIES } from '#shared/domain/severity.ts'
import type { AuditRow } from '#shared/http/administration.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'
import type { Only, PeopleReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter, type Filter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'
import { type Position, SCAN_LIMITS, type ScanLimits, scanPage } from './scan.ts'

type Row = Record<string, string | number | null>

export function createPeopleReads(db: Database, limits: ScanLimits = SCAN_LIMITS): PeopleReads {
  const grouped = (sql: string, f: Filter) => {
    const rows = db.prepare(`${sql} ${f.sql()} group by 1`).all(...f.values()) as { k: string | number; n: number }[]
    return new Map(rows.map((r) => [String(r.k), r.n]))
  }
  return {
    audit(query) {
      const isKind = query.subject?.endsWith(':') === true
      // what an index finds
      const near = (from: Position | undefined) =>
        createFilter()
          .when('subject = ?', isKind ? undefined : query.subject)
          .when('at >= ?', query.from)
          .when('at < ?', query.to)
          .after('at, id', '<', from as SQLInputValue[] | undefined)
      const isNear = query.q === undefined && query.actor === undefined && query.action === undefined && !isKind
      return scanPage<Row, AuditRow>(
        {
          end(from, step) {
            if (isNear) return undefined
            const f = near(from)
            const sql = `select at, id from audit ${f.sql()} order by at desc, id desc limit 1 offset ?`
            const row = db.prepare(sql).get(...f.values(), step - 1) as Row | undefined
            return row && placeOf(row)
          },
          rows(from, end, limit) {
            const f = near(from)
              .when('at >= ?', end?.[0])
              .after('at, id', '>=', end as SQLInputValue[] | undefined)
              .when('actor = ?', query.actor)
              .when('action = ?', query.action)
              .when("subject like ? escape '\\'", isKind ? `${likeText(query.subject ?? '')}%` : undefined)
              .search(['subject', 'detail', 'actor', 'action'], query.q)
            const sql = `select * from audit ${f.sql()} order by at desc, id desc limit ?`
            return db.prepare(sql).all(...f.values(), limit) as Row[]
          },
          position: placeOf,
          item: auditOf,
        },
        readCursor(query.cursor, 2) as Position | undefined,
        query.limit,
        limits,
      )
    },
    async notifications(query, only) {
      const f = ownMessages(only)
        .oneOf('state', query.state)
        .when('channel = ?', query.channel)
        .when('recipient = ?', query.recipient)
        .when('incident = ?', query.incident)
        .when('key in (select key from notification_alarm where alarm = ?)', query.alarm)
        .oneOf("json_extract(doc, '$.transition')", query.transition)
        .when('at >= ?', query.from)
        .when('at < ?', query.to)
        .after('at, key', '<', readCursor(query.cursor, 2))
      const rows = db
        .prepare(
          `select n.*, (select number from incident i where i.id = n.incident) as number
             from notification n ${f.sql()} order by at desc, key desc limit ?`,
        )
        .all(...f.values(), query.limit + 1) as Row[]
      return pageFrom(rows, query.limit, notificationOf, (r) => [r.at as number, r.key as string])
    },
    async channelFigures() {
      const rows = db
        .prepare(
          `select channel, sum(state = 'queued') as queued, sum(state = 'failed') as failed,
             max(case when state = 'sent' then at end) as last,
             min(case when state = 'queued' and attempts > 0 then at end) as failing,
             max(case when state = 'queued' and attempts > 0 then answer end) as problem
           from notification group by channel`,
        )
        .all() as Row[]
      return new Map(
        rows.map((r) => [
          r.channel as string,
          {
            queued: r.queued as number,
            failed: r.failed as number,
            lastSentAt: r.last as number | null,
            failingSince: r.failing as number | null,
            lastProblem: r.problem as string | null,
          },
        ]),
      )
    },
    async counts(only) {
      const of = (column: string) => createFilter().oneOf(column, only ?? undefined)
      const alarms = grouped(
        'select severity as k, count(*) as n from alarm',
        of('customer').always('in_list = 1 and is_cleared = 0'),
      )
      const agents = grouped(
        "select json_extract(a.doc, '$.presence') as k, count(*) as n from agent a left join site s on s.id = a.site",
        of('s.customer'),
      )
      const devices = grouped('select state as k, count(*) as n from device', of('customer'))
      const incidents = of('customer').always("state not in ('resolved', 'closed')")
      const open = db.prepare(`select count(*) as n from incident ${incidents.sql()}`).get(...incidents.values()) as Row
      return {
        alarms: Object.fromEntries(SEVERITIES.map((s, i) => [s, alarms.get(String(i)) ?? 0])),
        openIncidents: open.n as number,
        agents: {
          online: agents.get('online') ?? 0,
          unknown: agents.get('unknown') ?? 0,
          never: agents.get('never') ?? 0,
        },
        devices: { up: devices.get('up') ?? 0, down: devices.get('down') ?? 0, unknown: devices.get('unknown') ?? 0 },
      }
    },
  }
}

/** Of messages about things of these customers alone; what is about nothing, a test for instance, is for nobody with limits. */
function ownMessages(only: Only | undefined): Filter {
  if (only == null) return createFilter()
  const list = `(${only.map(() => '?').join(', ')})`
  const told = 'notification_alarm t left join alarm a on a.id = t.alarm where t.key = n.key'
  return createFilter()
    .whenAll(`(n.incident is null or n.incident in (select id from incident where customer in ${list}))`, only)
    .whenAll(`not exists (select 1 from ${told} and (a.customer is null or a.customer not in ${list}))`, only)
    .always(`(n.incident is not null or exists (select 1 from ${told}))`)
}

const placeOf = (r: Row): Position => [r.at as number, r.id as number]
const likeText = (text: string) => text.replace(/[\\%_]/g, '\\$&')

const auditOf = (r: Row): AuditRow => ({
  id: r.id as number,
  at: r.at as number,
  actor: r.actor as string,
  action: r.action as string,
  subject: r.subject as string,
  detail: JSON.parse(r.detail as string) as Record<string, unknown>,
  hash: r.hash as string,
})

function notificationOf(r: Row): NotificationRow {
  const state = r.state as NotificationRow['state']
  const doc = JSON.parse(r.doc as string) as { transition: string; alarms?: string[] }
  return {
    key: r.key as string,
    channel: r.channel as string,
    incident: r.incident as string | null,
    recipient: r.recipient as string,
    incidentNumber: (r.number as number | null) ?? null,
    alarms: doc.alarms ?? [],
    route: r.route as string | null,
    transition: doc.transition,
    at: r.at as number,
    state,
    attempts: r.attempts as number,
    nextAt: state === 'queued' ? (r.next_at as number) : null,
    answer: r.answer as string | null,
    fault: r.fault as string | null,
  }
}
