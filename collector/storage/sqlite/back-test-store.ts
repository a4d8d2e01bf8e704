// The last back-test of each rule that was done, and what rules in shadow have said.
import type { Alarm } from '#shared/domain/alarm.ts'
import { SEVERITIES } from '#shared/domain/severity.ts'
import type { BackTest, ShadowRecord } from '#shared/http/back-tests.ts'
import type { Database } from './database.ts'
import { pageFrom, readCursor } from './reads/paging.ts'

export interface BackTestStore {
  put(test: BackTest): void
  last(rule: string): BackTest | undefined
  /** Version of the rule that was last tested. */
  versionTested(rule: string): string | undefined
  /** Episodes of alarms of a rule in shadow, newest first. `qualifier`: how those of it begin. */
  shadow(rule: string, qualifier: string, query: { limit: number; cursor?: string | undefined }): ShadowRecord
}

type Row = Record<string, string | number | null>

const DAY_MS = 86_400_000

export function createBackTestStore(db: Database, now: () => number): BackTestStore {
  const put = db.prepare(
    `insert into back_test (rule, version, ended_at, doc) values (?, ?, ?, ?)
     on conflict (rule) do update set version = excluded.version, ended_at = excluded.ended_at, doc = excluded.doc`,
  )
  const last = db.prepare('select doc from back_test where rule = ?')
  const version = db.prepare('select version from back_test where rule = ?')
  const OF_RULE = `alarm a where json_extract(a.doc, '$.rule') = ?1
    and substr(json_extract(a.doc, '$.qualifier'), 1, length(?2)) = ?2`
  const counted = db.prepare(
    `select count(*) as n, min(c.at) as since from ${OF_RULE.replace('alarm a where', "alarm a join alarm_change c on c.alarm = a.id and c.action = 'raise' where")}`,
  )
  const standing = db.prepare(`select count(*) as n from ${OF_RULE} and a.is_cleared = 0`)
  return {
    put: (test) => void put.run(test.rule, test.ruleVersion, test.endedAt ?? 0, JSON.stringify(test)),
    last(rule) {
      const row = last.get(rule)
      return row && (JSON.parse(row.doc as string) as BackTest)
    },
    versionTested: (rule) => version.get(rule)?.version as string | undefined,
    shadow(rule, qualifier, query) {
      const cursor = readCursor(query.cursor, 1)
      const rows = db
        .prepare(
          `select c.id, c.at, c.severity, a.doc, (select min(e.at) from alarm_change e
               where e.alarm = a.id and e.id > c.id and e.action = 'clear') as cleared_at
             from ${OF_RULE.replace('alarm a where', "alarm a join alarm_change c on c.alarm = a.id and c.action = 'raise' where")}
             and c.id < ?3 order by c.id desc limit ?4`,
        )
        .all(rule, qualifier, (cursor?.[0] as number | undefined) ?? Number.MAX_SAFE_INTEGER, query.limit + 1) as Row[]
      const page = pageFrom(
        rows,
        query.limit,
        (row) => itemOf(row, qualifier),
        (row) => [row.id as number],
      )
      const all = counted.get(rule, qualifier) as { n: number; since: number | null }
      const days = all.since === null ? 1 : Math.max(1, (now() - all.since) / DAY_MS)
      return {
        since: all.since,
        alarms: all.n,
        standing: Number(standing.get(rule, qualifier)?.n),
        perDay: all.n / days,
        items: [...page.items],
        nextCursor: page.nextCursor,
      }
    },
  }
}

function itemOf(row: Row, prefix: string): ShadowRecord['items'][number] {
  const alarm = JSON.parse(row.doc as string) as Alarm
  const { id, customer, site, device, resource, alarmType, text } = alarm
  return {
    ...{ alarm: id, customer, site, device, resource, alarmType, text },
    qualifier: alarm.qualifier.slice(prefix.length).replace(/^ /, ''),
    severity: SEVERITIES[row.severity as number] ?? alarm.perceivedSeverity,
    raisedAt: row.at as number,
    clearedAt: row.cleared_at as number | null,
    opens: false,
  }
}
