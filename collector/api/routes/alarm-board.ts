import { Readable } from 'node:stream'
import {
  BoardFacets,
  BoardFilter,
  BoardListParams,
  BoardPage,
  BoardQuery,
  type BoardRow,
  BoardWindow,
  BoardWindowQuery,
} from '#shared/http/alarm-board.ts'
import {
  ExportAlarms,
  ExportHistory,
  HistoryPage,
  HistoryQuery,
  MOST_HISTORY_ROWS,
} from '#shared/http/alarm-history.ts'
import { BulkJob, BulkRequest } from '#shared/http/alarms.ts'
import { IdParams, MAX_PAGE } from '#shared/http/paging.ts'
import type { Principal } from '../../access/access.ts'
import { BOARD_CELLS, cellsOf, HISTORY_CELLS } from '../alarm-cells.ts'
import { csvStream } from '../csv-stream.ts'
import type { ApiDeps } from '../deps.ts'
import { alarmFor, isOutside } from '../outside.ts'
import { found, Problem } from '../problems.ts'
import { checkedEnd } from './alarms.ts'
import { asking, type Routes } from './route.ts'

/** The current list in windows, actions on all of it, what was, and both as files. */
export function addAlarmBoardRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['alarms']
  const board = () => found(deps.alarmDesk, 'thing here').board
  const jobs = () => found(deps.alarmDesk, 'thing here').jobs
  const { live, now } = deps

  app.get(
    '/api/v1/alarms/board',
    {
      schema: {
        tags,
        summary: 'Makes a list of current alarms',
        querystring: BoardQuery,
        response: { 200: BoardPage },
      },
    },
    async (request) => {
      // asked for before reading: a delta in between is applied twice rather than missed
      const liveId = live.newestId()
      const who = asking(request)
      return { ...shownTo(who, board().make(request.query, readerOf(who), now())), liveId }
    },
  )
  app.get(
    '/api/v1/alarms/board/:list',
    {
      schema: {
        tags,
        summary: 'A window of a list as it was made',
        params: BoardListParams,
        querystring: BoardWindowQuery,
        response: { 200: BoardWindow },
      },
    },
    async (request) => {
      const liveId = live.newestId()
      const { offset, limit } = request.query
      const who = asking(request)
      const window = board().window(request.params.list, offset, limit, readerOf(who), now())
      return { ...shownTo(who, found(window, 'list any more')), liveId }
    },
  )
  app.get(
    '/api/v1/alarms/facets',
    {
      schema: { tags, summary: 'What filters can be set to', querystring: BoardFilter, response: { 200: BoardFacets } },
    },
    async (request) => board().facets(request.query, readerOf(asking(request)), now()),
  )
  app.post(
    '/api/v1/alarms/bulk',
    { schema: { tags, summary: 'Does something with all of a list', body: BulkRequest, response: { 202: BulkJob } } },
    async (request, reply) => {
      const { list, except, count, ...wish } = request.body
      checkedEnd(wish.until, now())
      const who = asking(request)
      const left = new Set(except)
      const ids = board()
        .idsOf(list, readerOf(who), now())
        ?.filter((id) => !left.has(id))
      if (ids === undefined) throw new Problem('conflict', 'the list is no longer kept; look at it again')
      if (ids.length !== count) throw new Problem('conflict', `the list has ${ids.length} alarms, not ${count}`)
      const job = jobs().start(who.user, wish, ids)
      if (job === undefined) throw new Problem('conflict', 'one of your actions on many alarms is still under way')
      return reply.code(202).send(job)
    },
  )
  app.get(
    '/api/v1/alarms/bulk/:id',
    { schema: { tags, summary: 'How far it is', params: IdParams, response: { 200: BulkJob } } },
    async (request) => found(jobs().get(request.params.id, asking(request).user), 'action'),
  )
  app.get(
    '/api/v1/alarms/history',
    { schema: { tags, summary: 'What was', querystring: HistoryQuery, response: { 200: HistoryPage } } },
    async (request) => {
      const who = asking(request)
      const page = await deps.reads.alarmHistory(request.query, who.customers)
      return isOutside(who) ? { ...page, items: page.items.map((row) => ({ ...row, note: '' })) } : page
    },
  )
  app.post(
    '/api/v1/alarms/export',
    { config: RARELY, schema: { tags, summary: 'Current alarms as CSV', body: ExportAlarms } },
    async (request, reply) => {
      const who = readerOf(asking(request))
      const { list, query, ...words } = checkedZone(request.body)
      const rows = (list === undefined ? undefined : wholeList(list, who)) ?? board().all(query, who, now())
      const cells = cellsOf(BOARD_CELLS, words, now())
      return reply.headers(CSV_HEADERS).send(
        Readable.from(
          csvStream(
            words.columns.map((c) => c.label),
            mapped(rows, cells),
          ),
        ),
      )
    },
  )
  app.post(
    '/api/v1/alarms/history/export',
    { config: RARELY, schema: { tags, summary: 'Alarms of the past as CSV', body: ExportHistory } },
    async (request, reply) => {
      const who = asking(request)
      const { query, ...words } = checkedZone(request.body)
      const cells = cellsOf(HISTORY_CELLS, words, now())
      async function* rows() {
        let cursor: string | undefined
        let count = 0
        do {
          const page = await deps.reads.alarmHistory({ ...query, limit: MAX_PAGE, cursor }, who.customers)
          for (const row of page.items) yield cells(isOutside(who) ? { ...row, note: '' } : row)
          count += page.items.length
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined && count < MOST_HISTORY_ROWS)
      }
      const head = words.columns.map((column) => column.label)
      return reply.headers(CSV_HEADERS).send(Readable.from(csvStream(head, rows())))
    },
  )

  function wholeList(list: string, who: ReturnType<typeof readerOf>) {
    if (board().window(list, 0, 1, who, now()) === undefined) return undefined
    return windows(list, who)
  }
  function* windows(list: string, who: ReturnType<typeof readerOf>) {
    for (let offset = 0; ; offset += PART) {
      const items = board().window(list, offset, PART, who, now())?.items ?? []
      yield* items
      if (items.length < PART) return
    }
  }
}

/** A file is work for some seconds: so many a minute for one address. */
const RARELY = { rateLimit: { max: 30, timeWindow: 60_000 } }
const PART = 500
const CSV_HEADERS = { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' }

const readerOf = (who: Principal) => ({ user: who.user, customers: who.customers, outside: isOutside(who) })

const shownTo = <T extends { readonly items: BoardRow[] }>(who: Principal, page: T): T => ({
  ...page,
  items: page.items.map((row) => alarmFor(who, row)),
})

function* mapped<Row>(rows: Iterable<Row>, cells: (row: Row) => string[]) {
  for (const row of rows) yield cells(row)
}

function checkedZone<T extends { readonly zone: string }>(wish: T): T {
  try {
    new Intl.DateTimeFormat('en', { timeZone: wish.zone })
  } catch {
    throw new Problem('bad-request', 'there is no such time zone', { details: [{ path: 'zone', message: 'unknown' }] })
  }
  return wish
}
