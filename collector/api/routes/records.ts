import { pageOf } from '#shared/http/paging.ts'
import { EventListQuery, EventRow, SampleQuery, SampleResult } from '#shared/http/records.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem } from '../problems.ts'
import type { Routes } from './route.ts'

/** Device events and samples. */
export function addRecordRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['records']
  app.get(
    '/api/v1/events',
    { schema: { tags, summary: 'Device events', querystring: EventListQuery, response: { 200: pageOf(EventRow) } } },
    (request) => deps.reads.events(request.query),
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
}
