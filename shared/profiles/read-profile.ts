// One YAML text to checked parts. A part that cannot be used is refused alone, with its line; the rest loads.
import { isMap, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { ProfileProblem } from './profile.ts'
import {
  HeadSchema,
  type HeadSpec,
  MetadataSchema,
  type MetadataSpec,
  MetricSchema,
  type MetricSpec,
  SelectorSchema,
  type SelectorSpec,
  TagSchema,
  type TagSpec,
} from './schema.ts'
import {
  asList,
  type Fields,
  IGNORED_KEYS,
  isFields,
  normaliseMetric,
  normaliseSymbol,
  normaliseTag,
  selectorsOf,
} from './spellings.ts'

export interface RawProfile {
  readonly file: string
  /** File name without folder and extension: what `extends` names and what replaces what. */
  readonly name: string
  readonly head: HeadSpec
  readonly selectors: readonly SelectorSpec[]
  readonly metadata: Readonly<Record<string, MetadataSpec>>
  readonly tags: readonly TagSpec[]
  readonly metrics: readonly (MetricSpec & { readonly line: number })[]
}

type Path = readonly (string | number)[]

const PART_LISTS: ReadonlySet<string> = new Set(['symbols', 'metric_tags'])
const MAX_FILE_CHARS = 1_000_000
const SECTIONS: ReadonlySet<string> = new Set([
  ...['name', 'description', 'version', 'extends', 'matches', 'provider', 'device', 'x-outrider'],
  ...['sysobjectid', 'selector', 'metadata', 'metric_tags', 'static_tags', 'metrics'],
])

/** Never throws; `profile` is undefined when the text is no YAML mapping. */
export function readProfile(
  file: string,
  text: string,
): { readonly profile: RawProfile | undefined; readonly problems: readonly ProfileProblem[] } {
  const problems: ProfileProblem[] = []
  if (text.length > MAX_FILE_CHARS)
    return { profile: undefined, problems: [{ severity: 'error', file, line: 1, message: 'larger than 1 MB' }] }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false })
  const tell = (severity: ProfileProblem['severity'], line: number, message: string) =>
    problems.push({ severity, file, line, message })
  for (const error of document.errors)
    tell('error', error.linePos?.[0].line ?? 1, error.message.split('\n')[0] as string)
  const root: unknown = document.errors.length > 0 ? undefined : safely(() => document.toJS({ maxAliasCount: 100 }))
  if (!isFields(root)) {
    if (problems.length === 0) tell('error', 1, 'is not a mapping of keys')
    return { profile: undefined, problems }
  }

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
  /** Unknown keys are told and left out; a wrong symbol or tag goes alone; anything else wrong refuses the part. */
  const check = <S extends z.ZodType>(schema: S, value: unknown, path: Path): z.infer<S> | undefined => {
    for (let round = 0; round < 8; round++) {
      const result = schema.safeParse(value)
      if (result.success) return result.data
      const { issues } = result.error
      for (const issue of issues) {
        const at = [...path, ...(issue.path as Path)]
        if (issue.code !== 'unrecognized_keys') tell('error', lineOf(at), `${at.join('.')}: ${issue.message}`)
        else
          for (const key of issue.keys) tell('warning', lineOf([...at, key]), `unknown key ${[...at, key].join('.')}`)
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
  const checkList = <S extends z.ZodType>(schema: S, section: string, change: (entry: unknown) => unknown) =>
    asList(root[section]).flatMap((entry, n) => {
      const checked = isFields(entry) ? check(schema, change(entry), [section, n]) : undefined
      if (checked === undefined && !isFields(entry))
        tell('error', lineOf([section, n]), `${section}.${n}: is no mapping`)
      return checked === undefined ? [] : [{ value: checked, line: lineOf([section, n]) }]
    })

  for (const key of Object.keys(root))
    if (IGNORED_KEYS.has(key)) tell('note', lineOf([key]), `section ${key} is not used yet`)
    else if (!SECTIONS.has(key)) tell('warning', lineOf([key]), `unknown key ${key}`)
  const head = check(HeadSchema, headFields(root), []) ?? {}
  const metadata: Record<string, MetadataSpec> = {}
  for (const [resource, value] of Object.entries(isFields(root.metadata) ? root.metadata : {})) {
    const checked = check(MetadataSchema, metadataFields(value), ['metadata', resource])
    if (checked) metadata[resource] = checked
  }
  return {
    profile: {
      file,
      name: profileNameOf(file),
      head,
      selectors: selectorsOf(root).flatMap((selector, n) => check(SelectorSchema, selector, ['selector', n]) ?? []),
      metadata,
      tags: checkList(TagSchema, 'metric_tags', normaliseTag).map((tag) => tag.value),
      metrics: checkList(MetricSchema, 'metrics', (entry) => normaliseMetric(entry as Fields)).map((metric) => ({
        ...metric.value,
        line: metric.line,
      })),
    },
    problems,
  }
}

/** `folder/_generic-if.yaml` and `_generic-if` are one name. */
export function profileNameOf(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.ya?ml$/, '')
}

function headFields(root: Fields): Fields {
  const keys = Object.keys(HeadSchema.shape).filter((key) => root[key] !== undefined && root[key] !== null)
  const head = Object.fromEntries(keys.map((key) => [key, root[key]]))
  if (head.extends !== undefined) head.extends = asList(head.extends).map(String)
  return head
}

function metadataFields(value: unknown): unknown {
  if (!isFields(value)) return value
  const fields = isFields(value.fields)
    ? Object.entries(value.fields).map(([name, field]) => [name, isFields(field) ? normaliseField(field) : field])
    : []
  return { ...value, ...(value.fields === undefined ? {} : { fields: Object.fromEntries(fields) }) }
}

function normaliseField(field: Fields): Fields {
  const out = { ...field }
  if (isFields(out.symbol)) out.symbol = normaliseSymbol(out.symbol)
  if (Array.isArray(out.symbols)) out.symbols = out.symbols.map((s) => (isFields(s) ? normaliseSymbol(s) : s))
  return out
}

function remove(value: unknown, path: Path, key: string): void {
  let at: unknown = value
  for (const step of path) at = (at as Record<string | number, unknown> | undefined)?.[step]
  if (typeof at === 'object' && at !== null) delete (at as Fields)[key]
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
