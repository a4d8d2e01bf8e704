import { PageQuery, pageOf } from '#shared/http/paging.ts'
import {
  ConfigDeviceDraft,
  ConfigDeviceParams,
  ConfigDeviceRow,
  ImportDevices,
  ImportResult,
  SiteParams,
} from '#shared/http/site-config.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Devices kept here for the agents of a site. */
export function addConfigDeviceRoutes(app: Routes, { siteConfig }: ApiDeps): void {
  const tags = ['site configuration']
  const one = (site: string, device: string) => found(siteConfig.device(site, device), 'device')

  app.get(
    '/api/v1/sites/:id/config/devices',
    {
      schema: {
        tags,
        summary: 'Devices kept for a site',
        params: SiteParams,
        querystring: PageQuery,
        response: { 200: pageOf(ConfigDeviceRow) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const rows = found(siteConfig.devices(request.params.id, { after: cursor ?? '', limit: limit + 1 }), 'site')
      const items = rows.slice(0, limit)
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.device.id ?? null) : null }
    },
  )
  app.get(
    '/api/v1/sites/:id/config/devices/:device',
    {
      schema: {
        tags,
        summary: 'One device kept for a site',
        params: ConfigDeviceParams,
        response: { 200: ConfigDeviceRow },
      },
    },
    async (request) => one(request.params.id, request.params.device),
  )
  app.put(
    '/api/v1/sites/:id/config/devices/:device',
    {
      schema: {
        tags,
        summary: 'Add or change a device',
        params: ConfigDeviceParams,
        body: ConfigDeviceDraft,
        response: { 200: ConfigDeviceRow, 201: ConfigDeviceRow },
      },
    },
    async (request, reply) => {
      const { id, device } = request.params
      const { added } = settled(await siteConfig.putDevice(id, { ...request.body, id: device }, asking(request).user))
      return reply.code(added ? 201 : 200).send(one(id, device))
    },
  )
  app.delete(
    '/api/v1/sites/:id/config/devices/:device',
    { schema: { tags, summary: 'Remove a device', params: ConfigDeviceParams } },
    async (request, reply) => {
      const { id, device } = request.params
      settled(await siteConfig.removeDevice(id, device, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/v1/sites/:id/config/devices/import',
    {
      schema: {
        tags,
        summary: 'Add or change many devices, each row by itself',
        params: SiteParams,
        body: ImportDevices,
        response: { 200: ImportResult },
      },
      bodyLimit: 4 * 1024 * 1024,
    },
    async (request) => {
      const { devices, dryRun } = request.body
      return settled(await siteConfig.importDevices(request.params.id, devices, dryRun, asking(request).user))
    },
  )
}
