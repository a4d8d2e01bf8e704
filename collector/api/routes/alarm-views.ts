import { DefaultView, SavedView, SaveView, ViewList, type ViewSearch } from '#shared/http/alarm-views.ts'
import { IdParams } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Saved views of the alarm list. */
export function addAlarmViewRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['alarms']
  const views = () => found(deps.alarmDesk, 'thing here').views

  /** Customers that the filters of a view name. */
  async function aboutOf(search: ViewSearch): Promise<string[]> {
    const parts = (key: string) => (search[key] ?? '').split(',').filter((part) => part !== '')
    const about = parts('customer')
    for (const kind of ['site', 'device'] as const)
      for (const id of parts(kind)) about.push((await deps.reads.customerOf(kind, id)) ?? UNKNOWN)
    return about
  }

  app.get(
    '/api/v1/alarm-views',
    { schema: { tags, summary: 'Saved views', response: { 200: ViewList } } },
    async (request) => views().list(asking(request)),
  )
  app.post(
    '/api/v1/alarm-views',
    { schema: { tags, summary: 'Saves a view', body: SaveView, response: { 201: SavedView } } },
    async (request, reply) => {
      const { body } = request
      const saved = await views().save(undefined, body, await aboutOf(body.search), asking(request))
      return reply.code(201).send(settled(saved).view)
    },
  )
  app.put(
    '/api/v1/alarm-views/default',
    { schema: { tags, summary: 'What the list opens with', body: DefaultView } },
    async (request, reply) => {
      settled(await views().setDefault(request.body.view, asking(request)))
      return reply.code(204).send()
    },
  )
  app.put(
    '/api/v1/alarm-views/:id',
    { schema: { tags, summary: 'Changes a view', params: IdParams, body: SaveView, response: { 200: SavedView } } },
    async (request) => {
      const { body, params } = request
      return settled(await views().save(params.id, body, await aboutOf(body.search), asking(request))).view
    },
  )
  app.delete(
    '/api/v1/alarm-views/:id',
    { schema: { tags, summary: 'Deletes a view', params: IdParams } },
    async (request, reply) => {
      settled(await views().remove(request.params.id, asking(request)))
      return reply.code(204).send()
    },
  )
}

/** Nobody with limits may see it. */
const UNKNOWN = '?'
