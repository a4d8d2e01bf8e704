// What is held back now and why, and inhibitions: one alarm says what another would only repeat.
import { z } from 'zod'
import { SuppressedBy, Suppression } from '../domain/suppression.ts'
import { AlarmRow } from './alarms.ts'
import { Id, PageQuery, pageOf, repeated, searchText } from './paging.ts'

/** GET /api/v1/suppressed: standing alarms that are held back now, the newest first. */
export const SuppressedQuery = PageQuery.extend({
  by: repeated(SuppressedBy).optional(),
  customer: Id.optional(),
  site: Id.optional(),
  device: Id.optional(),
  /** Id of what holds: a window, an alarm, an inhibition. */
  ref: Id.optional(),
  q: searchText.optional(),
})
export type SuppressedQuery = z.infer<typeof SuppressedQuery>

export const SuppressedRow = AlarmRow.extend({
  suppression: Suppression,
  /** Name of what holds it: title of the window, text of the alarm; null: nothing with a name. */
  refName: z.string().nullable(),
})
export type SuppressedRow = z.infer<typeof SuppressedRow>

/** A page, and how many each gate holds (of the same filter without `by`). */
export const SuppressedPage = pageOf(SuppressedRow).extend({
  counts: z.record(SuppressedBy, z.int()),
  /** Live delta id the page is at least as new as: follow the stream from here. */
  liveId: z.int(),
})
export type SuppressedPage = z.infer<typeof SuppressedPage>

const Globs = z.array(z.string().min(1).max(256)).min(1).max(256)

/** All that is given must fit; `*` and `?` in patterns. */
export const AlarmMatcher = z.strictObject({
  alarmTypes: Globs.optional(),
  /** Alarm types to leave out. */
  notAlarmTypes: Globs.optional(),
  severities: z
    .array(z.enum(['indeterminate', 'warning', 'minor', 'major', 'critical']))
    .min(1)
    .optional(),
  /** What last spoke of the alarm. */
  sources: z
    .array(z.enum(['poll', 'trap', 'log', 'check', 'liveness']))
    .min(1)
    .optional(),
  rules: Globs.optional(),
  customers: Globs.optional(),
  sites: Globs.optional(),
  devices: Globs.optional(),
  resources: Globs.optional(),
  qualifiers: Globs.optional(),
  /** Tags of the device; all must fit. */
  tags: z.record(z.string().min(1).max(64), z.string().max(256)).optional(),
})
export type AlarmMatcher = z.infer<typeof AlarmMatcher>

/** What must be the same of both alarms: a field, or `tag.NAME` of their devices. */
export const InhibitionLabel = z.union([
  z.enum(['customer', 'site', 'device', 'resource', 'qualifier', 'alarmType']),
  z.string().regex(/^tag\.[^\s]{1,64}$/, 'customer, site, device, resource, qualifier, alarmType or tag.NAME'),
])

export const InhibitionBody = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'small letters, digits, dots and dashes'),
  title: z.string().max(200).default(''),
  enabled: z.boolean().default(true),
  source: AlarmMatcher,
  target: AlarmMatcher,
  /** Without any, every source inhibits every target. */
  equal: z.array(InhibitionLabel).max(8).default([]),
  /** `people`: its incident opens, nobody is told; `incident`: none opens, it joins the one of its source. */
  holds: z.enum(['people', 'incident']).default('incident'),
})
export type InhibitionBody = z.infer<typeof InhibitionBody>

export const InhibitionRow = InhibitionBody.extend({
  origin: z.enum(['built-in', 'file', 'database']),
  /** File and line; null for the database. */
  file: z.string().nullable(),
  readOnly: z.boolean(),
  /** Of one in the database: rises with each change; a change names the one it was made from. */
  version: z.int(),
  /** Alarms it holds now. */
  held: z.int(),
})
export type InhibitionRow = z.infer<typeof InhibitionRow>

/** GET /api/v1/inhibitions */
export const InhibitionList = z.object({
  items: z.array(InhibitionRow),
  nextCursor: z.null(),
  problems: z.array(z.object({ file: z.string(), line: z.int(), path: z.string(), message: z.string() })),
})
export type InhibitionList = z.infer<typeof InhibitionList>

/** PUT /api/v1/inhibitions/{id}: `version` of the one changed, 0 for a new one; 409 when it has another by now. */
export const SaveInhibition = z.strictObject({ inhibition: InhibitionBody, version: z.int().min(0) })
export const InhibitionParams = z.object({ id: Id })
/** DELETE /api/v1/inhibitions/{id}?version= */
export const VersionQuery = z.object({ version: z.coerce.number().int().min(0) })
