import { IdParams } from '#shared/http/paging.ts'
import { AssetList, LinkDraft, LinkParams, LinkRow, NeighbourList, SiteLinks } from '#shared/http/topology.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Neighbours and units of a device; links of a site, found and drawn. */
export function addTopologyRoutes(app: Routes, { topology, reads }: ApiDeps): void {
  const tags = ['topology']
  app.get(
    '/api/v1/devices/:id/neighbours',
    { schema: { tags, summary: 'Who stands beside a device', params: IdParams, response: { 200: NeighbourList } } },
    async (request) => found(topology.neighbours(request.params.id), 'device'),
  )
  app.get(
    '/api/v1/devices/:id/assets',
    { schema: { tags, summary: 'Units in the place of a device', params: IdParams, response: { 200: AssetList } } },
    async (request) => topology.assets(found(await reads.device(request.params.id), 'device').id),
  )
  app.get(
    '/api/v1/sites/:id/links',
    { schema: { tags, summary: 'Links of a site', params: IdParams, response: { 200: SiteLinks } } },
    async (request) => topology.links(found(await reads.site(request.params.id), 'site').id),
  )
  app.post(
    '/api/v1/sites/:id/links',
    { schema: { tags, summary: 'Draw a link', params: IdParams, body: LinkDraft, response: { 201: LinkRow } } },
    async (request, reply) => {
      const site = found(await reads.site(request.params.id), 'site').id
      const { link } = settled(await topology.draw(site, request.body, asking(request).user))
      return reply.code(201).send(link)
    },
  )
  app.delete(
    '/api/v1/sites/:id/links/:link',
    { schema: { tags, summary: 'Remove a link', params: LinkParams } },
    async (request, reply) => {
      settled(await topology.erase(request.params.id, request.params.link, asking(request).user))
      return reply.code(204).send()
    },
  )
}
