import { Overview, OverviewQuery } from '#shared/http/overview.ts'
import type { ApiDeps } from '../deps.ts'
import { isOutside } from '../outside.ts'
import { found } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** What stands everywhere, in one answer. */
export function addOverviewRoutes(app: Routes, deps: ApiDeps): void {
  app.get(
    '/api/v1/overview',
    {
      schema: {
        tags: ['overview'],
        summary: 'What stands, where it is worst, what is held back, and the trend',
        querystring: OverviewQuery,
        response: { 200: Overview },
      },
    },
    async (request) => {
      const who = asking(request)
      const overview = found(deps.overview, 'overview here').of(request.query, who.customers)
      // which agents lag is nothing people at a customer's can mend
      return isOutside(who) ? { ...overview, agents: { ...overview.agents, backlog: 0, concerns: [] } } : overview
    },
  )
}
