// Patterns that people write for the text of messages: RE2 syntax or Grok, run in linear time whatever they are.
import { RE2JS } from 're2js'
import { expandGrok, GrokError, type PartType } from './grok.ts'

export interface TextPattern {
  test(text: string): boolean
  /** The named parts of the first match; a part that took no part in it is empty. */
  find(text: string): Readonly<Record<string, string>> | undefined
}

/** Of a pattern that cannot be used; the message says what to write instead where something else does it. */
export class PatternError extends Error {}

/** Steps of the compiled pattern: what a character of a message may cost. */
const MAX_STEPS = 800
const NO_PARTS: Readonly<Record<string, string>> = Object.freeze({})

/** Compiles a pattern; `own` are Grok patterns of its author. Throws PatternError. */
export function compileTextPattern(source: string, own: Readonly<Record<string, string>> = {}): TextPattern {
  const { pattern, types } = expanded(source, own)
  const { text, groups, unsupported } = scan(pattern)
  if (unsupported) throw new PatternError(unsupported)
  const regex = compiled(text)
  if (regex.programSize() > MAX_STEPS)
    throw new PatternError(`the pattern is too large: ${regex.programSize()} steps of at most ${MAX_STEPS}`)
  const test = (message: string): boolean => regex.test(message)
  if (groups.length === 0) return { test, find: (message) => (test(message) ? NO_PARTS : undefined) }
  return {
    test,
    find(message) {
      // whether at all is told much faster than where its parts are
      if (!test(message)) return undefined
      const matcher = regex.matcher(message)
      if (!matcher.find()) return undefined
      const parts: Record<string, string> = {}
      for (const { name, group } of groups) parts[name] ||= typed(matcher.group(group) ?? '', types.get(name))
      return parts
    },
  }
}

/** Why a pattern cannot be used, or undefined. */
export function problemOfPattern(source: string, own: Readonly<Record<string, string>> = {}): string | undefined {
  try {
    compileTextPattern(source, own)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function expanded(source: string, own: Readonly<Record<string, string>>) {
  try {
    return expandGrok(source, own)
  } catch (error) {
    if (error instanceof GrokError) throw new PatternError(error.message)
    throw error
  }
}

function compiled(text: string): RE2JS {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    throw new PatternError(`not a regular expression of RE2 syntax: ${why}`)
  }
}

/** `007` is 7 as an int; what is no number after all is empty. */
function typed(value: string, type: PartType | undefined): string {
  if (type === undefined || value === '') return value
  const n = type === 'int' ? Number.parseInt(value, 10) : Number.parseFloat(value)
  return Number.isFinite(n) ? String(n) : ''
}

interface Scanned {
  readonly text: string
  readonly groups: readonly { readonly name: string; readonly group: string }[]
  readonly unsupported: string | undefined
}

/** Reads a pattern once: names its groups apart (Grok uses a name again in alternatives), finds what RE2 has not. */
function scan(pattern: string): Scanned {
  const groups: { name: string; group: string }[] = []
  const used = new Map<string, number>()
  let text = ''
  let unsupported: string | undefined
  for (let at = 0; at < pattern.length; ) {
    if (pattern.startsWith('\\Q', at)) {
      // what is quoted has no groups, whatever it looks like
      const close = pattern.indexOf('\\E', at + 2)
      const end = close < 0 ? pattern.length : close + 2
      text += pattern.slice(at, end)
      at = end
      continue
    }
    const rest = pattern.slice(at, at + 48)
    const step = stepAt(rest)
    unsupported ??= ADVICE.find(([found]) => found.test(rest))?.[1]
    const name = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest)
    if (name) {
      const count = (used.get(name[1] as string) ?? 0) + 1
      used.set(name[1] as string, count)
      const group = count === 1 ? (name[1] as string) : `${name[1]}__${count}`
      groups.push({ name: name[1] as string, group })
      text += `(?P<${group}>`
      at += name[0].length
    } else if (rest[0] === '[') {
      const end = classEnd(pattern, at)
      text += pattern.slice(at, end)
      at = end
    } else {
      text += rest.slice(0, step)
      at += step
    }
  }
  return { text, groups, unsupported }
}

/** An escape is one step, so is a quantifier with what makes it possessive. */
const stepAt = (rest: string): number => (rest[0] === '\\' ? 2 : 1)

/** End of `[...]`; a bracket that stands first is itself, and `[:alpha:]` may stand inside. */
function classEnd(pattern: string, at: number): number {
  let i = at + 1
  if (pattern[i] === '^') i++
  if (pattern[i] === ']') i++
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    if (pattern[i] === '\\') i++
    else if (pattern[i] === '[' && pattern[i + 1] === ':') {
      const close = pattern.indexOf(':]', i + 2)
      if (close > 0) i = close + 1
    }
  }
  return Math.min(i + 1, pattern.length)
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^\(\?=/, 'lookahead (?=...) is not there: write what must follow as part of the pattern, behind the named part'],
  [/^\(\?!/, 'negative lookahead (?!...) is not there: name what must not occur in `without`'],
  [
    /^\(\?<=/,
    'lookbehind (?<=...) is not there: write what comes before as part of the pattern, before the named part',
  ],
  [/^\(\?<!/, 'negative lookbehind (?<!...) is not there: name what must not occur in `without`'],
  [/^\(\?>/, 'atomic groups (?>...) are not there: write (?:...), nothing is tried twice here'],
  [
    /^[*+?}]\+/,
    'possessive quantifiers (++, *+, ?+) are not there: leave the second + out, nothing is tried twice here',
  ],
  [/^\\[1-9]/, 'references to earlier groups (\\1) are not there: write the part again'],
  [/^\\k[<{']/, 'references to earlier groups (\\k) are not there: write the part again'],
  [/^\(\?#/, 'comments (?#...) inside a pattern are not there: write them behind # in the file'],
  [/^\\Z/, '\\Z is not there: write $'],
  [/^\\h/, '\\h is not there: write [ \\t] for a blank, [0-9A-Fa-f] for a hex digit'],
]
