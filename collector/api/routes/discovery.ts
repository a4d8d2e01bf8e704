import {
  AcceptProposals,
  AcceptResult,
  IgnoreProposals,
  ProposalListQuery,
  ProposalRow,
  ProposalsChanged,
  RestoreProposals,
  SweepDraft,
  SweepParams,
  SweepRow,
} from '#shared/http/discovery.ts'
import { PageQuery, pageOf } from '#shared/http/paging.ts'
import { SiteParams } from '#shared/http/site-config.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Sweeps of a site and what they propose. */
export function addDiscoveryRoutes(app: Routes, { discovery }: ApiDeps): void {
  const tags = ['discovery']
  const one = (site: string, sweep: string) => found(discovery.sweep(site, sweep), 'sweep')

  app.get(
    '/api/v1/sites/:id/sweeps',
    {
      schema: {
        ...{ tags, summary: 'Sweeps of a site, newest first', params: SiteParams, querystring: PageQuery },
        response: { 200: pageOf(SweepRow) },
      },
    },
    async ({ params, query }) => found(discovery.sweeps(params.id, query), 'site'),
  )
  app.post(
    '/api/v1/sites/:id/sweeps',
    {
      schema: {
        ...{ tags, summary: 'Let an agent sweep address ranges', params: SiteParams, body: SweepDraft },
        response: { 202: SweepRow },
      },
    },
    async (request, reply) => {
      const { id: site } = request.params
      const { id } = settled(await discovery.start(site, request.body, asking(request).user))
      return reply.code(202).send(one(site, id))
    },
  )
  app.get(
    '/api/v1/sites/:id/sweeps/:sweep',
    { schema: { tags, summary: 'One sweep with its progress', params: SweepParams, response: { 200: SweepRow } } },
    async ({ params }) => one(params.id, params.sweep),
  )
  app.delete(
    '/api/v1/sites/:id/sweeps/:sweep',
    { schema: { tags, summary: 'Stop a sweep', params: SweepParams, response: { 202: SweepRow } } },
    async (request, reply) => {
      const { id, sweep } = request.params
      settled(await discovery.stop(id, sweep, asking(request).user))
      return reply.code(202).send(one(id, sweep))
    },
  )
  app.get(
    '/api/v1/sites/:id/proposals',
    {
      schema: {
        ...{ tags, summary: 'What sweeps propose', params: SiteParams, querystring: ProposalListQuery },
        response: { 200: pageOf(ProposalRow) },
      },
    },
    async ({ params, query: { state, snmp, ...query } }) => {
      const filter = { ...query, states: state, snmp: snmp === undefined ? undefined : snmp === 'true' }
      return found(discovery.proposals(params.id, filter), 'site')
    },
  )
  app.post(
    '/api/v1/sites/:id/proposals/accept',
    {
      schema: {
        ...{ tags, summary: 'Make devices of proposals, each by itself', params: SiteParams, body: AcceptProposals },
        response: { 200: AcceptResult },
      },
      bodyLimit: 2 * 1024 * 1024,
    },
    async (request) => {
      const { items } = settled(await discovery.accept(request.params.id, request.body.items, asking(request).user))
      return { items }
    },
  )
  app.post(
    '/api/v1/sites/:id/proposals/ignore',
    {
      schema: {
        ...{ tags, summary: 'Ignore proposals, in later sweeps too', params: SiteParams, body: IgnoreProposals },
        response: { 200: ProposalsChanged },
      },
    },
    async (request) => {
      const { proposals, reason } = request.body
      const { id } = request.params
      const { changed } = settled(await discovery.ignore(id, proposals, reason, asking(request).user))
      return { changed }
    },
  )
  app.post(
    '/api/v1/sites/:id/proposals/restore',
    {
      schema: {
        ...{ tags, summary: 'Take back that proposals are ignored', params: SiteParams, body: RestoreProposals },
        response: { 200: ProposalsChanged },
      },
    },
    async (request) => {
      const { id } = request.params
      const { changed } = settled(await discovery.restore(id, request.body.proposals, asking(request).user))
      return { changed }
    },
  )
}
