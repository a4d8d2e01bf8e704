// What a rule may ask of a log line, cheapest question first: the vendor's name of the message, the program, words in
// the text, `key=value` fields, then a pattern.
import { z } from 'zod'
import type { LogEvent } from '#shared/domain/device-event.ts'
import { keyValuesOf } from '#shared/domain/key-values.ts'
import { globTest } from './glob.ts'
import { compileTextPattern, problemOfPattern } from './text-pattern.ts'

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(64)])
const Source = z.string().max(2048)

/** A pattern that uses no names of its author. */
export const Pattern = Source.superRefine((pattern, context) => {
  const message = problemOfPattern(pattern)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

/** Keys of a match that are about log lines; all that are given must hold. */
export const LOG_KEYS = {
  /** The vendor's message name, with `*`. */
  mnemonic: oneOrMany(z.string().min(1).max(128)).optional(),
  /** The program that wrote the line, with `*`. */
  app: oneOrMany(z.string().min(1).max(128)).optional(),
  /** Values of `key=value` lines, with `*`. */
  fields: z.record(z.string().max(64), oneOrMany(z.string().max(256))).optional(),
  /** This syslog severity or a worse one; 0 is emergency, 2 critical. */
  atMostSeverity: z.int().min(0).max(7).optional(),
  /** At least one of these must occur in the message; makes rules with a pattern cheap. */
  contains: oneOrMany(z.string().min(2).max(256)).optional(),
  /** None of these may occur in the message. */
  without: oneOrMany(z.string().min(1).max(256)).optional(),
  /** RE2 syntax or Grok; named parts are usable in templates: `%{INTERFACE:interface}`, `(?P<interface>\S+)`. */
  pattern: Source.optional(),
  /** Grok patterns that only this one uses. */
  patterns: z.record(z.string().regex(/^[A-Za-z0-9_]{1,64}$/), Source).optional(),
  /** Only of lines that no rule before this one has taken for an alarm or the end of one. */
  unclaimed: z.literal(true).optional(),
}
export type LogMatch = z.infer<z.ZodObject<typeof LOG_KEYS>>

/** Says in `context` why a pattern cannot be used. */
export function checkPattern(match: LogMatch, context: z.core.$RefinementCtx): void {
  const message = match.pattern === undefined ? undefined : problemOfPattern(match.pattern, match.patterns)
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['pattern'], message })
}

export type Parts = Readonly<Record<string, string>>

export type TextTest = (message: string) => Parts | undefined

const NO_PARTS: Parts = Object.freeze({})
/** Characters of a message that a pattern is run over. */
export const MAX_MATCHED_TEXT = 2048

/** `contains`, `without` and `pattern`, for messages of any kind. */
export function compileText({ contains, without, pattern, patterns }: LogMatch): TextTest {
  const some = contains === undefined ? undefined : [contains].flat()
  const none = without === undefined ? undefined : [without].flat()
  const compiled = pattern === undefined ? undefined : compileTextPattern(pattern, patterns)
  return (message) => {
    if (some && !some.some((part) => message.includes(part))) return undefined
    if (none?.some((part) => message.includes(part))) return undefined
    return compiled === undefined ? NO_PARTS : compiled.find(message.slice(0, MAX_MATCHED_TEXT))
  }
}

/** Everything that is asked of a log line; answers the named parts. */
export function compileLog(match: LogMatch): (event: LogEvent) => Parts | undefined {
  const mnemonic = match.mnemonic === undefined ? undefined : globTest([match.mnemonic].flat(), true)
  const app = match.app === undefined ? undefined : globTest([match.app].flat(), true)
  const fields = Object.entries(match.fields ?? {}).map(([key, values]) => ({
    key,
    test: globTest([values].flat(), true),
  }))
  const text = compileText(match)
  const worst = match.atMostSeverity
  return (event) => {
    if (worst !== undefined && (event.severity ?? 8) > worst) return undefined
    if (mnemonic && !mnemonic(event.mnemonic ?? '')) return undefined
    if (app && !app(event.app ?? '')) return undefined
    const parts = text(event.message)
    if (parts === undefined || fields.length === 0) return parts
    const values = keyValuesOf(event.message)
    return fields.every(({ key, test }) => test(values.get(key) ?? '')) ? parts : undefined
  }
}
