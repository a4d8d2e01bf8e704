// Grok as a way to write patterns: `%{NAME}`, `%{NAME:part}` and `%{NAME:part:int}` become plain regular expressions with
// named groups. The names are looked up in what the author brings along, then in our own library.
import { GROK_LIBRARY } from './grok-library.ts'

/** What a pattern became; `types` of parts that are more than text. */
export interface ExpandedGrok {
  readonly pattern: string
  readonly types: ReadonlyMap<string, PartType>
}

export type PartType = 'int' | 'float'

/** Of a pattern in which a name is unknown, leads back to itself, or that grows beyond bounds. */
export class GrokError extends Error {}

const MAX_DEPTH = 12
const MAX_EXPANDED = 16_384
const REFERENCE = /%\{([^{}]{0,200})\}?/g
const PARTS = /^([A-Za-z0-9_]+)(?::([^:]*))?(?::([^:]*))?$/

/** Expands a pattern; one without `%{` comes back as it is. Throws GrokError with a sentence for people. */
export function expandGrok(pattern: string, own: Readonly<Record<string, string>> = {}): ExpandedGrok {
  const types = new Map<string, PartType>()
  return { pattern: pattern.includes('%{') ? expand(pattern, own, types, []) : pattern, types }
}

function expand(
  pattern: string,
  own: Readonly<Record<string, string>>,
  types: Map<string, PartType>,
  path: readonly string[],
): string {
  if (path.length > MAX_DEPTH) throw new GrokError(`${path[0]} leads deeper than ${MAX_DEPTH} patterns`)
  const out = pattern.replace(REFERENCE, (whole: string, inside: string) => {
    const [, name, part, type] = PARTS.exec(inside) ?? []
    if (name === undefined || !whole.endsWith('}'))
      throw new GrokError(`${whole.slice(0, 40)} is not of the form %{NAME}, %{NAME:part} or %{NAME:part:int}`)
    const meant = lookup(name, own)
    if (meant === undefined) throw new GrokError(`there is no pattern ${name}${suggestion(name, own)}`)
    if (path.includes(name)) throw new GrokError(`pattern ${name} leads back to itself: ${[...path, name].join(' > ')}`)
    const inner = expand(meant, own, types, [...path, name])
    if (part === undefined) return `(?:${inner})`
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,31}$/.test(part))
      throw new GrokError(`part ${JSON.stringify(part)} must be letters, digits and _, at most 32`)
    if (type !== undefined) types.set(part, typeOf(type))
    return `(?P<${part}>${inner})`
  })
  if (out.length > MAX_EXPANDED)
    throw new GrokError(`written out, the pattern is longer than ${MAX_EXPANDED} characters`)
  return out
}

const lookup = (name: string, own: Readonly<Record<string, string>>): string | undefined =>
  Object.hasOwn(own, name) ? own[name] : Object.hasOwn(GROK_LIBRARY, name) ? GROK_LIBRARY[name] : undefined

function typeOf(type: string): PartType {
  if (type === 'int' || type === 'float') return type
  throw new GrokError(`type ${JSON.stringify(type)} of a part is not known: int or float`)
}

/** `; did you mean INTERFACE?` when some name is near. */
function suggestion(name: string, own: Readonly<Record<string, string>>): string {
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const known of [...Object.keys(own), ...Object.keys(GROK_LIBRARY)]) {
    const distance = editDistance(name.slice(0, 40).toUpperCase(), known.toUpperCase())
    if (best === undefined || distance < best.distance) best = { name: known, distance }
  }
  return best && best.distance <= Math.max(2, name.length / 2) ? `; did you mean ${best.name}?` : ''
}

/** Letters to insert, delete or replace; one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
