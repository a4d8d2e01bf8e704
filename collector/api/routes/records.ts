import { pageOf } from '#shared/http/paging.ts'
import {
  EventListQuery,
  EventPage,
  type EventRow,
  GapListQuery,
  GapRow,
  QuarantineListQuery,
  QuarantineRow,
  SampleCopy,
  SampleQuery,
  SampleResult,
} from '#shared/http/records.ts'
import { TRAP_LEVELS } from '#shared/http/traps.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problems.ts'
import { wholeStorms } from '../whole-storms.ts'
import { asking, type Routes } from './route.ts'

/** Device events, samples, and what did not become either. */
export function addRecordRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['records']
  app.get(
    '/api/v1/events',
    { schema: { tags, summary: 'Device events', querystring: EventListQuery, response: { 200: EventPage } } },
    async (request) => {
      const page = await deps.reads.events(request.query, asking(request).customers)
      const rows = wholeStorms(page.items).map((row) => withMeaning(row, deps))
      return { ...page, items: rows.filter((row) => isSevere(row, request.query.level)) }
    },
  )
  app.get(
    '/api/v1/samples',
    { schema: { tags, summary: 'Samples', querystring: SampleQuery, response: { 200: SampleResult } } },
    (request) => {
      const { from, to } = request.query
      if (from !== undefined && to !== undefined && from >= to)
        throw new Problem('bad-request', '`from` must be before `to`')
      return deps.samples.query(request.query, deps.now())
    },
  )
  app.get(
    '/api/v1/samples/copy',
    { schema: { tags, summary: 'The copy of samples in InfluxDB', response: { 200: SampleCopy } } },
    () => ({ copy: deps.samples.copy?.() ?? null }),
  )
  app.get(
    '/api/v1/quarantine',
    {
      schema: {
        tags,
        summary: 'What could not be read, with its reason',
        querystring: QuarantineListQuery,
        response: { 200: pageOf(QuarantineRow) },
      },
    },
    (request) => deps.reads.quarantine(request.query, asking(request).customers),
  )
  app.get(
    '/api/v1/gaps',
    {
      schema: {
        tags,
        summary: 'Records that agents could not keep',
        querystring: GapListQuery,
        response: { 200: pageOf(GapRow) },
      },
    },
    (request) => deps.reads.gaps(request.query, asking(request).customers),
  )
}

/** How severe a trap is only its definition says; what has none stays. */
function isSevere({ meaning }: EventRow, level: number | undefined): boolean {
  return level === undefined || meaning === undefined || TRAP_LEVELS.indexOf(meaning.severity) <= level
}

/** What a trap says, as it is known now: definitions may have come after it. */
function withMeaning(row: EventRow, { traps }: Pick<ApiDeps, 'traps'>): EventRow {
  const meaning = row.event.kind === 'trap' ? traps?.meaning(row.event, row.device) : undefined
  return meaning ? { ...row, meaning } : row
}
