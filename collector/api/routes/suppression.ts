import {
  InhibitionList,
  InhibitionParams,
  SaveInhibition,
  SuppressedPage,
  SuppressedQuery,
  VersionQuery,
} from '#shared/http/suppression.ts'
import type { ApiDeps } from '../deps.ts'
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
      const counts = isAll ? deps.suppression?.counts() : undefined
      return { ...(await reads.suppressed(request.query, counts)), liveId }
    },
  )
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
