import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  PreviewRule,
  RuleEvaluations,
  RuleHeaders,
  RuleList,
  RuleParams,
  RulePreview,
  RuleRow,
  SaveOverrides,
  SaveRule,
} from '#shared/http/rules.ts'
import type { ApiDeps } from '../deps.ts'
import { isOfSites } from '../narrowing.ts'
import { ruleFor, theirsOf } from '../own-share.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Rules. Those from files can be read only; their file is the place to change them. */
export function addRuleRoutes(app: Routes, deps: ApiDeps): void {
  const { rules, actions } = deps
  const tags = ['rules']
  const one = async (id: string) =>
    found(
      (await rules.list()).find((r) => r.id === id),
      'rule',
    )
  const send = (reply: FastifyReply, row: RuleRow, status = 200) =>
    reply.code(status).header('etag', `"${row.version}"`).send(row)

  const shown = async (id: string, request: FastifyRequest) =>
    found(ruleFor(await one(id), await theirsOf(asking(request), deps.reads)), 'rule')

  app.get('/api/v1/rules', { schema: { tags, summary: 'Rules', response: { 200: RuleList } } }, async (request) => {
    const theirs = await theirsOf(asking(request), deps.reads)
    const items = (await rules.list()).flatMap((row) => ruleFor(row, theirs) ?? [])
    // what is wrong with a file may be about others
    return { items, nextCursor: null, problems: theirs === null ? [...rules.problems()] : [] }
  })
  app.get(
    '/api/v1/rules/:id',
    { schema: { tags, summary: 'One rule', params: RuleParams, response: { 200: RuleRow } } },
    async (request, reply) => send(reply, await shown(request.params.id, request)),
  )
  app.get(
    '/api/v1/rules/:id/evaluations',
    { schema: { tags, summary: 'Last evaluations', params: RuleParams, response: { 200: RuleEvaluations } } },
    async (request) => {
      await shown(request.params.id, request)
      const items = found(await rules.evaluations(request.params.id), 'rule')
      const theirs = await theirsOf(asking(request), deps.reads)
      return { items: items.filter(({ subject }) => theirs === null || isOfSites(subject, theirs)), nextCursor: null }
    },
  )
  app.post(
    '/api/v1/rules/preview',
    { schema: { tags, summary: 'What a rule would be about', body: PreviewRule, response: { 200: RulePreview } } },
    (request) => rules.preview(request.body.rule),
  )
  app.post(
    '/api/v1/rules',
    { schema: { tags, summary: 'Add a rule', body: SaveRule, response: { 201: RuleRow } } },
    async (request, reply) => {
      const { rule, enabled, ...wish } = request.body
      const { id } = settled(await actions.saveRule(rule, enabled, undefined, asking(request).user, wish))
      return send(reply, await one(id), 201)
    },
  )
  app.put(
    '/api/v1/rules/:id',
    {
      schema: {
        ...{ tags, summary: 'Change a rule', params: RuleParams, headers: RuleHeaders, body: SaveRule },
        response: { 200: RuleRow },
      },
    },
    async (request, reply) => {
      const { rule, enabled, replace, untested } = request.body
      const version = request.body.version ?? versionIn(request.headers)
      const { id } = request.params
      settled(await actions.saveRule(rule, enabled, id, asking(request).user, { version, replace, untested }))
      return send(reply, await one(id))
    },
  )
  app.put(
    '/api/v1/rules/:id/overrides',
    {
      schema: {
        ...{ tags, summary: 'Overrides beside a rule', params: RuleParams, body: SaveOverrides },
        response: { 200: RuleRow },
      },
    },
    async (request, reply) => {
      const { overrides, version } = request.body
      const { id } = request.params
      settled(await actions.saveOverrides(id, overrides, version, asking(request).user))
      return send(reply, await one(id))
    },
  )
  app.delete(
    '/api/v1/rules/:id',
    { schema: { tags, summary: 'Delete a rule', params: RuleParams, headers: RuleHeaders } },
    async (request, reply) => {
      const version = versionIn(request.headers)
      settled(await actions.deleteRule(request.params.id, asking(request).user, version))
      return reply.code(204).send()
    },
  )
}

/** If-Match: an entity tag, weak or strong. */
const versionIn = (headers: RuleHeaders): string | undefined => headers['if-match']?.replace(/^W\/|"/g, '')
