// The lines of trace of one alarm, page by page.
import type { TracePage, TraceQuery, TraceRow } from '#shared/http/trace.ts'
import type { TraceReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createToldReads } from '../told-reads.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>

/** What a line says beside its columns. */
interface Doc {
  readonly why?: string
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly gate?: string
  readonly until?: number | null
  readonly ruleVersion?: string
}

export function createTraceReads(db: Database): TraceReads {
  const sql = {
    newest: 'select * from trace where alarm = ? and id < ? order by id desc limit ?',
    oldest: 'select * from trace where alarm = ? and id > ? order by id limit ?',
  }
  const holds = db.prepare(
    "select * from trace where alarm = ? and decision in ('skip', 'suppress', 'unsuppress') order by id desc limit 20",
  )
  return {
    async traceOf(alarm: string, query: TraceQuery): Promise<TracePage> {
      const start = query.order === 'newest' ? Number.MAX_SAFE_INTEGER : 0
      const cursor = (readCursor(query.cursor, 1)?.[0] as number | undefined) ?? start
      const rows = db.prepare(sql[query.order]).all(alarm, cursor, query.limit + 1) as Row[]
      const page = pageFrom(rows, query.limit, traceRowOf, (row) => [row.id as number])
      return { items: [...page.items], nextCursor: page.nextCursor }
    },
    holdsOf: async (alarm) => (holds.all(alarm) as Row[]).map(traceRowOf),
    ...createToldReads(db),
  }
}

function traceRowOf(row: Row): TraceRow {
  const { why = '', inputs = {}, gate, until, ruleVersion = null } = JSON.parse(row.doc as string) as Doc
  const decision = row.decision as string
  return {
    ...{ id: row.id as number, at: row.at as number, alarm: row.alarm as string | null },
    ...{ incident: row.incident as string | null, rule: row.rule as string, ruleVersion, decision, why, inputs },
    gate: gate ?? (typeof inputs.by === 'string' ? inputs.by : (GATES[decision] ?? null)),
    until: until ?? (typeof inputs.until === 'number' ? inputs.until : null),
  }
}

/** What decides where the line does not say it. */
const GATES: Readonly<Record<string, string>> = {
  raise: 'rule',
  update: 'rule',
  clear: 'rule',
  keep: 'rule',
  open: 'incident-policy',
  attach: 'incident-policy',
  resolve: 'incident-policy',
  skip: 'incident-policy',
  notify: 'notification',
}
