// What people write as an object, as text and back. Loaded with editors only.
import { parseDocument, stringify } from 'yaml'
import { durationText } from './draft.ts'

const TIMES: ReadonlySet<string> = new Set(['for', 'clearAfter', 'within', 'stale', 'reopenWithin', 'resolveOnClear'])

/** As a person would write it in a file: durations in words, what is empty left out. */
export function yamlOf(value: unknown): string {
  if (value === undefined) return ''
  return stringify(tidy(value), { lineWidth: 110, flowCollectionPadding: true }).trimEnd()
}

/** One line of it where it is short. */
export function shortYamlOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  const line = stringify(tidy(value), { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
  return line.length <= 72 ? line : yamlOf(value)
}

export type Parsed = { readonly value: unknown } | { readonly problem: string; readonly line: number }

/** Aliases that grow beyond measure and other mischief end as a problem. */
export function fromYaml(text: string): Parsed {
  if (text.trim() === '') return { value: undefined }
  const document = parseDocument(text, { prettyErrors: false })
  const [error] = document.errors
  if (error) {
    const line = text.slice(0, error.pos[0]).split('\n').length
    return { problem: error.message, line }
  }
  try {
    return { value: document.toJS({ maxAliasCount: 50 }) }
  } catch (failure) {
    return { problem: failure instanceof Error ? failure.message : String(failure), line: 1 }
  }
}

function tidy(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => tidy(one))
  if (typeof value === 'number' && TIMES.has(key)) return durationText(value) || value
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined && inner !== '' && !isEmpty(inner))
    .map(([name, inner]) => [name, tidy(inner, name)] as const)
  return Object.fromEntries(entries)
}

function isEmpty(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  return Array.isArray(value)
    ? value.length === 0
    : Object.values(value).every((one) => one === '' || one === undefined)
}
