// A rule, a route, a channel, a window while somebody writes it: the same object as in a file. The form changes it by path, so that what the form does not
// know stays as it is.

export type Draft = Readonly<Record<string, unknown>>

/** The value at `condition.metric`; undefined where there is none. */
export function valueAt(draft: unknown, path: string): unknown {
  let at: unknown = draft
  for (const key of path.split('.')) {
    if (at === null || typeof at !== 'object') return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** A copy with `value` there; undefined, '' and [] take the key away. What then is left empty around it stays. */
export function withValue(draft: Draft, path: string, value: unknown): Draft {
  const [key = '', ...rest] = path.split('.')
  const next = { ...draft }
  const inner = next[key]
  const isGone = value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  if (rest.length > 0) {
    const under = inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? (inner as Draft) : {}
    next[key] = withValue(under, rest.join('.'), value)
  } else if (isGone) delete next[key]
  else next[key] = value
  return next
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const

/** `300` reads `5m`; what is written already stays as it is; nothing and 0 read ''. */
export function durationText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'number' || value === 0) return ''
  const unit = UNITS.find(([, seconds]) => value % seconds === 0 && value >= seconds)
  return unit ? `${value / unit[1]}${unit[0]}` : `${value}s`
}

/** As rules take it: `30s`, `5m`, `1.5h`, `2d`. */
export function isDuration(text: string): boolean {
  return /^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/.test(text)
}

/** Parts by commas or lines; numbers only where all are. */
export function listOf(text: string): (string | number)[] {
  const parts = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return parts.every((part) => /^-?\d+$/.test(part)) ? parts.map(Number) : parts
}

export function listText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** Whether two drafts say the same, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

export interface Difference {
  readonly path: string
  readonly theirs: unknown
  readonly mine: unknown
  /** Who changed it since both began: both means that somebody must decide. */
  readonly by: 'theirs' | 'mine' | 'both'
}

/** Where two changed copies of one rule differ. Lists are one value: half of each would be nobody's. */
export function differences(base: Draft, theirs: Draft, mine: Draft): Difference[] {
  const [was, their, own] = [leaves(base), leaves(theirs), leaves(mine)]
  const paths = [...new Set([...their.keys(), ...own.keys()])].sort()
  return paths.flatMap((path): Difference[] => {
    const [before, a, b] = [was.get(path), their.get(path), own.get(path)]
    if (isSame(a, b)) return []
    const by = isSame(before, a) ? 'mine' : isSame(before, b) ? 'theirs' : 'both'
    return [{ path, theirs: a, mine: b, by }]
  })
}

/** Theirs, with mine at the paths named. */
export function merged(theirs: Draft, mine: Draft, paths: Iterable<string>): Draft {
  let result = theirs
  for (const path of paths) result = withValue(result, path, valueAt(mine, path))
  return result
}

/** A path as a key of words, in which a dot would part. */
export function wordKey(path: string): string {
  return path.replaceAll('.', '-')
}

function leaves(draft: Draft, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [key, value] of Object.entries(draft)) {
    const path = `${prefix}${key}`
    if (isTree(value)) for (const [inner, leaf] of leaves(value, `${path}.`)) found.set(inner, leaf)
    else found.set(path, value)
  }
  return found
}

/** Names with dots in them, as of metrics, are no paths: what they are in is one value. */
function isTree(value: unknown): value is Draft {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && !keys.some((key) => key.includes('.'))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}
