import {
  ChangeWindow,
  ExtendWindow,
  WindowBody,
  WindowListQuery,
  WindowPage,
  WindowPreview,
  WindowRow,
} from '#shared/http/maintenance.ts'
import { IdParams } from '#shared/http/paging.ts'
import { VersionQuery } from '#shared/http/suppression.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Maintenance windows. */
export function addMaintenanceRoutes(app: Routes, { suppression }: ApiDeps): void {
  if (suppression === undefined) return
  const tags = ['maintenance']
  const path = '/api/v1/maintenance-windows'
  const one = (id: string) => found(suppression.window(id), 'window')
  app.get(
    path,
    { schema: { tags, summary: 'Maintenance windows', querystring: WindowListQuery, response: { 200: WindowPage } } },
    async (request) => suppression.windows(request.query),
  )
  app.get(
    `${path}/:id`,
    { schema: { tags, summary: 'One window', params: IdParams, response: { 200: WindowRow } } },
    async (request) => one(request.params.id),
  )
  app.post(
    path,
    { schema: { tags, summary: 'Plan a window', body: WindowBody, response: { 201: WindowRow } } },
    async (request, reply) => {
      const { id } = settled(await suppression.addWindow(request.body, asking(request).user))
      return reply.code(201).send(one(id))
    },
  )
  app.post(
    `${path}/preview`,
    {
      schema: {
        tags,
        summary: 'When a window would be, and what it would hold',
        body: WindowBody,
        response: { 200: WindowPreview },
      },
    },
    async (request) => settled(suppression.previewWindow(request.body)).preview,
  )
  app.put(
    `${path}/:id`,
    {
      schema: { tags, summary: 'Change a window', params: IdParams, body: ChangeWindow, response: { 200: WindowRow } },
    },
    async (request) => {
      const { window, version } = request.body
      settled(await suppression.changeWindow(request.params.id, window, version, asking(request).user))
      return one(request.params.id)
    },
  )
  app.delete(
    `${path}/:id`,
    { schema: { tags, summary: 'Delete a window', params: IdParams, querystring: VersionQuery } },
    async (request, reply) => {
      settled(await suppression.removeWindow(request.params.id, request.query.version, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.post(
    `${path}/:id/end`,
    { schema: { tags, summary: 'End the running occurrence now', params: IdParams, response: { 200: WindowRow } } },
    async (request) => {
      settled(await suppression.endWindow(request.params.id, asking(request).user))
      return one(request.params.id)
    },
  )
  app.post(
    `${path}/:id/extend`,
    {
      schema: {
        tags,
        summary: 'Extend the running occurrence',
        params: IdParams,
        body: ExtendWindow,
        response: { 200: WindowRow },
      },
    },
    async (request) => {
      settled(await suppression.extendWindow(request.params.id, request.body.until, asking(request).user))
      return one(request.params.id)
    },
  )
}
