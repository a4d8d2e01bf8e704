// One YAML text to checked parts. A part that cannot be used is refused alone, with its line; the rest loads.
import { isMap, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { IGNORED_KEYS, staticTags, wordOf } from './foreign-words.ts'
import { type OwnDiagnostics, readDiagnostics } from './own-diagnostics.ts'
import type { ProfileProblem } from './profile.ts'
import {
  HeadSchema,
  type HeadSpec,
  MetadataSchema,
  type MetadataSpec,
  MetricSchema,
  type MetricSpec,
  ProfileAlarm,
  SelectorSchema,
  type SelectorSpec,
  TagSchema,
  type TagSpec,
  VirtualSchema,
  type VirtualSpec,
} from './schema.ts'
import {
  asList,
  type Fields,
  isFields,
  normaliseMetadata,
  normaliseMetric,
  normaliseOwn,
  normaliseTag,
  type Say,
  selectorsOf,
} from './spellings.ts'
import { tooDeep } from './too-deep.ts'

export interface RawProfile {
  readonly file: string
  /** File name without folder and extension: what `extends` names and what replaces what. */
  readonly name: string
  readonly text: string
  readonly head: HeadSpec
  readonly selectors: readonly SelectorSpec[]
  readonly metadata: Readonly<Record<string, MetadataSpec>>
  readonly tags: readonly TagSpec[]
  readonly metrics: readonly (MetricSpec & { readonly line: number })[]
  readonly virtual: readonly (VirtualSpec & { readonly line: number })[]
  /** Of `x-outrider.alarms`. */
  readonly alarms: readonly (ProfileAlarm & { readonly line: number })[]
  /** Of `x-outrider.diagnostics`. */
  readonly diagnostics: readonly OwnDiagnostics[]
  /** Lines of parts that problems are told about later. */
  readonly lines: { readonly extends: number; readonly selectors: number; readonly matches: number }
  /** Holds trap definitions and nothing for the poller. */
  readonly onlyTraps: boolean
}

type Path = readonly (string | number)[]

const PART_LISTS: ReadonlySet<string> = new Set(['symbols', 'metric_tags'])
const MAX_FILE_CHARS = 1_000_000
const MAX_ALARMS = 64
/** Entries of one list of a file. */
const MAX_ENTRIES = 4_000
const MAX_SYMBOLS = 512
const MAX_PROBLEMS = 200
const HEAD_KEYS = Object.keys(HeadSchema.shape)
const SECTIONS: ReadonlySet<string> = new Set([
  ...['name', 'description', 'version', 'extends', 'matches', 'provider', 'device', 'x-outrider', 'no_use_bulkwalkall'],
  ...['sysobjectid', 'sysObjectID', 'sysObjectId', 'selector', 'metadata', 'metric_tags', 'static_tags', 'metrics'],
  ...['virtual_metrics', 'traps'],
])

/** Never throws; `profile` is undefined when the text is no YAML mapping. */
export function readProfile(
  file: string,
  text: string,
): { readonly profile: RawProfile | undefined; readonly problems: readonly ProfileProblem[] } {
  const problems: ProfileProblem[] = []
  let untold = 0
  const tell = (severity: ProfileProblem['severity'], line: number, message: string) => {
    if (problems.length >= MAX_PROBLEMS) untold++
    else problems.push({ severity, file, line, message: message.slice(0, 512) })
  }
  const done = (profile: RawProfile | undefined) => {
    const more = { severity: 'warning' as const, file, line: 1, message: `and ${untold} more problems` }
    return { profile, problems: untold > 0 ? [...problems, more] : problems }
  }
  const refuse = (line: number, message: string) => {
    tell('error', line, message)
    return done(undefined)
  }
  if (text.length > MAX_FILE_CHARS) return refuse(1, 'larger than 1 MB')
  const deep = tooDeep(text)
  if (deep !== undefined) return refuse(deep, 'nested deeper than a profile can be')
  const lines = new LineCounter()
  const document = safely(() => parseDocument(text, { lineCounter: lines, uniqueKeys: false }))
  if (!(document && 'errors' in document)) return refuse(1, `cannot be read: ${document?.message ?? ''}`)
  for (const error of document.errors.slice(0, 20))
    tell('error', error.linePos?.[0].line ?? 1, error.message.split('\n')[0] as string)
  if (document.errors.length > 0) return done(undefined)
  const root = safely<unknown>(() => document.toJS({ maxAliasCount: 100 }))
  if (root instanceof Error) return refuse(1, `cannot be read: ${root.message}`)
  if (!isFields(root)) return refuse(1, 'is not a mapping of keys')

  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length--) {
      const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
      const key = path[length - 1]
      const pair = isMap(parent)
        ? parent.items.find((item) => isNode(item.key) && String(item.key) === String(key))
        : undefined
      const node = pair ? pair.key : document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  const sayOf = (...base: Path): Say => {
    return (severity, key, message) => {
      const at = [...base, ...key]
      tell(severity, lineOf(at), `${at.join('.')}: ${message}`)
    }
  }
  /** Unknown keys are told and left out; a wrong symbol or tag goes alone; anything else wrong refuses the part. */
  const check = <S extends z.ZodType>(schema: S, value: unknown, path: Path): z.infer<S> | undefined => {
    for (let round = 0; round < 8; round++) {
      const result = schema.safeParse(value)
      if (result.success) return result.data
      const { issues } = result.error
      for (const issue of issues.slice(0, 50)) {
        const at = [...path, ...(issue.path as Path)]
        if (issue.code !== 'unrecognized_keys') tell('error', lineOf(at), `${at.join('.')}: ${issue.message}`)
        else
          for (const key of issue.keys.slice(0, 50))
            tell('warning', lineOf([...at, key]), `unknown key ${[...at, key].join('.').slice(0, 200)}`)
      }
      for (const issue of issues)
        if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(value, issue.path as Path, key)
      const wrong = issues.filter((issue) => issue.code !== 'unrecognized_keys').map((issue) => issue.path as Path)
      if (!wrong.every(([list, n]) => PART_LISTS.has(String(list)) && typeof n === 'number')) return undefined
      for (const list of PART_LISTS) {
        const refused = new Set(wrong.filter((at) => at[0] === list).map((at) => at[1]))
        const fields = value as Record<string, unknown[]>
        if (refused.size > 0) fields[list] = fields[list]?.filter((_, n) => !refused.has(n)) ?? []
      }
    }
    return undefined
  }
  const listOf = (value: unknown, section: string, most: number): unknown[] => {
    const list = asList(value)
    if (list.length > most) tell('error', lineOf([section, most]), `more than ${most} ${section}; the rest is left out`)
    return list.slice(0, most)
  }
  const checkList = <S extends z.ZodType>(
    schema: S,
    section: string,
    change: (entry: Fields, say: Say) => unknown,
  ): { value: z.infer<S>; line: number }[] =>
    listOf(root[section], section, MAX_ENTRIES).flatMap((entry, n) => {
      if (entry === null) return []
      if (!isFields(entry)) {
        tell('error', lineOf([section, n]), `${section}.${n}: is no mapping`)
        return []
      }
      const changed = change(entry, sayOf(section, n))
      const checked = changed === undefined ? undefined : check(schema, changed, [section, n])
      return checked === undefined ? [] : [{ value: checked, line: lineOf([section, n]) }]
    })

  for (const key of Object.keys(root)) {
    const why = IGNORED_KEYS.get(key)
    if (why !== undefined) tell('note', lineOf([key]), `${key} is not used: ${why}`)
    else if (!SECTIONS.has(key)) tell('warning', lineOf([key]), `unknown key ${key.slice(0, 200)}`)
  }
  if (!isEmpty(root.traps)) tell('note', lineOf(['traps']), 'traps are read by trap definitions, not by the poller')
  const head = check(HeadSchema, headFields(root, sayOf('x-outrider')), []) ?? {}
  const own = isFields(root['x-outrider']) ? root['x-outrider'] : {}
  const metadata: Record<string, MetadataSpec> = {}
  for (const [resource, value] of Object.entries(isFields(root.metadata) ? root.metadata : {})) {
    const say = sayOf('metadata', resource)
    const checked = check(MetadataSchema, normaliseMetadata(value ?? {}, say), ['metadata', resource])
    if (checked) metadata[resource] = checked
  }
  const metrics = checkList(MetricSchema, 'metrics', (entry, say) => {
    const { symbols } = entry
    const cut = Array.isArray(symbols) && symbols.length > MAX_SYMBOLS
    if (cut) say('error', ['symbols'], `more than ${MAX_SYMBOLS} symbols; the rest is left out`)
    const changed = normaliseMetric(cut ? { ...entry, symbols: symbols.slice(0, MAX_SYMBOLS) } : entry, say)
    if (Array.isArray(changed?.symbols)) changed.symbols = changed.symbols.filter((one) => one !== null)
    return changed
  })
  return done({
    ...{ file, name: profileNameOf(file), text, head, metadata },
    selectors: selectorsOf(root).flatMap((selector, n) => check(SelectorSchema, selector, ['selector', n]) ?? []),
    tags: checkList(TagSchema, 'metric_tags', normaliseTag).map((tag) => tag.value),
    metrics: metrics.map(({ value, line }) => ({ ...value, line })),
    virtual: checkList(VirtualSchema, 'virtual_metrics', (entry) => entry).map(({ value, line }) => ({
      ...value,
      line,
    })),
    alarms: listOf(own.alarms, 'x-outrider.alarms', MAX_ALARMS).flatMap((entry, n) => {
      const path = ['x-outrider', 'alarms', n]
      const checked = check(ProfileAlarm, entry, path)
      return checked === undefined ? [] : [{ ...checked, line: lineOf(path) }]
    }),
    diagnostics: readDiagnostics(own.diagnostics, { check, lineOf, tell }),
    lines: {
      extends: lineOf(['extends']),
      matches: lineOf(['matches']),
      selectors: lineOf([['sysobjectid', 'sysObjectID', 'sysObjectId', 'selector'].find((key) => root[key]) ?? '']),
    },
    onlyTraps: !isEmpty(root.traps) && isEmpty(root.metrics) && isEmpty(root.metadata) && isEmpty(root.extends),
  })
}

/** `folder/_generic-if.yaml` and `_generic-if` are one name. */
export function profileNameOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.ya?ml$/, '')
}

function headFields(root: Fields, say: Say): Fields {
  const keys = HEAD_KEYS.filter((key) => root[key] !== undefined && root[key] !== null)
  const head = Object.fromEntries(keys.map((key) => [key, root[key]]))
  if (head.extends !== undefined) head.extends = asList(head.extends).map(wordOf)
  if (head.static_tags !== undefined) head.static_tags = staticTags(head.static_tags)
  if (head['x-outrider'] !== undefined) head['x-outrider'] = normaliseOwn(head['x-outrider'], say)
  if (typeof head.name === 'number') head.name = wordOf(head.name)
  return head
}

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === false || Object.keys(value).length === 0

function remove(value: unknown, path: Path, key: string): void {
  let at: unknown = value
  for (const step of path) at = (at as Record<string | number, unknown> | undefined)?.[step]
  if (typeof at === 'object' && at !== null) delete (at as Fields)[key]
}

function safely<T>(work: () => T): T | Error {
  try {
    return work()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
