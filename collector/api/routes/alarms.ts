import {
  AlarmActionRequest,
  AlarmActionResult,
  AlarmDetail,
  AlarmListQuery,
  AlarmOwners,
  AlarmPage,
} from '#shared/http/alarms.ts'
import { IdParams } from '#shared/http/paging.ts'
import type { Role } from '#shared/http/session.ts'
import type { ApiDeps } from '../deps.ts'
import { alarmDetailFor, alarmFor } from '../outside.ts'
import { policyOf } from '../policy.ts'
import { found, Problem } from '../problems.ts'
import { asking, type Routes } from './route.ts'

const LONGEST_SHELVE_MS = 366 * 24 * 3_600_000

/** The alarm list and what operators do to alarms. */
export function addAlarmRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['alarms']
  app.get(
    '/api/v1/alarms',
    { schema: { tags, summary: 'Alarms', querystring: AlarmListQuery, response: { 200: AlarmPage } } },
    async (request) => {
      // asked for before reading: a delta in between is applied twice rather than missed
      const liveId = deps.live.newestId()
      const who = asking(request)
      const page = await deps.reads.alarms(request.query, who.customers)
      return { ...page, items: page.items.map((row) => alarmFor(who, row)), liveId }
    },
  )
  app.get(
    '/api/v1/alarms/owners',
    { schema: { tags, summary: 'Who may be given alarms', response: { 200: AlarmOwners } } },
    async (request) => {
      const workers = policyOf('POST', '/api/v1/alarms/actions')
      const works = (role: Role) => typeof workers === 'object' && workers.includes(role)
      const { customers } = asking(request)
      const shares = (of: readonly string[] | null) =>
        customers === null || of === null || of.some((customer) => customers.includes(customer))
      const users = await deps.access.users()
      return {
        items: users
          .filter((user) => !user.disabled && works(user.role) && shares(user.customers))
          .map(({ name, role }) => ({ name, role })),
      }
    },
  )
  app.get(
    '/api/v1/alarms/:id',
    { schema: { tags, summary: 'One alarm with history and trace', params: IdParams, response: { 200: AlarmDetail } } },
    async (request) => alarmDetailFor(asking(request), found(await deps.reads.alarm(request.params.id), 'alarm')),
  )
  app.post(
    '/api/v1/alarms/actions',
    {
      schema: {
        tags,
        summary: 'Acknowledge, close, shelve ...',
        body: AlarmActionRequest,
        response: { 200: AlarmActionResult },
      },
    },
    async (request) => {
      const { action, ids, note, until, owner, severity } = request.body
      checkedEnd(until, deps.now())
      const results = await deps.actions.alarmAction(action, [...new Set(ids)], {
        actor: asking(request).user,
        note,
        until,
        owner,
        severity,
      })
      return { results }
    },
  )
}

/** Throws when an action would end in the past, or too far away. */
export function checkedEnd(until: number | undefined, now: number): void {
  if (until !== undefined && (until <= now || until > now + LONGEST_SHELVE_MS))
    throw new Problem('bad-request', 'the end must be in the future, at most a year away')
}
