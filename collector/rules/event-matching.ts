// Compares device events with what a rule's author wrote. Cheap tests first; user regexes run in linear time (re2js).
import { z } from 'zod'
import type { TrapEvent } from '#shared/domain/device-event.ts'
import { keyValuesOf } from '#shared/domain/key-values.ts'
import type { EventMatcher } from './conditions/condition.ts'
import { checkPattern, compileLog, compileText, LOG_KEYS, MAX_MATCHED_TEXT, Pattern } from './log-matching.ts'
import { compileTextPattern } from './text-pattern.ts'

const Oid = z.string().regex(/^\d+(\.\d+)+(\.\*)?$/, 'an OID in numbers, or one ending in .*')
const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(64)])

const Values = z
  .array(z.union([z.string(), z.number()]))
  .min(1)
  .max(64)

const Where = z
  .strictObject({
    varbind: Oid.optional(),
    /** Logs: a named part of `pattern`, else the key of a `key=value` pair. */
    group: z.string().max(64).optional(),
    in: Values.optional(),
    notIn: Values.optional(),
    above: z.number().optional(),
    below: z.number().optional(),
    pattern: Pattern.optional(),
  })
  .refine((w) => (w.varbind === undefined) !== (w.group === undefined), 'give either varbind or group')
type Where = z.infer<typeof Where>

export const Match = z
  .strictObject({
    kind: z.enum(['trap', 'trap-raw', 'log', 'check', 'storm', 'agent']),
    /** Traps: snmpTrapOID; `1.3.6.1.4.1.9.*` is everything below. */
    trapOid: oneOrMany(Oid).optional(),
    /**
     * All must hold. A varbind is found by its OID or a prefix of it, a group by its name in `pattern`; one that is missing
     * satisfies `notIn` only.
     */
    where: z.array(Where).max(16).optional(),
    /** Traps: values that templates may name. `labels` are put in for numbers. */
    names: z
      .record(
        z.string().max(80),
        z.strictObject({
          varbind: Oid,
          /** The value, what follows `varbind` in the OID of the varbind that was sent, or the last number of that. */
          take: z.enum(['value', 'index', 'last']).default('value'),
          labels: z.record(z.string(), z.string().max(128)).optional(),
          /** RE2 with named groups: of a value that fits, these with dots between. */
          extract: Pattern.optional(),
        }),
      )
      .optional(),
    /** Logs; agent messages may be asked for `contains`, `without` and `pattern` too. */
    ...LOG_KEYS,
    /** Agent events. */
    code: oneOrMany(z.string().max(64)).optional(),
    /** Checks. */
    input: z.string().max(32).optional(),
    outcome: oneOrMany(z.string().max(32)).optional(),
  })
  .superRefine(checkPattern)
export type Match = z.infer<typeof Match>
type NameOf = NonNullable<Match['names']>[string]

const NO_PARTS: Readonly<Record<string, string>> = Object.freeze({})

/** Matches when any of `matches` does; answers the named groups of the one that did. */
export function compileMatch(matches: readonly Match[]): EventMatcher {
  const tests = matches.map(compileOne)
  return (event) => {
    for (const test of tests) {
      const parts = test(event)
      if (parts !== undefined) return parts
    }
    return undefined
  }
}

/** The first varbind at or below an OID. */
export function varbindOf(event: TrapEvent, oid: string): TrapEvent['varbinds'][number] | undefined {
  const prefix = oid.endsWith('.*') ? oid.slice(0, -2) : oid
  return event.varbinds.find((v) => v.oid === prefix || (v.oid.startsWith(prefix) && v.oid[prefix.length] === '.'))
}

function compileOne(match: Match): EventMatcher {
  const trapOid = oidTest(match.trapOid)
  const log = compileLog(match)
  const text = compileText(match)
  const where = (match.where ?? []).map((w) => ({ ...w, holds: compileWhere(w) }))
  const names = Object.entries(match.names ?? {}).map(([name, of]) => [name, { ...of, taken: extractor(of) }] as const)
  const codes = match.code === undefined ? undefined : new Set([match.code].flat())
  const outcomes = match.outcome === undefined ? undefined : new Set([match.outcome].flat())
  return ({ event }) => {
    if (event.kind !== match.kind) return undefined
    if (event.kind === 'trap') {
      if (!trapOid(event.trapOid)) return undefined
      for (const w of where) if (!w.holds(varbindOf(event, w.varbind ?? '')?.value)) return undefined
      return names.length === 0 ? NO_PARTS : partsOf(event, names)
    }
    if (event.kind === 'check') {
      if (match.input !== undefined && match.input !== event.input) return undefined
      return outcomes && !outcomes.has(event.outcome) ? undefined : NO_PARTS
    }
    if (event.kind === 'agent') return codes && !codes.has(event.code) ? undefined : text(event.message)
    if (event.kind !== 'log') return NO_PARTS
    const parts = log(event)
    if (parts === undefined || where.length === 0) return parts
    const fields = where.some((w) => w.group && parts[w.group] === undefined) ? keyValuesOf(event.message) : undefined
    for (const w of where) if (!w.holds(parts[w.group ?? ''] ?? fields?.get(w.group ?? ''))) return undefined
    return parts
  }
}

type Value = string | number | null | undefined

function compileWhere(w: Where): (value: Value) => boolean {
  const regex = w.pattern === undefined ? undefined : compileTextPattern(w.pattern)
  const needed = w.in !== undefined || regex !== undefined || w.above !== undefined || w.below !== undefined
  const texts = (values: readonly (string | number)[] | undefined) => values && new Set(values.map(String))
  const [among, except] = [texts(w.in), texts(w.notIn)]
  const { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY } = w
  const compares = w.above !== undefined || w.below !== undefined
  return (value) => {
    if (value === undefined) return !needed
    if (among && !among.has(String(value))) return false
    if (except?.has(String(value))) return false
    // NaN compares with nothing
    if (compares && !(numberOf(value) > above && numberOf(value) < below)) return false
    return regex === undefined || regex.test(String(value).slice(0, MAX_MATCHED_TEXT))
  }
}

function numberOf(value: Value): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

/** Characters of one named value. */
const MAX_PART = 256

type NamedPart = Pick<NameOf, 'varbind' | 'take' | 'labels'> & { readonly taken: (value: string) => string }

function partsOf(event: TrapEvent, names: readonly (readonly [string, NamedPart])[]): Readonly<Record<string, string>> {
  const parts: Record<string, string> = {}
  for (const [name, { varbind, take, labels, taken }] of names) {
    const found = varbindOf(event, varbind)
    if (!found) continue
    const index = found.oid.slice(varbind.length + 1)
    const raw = String(found.value ?? '')
    const value = take === 'value' ? (labels?.[raw] ?? taken(raw)) : take === 'index' ? index : index.split('.').at(-1)
    parts[name] = (value ?? '').slice(0, MAX_PART)
  }
  return parts
}

function extractor({ extract }: NameOf): NamedPart['taken'] {
  if (extract === undefined) return (value) => value
  const pattern = compileTextPattern(extract)
  return (value) => {
    const found = Object.values(pattern.find(value.slice(0, MAX_MATCHED_TEXT)) ?? {})
    return found.length > 0 ? found.join('.') : value
  }
}

function oidTest(oids: string | readonly string[] | undefined): (oid: string) => boolean {
  if (oids === undefined) return () => true
  const all = typeof oids === 'string' ? [oids] : oids
  const exact = new Set(all.filter((o) => !o.endsWith('*')))
  const prefixes = all.filter((o) => o.endsWith('*')).map((o) => o.slice(0, -1))
  return (oid) => exact.has(oid) || prefixes.some((p) => oid.startsWith(p))
}
