import { IdParams } from '#shared/http/paging.ts'
import { TracePage, TraceQuery, Why, WhyQuery } from '#shared/http/trace.ts'
import type { ApiDeps } from '../deps.ts'
import { found } from '../problems.ts'
import { whyTold } from '../why-told.ts'
import { asking, type Routes } from './route.ts'

/** What was decided about an alarm, and why somebody was told or not. */
export function addTraceRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['alarms']
  const { reads } = deps
  const alarmOf = async (id: string) => found((await reads.alarmRows([id]))[0], 'alarm')

  app.get(
    '/api/v1/alarms/:id/trace',
    {
      schema: {
        ...{ tags, summary: 'Every decision about an alarm', params: IdParams, querystring: TraceQuery },
        response: { 200: TracePage },
      },
    },
    async (request) => {
      await alarmOf(request.params.id)
      return reads.traceOf(request.params.id, request.query)
    },
  )
  app.get(
    '/api/v1/alarms/:id/why',
    {
      schema: {
        ...{ tags, summary: 'Why somebody was told, or not', params: IdParams, querystring: WhyQuery },
        response: { 200: Why },
      },
    },
    async (request) => {
      const alarm = await alarmOf(request.params.id)
      // channels are of the whole installation: who has limits reads of those that had to do with it
      const isLimited = asking(request).customers !== null
      const [told, holds, channels] = await Promise.all([
        reads.toldOf(alarm.id, alarm.episode),
        reads.holdsOf(alarm.id),
        isLimited ? [] : deps.channels.list(),
      ])
      const recipients = channels.map((channel) => channel.id)
      const items = whyTold({ alarm, told, holds, recipients }, request.query.recipient)
      return { alarm: alarm.id, episode: alarm.episode, items }
    },
  )
}
