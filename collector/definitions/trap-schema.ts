// The form of a trap definition file: `vendor`, `varbinds`, `traps`, as such packs are laid out, and the older form with
// `trap_oid` and `events`. Foreign keys are let be; what is ours stands under `x-outrider` and is checked strictly.
import { z } from 'zod'
import { TrapCategory, TrapLevel } from '#shared/http/traps.ts'
import { Pattern } from '../rules/log-matching.ts'
import { AlarmBlocks } from './alarm-block.ts'

export const TrapOid = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().replace(/^\./, '') : value),
  z
    .string()
    .regex(/^\d+(\.\d+){1,127}$/, 'an OID in numbers')
    .max(512),
)

const BothTexts = z.strictObject({ 'zh-CN': z.string().max(500), en: z.string().max(500) })

/** `{1: up}` or `{up: 1}`; both mean that 1 is called up. */
const Enum = z.record(z.string(), z.union([z.string(), z.number()])).transform((values) => {
  const labels: Record<string, string> = {}
  for (const [key, value] of Object.entries(values)) {
    const byNumber = /^-?\d+(\.\d+)*$/.test(key)
    if (byNumber) labels[key] = String(value)
    // the first of two labels of one number stays
    else if (/^-?\d+$/.test(String(value))) labels[String(value)] ??= key
  }
  return labels
})

export const VarbindSpec = z.looseObject({
  oid: TrapOid,
  type: z.string().optional(),
  enum: Enum.nullish(),
  'x-outrider': z
    .strictObject({
      /** RE2 with named groups: alarms name a value that fits by these, with dots between, as the poll names the part. */
      extract: Pattern.optional(),
    })
    .optional(),
})

const OwnPart = z.strictObject({
  /** Short name of the message in both languages: the title of its rule. */
  title: BothTexts.optional(),
  /** The sentence in both languages; without it `description` is said in both. */
  text: BothTexts.optional(),
  alarm: AlarmBlocks.optional(),
})

export const TrapSpec = z.looseObject({
  oid: TrapOid,
  name: z.string().min(1).max(200),
  category: TrapCategory.catch('unknown').default('unknown'),
  severity: TrapLevel.catch('notice').default('notice'),
  description: z.string().max(2000).nullish(),
  status: z.string().optional(),
  varbinds: z.array(z.unknown()).nullish(),
  labels: z.record(z.string(), z.unknown()).nullish(),
  dedup_key_varbinds: z.array(z.string()).nullish(),
  'x-outrider': OwnPart.optional(),
})
export type TrapSpec = z.infer<typeof TrapSpec>

/** One trap of the older form. */
export const EventsTrapSpec = z.looseObject({
  trap_oid: TrapOid,
  trap_name: z.string().min(1).max(200),
  events: z
    .array(z.looseObject({ name: z.string(), OID: TrapOid, tag: z.string().optional(), enum: Enum.nullish() }))
    .nullish(),
  'x-outrider': OwnPart.optional(),
})

export const TrapFileSpec = z.looseObject({
  vendor: z.string().max(128).nullish(),
  provider: z.string().max(128).nullish(),
  varbinds: z.record(z.string().max(128), z.unknown()).nullish(),
  traps: z.array(z.unknown()).max(20_000),
})
