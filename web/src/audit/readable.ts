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

/** A line for the list: the first values of a detail. `name`: the word for what a value is. */
export function shortText(detail: Detail, name: (path: string) => string = (path) => path): string {
  const parts = Object.entries(detail).flatMap(([path, value]) => {
    const pair = pairOf(value)
    if (pair) return [`${name(path)}: ${textOf(pair.before)} → ${textOf(pair.after)}`]
    return isObject(value) ? [name(path)] : [`${name(path)}: ${textOf(value)}`]
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
