// What was: every time an alarm was raised, with how it ended, from the database. And lists of alarms as files.
import { z } from 'zod'
import { ALARM_SOURCES } from '../domain/alarm.ts'
import { Severity } from '../domain/severity.ts'
import { BoardQuery, MAX_MEANINGS, Meaning, several } from './alarm-board.ts'
import { Id, instant, PageQuery, repeated, searchText } from './paging.ts'

export const HISTORY_STATES = ['ended', 'standing'] as const

/** GET /api/v1/alarms/history, the newest first: raised at or after `from` and before `to`. */
export const HistoryQuery = PageQuery.extend({
  from: instant.optional(),
  to: instant.optional(),
  state: z.enum(HISTORY_STATES).optional(),
  severity: repeated(Severity).optional(),
  customer: Id.optional(),
  site: Id.optional(),
  device: Id.optional(),
  type: Id.optional(),
  q: searchText.optional(),
  /** As of BoardFilter; only types count. */
  means: several(Meaning, MAX_MEANINGS).optional(),
})
export type HistoryQuery = z.infer<typeof HistoryQuery>

/** One episode: from a raise to its clear. */
export const HistoryRow = z.object({
  /** Of this episode. */
  id: z.int(),
  alarm: z.string(),
  raisedAt: z.number(),
  /** Null: it stands. */
  clearedAt: z.number().nullable(),
  /** The worst it was. */
  severity: Severity,
  text: z.string(),
  customer: z.string(),
  customerName: z.string(),
  site: z.string(),
  siteName: z.string(),
  device: z.string().nullable(),
  deviceName: z.string().nullable(),
  resource: z.string(),
  alarmType: z.string(),
  source: z.enum(ALARM_SOURCES),
  rule: z.string(),
  /** Who acknowledged or closed it last, what they wrote. */
  by: z.string().nullable(),
  note: z.string(),
  /** It came with a backlog. */
  late: z.boolean(),
  incident: z.string().nullable(),
  incidentNumber: z.int().nullable(),
})
export type HistoryRow = z.infer<typeof HistoryRow>
export const HistoryPage = z.object({ items: z.array(HistoryRow), nextCursor: z.string().nullable() })

/** Names of columns and values as the reader sees them, and the zone of times. */
const Words = z.strictObject({
  columns: z
    .array(z.strictObject({ id: z.string().min(1).max(32), label: z.string().max(100) }))
    .min(1)
    .max(40),
  /** By kind (`severity`, `status`, `type`, `source`, `category`), then by value. */
  words: z.record(z.string().max(32), z.record(z.string().max(128), z.string().max(200))).default({}),
  zone: z.string().min(1).max(64),
})
export type ExportWords = z.infer<typeof Words>

/** POST /api/v1/alarms/export: text/csv of a list as it was seen, or of a question. */
export const ExportAlarms = Words.extend({
  list: z.string().min(1).max(64).optional(),
  query: BoardQuery.omit({ offset: true, limit: true, replaces: true, numbers: true }),
})
/** POST /api/v1/alarms/history/export: text/csv, at most MOST_HISTORY_ROWS rows. */
export const ExportHistory = Words.extend({ query: HistoryQuery.omit({ limit: true, cursor: true }) })
export const MOST_HISTORY_ROWS = 200_000
