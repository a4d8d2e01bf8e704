// Device events, what could not be read, and what agents had to drop.
import { isUtf8 } from 'node:buffer'
import type { SQLInputValue } from 'node:sqlite'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { EventRow, GapRow, QuarantineRow } from '#shared/http/records.ts'
import type { RecordReads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createFilter } from './filter.ts'
import { pageFrom, readCursor } from './paging.ts'
import { type Position, SCAN_LIMITS, type ScanLimits, scanPage } from './scan.ts'

type Row = Record<string, string | number | null>

/** Bytes of a quarantined record that are shown. */
const PREVIEW_BYTES = 512

export function createRecordReads(db: Database, limits: ScanLimits = SCAN_LIMITS): RecordReads {
  const siteIds = (customers: readonly string[]) =>
    (
      db
        .prepare('select id from site where customer in (select value from json_each(?))')
        .all(JSON.stringify(customers)) as { id: string }[]
    ).map((r) => r.id)
  const agentIds = (customers: readonly string[]) =>
    (
      db
        .prepare(
          'select a.id from agent a join site s on s.id = a.site where s.customer in (select value from json_each(?))',
        )
        .all(JSON.stringify(customers)) as { id: string }[]
    ).map((r) => r.id)
  return {
    async events(query, only) {
      const sites = only && siteIds(only)
      // what an index finds
      const near = (from: Position | undefined) =>
        createFilter()
          .when('device = ?', query.device)
          .when('site = ?', query.device === undefined ? query.site : undefined)
          .when('at >= ?', query.from)
          .when('at < ?', query.to)
          .after('at, id', '<', from as SQLInputValue[] | undefined)
      const isNear = [query.q, query.kind, query.agent, query.level, query.trap, sites ?? undefined].every(
        (one) => one === undefined,
      )
      const ofBoth = query.device !== undefined && query.site !== undefined
      const page = await scanPage<Row, EventRow>(
        {
          end(from, step) {
            if (isNear && !ofBoth) return undefined
            const f = near(from)
            const sql = `select at, id from device_event ${f.sql()} order by at desc, id desc limit 1 offset ?`
            const row = db.prepare(sql).get(...f.values(), step - 1) as Row | undefined
            return row && placeOf(row)
          },
          rows(from, end, limit) {
            const f = near(from)
              .when('at >= ?', end?.[0])
              .after('at, id', '>=', end as SQLInputValue[] | undefined)
              .when('site = ?', query.site)
              .oneOf('site', sites ?? undefined)
              .when('agent = ?', query.agent)
              .oneOf('kind', query.kind)
              .when("(kind <> 'log' or coalesce(json_extract(doc, '$.severity'), 0) <= ?)", query.level)
              .when(TRAP, query.trap === undefined ? undefined : trapPattern(query.trap))
              .search(['doc'], query.q)
            const sql = `select *, ${NAMES} from device_event ${f.sql()} order by at desc, id desc limit ?`
            return db.prepare(sql).all(...f.values(), limit) as Row[]
          },
          position: placeOf,
          item: eventOf,
        },
        readCursor(query.cursor, 2) as Position | undefined,
        query.limit,
        limits,
      )
      return { ...page, readTo: page.nextCursor === null ? null : (readCursor(page.nextCursor, 2)?.[0] as number) }
    },
    async quarantine(query, only) {
      const f = createFilter()
        .oneOf('agent', only ? agentIds(only) : undefined)
        .when('agent = ?', query.agent)
        .when('lane = ?', query.lane)
        .search(['reason'], query.q)
        .after('id', '<', readCursor(query.cursor, 1))
      const rows = db
        .prepare(
          `select id, agent, epoch, lane, first, count, reason, bytes, at, substr(raw, 1, ${PREVIEW_BYTES}) as start,
             length(raw) as length from quarantine ${f.sql()} order by id desc limit ?`,
        )
        .all(...f.values(), query.limit + 1) as unknown as Quarantined[]
      return pageFrom(rows, query.limit, quarantinedOf, (r) => [r.id])
    },
    async gaps(query, only) {
      const agents = only ? agentIds(only) : undefined
      return scanPage<GapRow, GapRow>(
        {
          end(from, step) {
            const f = createFilter().after('id', '<', from as SQLInputValue[] | undefined)
            const sql = `select id from stream_gap ${f.sql()} order by id desc limit 1 offset ?`
            const row = db.prepare(sql).get(...f.values(), step - 1) as { id: number } | undefined
            return row && [row.id]
          },
          rows(from, end, limit) {
            const f = createFilter()
              .after('id', '<', from as SQLInputValue[] | undefined)
              .when('id >= ?', end?.[0])
              .oneOf('agent', agents)
              .when('agent = ?', query.agent)
              .when('lane = ?', query.lane)
            const sql = `select id, agent, epoch, lane, first, count, reason, at from stream_gap ${f.sql()} order by id desc limit ?`
            return db.prepare(sql).all(...f.values(), limit) as unknown as GapRow[]
          },
          position: (r) => [r.id],
          item: (r) => r,
        },
        readCursor(query.cursor, 1) as Position | undefined,
        query.limit,
        limits,
      )
    },
  }
}

const NAMES = `(select json_extract(d.doc, '$.name') from device d where d.id = device_event.device) as device_name,
  (select json_extract(s.doc, '$.name') from site s where s.id = device_event.site) as site_name`

const TRAP =
  "(kind in ('trap', 'storm') and coalesce(json_extract(doc, '$.trapOid'), json_extract(doc, '$.key')) like ?)"

/** Digits and dots only: nothing in it is a pattern. */
const trapPattern = (oid: string): string => (oid.endsWith('.') ? `${oid}%` : oid)

const placeOf = (r: Row): Position => [r.at as number, r.id as number]
const eventOf = (r: Row): EventRow => ({
  id: r.id as number,
  agent: r.agent as string,
  site: r.site as string,
  device: r.device as string | null,
  ...(typeof r.device_name === 'string' ? { deviceName: r.device_name } : {}),
  ...(typeof r.site_name === 'string' ? { siteName: r.site_name } : {}),
  epoch: r.epoch as string,
  seq: r.seq as number,
  kind: r.kind as EventRow['kind'],
  at: r.at as number,
  receivedAt: r.received_at as number,
  event: JSON.parse(r.doc as string) as DeviceEvent,
})

interface Quarantined extends Omit<QuarantineRow, 'preview'> {
  readonly start: Uint8Array | null
  readonly length: number | null
}

function quarantinedOf({ start, length, ...row }: Quarantined): QuarantineRow {
  if (start === null) return { ...row, preview: null }
  const complete = start.length === length
  const text = textOf(start, complete)
  const shown = text === undefined ? ({ form: 'hex', text: hexOf(start) } as const) : ({ form: 'text', text } as const)
  return { ...row, preview: { ...shown, complete } }
}

/** Undefined when it is not text. A cut may go through a character: up to 3 bytes at the end may be missing. */
function textOf(bytes: Uint8Array, complete: boolean): string | undefined {
  for (let cut = 0; cut <= (complete ? 0 : 3); cut++) {
    const part = bytes.subarray(0, bytes.length - cut)
    if (!isUtf8(part)) continue
    const text = Buffer.from(part).toString('utf8')
    return /[^\P{Cc}\n\r\t]/u.test(text) ? undefined : text
  }
  return undefined
}

const hexOf = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ')
