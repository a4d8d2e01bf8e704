// Back-tests: what a rule would have said of the stored past; and what a rule in shadow would have done since.
import { z } from 'zod'
import { LocalId } from '../domain/identity.ts'
import { Severity } from '../domain/severity.ts'
import { Id, PageQuery } from './paging.ts'

/** Longest period of one back-test. */
export const MAX_BACK_TEST_DAYS = 92
/** Would-be alarms that are listed; all are counted. */
export const BACK_TEST_LISTED = 500

/** POST /api/v1/rules/back-tests: a rule as it would be saved, or the id of one that holds. Answers 202 with the back-test. */
export const StartBackTest = z
  .strictObject({
    rule: z.record(z.string().max(64), z.unknown()).optional(),
    id: LocalId.optional(),
    /** ms UTC. */
    from: z.number().min(0).max(8.64e15),
    to: z.number().min(0).max(8.64e15),
  })
  .refine((v) => (v.rule === undefined) !== (v.id === undefined), { path: ['rule'], message: 'give a rule or an id' })
  .refine((v) => v.from < v.to, { path: ['to'], message: 'must be after its begin' })
  .refine((v) => v.to - v.from <= MAX_BACK_TEST_DAYS * 86_400_000, {
    path: ['from'],
    message: `at most ${MAX_BACK_TEST_DAYS} days`,
  })

export const BACK_TEST_STATES = ['waiting', 'running', 'done', 'cancelled', 'failed'] as const
export const BackTestState = z.enum(BACK_TEST_STATES)
export type BackTestState = z.infer<typeof BackTestState>

/** What the figures do not cover. Facts: `at`, `count`. */
export const BACK_TEST_NOTES = [
  /** Samples before `at` are not kept raw any more: nothing is judged by them. */
  'no-raw-before',
  /** Records before `at` are not kept any more. */
  'no-events-before',
  /** Agents reported `count` records as lost in the period. */
  'records-lost',
  /** Devices, profiles and tags are taken as they are now. */
  'places-as-now',
  /** More series or alarms than one back-test holds: `count` were left out. */
  'too-many',
  /** Nothing in the period is what the rule looks at. */
  'nothing-selected',
] as const
export const BackTestNote = z.object({
  code: z.enum(BACK_TEST_NOTES),
  at: z.number().nullable(),
  count: z.int().nullable(),
})
export type BackTestNote = z.infer<typeof BackTestNote>

export const WouldBeAlarm = z.object({
  customer: z.string(),
  site: z.string(),
  device: z.string().nullable(),
  resource: z.string(),
  alarmType: z.string(),
  qualifier: z.string(),
  severity: Severity,
  text: z.string(),
  raisedAt: z.number(),
  /** Null: it still stands at the end of the period. */
  clearedAt: z.number().nullable(),
  /** By the rule's policy it would have opened an incident. */
  opens: z.boolean(),
  /** It came and went inside a maintenance window, as windows are now: nobody would have been told. */
  inWindow: z.boolean().optional(),
  /** Real incidents that were about the same equipment at the time. */
  incidents: z.array(z.object({ id: z.string(), number: z.int() })),
})
export type WouldBeAlarm = z.infer<typeof WouldBeAlarm>

/** Times in ms. */
export const BackTestFigures = z.object({
  alarms: z.int(),
  /** Of these, which open an incident by the rule's policy, and not inside a maintenance window. */
  opening: z.int(),
  /** Of these, which came and went inside a maintenance window. */
  inWindows: z.int().optional(),
  standing: z.int(),
  perDay: z.number(),
  /** Alarms by UTC day (its first ms) and customer. */
  days: z.array(z.object({ day: z.number(), customer: z.string(), alarms: z.int() })),
  duration: z.object({ median: z.number(), p90: z.number(), longest: z.number() }).nullable(),
  /** Alarms at no time of which a real incident was about the same equipment. */
  withoutIncident: z.int(),
})
export type BackTestFigures = z.infer<typeof BackTestFigures>

export const RealIncident = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  site: z.string(),
  device: z.string().nullable(),
  openedAt: z.number(),
})
export type RealIncident = z.infer<typeof RealIncident>

export const BackTestResult = z.object({
  notes: z.array(BackTestNote),
  read: z.object({ samples: z.int(), events: z.int(), series: z.int(), devices: z.int() }),
  /** The rule that is tested, and the one of the same id that holds now, over the same records. */
  candidate: BackTestFigures,
  current: BackTestFigures.nullable(),
  /** Of the rule that is tested, by time; the first of them. */
  alarms: z.array(WouldBeAlarm),
  /** Real incidents at whose time it would have had an alarm of the same equipment; earlier: ms before it was opened. */
  caught: z.array(RealIncident.extend({ raisedAt: z.number(), earlier: z.number() })),
  /** Real incidents of this rule or alarm type of which it would have said nothing. */
  missed: z.array(RealIncident),
  /** Against the rule as it is now; null: there is none. The alarms are the first of them. */
  compared: z
    .object({
      same: z.int(),
      added: z.int(),
      gone: z.int(),
      addedAlarms: z.array(WouldBeAlarm),
      goneAlarms: z.array(WouldBeAlarm),
    })
    .nullable(),
})
export type BackTestResult = z.infer<typeof BackTestResult>

export const BackTest = z.object({
  id: z.string(),
  rule: z.string(),
  /** Short hash of the rule that is tested, without what files or the console add to it and whether it runs in shadow. */
  ruleVersion: z.string(),
  state: BackTestState,
  askedBy: z.string(),
  askedAt: z.number(),
  endedAt: z.number().nullable(),
  from: z.number(),
  to: z.number(),
  progress: z.object({
    /** 0 to 1. */
    share: z.number(),
    /** Event time reached. */
    at: z.number().nullable(),
    samples: z.int(),
    events: z.int(),
    samplesPerSecond: z.number(),
  }),
  problem: z.string().nullable(),
  result: BackTestResult.nullable(),
})
export type BackTest = z.infer<typeof BackTest>

/** GET /api/v1/rules/back-tests/{id}; DELETE cancels it. */
export const BackTestParams = z.object({ test: Id })
/** GET /api/v1/rules/back-tests: newest first, without their results. Kept: the last of each rule. */
export const BackTestList = z.object({ items: z.array(BackTest.omit({ result: true })), nextCursor: z.null() })

/** GET /api/v1/rules/{id}/back-test: the last that was finished; 404 without one. `stale`: the rule has changed since. */
export const LastBackTest = BackTest.extend({ stale: z.boolean() })
export type LastBackTest = z.infer<typeof LastBackTest>

/** GET /api/v1/rules/{id}/shadow: what a rule in shadow would have done, newest first. */
export const ShadowQuery = PageQuery
export const ShadowRecord = z.object({
  /** Since when it runs in shadow, as far as is kept; null: it never did. */
  since: z.number().nullable(),
  alarms: z.int(),
  standing: z.int(),
  perDay: z.number(),
  items: z.array(WouldBeAlarm.omit({ incidents: true }).extend({ alarm: z.string() })),
  nextCursor: z.string().nullable(),
})
export type ShadowRecord = z.infer<typeof ShadowRecord>
