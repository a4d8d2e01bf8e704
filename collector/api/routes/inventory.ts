import { DIAGNOSTIC_NAMES } from '#shared/diagnostics/registry.ts'
import { DiagnosticAccepted, EvidenceList, RequestDiagnostic } from '#shared/http/incidents.ts'
import {
  AgentList,
  AgentRow,
  CustomerRow,
  DeviceDetail,
  DeviceListQuery,
  DeviceRow,
  SiteListQuery,
  SiteRow,
} from '#shared/http/inventory.ts'
import { IdParams, PageQuery, pageOf } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Customers, sites, agents and devices. */
export function addInventoryRoutes(app: Routes, deps: ApiDeps): void {
  const { reads } = deps
  const tags = ['inventory']
  app.get(
    '/api/v1/customers',
    { schema: { tags, summary: 'Customers', querystring: PageQuery, response: { 200: pageOf(CustomerRow) } } },
    (request) => reads.customers(request.query, asking(request).customers),
  )
  app.get(
    '/api/v1/sites',
    { schema: { tags, summary: 'Sites', querystring: SiteListQuery, response: { 200: pageOf(SiteRow) } } },
    (request) => reads.sites(request.query, asking(request).customers),
  )
  app.get(
    '/api/v1/agents',
    { schema: { tags, summary: 'Agents', querystring: PageQuery, response: { 200: AgentList } } },
    async (request) => {
      const page = await reads.agents(request.query, asking(request).customers)
      return { items: page.items.map(withKey), nextCursor: page.nextCursor, commandKey: deps.commandKey }
    },
  )
  app.get(
    '/api/v1/agents/:id',
    { schema: { tags, summary: 'One agent', params: IdParams, response: { 200: AgentRow } } },
    async (request) => withKey(found(await reads.agent(request.params.id), 'agent')),
  )
  app.get(
    '/api/v1/devices',
    { schema: { tags, summary: 'Devices', querystring: DeviceListQuery, response: { 200: pageOf(DeviceRow) } } },
    (request) => reads.devices(request.query, asking(request).customers),
  )
  app.get(
    '/api/v1/devices/:id',
    {
      schema: { tags, summary: 'One device with its newest values', params: IdParams, response: { 200: DeviceDetail } },
    },
    async (request) => {
      const device = found(await reads.device(request.params.id), 'device')
      const series = await deps.samples.latest(device.id)
      return { ...device, series, actions: [...DIAGNOSTIC_NAMES], unknownBecause: whyUnknown(device) }
    },
  )
  app.get(
    '/api/v1/devices/:id/diagnostics',
    { schema: { tags, summary: 'Diagnostics of a device', params: IdParams, response: { 200: EvidenceList } } },
    async (request) => {
      const device = found(await reads.device(request.params.id), 'device')
      return { items: await reads.evidence({ device: device.id }), nextCursor: null }
    },
  )
  app.post(
    '/api/v1/devices/:id/diagnostics',
    {
      schema: {
        tags,
        summary: 'Ask for a diagnostic',
        params: IdParams,
        body: RequestDiagnostic.omit({ device: true }),
        response: { 202: DiagnosticAccepted },
      },
    },
    async (request, reply) => {
      const { action, arguments: args } = request.body
      const wish = { incident: null, device: request.params.id, action, arguments: args, actor: asking(request).user }
      const { command } = settled(await deps.actions.requestDiagnostic(wish))
      const [evidence] = await reads.evidence({ command })
      return reply.code(202).send({ command, evidence: found(evidence, 'diagnostic') })
    },
  )

  function whyUnknown({ state, agent, site, id }: Pick<DeviceRow, 'state' | 'agent' | 'site' | 'id'>): string | null {
    if (state !== 'unknown') return null
    const held = deps.identities.enrolment.identity(agent)
    if (held !== undefined && held.state !== 'active') return `${held.state}: ${held.reason}`
    const [problem] = deps.siteConfig.device(site, id.slice(site.length + 1))?.problems ?? []
    return problem === undefined ? null : `unwatched: ${problem.message}`
  }

  function withKey<T extends { readonly id: string }>(agent: T) {
    const trusted = deps.trustedKey(agent.id)
    const held = deps.identities.enrolment.identity(agent.id)
    const identity = held ? { state: held.state, notAfter: held.notAfter } : null
    return { ...agent, commandKeyMatches: trusted === undefined ? null : trusted === deps.commandKey, identity }
  }
}
