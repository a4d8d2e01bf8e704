import type { FastifyRequest } from 'fastify'
import {
  ChannelList,
  ChannelRow,
  ChannelTestResult,
  NotificationListQuery,
  NotificationRow,
  RouteList,
  RouteParams,
  RouteRow,
  SaveChannel,
  SaveRoute,
  TriedRoutes,
  TryRoutes,
  VersionQuery,
} from '#shared/http/notifications.ts'
import { IdParams, pageOf } from '#shared/http/paging.ts'
import type { ApiDeps, Outcome } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Delivery log, channels and notification routes. What is of the configuration file can be read only. */
export function addNotificationRoutes(app: Routes, deps: ApiDeps): void {
  const { channels, notificationRoutes: routes } = deps
  const tags = ['notifications']
  const channel = async (id: string) =>
    found(
      (await channels.list()).find((c) => c.id === id),
      'channel',
    )
  const route = (id: string) =>
    found(
      routes.list().find((r) => r.id === id),
      'route',
    )

  /** Kept as asked for by the one who asks; the row as it is then. */
  const keep = async <D, R>(
    book: { save(id: string | undefined, draft: D, actor: string): Promise<Outcome> },
    request: FastifyRequest,
    [id, draft, own]: readonly [id: string | undefined, draft: D, own: unknown],
    read: (id: string) => R,
  ): Promise<Awaited<R>> => {
    settled(await book.save(id, draft, asking(request).user))
    return await read(id ?? String(own))
  }

  app.get(
    '/api/v1/notifications',
    {
      schema: {
        tags,
        summary: 'Delivery log',
        querystring: NotificationListQuery,
        response: { 200: pageOf(NotificationRow) },
      },
    },
    (request) => deps.reads.notifications(request.query, asking(request).customers),
  )

  app.get(
    '/api/v1/channels',
    { schema: { tags, summary: 'Notification channels', response: { 200: ChannelList } } },
    async () => ({ items: await channels.list(), nextCursor: null }),
  )
  app.post(
    '/api/v1/channels',
    { schema: { tags, summary: 'Add a channel', body: SaveChannel, response: { 201: ChannelRow } } },
    async (request, reply) => {
      const { body } = request
      return reply.code(201).send(await keep(channels, request, [undefined, body, body.settings.id], channel))
    },
  )
  app.put(
    '/api/v1/channels/:id',
    {
      schema: { tags, summary: 'Change a channel', params: IdParams, body: SaveChannel, response: { 200: ChannelRow } },
    },
    (request) => keep(channels, request, [request.params.id, request.body, undefined], channel),
  )
  app.delete(
    '/api/v1/channels/:id',
    { schema: { tags, summary: 'Delete a channel', params: IdParams, querystring: VersionQuery } },
    async (request, reply) => {
      settled(await channels.remove(request.params.id, request.query.version, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/v1/channels/:id/test',
    { schema: { tags, summary: 'Send a test message', params: IdParams, response: { 200: ChannelTestResult } } },
    async (request) => {
      const { id } = request.params
      const result = found(await channels.test(id), 'channel')
      await deps.actions.audit(asking(request).user, 'test-channel', `channel:${id}`, { ok: result.ok })
      return result
    },
  )

  app.get(
    '/api/v1/notification-routes',
    { schema: { tags, summary: 'Who hears what', response: { 200: RouteList } } },
    async () => ({ items: routes.list(), nextCursor: null }),
  )
  app.post(
    '/api/v1/notification-routes',
    { schema: { tags, summary: 'Add a route', body: SaveRoute, response: { 201: RouteRow } } },
    async (request, reply) => {
      const { body } = request
      return reply.code(201).send(await keep(routes, request, [undefined, body, body.route.id], route))
    },
  )
  app.put(
    '/api/v1/notification-routes/:id',
    { schema: { tags, summary: 'Change a route', params: RouteParams, body: SaveRoute, response: { 200: RouteRow } } },
    (request) => keep(routes, request, [request.params.id, request.body, undefined], route),
  )
  app.delete(
    '/api/v1/notification-routes/:id',
    { schema: { tags, summary: 'Delete a route', params: RouteParams, querystring: VersionQuery } },
    async (request, reply) => {
      settled(await routes.remove(request.params.id, request.query.version, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/v1/notification-routes/try',
    { schema: { tags, summary: 'Who would be told of an alarm', body: TryRoutes, response: { 200: TriedRoutes } } },
    async (request) => ({
      items: found(routes.try(request.body.alarm, request.body.at), 'alarm'),
      nextCursor: null,
    }),
  )
}
