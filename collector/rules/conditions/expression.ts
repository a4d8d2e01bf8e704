// A condition written in CEL over several metrics of one part, of its device, or of its siblings.
import { z } from 'zod'
import { compileCel } from '../cel.ts'
import { Duration } from '../duration.ts'
import type { SeriesCondition } from './condition.ts'

const Metric = z.string().min(1).max(128)

const Input = z
  .strictObject({
    metric: Metric,
    /** The same resource, the device as a whole (resource ''), or the list of all its resources with this metric. */
    on: z.enum(['resource', 'device', 'siblings']).default('resource'),
    /** Only siblings with the same value of this tag, as members of one bundle. */
    tag: z.string().min(1).max(64).optional(),
    /** Only siblings among these. */
    resources: z.array(z.string().min(1).max(256)).min(1).max(64).optional(),
  })
  .refine((i) => i.on === 'siblings' || (i.tag === undefined && i.resources === undefined), {
    message: 'tag and resources choose among siblings',
  })
export type Input = z.infer<typeof Input>

/** What every expression may name: the last value of `metric`, and facts of the part. */
export const GIVEN = ['value', 'resource', 'device', 'tags'] as const

const Text = z.string().min(1).max(1000)

export const Expression = z
  .strictObject({
    type: z.literal('expression'),
    /** One alarm for each series of this metric; its last value is `value`. */
    metric: Metric,
    /** Other values by the names the expression gives them. */
    inputs: z
      .record(z.string().regex(/^[a-z][a-zA-Z0-9_]{0,31}$/, 'a name like inUse'), Input)
      .default({})
      .refine((inputs) => Object.keys(inputs).length <= 8, 'at most eight'),
    when: Text,
    /** Over when this says true; default: when `when` says false. */
    clear: Text.optional(),
    /** A value this much older than the newest is no value. */
    stale: Duration.default(900_000),
  })
  .superRefine(({ inputs, when, clear }, context) => {
    for (const name of Object.keys(inputs))
      if ((GIVEN as readonly string[]).includes(name))
        context.addIssue({ code: 'custom', path: ['inputs', name], message: 'this name is taken' })
    const variables = new Set([...GIVEN, ...Object.keys(inputs)])
    for (const [key, text] of Object.entries({ when, clear })) {
      const compiled = text === undefined ? undefined : compileCel(text, variables)
      if (compiled?.ok === false) context.addIssue({ code: 'custom', path: [key], message: compiled.message })
    }
  })
export type Expression = z.infer<typeof Expression>

export const expression: SeriesCondition<Expression> = {
  kind: 'series',
  schema: Expression,
  metric: (c) => c.metric,
  compile: () => ({ test: 'expression' }),
}
