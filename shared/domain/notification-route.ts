// A route: which news go to whom, when, and how much of it. Files and the console edit the same thing.
import { z } from 'zod'
import { Duration } from '../time/duration.ts'
import { LocalId } from './identity.ts'
import { Priority } from './incident.ts'
import { Carried } from './notification.ts'
import { Severity } from './severity.ts'

const Globs = z.array(z.string().min(1).max(256)).min(1).max(256)

/** All that is given must fit; what is left out fits everything. `*` in a pattern is any text. */
export const RouteMatch = z.strictObject({
  customers: Globs.optional(),
  sites: Globs.optional(),
  /** Collector-wide device ids, `<site>.<device>`. */
  devices: Globs.optional(),
  severityAtLeast: Severity.optional(),
  /** Of the incident: 1 is the highest; `2` is 1 and 2. */
  priorityAtLeast: Priority.optional(),
  alarmTypes: Globs.optional(),
  /** Of the device: what its profile says it is, `switch`, `ups`. */
  classes: Globs.optional(),
  /** Of the device; `*` means the tag exists. */
  tags: z.record(z.string().min(1).max(64), z.string().max(256)).optional(),
})
export type RouteMatch = z.infer<typeof RouteMatch>

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/
const TimeOfDay = z.string().regex(TIME, 'write a time of day like 08:30')
const EndOfDay = z.string().regex(new RegExp(`${TIME.source}|^24:00$`), 'write a time of day like 18:00')

/** Local time. `to` at or before `from` ends on the next day; the day is the one it begins on. */
export const RouteWindow = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7),
  from: TimeOfDay,
  to: EndOfDay,
})
export const RouteHours = z.strictObject({
  /** IANA zone; `site`: the zone of the site. */
  zone: z.string().min(1).max(64).refine(isZone, 'not an IANA time zone').default('site'),
  windows: z.array(RouteWindow).min(1).max(32),
  /** `hold`: problems wait for the next opening; `skip`: the route does not hold then, the next ones are asked. */
  outside: z.enum(['hold', 'skip']).default('hold'),
})
export type RouteHours = z.infer<typeof RouteHours>

export const RouteTarget = z.strictObject({
  channel: LocalId,
  /** Addresses or numbers in place of the channel's own; only for channels that have such. */
  addresses: z.array(z.string().min(1).max(254)).min(1).max(50).optional(),
})
export type RouteTarget = z.infer<typeof RouteTarget>

export const Route = z.strictObject({
  id: LocalId,
  title: z.string().max(200).default(''),
  enabled: z.boolean().default(true),
  /** Lower ones are asked first; of one order by id. */
  order: z.int().min(0).max(10_000).default(100),
  match: RouteMatch.default({}),
  hours: RouteHours.optional(),
  to: z.array(RouteTarget).min(1).max(50),
  /** Ask the following routes too when this one fits. */
  continue: z.boolean().default(false),
  /** News of one of these are put into one message. */
  groupBy: z.enum(['incident', 'site', 'customer']).default('incident'),
  /** The first message of a group waits so long for more. */
  groupWait: Duration.default(0),
  /** Later problems of a group are collected for so long. Recoveries never wait. */
  groupInterval: Duration.prefault('1m'),
  /** What it carries; left out: what the channel carries. */
  on: z.array(Carried).min(1).optional(),
  /** While an incident is neither acknowledged nor resolved; each pause is `factor` times the one before. */
  reminders: z
    .strictObject({
      first: Duration.prefault('1h'),
      factor: z.number().min(1).max(10).default(2),
      longest: Duration.prefault('1d'),
      atMost: z.int().min(1).max(100).default(10),
    })
    .optional(),
})
export type Route = z.output<typeof Route>

/** So many messages within the time; what is more is counted and told in one summary. */
export const StormLimit = z.strictObject({
  messages: z.int().min(1).max(1000).default(30),
  within: Duration.prefault('10m'),
})
export type StormLimit = z.output<typeof StormLimit>

function isZone(zone: string): boolean {
  if (zone === 'site') return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
