// The form of a log definition file: `vendor`, own Grok `patterns`, `logs`. Checked strictly: a misspelt key would match
// more lines than its author wanted.
import { z } from 'zod'
import { LOG_KEYS, type LogMatch } from '../rules/log-matching.ts'
import { AlarmBlocks } from './alarm-block.ts'

const { patterns, unclaimed: _, ...KEYS } = LOG_KEYS

/** How a line is found; all keys that are given must hold. */
export const LineSpec = z
  .strictObject(KEYS)
  .refine(isFound, 'say how the line is found: mnemonic, app, fields, contains or pattern')
export type LineSpec = z.infer<typeof LineSpec>

export const LogSpec = z
  .strictObject({
    name: z.string().min(1).max(200),
    ...KEYS,
    /** Other forms of the same message: any of them, instead of the keys above. */
    any: z.array(LineSpec).min(1).max(16).optional(),
    /** A line as the equipment sends it, for readers. */
    example: z.string().max(2048).optional(),
    'x-outrider': z.strictObject({
      /** Short name of the message in both languages: the title of its rule. */
      title: z.strictObject({ 'zh-CN': z.string().max(500), en: z.string().max(500) }).optional(),
      alarm: AlarmBlocks,
    }),
  })
  .superRefine((spec, context) => {
    const own = Object.keys(KEYS).some((key) => spec[key as keyof typeof KEYS] !== undefined)
    if (spec.any === undefined ? !isFound(spec) : own)
      context.addIssue({ code: 'custom', message: 'say how the line is found: either by keys of its own or by any' })
  })
export type LogSpec = z.infer<typeof LogSpec>

function isFound(line: Pick<LogMatch, 'mnemonic' | 'app' | 'fields' | 'contains' | 'pattern'>): boolean {
  return (line.mnemonic ?? line.app ?? line.fields ?? line.contains ?? line.pattern) !== undefined
}

export const LogFileSpec = z.strictObject({
  vendor: z.string().max(128).optional(),
  patterns,
  logs: z.array(z.unknown()).max(2000),
})
