// `x-outrider.alarm` of a trap or log definition: which alarm the message raises or ends. One block for both kinds, so that
// a trap, a log line and a poll of one fault are one alarm.
import { z } from 'zod'
import { LocalId } from '#shared/domain/identity.ts'
import { Severity } from '#shared/domain/severity.ts'
import { Duration } from '../rules/duration.ts'
import { BY_LOG, IncidentPolicy, LocalText } from '../rules/rule.ts'

const Values = z
  .array(z.union([z.string().max(256), z.number()]))
  .min(1)
  .max(64)

/** One condition on a part of the message: a varbind by its name or OID, or (`field`) a named group or key of a log line. */
export const When = z
  .strictObject({
    varbind: z.string().min(1).max(512).optional(),
    field: z.string().min(1).max(64).optional(),
    equals: z.union([z.string().max(256), z.number()]).optional(),
    in: Values.optional(),
    notIn: Values.optional(),
    /** Numbers greater or less than this. */
    gt: z.number().optional(),
    lt: z.number().optional(),
    /** RE2 syntax. */
    pattern: z.string().max(1024).optional(),
  })
  .refine((w) => (w.varbind === undefined) !== (w.field === undefined), 'give either varbind or field')
  .refine(
    (w) => [w.equals, w.in, w.notIn, w.gt, w.lt, w.pattern].some((test) => test !== undefined),
    'give at least one of equals, in, notIn, gt, lt, pattern',
  )
export type When = z.infer<typeof When>

/** Alarm types are dotted words of one vocabulary: `env.fan`, `power.on-battery`. */
export const AlarmType = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'dotted words, like env.fan')

/**
 * Templates hold `{{name}}`: a varbind or named group of the message, `raw.NAME` (no enum label), `index.NAME` (what
 * follows the varbind's OID), `last.NAME` (its last number), or what rules know: device, interface, source, message ...
 */
const Template = z.string().max(256)

export const AlarmBlock = z
  .strictObject({
    /** Id of the rule it becomes; default: made from the file's name and the definition's. */
    id: LocalId.optional(),
    enabled: z.boolean().default(true),
    /** `event`: an alarm that ends by itself (`autoClearAfter`, default 30 minutes). */
    type: z.enum(['raise', 'clear', 'event']),
    alarmType: AlarmType.optional(),
    /** `by-log`: what the log line says, by RFC 5674. */
    severity: z.union([Severity, z.literal(BY_LOG)]).optional(),
    /** '' is the whole device. */
    resource: Template.optional(),
    /** Tells alarms of one type and resource apart. */
    key: Template.optional(),
    /** Clear: names of the definitions of this file whose alarm it ends; default: those of the same alarmType. */
    clears: z
      .union([z.string(), z.array(z.string()).min(1).max(64)])
      .transform((names) => [names].flat())
      .optional(),
    /** Clear: where its message has what the raise calls NAME under another name: `{ fan: fanUnit }`. */
    as: z.record(z.string().max(64), z.string().max(64)).optional(),
    when: z.array(When).max(8).default([]),
    autoClearAfter: Duration.optional(),
    /** Only when it comes this often within this time, for one device, resource and key: one wrong password is no alarm. */
    atLeast: z.strictObject({ count: z.int().min(2).max(1000), within: Duration }).optional(),
    /** Default: the text of the definition. */
    text: LocalText.optional(),
    incident: IncidentPolicy.optional(),
  })
  .superRefine((block, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (block.type === 'clear') {
      for (const key of ['severity', 'text', 'incident', 'autoClearAfter', 'atLeast', 'id'] as const)
        if (block[key] !== undefined) problem(key, 'belongs to the definition that raises the alarm')
      if (block.clears === undefined && block.alarmType === undefined)
        problem('clears', 'say what it ends: clears or alarmType')
      return
    }
    for (const key of ['alarmType', 'severity'] as const)
      if (block[key] === undefined) problem(key, `${block.type} needs it`)
    for (const key of ['clears', 'as'] as const)
      if (block[key] !== undefined) problem(key, 'belongs to a definition of type clear')
  })
export type AlarmBlock = z.infer<typeof AlarmBlock>

/** One block or several: one trap may speak of several faults, told apart by `when`. */
export const AlarmBlocks = z
  .union([AlarmBlock, z.array(AlarmBlock).max(32)])
  .transform((blocks) => [blocks].flat() as AlarmBlock[])
