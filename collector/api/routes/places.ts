import { CustomerRow, SiteRow } from '#shared/http/inventory.ts'
import { IdParams } from '#shared/http/paging.ts'
import { CustomerChange, CustomerDraft, SiteChange, SiteDraft } from '#shared/http/site-config.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Customers and sites that people add. Those of collector.yaml can be read only. */
export function addPlaceRoutes(app: Routes, { siteConfig, reads }: ApiDeps): void {
  const tags = ['inventory']
  const customer = async (id: string) => found(await reads.customer(id), 'customer')
  const site = async (id: string) => found(await reads.site(id), 'site')

  app.post(
    '/api/v1/customers',
    { schema: { tags, summary: 'Add a customer', body: CustomerDraft, response: { 201: CustomerRow } } },
    async (request, reply) => {
      settled(await siteConfig.addCustomer(request.body, asking(request).user))
      return reply.code(201).send(await customer(request.body.id))
    },
  )
  app.patch(
    '/api/v1/customers/:id',
    {
      schema: {
        tags,
        summary: 'Change a customer',
        params: IdParams,
        body: CustomerChange,
        response: { 200: CustomerRow },
      },
    },
    async (request) => {
      settled(await siteConfig.changeCustomer(request.params.id, request.body, asking(request).user))
      return customer(request.params.id)
    },
  )
  app.delete(
    '/api/v1/customers/:id',
    { schema: { tags, summary: 'Remove a customer without sites', params: IdParams } },
    async (request, reply) => {
      settled(await siteConfig.removeCustomer(request.params.id, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/v1/sites',
    { schema: { tags, summary: 'Add a site', body: SiteDraft, response: { 201: SiteRow } } },
    async (request, reply) => {
      settled(await siteConfig.addSite(request.body, asking(request).user))
      return reply.code(201).send(await site(request.body.id))
    },
  )
  app.patch(
    '/api/v1/sites/:id',
    { schema: { tags, summary: 'Change a site', params: IdParams, body: SiteChange, response: { 200: SiteRow } } },
    async (request) => {
      settled(await siteConfig.changeSite(request.params.id, request.body, asking(request).user))
      return site(request.params.id)
    },
  )
  app.delete(
    '/api/v1/sites/:id',
    { schema: { tags, summary: 'Remove a site without agents', params: IdParams } },
    async (request, reply) => {
      settled(await siteConfig.removeSite(request.params.id, asking(request).user))
      return reply.code(204).send()
    },
  )
}
