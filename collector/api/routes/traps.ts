import {
  IgnoreUnknownTrap,
  OidParams,
  PreviewTrapDefinition,
  SaveTrapDefinition,
  TrapDefinitionDetail,
  TrapDefinitionList,
  TrapDefinitionQuery,
  TrapPreview,
  UnknownTrapDetail,
  UnknownTrapList,
  UnknownTrapQuery,
} from '#shared/http/traps.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** What traps mean, and those that nobody knows. */
export function addTrapRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['traps']
  const book = () => found(deps.traps, 'book of traps')
  const one = (oid: string) => found(book().definition(oid), 'definition')

  app.get(
    '/api/v1/trap-definitions',
    {
      schema: {
        tags,
        summary: 'Trap definitions',
        querystring: TrapDefinitionQuery,
        response: { 200: TrapDefinitionList },
      },
    },
    async (request) => book().definitions(request.query),
  )
  app.get(
    '/api/v1/trap-definitions/:oid',
    { schema: { tags, summary: 'One definition', params: OidParams, response: { 200: TrapDefinitionDetail } } },
    async (request) => one(request.params.oid),
  )
  app.put(
    '/api/v1/trap-definitions/:oid',
    {
      schema: {
        tags,
        summary: 'Keep a definition here; it goes before those of files',
        params: OidParams,
        body: SaveTrapDefinition,
        response: { 200: TrapDefinitionDetail },
      },
    },
    async (request) => {
      const { oid } = request.params
      settled(await book().save(oid, request.body.definition, asking(request).user))
      return one(oid)
    },
  )
  app.delete(
    '/api/v1/trap-definitions/:oid',
    { schema: { tags, summary: 'Remove a definition that is kept here', params: OidParams } },
    async (request, reply) => {
      settled(await book().remove(request.params.oid, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/v1/unknown-traps',
    {
      schema: {
        tags,
        summary: 'Traps nobody knows',
        querystring: UnknownTrapQuery,
        response: { 200: UnknownTrapList },
      },
    },
    async (request) => book().unknown(request.query),
  )
  app.get(
    '/api/v1/unknown-traps/:oid',
    { schema: { tags, summary: 'One of them, with a draft', params: OidParams, response: { 200: UnknownTrapDetail } } },
    async (request) => found(book().unknownDetail(request.params.oid), 'unknown trap'),
  )
  app.post(
    '/api/v1/unknown-traps/:oid/preview',
    {
      schema: {
        tags,
        summary: 'What a definition says about stored traps',
        params: OidParams,
        body: PreviewTrapDefinition,
        response: { 200: TrapPreview },
      },
    },
    (request) => book().preview(request.params.oid, request.body.definition),
  )
  app.post(
    '/api/v1/unknown-traps/:oid/definition',
    {
      schema: {
        tags,
        summary: 'Define it; it works from then on',
        params: OidParams,
        body: SaveTrapDefinition,
        response: { 201: TrapDefinitionDetail },
      },
    },
    async (request, reply) => {
      const { oid } = request.params
      settled(await book().save(oid, request.body.definition, asking(request).user))
      return reply.code(201).send(one(oid))
    },
  )
  app.post(
    '/api/v1/unknown-traps/:oid/ignore',
    { schema: { tags, summary: 'Put it aside, or take it back', params: OidParams, body: IgnoreUnknownTrap } },
    async (request, reply) => {
      settled(await book().ignore(request.params.oid, request.body.ignored, asking(request).user))
      return reply.code(204).send()
    },
  )
}
