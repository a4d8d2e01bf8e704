// All that is held back now: standing alarms with a suppression, the newest first.
import { SUPPRESSED_BY, type SuppressedBy } from '#shared/domain/suppression.ts'
import type { SuppressedQuery, SuppressedRow } from '#shared/http/suppression.ts'
import type { Only, SuppressedReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { alarmRowOf, COLUMNS, FROM } from './alarm-reads.ts'
import { createFilter, type Filter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'

type Row = Record<string, string | number | null>
type Counts = Record<SuppressedBy, number>

/** As the indexes alarm_held_by and alarm_held_since have them. */
const BY = "json_extract(m.doc, '$.suppression.by')"
const REF = "json_extract(m.doc, '$.suppression.ref')"
const SINCE = "json_extract(m.doc, '$.suppression.since')"
const NAMES = `coalesce((select json_extract(w.doc, '$.title') from maintenance_window w where w.id = ${REF}),
  (select json_extract(a.doc, '$.text') from alarm a where a.id = ${REF})) as ref_name, ${SINCE} as since`

export function createSuppressedReads(db: Database): SuppressedReads {
  function countsOf(query: SuppressedQuery, only?: Only): Counts {
    const all = filterOf(query, only)
    const counted = db
      .prepare(`select ${BY} as gate, count(*) as n from alarm m ${all.sql()} group by ${BY}`)
      .all(...all.values()) as { gate: SuppressedBy; n: number }[]
    const none = Object.fromEntries(SUPPRESSED_BY.map((by) => [by, 0])) as Counts
    return { ...none, ...Object.fromEntries(counted.map(({ gate, n }) => [gate, n])) }
  }

  return {
    async suppressed(query, known, only) {
      const f = filterOf(query, only).oneOf(BY, query.by).after(`${SINCE}, m.id`, '<', readCursor(query.cursor, 2))
      const rows = db
        .prepare(`select ${COLUMNS}, ${NAMES} ${FROM} ${f.sql()} order by ${SINCE} desc, m.id desc limit ?`)
        .all(...f.values(), query.limit + 1) as Row[]
      const page = pageFrom(rows, query.limit, rowOf, (r) => [r.since as number, r.id as string])
      return { ...page, counts: known ?? countsOf(query, only) }
    },
  }
}

function filterOf({ customer, site, device, ref, q }: SuppressedQuery, only?: Only): Filter {
  return createFilter()
    .always('m.is_cleared = 0')
    .always(`${BY} is not null`)
    .when('m.customer = ?', customer)
    .oneOf('m.customer', only ?? undefined)
    .when('m.site = ?', site)
    .when('m.device = ?', device)
    .when(`${REF} = ?`, ref)
    .search(["json_extract(m.doc, '$.text')", 'm.device', "json_extract(m.doc, '$.alarmType')"], q)
}

const rowOf = (r: Row): SuppressedRow => ({
  ...(alarmRowOf(r) as Omit<SuppressedRow, 'refName'>),
  refName: r.ref_name === null ? null : String(r.ref_name),
})
