import type { FastifyRequest } from 'fastify'
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
import type { Principal } from '../../access/access.ts'
import type { ApiDeps } from '../deps.ts'
import type { Theirs } from '../narrowing.ts'
import { keepToOwn, theirsOf, windowFor } from '../own-share.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Maintenance windows. */
export function addMaintenanceRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['maintenance']
  const book = () => found(deps.suppression, 'thing here')
  const path = '/api/v1/maintenance-windows'
  const { reads } = deps
  const kept = (id: string) => found(book().window(id), 'window')
  const shownTo = async (who: Principal, row: WindowRow, theirs: Theirs | null) => {
    const wanted = { ref: row.id, by: ['maintenance' as const], limit: 1 }
    const held =
      theirs === null || row.held === 0
        ? row.held
        : (await reads.suppressed(wanted, undefined, who.customers)).counts.maintenance
    return windowFor(row, theirs, held)
  }
  const one = async (id: string, who: Principal) =>
    found(await shownTo(who, kept(id), await theirsOf(who, reads)), 'window')
  /** Throws unless the window, and what it is to be, is wholly theirs. */
  const keep = async (request: FastifyRequest, id: string | undefined, wanted?: WindowBody) => {
    const theirs = await theirsOf(asking(request), reads)
    if (id !== undefined) keepToOwn(kept(id).selector, theirs, 'kept')
    if (wanted !== undefined) keepToOwn(wanted.selector, theirs, 'wanted')
  }
  app.get(
    path,
    { schema: { tags, summary: 'Maintenance windows', querystring: WindowListQuery, response: { 200: WindowPage } } },
    async (request) => {
      const who = asking(request)
      const theirs = await theirsOf(who, reads)
      if (theirs === null) return book().windows(request.query)
      const items: WindowRow[] = []
      let { cursor } = request.query
      do {
        const page = book().windows({ ...request.query, cursor })
        for (const row of page.items) items.push(...[(await shownTo(who, row, theirs)) ?? []].flat())
        cursor = page.nextCursor ?? undefined
      } while (items.length === 0 && cursor !== undefined)
      return { items, nextCursor: cursor ?? null }
    },
  )
  app.get(
    `${path}/:id`,
    { schema: { tags, summary: 'One window', params: IdParams, response: { 200: WindowRow } } },
    async (request) => one(request.params.id, asking(request)),
  )
  app.get(
    '/api/v1/devices/:id/maintenance',
    {
      schema: {
        ...{ tags, summary: 'When work on a device was or will be', params: IdParams, querystring: DeviceWorkQuery },
        response: { 200: DeviceWork },
      },
    },
    async (request) => {
      const { items } = book().workOn(request.params.id, request.query.from, request.query.to)
      const theirs = await theirsOf(asking(request), reads)
      if (theirs === null) return { items }
      const titleOf = (id: string) => windowFor(kept(id), theirs, 0)?.title ?? '–'
      return { items: items.map((item) => ({ ...item, title: titleOf(item.window) })) }
    },
  )
  app.post(
    path,
    { schema: { tags, summary: 'Plan a window', body: WindowBody, response: { 201: WindowRow } } },
    async (request, reply) => {
      await keep(request, undefined, request.body)
      const { id } = settled(await book().addWindow(request.body, asking(request).user))
      return reply.code(201).send(await one(id, asking(request)))
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
    async (request) => {
      await keep(request, undefined, request.body)
      return settled(book().previewWindow(request.body)).preview
    },
  )
  app.put(
    `${path}/:id`,
    {
      schema: { tags, summary: 'Change a window', params: IdParams, body: ChangeWindow, response: { 200: WindowRow } },
    },
    async (request) => {
      const { window, version } = request.body
      await keep(request, request.params.id, window)
      settled(await book().changeWindow(request.params.id, window, version, asking(request).user))
      return one(request.params.id, asking(request))
    },
  )
  app.delete(
    `${path}/:id`,
    { schema: { tags, summary: 'Delete a window', params: IdParams, querystring: VersionQuery } },
    async (request, reply) => {
      await keep(request, request.params.id)
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
      await keep(request, request.params.id)
      settled(await book().endWindow(request.params.id, asking(request).user))
      return one(request.params.id, asking(request))
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
      await keep(request, request.params.id)
      settled(await book().extendWindow(request.params.id, request.body.until, asking(request).user))
      return one(request.params.id, asking(request))
    },
  )
}
