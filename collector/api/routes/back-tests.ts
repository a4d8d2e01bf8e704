import {
  BackTest,
  BackTestList,
  BackTestParams,
  LastBackTest,
  ShadowQuery,
  ShadowRecord,
  StartBackTest,
} from '#shared/http/back-tests.ts'
import { RuleParams } from '#shared/http/rules.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Back-tests of rules, and what rules in shadow have said. */
export function addBackTestRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['rules']
  const book = () => found(deps.backTests, 'book of back-tests')

  app.post(
    '/api/v1/rules/back-tests',
    { schema: { tags, summary: 'Try a rule on the stored past', body: StartBackTest, response: { 202: BackTest } } },
    async (request, reply) => {
      const { test } = settled(await book().start(request.body, asking(request).user))
      return reply.code(202).send(test)
    },
  )
  app.get(
    '/api/v1/rules/back-tests',
    { schema: { tags, summary: 'Back-tests of late', response: { 200: BackTestList } } },
    async () => ({
      items: book()
        .list()
        .map(({ result: _, ...test }) => test),
      nextCursor: null,
    }),
  )
  app.get(
    '/api/v1/rules/back-tests/:test',
    { schema: { tags, summary: 'Progress and result', params: BackTestParams, response: { 200: BackTest } } },
    async (request) => found(book().get(request.params.test), 'back-test'),
  )
  app.delete(
    '/api/v1/rules/back-tests/:test',
    { schema: { tags, summary: 'Cancel a back-test', params: BackTestParams } },
    async (request, reply) => {
      settled(book().cancel(request.params.test))
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/v1/rules/:id/back-test',
    { schema: { tags, summary: 'The last back-test', params: RuleParams, response: { 200: LastBackTest } } },
    async (request) => found(book().last(request.params.id), 'back-test'),
  )
  app.get(
    '/api/v1/rules/:id/shadow',
    {
      schema: {
        ...{ tags, summary: 'What a rule in shadow has said', params: RuleParams, querystring: ShadowQuery },
        response: { 200: ShadowRecord },
      },
    },
    async (request) => found(book().shadow(request.params.id, request.query), 'rule'),
  )
}
