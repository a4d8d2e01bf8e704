import {
  ChangeWindow,
  DeviceWork,
  DeviceWorkQuery,
  EndWindow,
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
export function addMaintenanceRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['maintenance']
  const book = () => found(deps.suppression, 'thing here')
  const path = '/api/v1/maintenance-windows'
  const one = (id: string) => found(book().window(id), 'window')
  app.get(
    path,
    { schema: { tags, summary: 'Maintenance windows', querystring: WindowListQuery, response: { 200: WindowPage } } },
    async (request) => book().windows(request.query),
  )
  app.get(
    `${path}/:id`,
    { schema: { tags, summary: 'One window', params: IdParams, response: { 200: WindowRow } } },
    async (request) => one(request.params.id),
  )
  app.get(
    '/api/v1/devices/:id/maintenance',
    {
      schema: {
        ...{ tags, summary: 'When work on a device was or will be', params: IdParams, querystring: DeviceWorkQuery },
        response: { 200: DeviceWork },
      },
    },
    async ({ params, query }) => book().workOn(params.id, query.from, query.to),
  )
  app.post(
    path,
    { schema: { tags, summary: 'Plan a window', body: WindowBody, response: { 201: WindowRow } } },
    async (request, reply) => {
      const { id } = settled(await book().addWindow(request.body, asking(request).user))
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
    async (request) => settled(book().previewWindow(request.body)).preview,
  )
  app.put(
    `${path}/:id`,
    {
      schema: { tags, summary: 'Change a window', params: IdParams, body: ChangeWindow, response: { 200: WindowRow } },
    },
    async (request) => {
      const { window, version } = request.body
      settled(await book().changeWindow(request.params.id, window, version, asking(request).user))
      return one(request.params.id)
    },
  )
  app.delete(
    `${path}/:id`,
    { schema: { tags, summary: 'Delete a window', params: IdParams, querystring: VersionQuery } },
    async (request, reply) => {
      settled(await book().removeWindow(request.params.id, request.query.version, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.post(
    `${path}/:id/end`,
    {
      schema: {
        tags,
        summary: 'End the running occurrence now',
        params: IdParams,
        body: EndWindow,
        response: { 200: WindowRow },
      },
    },
    async (request) => {
      settled(await book().endWindow(request.params.id, asking(request).user))
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
      settled(await book().extendWindow(request.params.id, request.body.until, asking(request).user))
      return one(request.params.id)
    },
  )
}
