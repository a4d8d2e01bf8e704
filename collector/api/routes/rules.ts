import { RuleEvaluations, RuleList, RuleParams, RuleRow, SaveRule } from '#shared/http/rules.ts'
import type { ApiDeps } from '../deps.ts'
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

  app.get('/api/v1/rules', { schema: { tags, summary: 'Rules', response: { 200: RuleList } } }, async () => ({
    items: await rules.list(),
    nextCursor: null,
    problems: [...rules.problems()],
  }))
  app.get(
    '/api/v1/rules/:id',
    { schema: { tags, summary: 'One rule', params: RuleParams, response: { 200: RuleRow } } },
    (request) => one(request.params.id),
  )
  app.get(
    '/api/v1/rules/:id/evaluations',
    { schema: { tags, summary: 'Last evaluations', params: RuleParams, response: { 200: RuleEvaluations } } },
    async (request) => ({ items: found(await rules.evaluations(request.params.id), 'rule'), nextCursor: null }),
  )
  app.post(
    '/api/v1/rules',
    { schema: { tags, summary: 'Add a rule', body: SaveRule, response: { 201: RuleRow } } },
    async (request, reply) => {
      const { rule, enabled } = request.body
      const { id } = settled(await actions.saveRule(rule, enabled, undefined, asking(request).user))
      return reply.code(201).send(await one(id))
    },
  )
  app.put(
    '/api/v1/rules/:id',
    { schema: { tags, summary: 'Change a rule', params: RuleParams, body: SaveRule, response: { 200: RuleRow } } },
    async (request) => {
      const { rule, enabled } = request.body
      settled(await actions.saveRule(rule, enabled, request.params.id, asking(request).user))
      return one(request.params.id)
    },
  )
  app.delete(
    '/api/v1/rules/:id',
    { schema: { tags, summary: 'Delete a rule', params: RuleParams } },
    async (request, reply) => {
      settled(await actions.deleteRule(request.params.id, asking(request).user))
      return reply.code(204).send()
    },
  )
}
