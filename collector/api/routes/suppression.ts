import {
  InhibitionList,
  InhibitionParams,
  SaveInhibition,
  SuppressedPage,
  SuppressedQuery,
  type SuppressedRow,
  VersionQuery,
} from '#shared/http/suppression.ts'
import type { ApiDeps } from '../deps.ts'
import { isWholly, type Theirs } from '../narrowing.ts'
import { theirsOf } from '../own-share.ts'
import { found, Problem, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** What is held back now, and inhibitions. */
export function addSuppressionRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['suppression']
  const { reads, live } = deps
  const book = () => found(deps.suppression, 'thing here')
  app.get(
    '/api/v1/suppressed',
    {
      schema: {
        tags,
        summary: 'All that is suppressed now',
        querystring: SuppressedQuery,
        response: { 200: SuppressedPage },
      },
    },
    async (request) => {
      // asked for before reading: a delta in between is applied twice rather than missed
      const liveId = live.newestId()
      const { by: _, limit: _limit, cursor: _cursor, ...filter } = request.query
      const isAll = Object.values(filter).every((value) => value === undefined)
      const who = asking(request)
      const counts = isAll && who.customers === null ? deps.suppression?.counts() : undefined
      const page = await reads.suppressed(request.query, counts, who.customers)
      const theirs = await theirsOf(who, reads)
      return { ...page, items: page.items.map((row) => withoutNames(row, theirs)), liveId }
    },
  )
  /** The name of what holds it back may be of others: a window of several customers, an alarm of another site. */
  const withoutNames = (row: SuppressedRow, theirs: Theirs | null): SuppressedRow => {
    if (theirs === null || row.suppression?.by !== 'maintenance') return row
    const window = row.suppression.ref ? deps.suppression?.window(row.suppression.ref) : undefined
    return window && isWholly(window.selector, theirs) ? row : { ...row, refName: null }
  }
  app.get(
    '/api/v1/inhibitions',
    { schema: { tags, summary: 'Inhibitions', response: { 200: InhibitionList } } },
    async () => book().inhibitions(),
  )
  app.put(
    '/api/v1/inhibitions/:id',
    { schema: { tags, summary: 'Add or change an inhibition', params: InhibitionParams, body: SaveInhibition } },
    async (request, reply) => {
      const { inhibition, version } = request.body
      if (inhibition.id !== request.params.id) throw new Problem('bad-request', 'the id of an inhibition stays')
      settled(await book().saveInhibition(inhibition, version, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.delete(
    '/api/v1/inhibitions/:id',
    {
      schema: {
        tags,
        summary: 'Delete an inhibition of the database',
        params: InhibitionParams,
        querystring: VersionQuery,
      },
    },
    async (request, reply) => {
      settled(await book().removeInhibition(request.params.id, request.query.version, asking(request).user))
      return reply.code(204).send()
    },
  )
}
