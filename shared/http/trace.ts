// What was decided about an alarm, line by line, and the answer to "why was I (not) told?".
import { z } from 'zod'
import { SUPPRESSED_BY } from '../domain/suppression.ts'
import { PageQuery } from './paging.ts'

/** One decision. `gate` names what decided: a gate of suppression, `rule`, `incident-policy`, a step of notification. */
export const TraceRow = z.object({
  id: z.int(),
  at: z.number(),
  alarm: z.string().nullable(),
  incident: z.string().nullable(),
  rule: z.string(),
  /** Short hash of the rule as it was; null: not a rule of people, or from before versions were kept. */
  ruleVersion: z.string().nullable(),
  decision: z.string(),
  gate: z.string().nullable(),
  /** ms UTC until when it holds; null: until something else happens. */
  until: z.number().nullable(),
  /** For people, in English. */
  why: z.string(),
  inputs: z.record(z.string(), z.unknown()),
})
export type TraceRow = z.infer<typeof TraceRow>

/** GET /api/v1/alarms/{id}/trace */
export const TraceQuery = PageQuery.extend({ order: z.enum(['newest', 'oldest']).default('newest') })
export type TraceQuery = z.infer<typeof TraceQuery>
export const TracePage = z.object({ items: z.array(TraceRow), nextCursor: z.string().nullable() })
export type TracePage = z.infer<typeof TracePage>

/**
 * Why somebody was told, or not: the one reason that decided. `sent`, `waiting`, `failed`: a message to them exists. The gates
 * of suppression by their names. `not-an-incident`: the rule opens none; `below-severity`: only graver ones do; `attached`: an
 * incident of the same cause was told already; `ended-by-people`: they had ended its incident; `cleared-first`: it was over
 * before anything held it back no longer; `no-route`: no route leads to them; `outside-hours`: their route rests at that time;
 * `grouped`: said in another message; `storm`: counted in a summary; `channel-off`: their channel is switched off;
 * `acknowledged`: somebody had it in hand; `not-carried`: their channel does not carry this; `expired`: too long ago, nothing
 * is kept of it.
 */
export const WHY_CODES = [
  'sent',
  'waiting',
  'failed',
  ...SUPPRESSED_BY,
  'not-an-incident',
  'below-severity',
  'attached',
  'ended-by-people',
  'cleared-first',
  'no-route',
  'outside-hours',
  'grouped',
  'storm',
  'channel-off',
  'acknowledged',
  'not-carried',
  'expired',
] as const
export const WhyCode = z.enum(WHY_CODES)
export type WhyCode = z.infer<typeof WhyCode>

/** Values a sentence is put together from: `until`, `ref`, `why`, `incident`, `number`, `answer`, `severity` ... */
export const WhyFacts = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

export const WhyAnswer = z.object({
  /** Channel, or person, as the notification policy calls them. */
  recipient: z.string(),
  told: z.boolean(),
  code: WhyCode,
  facts: WhyFacts,
  /** When this was decided. */
  at: z.number().nullable(),
  until: z.number().nullable(),
  /** The answer in English; the console says it in the reader's language by `code` and `facts`. */
  text: z.string(),
})
export type WhyAnswer = z.infer<typeof WhyAnswer>

/** GET /api/v1/alarms/{id}/why?recipient=NAME; without a recipient everybody who may be told. */
export const WhyQuery = z.object({ recipient: z.string().min(1).max(320).optional() })
export const Why = z.object({ alarm: z.string(), episode: z.int(), items: z.array(WhyAnswer) })
export type Why = z.infer<typeof Why>
