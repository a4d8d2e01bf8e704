// What an entry says about a change, line by line: what it was, what it is. Rooms write details in several ways: `{before, after}`
// of each value, the whole thing as it is now, or facts about what happened.
export interface Line {
  /** `rule.condition.above` */
  readonly path: string
  readonly kind: 'changed' | 'added' | 'removed' | 'fact'
  readonly before?: string
  readonly after?: string
}

type Detail = Readonly<Record<string, unknown>>

const MAX_LINES = 300
const MAX_TEXT = 2000

/** `earlier`: the detail of the entry before about the same thing and action; undefined when there is none. */
export function linesOf(detail: Detail, earlier: Detail | undefined): readonly Line[] {
  const lines: Line[] = []
  for (const [path, value] of Object.entries(detail)) {
    const pair = pairOf(value)
    if (pair) lines.push(...compared(flat(pair.before, path), flat(pair.after, path)))
    else if (isObject(value) && isObject(earlier?.[path]))
      lines.push(...compared(flat(earlier[path], path), flat(value, path)))
    else for (const [name, after] of flat(value, path)) lines.push({ path: name, kind: 'fact', after })
  }
  return lines.slice(0, MAX_LINES)
}

/** How a value is called and read; as they are where nobody says. */
export interface DetailWords {
  value(path: string): string
  text(path: string, value: string): string
  pair(path: string, text: string): string
}

const AS_THEY_ARE: DetailWords = {
  value: (path) => path,
  text: (_, value) => value,
  pair: (path, text) => `${path}: ${text}`,
}

/** A line for the list: the first values of a detail. */
export function shortText(detail: Detail, words: DetailWords = AS_THEY_ARE): string {
  const parts = Object.entries(detail).flatMap(([path, value]) => {
    const pair = pairOf(value)
    const read = (one: unknown) => words.text(path, textOf(one))
    if (pair) return [words.pair(path, `${read(pair.before)} → ${read(pair.after)}`)]
    return isObject(value) ? [words.value(path)] : [words.pair(path, read(value))]
  })
  return parts.join(' · ').slice(0, 240)
}

function compared(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Line[] {
  const lines: Line[] = []
  for (const [path, now] of after) {
    const was = before.get(path)
    if (was === undefined) lines.push({ path, kind: 'added', after: now })
    else if (was !== now) lines.push({ path, kind: 'changed', before: was, after: now })
  }
  for (const [path, was] of before) if (!after.has(path)) lines.push({ path, kind: 'removed', before: was })
  return lines
}

/** Values by path; lists of plain values are one value. */
function flat(value: unknown, path: string, into = new Map<string, string>()): ReadonlyMap<string, string> {
  if (isObject(value) && Object.keys(value).length > 0)
    for (const [key, one] of Object.entries(value)) flat(one, `${path}.${key}`, into)
  else if (Array.isArray(value) && value.some((one) => isObject(one) || Array.isArray(one)))
    for (const [i, one] of value.entries()) flat(one, `${path}.${i + 1}`, into)
  else into.set(path, textOf(value))
  return into
}

function pairOf(value: unknown): { before: unknown; after: unknown } | undefined {
  if (!isObject(value)) return undefined
  const keys = Object.keys(value)
  return keys.length === 2 && 'before' in value && 'after' in value
    ? { before: value.before, after: value.after }
    : undefined
}

function textOf(value: unknown): string {
  const text =
    value === null || value === undefined
      ? '–'
      : Array.isArray(value)
        ? value.map(textOf).join(', ')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)
  return text.slice(0, MAX_TEXT)
}

const isObject = (value: unknown): value is Detail =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
