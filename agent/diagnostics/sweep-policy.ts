// The part of the policy file about sweeps.
import { z } from 'zod'
import { MAX_RANGES, readRanges } from '#shared/domain/address-ranges.ts'

export const SweepPolicy = z.strictObject({
  enabled: z.boolean().default(true).describe('false: no address ranges are swept from here'),
  ranges: z
    .array(z.string().max(100))
    .max(MAX_RANGES)
    .optional()
    .superRefine((texts, ctx) => {
      for (const { index, message } of readRanges(texts ?? [], 'exclude').problems)
        ctx.addIssue({ code: 'custom', path: [index], message })
    })
    .describe('Where sweeps may go; private networks and those around the devices when absent'),
  maxPacketsPerSecond: z.int().min(1).max(2_000).default(500).describe('Faster sweeps are slowed down to this'),
})
export type SweepPolicy = z.output<typeof SweepPolicy>
