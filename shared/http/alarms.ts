// The alarm list, one alarm with its history, and what operators do to alarms.
import { z } from 'zod'
import { Alarm, OperatorState } from '../domain/alarm.ts'
import { Severity } from '../domain/severity.ts'
import { flag, Id, instant, PageQuery, repeated, searchText } from './paging.ts'

/** An alarm with the names people read. */
export const AlarmRow = Alarm.extend({
  deviceName: z.string().nullable(),
  siteName: z.string(),
  customerName: z.string(),
  incidentNumber: z.int().nullable(),
})
export type AlarmRow = z.infer<typeof AlarmRow>

export const ALARM_SORTS = ['severity', 'raisedAt', 'lastAt'] as const

/**
 * GET /api/v1/alarms. Without `cleared` and `from` it is the Current list: everything not yet both cleared and
 * acknowledged (or closed). `cleared=true` are cleared ones, `cleared=false` open ones; `all=true` is the whole history.
 */
export const AlarmListQuery = PageQuery.extend({
  severity: repeated(Severity).optional(),
  state: repeated(OperatorState).optional(),
  customer: Id.optional(),
  site: Id.optional(),
  device: Id.optional(),
  incident: Id.optional(),
  q: searchText.optional(),
  cleared: flag.optional(),
  /** False leaves out what is shelved or suppressed. */
  suppressed: flag.optional(),
  all: flag.optional(),
  /** Raised at or after / before. */
  from: instant.optional(),
  to: instant.optional(),
  sort: z.enum(ALARM_SORTS).default('severity'),
  order: z.enum(['asc', 'desc']).default('desc'),
})
export type AlarmListQuery = z.infer<typeof AlarmListQuery>

/** GET /api/v1/alarms: a page and the numbers above the list (of the same filter without severity). */
export const AlarmPage = z.object({
  items: z.array(AlarmRow),
  nextCursor: z.string().nullable(),
  counts: z.record(Severity, z.int()),
  /** Live delta id the page is at least as new as: follow the stream from here. */
  liveId: z.int(),
})
export type AlarmPage = z.infer<typeof AlarmPage>

export const AlarmHistoryEntry = z.object({
  id: z.int(),
  action: z.string(),
  at: z.number(),
  actor: z.string(),
  late: z.boolean(),
  note: z.string(),
  severity: Severity,
})
export const TraceEntry = z.object({
  at: z.number(),
  rule: z.string(),
  decision: z.string(),
  why: z.string(),
  inputs: z.record(z.string(), z.unknown()),
})
export type TraceEntry = z.infer<typeof TraceEntry>

/** GET /api/v1/alarms/{id} */
export const AlarmDetail = AlarmRow.extend({ history: z.array(AlarmHistoryEntry), trace: z.array(TraceEntry) })
export type AlarmDetail = z.infer<typeof AlarmDetail>

/**
 * `close`: a person is done with it; `clear`: it is over although nothing will ever say so, refused where a poll can tell;
 * `assign`: somebody answers for it, acknowledged or not; `severity`: a person gives it another severity than its rule.
 */
export const OPERATOR_ACTIONS = [
  'acknowledge',
  'unacknowledge',
  'close',
  'clear',
  'shelve',
  'unshelve',
  'assign',
  'severity',
] as const
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number]

/** What is to be done, with whatever alarms. `until` (ms UTC) ends a shelve (required) or an acknowledgement (else it stays). */
export const AlarmWish = z.strictObject({
  action: z.enum(OPERATOR_ACTIONS),
  note: z.string().max(2000).default(''),
  until: z.number().optional(),
  /** Who answers for them; null: nobody. Left out of an acknowledgement: who asks. */
  owner: z.string().trim().min(1).max(200).nullable().optional(),
  /** Of `severity`; null: what the rule says. */
  severity: Severity.exclude(['indeterminate']).nullable().optional(),
})
export type AlarmWish = z.infer<typeof AlarmWish>

const isWhole = (v: AlarmWish, context: z.RefinementCtx) => {
  const needs = (of: AlarmWish['action'], key: 'until' | 'owner' | 'severity', message: string) => {
    if (v.action === of && v[key] === undefined) context.addIssue({ code: 'custom', path: [key], message })
  }
  needs('shelve', 'until', 'shelve needs an end')
  needs('assign', 'owner', 'say who, or null for nobody')
  needs('severity', 'severity', 'say which, or null for what the rule says')
}

/** POST /api/v1/alarms/actions */
export const AlarmActionRequest = AlarmWish.extend({ ids: z.array(Id).min(1).max(500) }).superRefine(isWhole)
/** GET /api/v1/alarms/owners: accounts that work on alarms; who may see some customers only is told those who share one. */
export const AlarmOwners = z.object({ items: z.array(z.object({ name: z.string(), role: z.string() })) })
export type AlarmOwners = z.infer<typeof AlarmOwners>

/** One entry per id asked for; `problem` says why nothing was done. */
export const AlarmActionResult = z.object({
  results: z.array(z.object({ id: z.string(), ok: z.boolean(), problem: z.string().nullable() })),
})
export type AlarmActionResult = z.infer<typeof AlarmActionResult>

/** POST /api/v1/alarms/bulk: the same with all of a list as it was seen (see alarm-board.ts), done in parts. */
export const BulkRequest = AlarmWish.extend({
  list: z.string().min(1).max(64),
  /** Left out by hand. */
  except: z.array(Id).max(1000).default([]),
  /** How many the person was told: when it would be another number, nothing is done. */
  count: z.int().min(1),
}).superRefine(isWhole)

/** GET /api/v1/alarms/bulk/{id}: how far it is. `refused` is the first hundred. */
export const BulkJob = z.object({
  id: z.string(),
  action: z.enum(OPERATOR_ACTIONS),
  total: z.int(),
  done: z.int(),
  refusedCount: z.int(),
  refused: z.array(z.object({ id: z.string(), text: z.string(), problem: z.string() })),
  state: z.enum(['running', 'done', 'failed']),
})
export type BulkJob = z.infer<typeof BulkJob>
